"""横向比较: who sees whose figures, the distribution, the workbook, a constant number of queries; of tables, years and plots."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from statistics import quantiles

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from carbon.inventories.models import CarbonInventory
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.land.green_indicators import indicators
from districts.plots.models import PlotIndicator
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import half_up
from greendistrict.policy.services import set_setting
from operation.entries.models import TrainingSession, YearFund
from operation.ledger.selectors import ledger_rows
from portal.comparison.held_figures import FIGURES, OPERATION, SHOWN, plot_figures
from portal.comparison.rules import QUARTERS, best_of, place_of, spread_of
from portal.comparison.selectors import figures_of
from reports.city.sources import five_numbers, quartiles
from tests.factories.assessments import published_edition
from tests.factories.districts import PlotFactory
from tests.portal.comparison.world import CLAUSE, NAMES, received

pytestmark = pytest.mark.django_db
YEAR = 2025
PER_M2, MET = "year:per_m2_kg", "plots:met:carbon"


def page(client, figure="", name="comparison", **query):
    answer = client.get(reverse(f"portal:{name}"), {"world": "demo", "figure": figure, **query})
    assert answer.status_code == 200
    return answer


def book(client, figure="", name="comparison_export"):
    """Heading and lines of the workbook."""
    sheet = load_workbook(BytesIO(page(client, figure, name).content)).active
    return sheet["A1"].value, [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def lines(answer):
    """What is shown of each district, by the sign in its name."""
    return {line.peer.name[2]: line.reading.words or line.reading.note for line in answer.context["found"].lines}


def filed(number, per_m2, people=None, *, edition=1, year=YEAR, status="filed"):
    """A district with a received table and an inventory of the year; its own people where they are given."""
    found = District.objects.filter(name__startswith=f"演示{NAMES[number]}城").first() or received(number, 70, applicant=people)
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


def built(number, met, unmet=0, *, unbuilt=0, silent=0, people=None):
    """A titled district with a received table: plots with a requirement, met, unmet or not yet built, and plots without one."""
    district = received(number, 70, applicant=people)
    District.objects.filter(pk=district.pk).update(type="new")
    for short in [False] * met + [True] * unmet + [None] * unbuilt:
        values = {"built": "37" if short else "30", "built_short": short} if short is not None else {}
        PlotIndicator.objects.create(plot=PlotFactory(district=district), key="carbon", required="36", **values)
    for _ in range(silent):
        PlotFactory(district=district)
    return district


def test_the_city_reads_all_in_their_places_with_the_best_marked(officer):
    for number, total in enumerate((70, 90, 80)):
        received(number, total)
    received(3, 99, status="submitted")
    received(4, 60, kind="renewal")
    answer = page(officer)
    new, renewal = answer.context["found"].groups
    assert [(line.peer.name[2], line.place.rank, line.best) for line in new.lines] == [("乙", 1, True), ("丙", 2, False), ("甲", 3, False)]
    assert (new.spread.lower, new.spread.median, new.spread.upper) == quartiles([Decimal(70), Decimal(90), Decimal(80)])
    assert (new.spread.least, new.spread.most) == (70, 90)
    assert [line.peer.name[2] for line in renewal.lines] == ["戊"]
    assert "演示丁城" not in answer.content.decode()
    assert [list(lines(page(officer, **asked))) for asked in ({"type": "renewal"}, {"phase": "built"})] == [["戊"], ["乙"]]


def test_a_district_reads_its_own_place_and_the_quartiles_but_nobody_else(preparer, people):
    received(0, 75, applicant=people)
    for number, total in enumerate((61, 72, 83, "94.37"), start=1):
        received(number, total)
    answer = page(preparer)
    assert list(lines(answer)) == ["甲"]
    assert answer.context["found"].groups[0].spread is None, "four others are too few"
    assert "其他城区太少" in answer.content.decode()
    received(5, 55)
    for name in ("comparison", "comparison_dimensions"):
        text = page(preparer, name=name).content.decode()
        assert not any(f"演示{one}城" in text for one in NAMES[1:])
        assert "94.37" not in text
        assert "另有5个城区" in text
    (group,) = page(preparer).context["found"].groups
    assert (group.spread.least, group.spread.most, group.bests) == (None, None, [])
    assert (group.lines[0].place.rank, group.lines[0].place.count) == (3, 6)


@pytest.mark.parametrize(
    ("make", "figure", "own"),
    [
        (lambda number, people: received(number, 70, applicant=people), "", "70"),
        (lambda number, people: filed(number, Decimal(50), people), PER_M2, "50"),
        (lambda number, people: built(number, 1, people=people), MET, "100.0"),
    ],
)
def test_the_city_may_let_the_districts_read_each_other(preparer, people, make, figure, own):
    mine, *others = [make(number, people if number == 0 else None) for number in range(6)]
    answer = page(preparer, figure)
    assert lines(answer) == {"甲": own}
    (group,) = answer.context["found"].groups
    assert (group.spread.least, group.spread.most, group.spread.count, group.bests) == (None, None, 6, [])
    assert not any(one.name in answer.content.decode() for one in others)
    set_setting(by=people.city_director, key="comparison.internal", value=False, reason="试")
    links = {line.peer.district: line.peer.href for line in page(preparer, figure).context["found"].lines}
    assert {pk for pk, href in links.items() if href} == {mine.pk}, "table, inventory and plot list of the others stay closed"
    assert len(links) == 6
    assert figure != MET or len(preparer.get(links[mine.pk]).context["rows"]) == 1


def test_a_clause_is_compared_by_its_measure_and_what_does_not_count_says_why(officer):
    for number, (value, more) in enumerate(
        [("72", {}), ("40", {}), (None, {}), ("80", {"exclusion_reason": "没有"}), ("80", {"build_state": "not_started"})]
    ):
        received(number, 70, value=value, **more)
    answer = page(officer, CLAUSE)
    found = answer.context["found"]
    (group,) = found.groups
    assert (found.figure.key, group.spread.count) == (CLAUSE, 2)
    assert {line.peer.name[2]: (line.reading.number, line.reading.note) for line in group.lines} == {
        "甲": (72, ""), "乙": (40, ""), "丙": (None, "未填"), "丁": (None, "不参评"), "戊": (None, "未启动"),
    }  # fmt: skip
    assert f"#row-{CLAUSE}" in answer.content.decode()


def test_every_figure_of_the_edition_of_the_year_and_of_the_plots_can_be_asked_for(officer):
    received(0, 70)
    keys = [one.key for _, some in figures_of(published_edition(), "operation") for one in some]
    assert len(keys) == len(set(keys)) > 50
    for key in ("chapter:resilience", *keys[::25]):
        assert page(officer, key).context["figure"].key == key
    answer = page(officer, "没有")
    assert answer.context["figure"].key == "total"
    assert answer.context["form"].errors["figure"]
    plots = [one for _, some in plot_figures(clock.today()) for one in some]
    assert len(plots) == len(SHOWN) * len(indicators())
    assert [one.better for one in plots] == [1] * 9 + [0] * 9
    text = officer.get(reverse("portal:comparison"), {"world": "demo"}).content.decode()
    assert [one.key for one in (*FIGURES, *plots) if f'value="{one.key}"' not in text] == []


@pytest.mark.parametrize(
    ("make", "figure", "values", "source", "state"),
    [
        (lambda number: received(number, 70 + 10 * number), "", [80, 70, 70, 72.5, 75, 77.5, 80], "2025年度自查", "已接收"),
        (lambda number: filed(number, Decimal(40 - 10 * number)), PER_M2, [30, 40], "碳排放清单", "已报送"),
        (lambda number: keep(filed(number, Decimal(1)), budget=Decimal(1)), "year:trained", [40, 40], "运营台账", "已登记"),
        (lambda number: built(number, 2 - number, 1 - number), MET, [100, 66.7], "地块清单", ""),
    ],
)
def test_the_workbook_has_the_lines_with_source_year_and_state(officer, make, figure, *, values, source, state):
    for number in (0, 1):
        make(number)
    day = f"截至{day_in_words(clock.today())}"
    title, rows = book(officer, figure)
    assert ([row[4] for row in rows][: len(values)], len(rows)) == (values, 7)
    assert all(source in row[10] and row[15] == "演示数据" for row in rows)
    assert {row[12] for row in rows} == {state or day}
    if figure == MET:
        assert title.startswith(f"{day}横向比较：单位建筑面积年碳排放量")
        assert [row[1] for row in rows[:2]] == ["演示乙城（虚构）", "演示甲城（虚构）"]
    if not figure:
        assert rows[0][1:4] == ["演示乙城（虚构）", "新建城区", "总分"]
        _, dimensions = book(officer, name="comparison_dimensions_export")
        assert all("2025年度自查" in row[10] and row[12] == "已接收" for row in dimensions)
        assert AuditRecord.objects.filter(action="portal.export_comparison").count() == 2


def test_a_fictional_person_reads_fiction_unasked_and_nothing_of_the_period_shown_before_in_the_other_world(officer):
    names = ("comparison", "comparison_dimensions")
    for name in names:
        assert "尚无可以比较的数值" in officer.get(reverse(f"portal:{name}")).content.decode()
        assert officer.get(reverse(f"portal:{name}_export")).status_code == 404
    received(0, 70)
    answer = officer.get(reverse("portal:comparison"))
    assert (list(lines(answer)), answer.context["form"].fields["world"].choices[0][0]) == (["甲"], "demo")
    for name in names:
        answer = page(officer, name=name, world="real", period="self_check-2025")
        assert not answer.context["form"].errors
        assert "尚无可以比较的数值" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_whatever_the_number(officer, rows, kept_queries):
    for number in range(rows):
        district = built(number, 1, silent=1)
        filed(number, Decimal(50))
        keep(district, budget=Decimal(1))
    for name, figure in (
        ("comparison", ""),
        ("comparison_dimensions", ""),
        *(("comparison", one) for one in (PER_M2, "year:trained", MET)),
    ):
        page(officer, figure, name)
        with kept_queries(figure or name):
            page(officer, figure, name)


def test_the_newest_filed_inventory_counts_with_the_lowest_intensity_marked(officer):
    for number, per_m2 in enumerate((Decimal("47.968"), Decimal(31), Decimal(60))):
        filed(number, per_m2)
    filed(1, Decimal(30), edition=2)
    filed(0, Decimal(1), year=2024)
    filed(3, Decimal(1), status="draft")
    answer = page(officer, PER_M2)
    (group,) = answer.context["found"].groups
    assert [(line.peer.name[2], line.reading.words, line.place.rank, line.best) for line in group.lines] == [
        ("乙", "30", 1, True), ("甲", "47.968", 2, False), ("丙", "60", 3, False),
    ]  # fmt: skip
    assert (group.spread.least, group.spread.median, group.spread.most) == (30, Decimal("47.968"), 60)
    text = answer.content.decode()
    assert reverse("carbon:inventory", args=[CarbonInventory.objects.get(edition=2).pk]) in text
    assert "碳排放清单第2版" in text
    assert all(f">{quartile}<" in text for quartile in ("30.000", "38.984", "47.968", "53.984", "60.000"))
    total = page(officer, "year:total").context["found"]
    assert not any(line.best or line.place for line in total.lines), "how much is emitted says nothing without a size"
    assert {line.reading.note for line in page(officer, "year:per_wan_gdp_t").context["found"].lines} == {"未填"}
    assert [lines(page(officer, PER_M2, **asked)) for asked in ({"phase": "built"}, {"type": "renewal"})] == [{}, {}]


def test_the_ledger_is_compared_as_its_list_counts_it(client, people):
    first, second = filed(0, Decimal(50)), filed(1, Decimal(50))
    filed(2, Decimal(50))
    keep(first, budget=Decimal("120.5"), used=Decimal(90))
    keep(second, budget=Decimal(30))
    client.force_login(people.city_officer)
    shown = {line.peer.name[2]: line.reading.words for line in page(client, "year:used").context["found"].lines}
    assert shown == {"甲": "90.00", "乙": ""}
    for key, one in OPERATION.items():
        shown = {line.peer.name[2]: line.reading.words for line in page(client, f"year:{key}").context["found"].lines}
        rows = ledger_rows([first, second], YEAR)
        assert shown == {row.district.name[2]: "" if one.value(row) is None else str(one.value(row)) for row in rows}, key
    text = page(client, "year:trainings").content.decode()
    assert reverse("operation:ledger", args=[first.code, YEAR]) in text
    assert "不分优劣" in text
    client.force_login(people.preparer)
    assert lines(page(client, "year:trained")) == {}


def test_shares_of_plots_are_those_of_the_portfolio(client, people):
    built(0, 2, 1, silent=1)
    built(1, 1, unbuilt=2)
    built(2, 0, silent=2)
    received(3, 70)
    plain = built(4, 1)
    District.objects.filter(pk=plain.pk).update(stage=Stage.CANDIDATE)
    client.force_login(people.city_director)
    answer = page(client, MET)
    (group,) = answer.context["found"].groups
    assert [(line.peer.name[2], line.reading.words, line.place and line.place.rank, line.best) for line in group.lines] == [
        ("甲", "66.7", 1, True), ("乙", "33.3", 2, False), ("丙", "", None, False),
    ]  # fmt: skip
    assert f"截至{day_in_words(clock.today())}，与期次无关" in page(client, MET, period="self_check-2025").content.decode()
    portfolio = client.get(reverse("districts:indicator_portfolio"), {"kind": "demo"})
    for column in SHOWN:
        shares = {line.name[2]: one.percent for line, cells in portfolio.context["lines"] for one in cells if one.column == column}
        shown = lines(page(client, f"plots:{column}:carbon"))
        assert set(shares) - {"戊"} == set(shown) == {"甲", "乙", "丙"}, "戊 bears no title"
        assert all(words == str(shares[name] if shares[name] is not None else "没有提出要求的地块") for name, words in shown.items())
    assert lines(page(client, "plots:required:carbon")) == {"甲": "75.0", "乙": "100.0", "丙": "0.0"}


NUMBERS = st.lists(st.decimals(-1000, 1000, places=2, allow_nan=False), min_size=1, max_size=40)


@given(NUMBERS)
def test_a_spread_lies_between_its_ends_in_order_and_does_not_hang_on_the_order_given(numbers):
    spread = spread_of(numbers)
    assert min(numbers) == spread.least <= spread.lower <= spread.median <= spread.upper <= spread.most == max(numbers)
    assert spread_of(list(reversed(numbers))) == spread
    if len(numbers) > 1:
        assert [spread.lower, spread.median, spread.upper] == quantiles(numbers, n=4, method="inclusive")


@given(NUMBERS)
def test_the_reports_on_the_city_have_the_same_quartiles(numbers):
    spread = spread_of(numbers)
    five = (spread.least, spread.lower, spread.median, spread.upper, spread.most)
    assert tuple(map(half_up, five)) == five_numbers(numbers)


@given(NUMBERS, st.decimals(1, 9, places=1), st.decimals(-50, 50, places=1))
def test_another_unit_moves_a_spread_along(numbers, factor, shift):
    spread, moved = spread_of(numbers), spread_of([number * factor + shift for number in numbers])
    assert moved.median == spread.median * factor + shift
    assert moved.lower == spread.lower * factor + shift


@given(st.lists(st.decimals(-1000, 1000, places=2, allow_nan=False), min_size=3, max_size=40), st.sampled_from([1, -1]))
def test_places_follow_the_figures(numbers, better):
    spread, ascending = spread_of(numbers), sorted(numbers)
    places = {number: place_of(number, spread, ascending, better) for number in numbers}
    ordered = sorted(places, key=lambda number: -number * better)
    assert [places[number].rank for number in ordered] == sorted(places[number].rank for number in ordered)
    assert places[ordered[0]].rank == 1
    assert ordered[0] == best_of(numbers, better)
    quarters = [QUARTERS.index(places[number].quarter) for number in ordered]
    assert quarters == sorted(quarters)
    assert quarters[0] == 0
    assert all(places[number].rank == 1 + sum((one - number) * better > 0 for one in numbers) for number in numbers)
    mirrored = sorted(-number for number in numbers)
    assert [place_of(-number, spread_of(mirrored), mirrored, -better) for number in numbers] == [places[number] for number in numbers]


def test_few_figures_none_or_no_direction():
    one, two, three = ([Decimal(number) for number in range(1, count + 1)] for count in (1, 2, 3))
    assert (spread_of([]), best_of([], 1), best_of(one, 0), place_of(one[0], spread_of(one), one, 0)) == (None, None, None, None)
    assert (best_of(one, 1), best_of(two, 1)) == (None, 2), "one alone is no example"
    words = [place_of(Decimal(1), spread_of(numbers), numbers, 1).words for numbers in (one, two, three)]
    assert words == ["第1位（共1个）", "第2位（共2个）", "第3位（共3个），后四分之一"], "two have no quarters"


def test_the_ends_are_left_out_on_request_and_equal_figures_share_a_place():
    spread = spread_of(map(Decimal, (1, 2, 3, 4, 9)), ends=False)
    assert (spread.least, spread.lower, spread.median, spread.upper, spread.most) == (None, 2, 3, 4, None)
    numbers = list(map(Decimal, (70, 80, 80, 90)))
    assert [place_of(number, spread_of(numbers), numbers, 1).rank for number in numbers] == [4, 2, 2, 1]
    assert [place_of(number, spread_of(numbers), numbers, -1).rank for number in numbers] == [1, 2, 2, 4]
