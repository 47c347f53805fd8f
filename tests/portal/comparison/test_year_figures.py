"""Comparison of carbon and operation figures: who sees whose, the distribution by type, the workbook, equal to the source pages."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from carbon.inventories.models import CarbonInventory
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from operation.funds.models import YearFund
from operation.ledger.selectors import ledger_rows
from operation.trainings.models import TrainingSession
from portal.comparison.year_figures import CARBON, FIGURES, OPERATION
from tests.portal.comparison.world import received

pytestmark = pytest.mark.django_db
YEAR = 2025


def filed(number, per_m2, people=None, *, edition=1, year=YEAR, status="filed"):
    """A district with a received table and an inventory of the year; its own people where they are given."""
    found = District.objects.filter(name__startswith=f"演示{'甲乙丙丁戊己庚'[number]}城").first() or received(number, 70, applicant=people)
    District.objects.filter(pk=found.pk).update(type="new")
    content = {"total": str(per_m2 * 100), "per_m2_kg": str(per_m2), "per_person_t": "1.500", "per_wan_gdp_t": ""}
    CarbonInventory.objects.create(
        district=found, year=year, edition=edition, status=status, opened_at=clock.now(), filed_at=clock.now(), frozen={"content": content}
    )
    return found


def keep(district, **money):
    """A ledger with a training that counts, one that does not, and money."""
    said = {"district": district, "year": YEAR, "entered_at": clock.now()}
    TrainingSession.objects.create(tier="working", title="节能运行", attended=40, counts_since=dt.date(2026, 1, 5), **said)
    TrainingSession.objects.create(tier="working", title="计划中", **said)
    YearFund.objects.create(kind="planning", source="区财政", counts_since=dt.date(2026, 1, 5), **said, **money)


def page(client, figure, name="comparison", **query):
    return client.get(reverse(f"portal:{name}"), {"world": "demo", "figure": f"year:{figure}", **query})


def lines(answer):
    return {line.peer.name[2]: line.reading.words for line in answer.context["found"].lines}


def test_the_city_reads_all_by_name_with_the_lowest_intensity_marked(client, people):
    for number, per_m2 in enumerate((Decimal("47.968"), Decimal(31), Decimal(60))):
        filed(number, per_m2)
    filed(1, Decimal(30), edition=2)
    filed(0, Decimal(1), year=2024)
    filed(3, Decimal(1), status="draft")
    client.force_login(people.city_officer)
    answer = page(client, "per_m2_kg")
    (group,) = answer.context["found"].groups
    assert [(line.peer.name[2], line.reading.words, line.place.rank, line.best) for line in group.lines] == [
        ("乙", "30", 1, True), ("甲", "47.968", 2, False), ("丙", "60", 3, False),
    ]  # fmt: skip
    assert (group.spread.least, group.spread.median, group.spread.most) == (30, Decimal("47.968"), 60)
    text = answer.content.decode()
    newest = CarbonInventory.objects.get(edition=2)
    assert reverse("carbon:inventory", args=[newest.pk]) in text
    assert "碳排放清单第2版" in text
    assert "取最新一版报送时冻结的数值" in text
    assert all(f">{quartile}<" in text for quartile in ("30.000", "38.984", "47.968", "53.984", "60.000"))
    total = page(client, "total").context["found"]
    assert not any(line.best or line.place for line in total.lines), "how much is emitted says nothing without a size"
    assert {line.reading.note for line in page(client, "per_wan_gdp_t").context["found"].lines} == {"未填"}


def test_a_district_reads_its_own_and_quartiles_until_the_city_opens_them(client, people):
    own = filed(0, Decimal(50), people)
    others = [filed(number, Decimal(40 + number)) for number in range(1, 5)]
    client.force_login(people.preparer)
    answer = page(client, "per_m2_kg")
    assert lines(answer) == {"甲": "50"}
    assert answer.context["found"].groups[0].spread is None, "four others are too few"
    others.append(filed(5, Decimal("45.123")))
    answer = page(client, "per_m2_kg")
    (group,) = answer.context["found"].groups
    assert (group.spread.least, group.spread.most, group.lines[0].place.rank, group.bests) == (None, None, 6, [])
    assert not any(one.name in answer.content.decode() for one in others)
    assert "45.123" not in answer.content.decode()
    set_setting(by=people.city_director, key="comparison.internal", value=False, reason="试")
    answer = page(client, "per_m2_kg")
    assert len(lines(answer)) == 6
    links = {line.peer.name: line.peer.href for line in answer.context["found"].lines}
    assert links[others[0].name] == "", "the inventory itself stays closed"
    assert links[own.name]


def test_the_ledger_is_compared_as_its_list_counts_it(client, people):
    first, second = filed(0, Decimal(50)), filed(1, Decimal(50))
    filed(2, Decimal(50))
    keep(first, budget=Decimal("120.5"), used=Decimal(90))
    keep(second, budget=Decimal(30))
    client.force_login(people.city_officer)
    assert lines(page(client, "used")) == {"甲": "90.00", "乙": ""}
    for key, one in OPERATION.items():
        shown = lines(page(client, key))
        rows = ledger_rows([first, second], YEAR)
        assert shown == {row.district.name[2]: "" if one.value(row) is None else str(one.value(row)) for row in rows}, key
    text = page(client, "trainings").content.decode()
    assert reverse("operation:ledger", args=[first.code, YEAR]) in text
    assert "不分优劣" in text
    client.force_login(people.preparer)
    assert lines(page(client, "trained")) == {}


def test_the_workbook_says_the_same(client, people):
    for number, per_m2 in enumerate((Decimal("47.968"), Decimal(31))):
        keep(filed(number, per_m2), budget=Decimal(1))
    client.force_login(people.city_officer)
    for figure, held, state in (("per_m2_kg", "碳排放清单", "已报送"), ("trained", "运营台账", "已登记")):
        answer = page(client, figure, "comparison_export")
        rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4)]
        assert len(rows) == 7
        assert all(held in row[10] and row[11] in {None, ""} and row[15] == "演示数据" for row in rows)
        assert {row[12] for row in rows} == {state}
    assert {row[4] for row in rows[:2]} == {40}


def test_figures_of_the_year_are_offered_beside_those_of_the_edition(client, people):
    filed(0, Decimal(50))
    client.force_login(people.city_officer)
    answer = client.get(reverse("portal:comparison"), {"world": "demo"})
    text = answer.content.decode()
    assert len(FIGURES) == len(CARBON) + len(OPERATION)
    assert all(f'value="{one.key}"' in text for one in FIGURES)
    assert "指标：单位面积碳排放" in " ".join(page(client, "per_m2_kg").content.decode().split())
    assert lines(page(client, "per_m2_kg", phase="built")) == {}
    assert lines(page(client, "per_m2_kg", type="renewal")) == {}


@pytest.mark.parametrize("figure", ["per_m2_kg", "trained"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_the_number(client, people, figure, rows, kept_queries):
    for number in range(rows):
        keep(filed(number, Decimal(50)), budget=Decimal(1))
    client.force_login(people.city_officer)
    page(client, figure)
    with kept_queries(figure):
        page(client, figure)
