"""Green indicators of plots side by side: the shares of 绿色生态指标汇总, who reads whose, page and workbook alike."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from districts.common.enums import Stage
from districts.file.models.district import District
from districts.land.green_indicators import indicators
from districts.plots.models import PlotIndicator
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.policy.services import set_setting
from portal.comparison.plot_figures import SHOWN, plot_figures
from tests.factories.districts import PlotFactory
from tests.portal.comparison.world import received

pytestmark = pytest.mark.django_db


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


def page(client, column="met", key="carbon", name="comparison", **query):
    return client.get(reverse(f"portal:{name}"), {"world": "demo", "figure": f"plots:{column}:{key}", **query})


def lines(answer):
    return {line.peer.name[2]: line.reading.words or line.reading.note for line in answer.context["found"].lines}


def test_shares_are_those_of_the_portfolio(client, people):
    built(0, 2, 1, silent=1)
    built(1, 1, unbuilt=2)
    built(2, 0, silent=2)
    received(3, 70)
    plain = built(4, 1)
    District.objects.filter(pk=plain.pk).update(stage=Stage.CANDIDATE)
    client.force_login(people.city_director)
    answer = page(client)
    (group,) = answer.context["found"].groups
    assert [(line.peer.name[2], line.reading.words, line.place and line.place.rank, line.best) for line in group.lines] == [
        ("甲", "66.7", 1, True), ("乙", "33.3", 2, False), ("丙", "", None, False),
    ]  # fmt: skip
    assert lines(answer)["丙"] == "没有提出要求的地块"
    portfolio = client.get(reverse("districts:indicator_portfolio"), {"kind": "demo"})
    for column in SHOWN:
        shares = {line.name[2]: one.percent for line, cells in portfolio.context["lines"] for one in cells if one.column == column}
        shown = lines(page(client, column))
        assert set(shares) - {"戊"} == set(shown) == {"甲", "乙", "丙"}, "戊 bears no title"
        assert all(words == str(shares[name] if shares[name] is not None else "没有提出要求的地块") for name, words in shown.items())
    assert lines(page(client, "required")) == {"甲": "75.0", "乙": "100.0", "丙": "0.0"}


def test_the_page_names_the_day_and_leads_to_the_plots(client, people):
    own = built(0, 1, silent=1, people=people)
    client.force_login(people.preparer)
    text = page(client, period="self_check-2025").content.decode()
    assert f"截至{day_in_words(clock.today())}，与期次无关" in text
    assert "只有1个城区" in text
    assert "不公开</span>" not in text
    (line,) = page(client).context["found"].lines
    assert len(client.get(line.peer.href).context["rows"]) == 2
    assert own.code in line.peer.href


def test_a_district_reads_its_own_and_quartiles_until_the_city_opens_them(client, people):
    own = built(0, 1, 1, people=people)
    others = [built(number, number, 1) for number in range(1, 6)]
    client.force_login(people.preparer)
    answer = page(client)
    assert lines(answer) == {"甲": "50.0"}
    (group,) = answer.context["found"].groups
    assert (group.spread.least, group.spread.count, group.bests) == (None, 6, [])
    assert not any(one.name in answer.content.decode() for one in others)
    set_setting(by=people.city_director, key="comparison.internal", value=False, reason="试")
    links = {line.peer.district: line.peer.href for line in page(client).context["found"].lines}
    assert len(links) == 6
    assert links[own.pk]
    assert not any(links[one.pk] for one in others), "the plot lists stay closed"


def test_the_workbook_says_the_same(client, people):
    built(0, 2, 1)
    built(1, 1)
    client.force_login(people.city_director)
    answer = page(client, name="comparison_export")
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    day = f"截至{day_in_words(clock.today())}"
    assert sheet["A1"].value.startswith(f"{day}横向比较：单位建筑面积年碳排放量")
    assert [(row[1], row[4]) for row in rows[:2]] == [("演示乙城（虚构）", 100), ("演示甲城（虚构）", 66.7)]
    assert len(rows) == 7
    assert {(row[5], row[10], row[11] or "", row[12], row[15]) for row in rows} == {("%", "地块清单", "", day, "演示数据")}


def test_each_indicator_is_offered_with_every_period(client, people):
    received(0, 70)
    client.force_login(people.city_officer)
    text = client.get(reverse("portal:comparison"), {"world": "demo"}).content.decode()
    keys = [one.key for _, some in plot_figures() for one in some]
    assert len(keys) == len(SHOWN) * len(indicators())
    assert all(f'value="{key}"' in text for key in keys)
    assert [one.better for _, some in plot_figures() for one in some] == [1] * 9 + [0] * 9


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_the_number(client, people, rows, kept_queries):
    for number in range(rows):
        built(number, 1, silent=1)
    client.force_login(people.city_director)
    page(client)
    with kept_queries():
        page(client)
    assert Decimal(page(client).context["found"].lines[0].reading.words) == 100
