"""Lists of declared columns: heads that sort, rows, what stands below, sums."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import strip_tags

from districts.plot_changes.selectors import plots_on
from districts.plots.columns import PLOT_LIST, step_tags
from districts.plots.models import Plot
from districts.plots.selectors.board import by_lateness, list_rows
from districts.plots.services.opinions import ask_opinions
from greendistrict.columns.lists import RowAddress
from greendistrict.core import clock
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district

TODAY = dt.date(2026, 11, 26)


def shown(district, count=3, **more):
    """The list of plots A-1 and so on, of which the first has everything and dangerous words, the others nothing."""
    for at in range(1, count + 1):
        PlotFactory(district=district, number=f"A-{at}", land_use="", land_use_code="")
    full = {"sub_area": "<b>东", "lineage": "由A-0分割", "land_use": "公园<绿地>", "land_use_code": "1401", "floor_area": "12.6"}
    Plot.objects.filter(number="A-1").update(acquisition="grant", acquired_on=dt.date(2026, 3, 1), **full)
    rows = list_rows(PLOT_LIST.ordered(district.plots.all(), ""), TODAY)
    return PLOT_LIST.html(rows, TODAY, RowAddress("districts:plot_control", district.code), **more)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_rows_are_numbered_escaped_and_lead_to_their_page(district, count):
    lines = shown(district, count, first=51).lines
    assert lines.count("<tr>") == count
    first, *others = lines.split("</tr>")[:count]
    keys = [reverse("districts:plot_control", args=[district.code, plot.pk]) for plot in district.plots.order_by("number")]
    assert [f'<a href="{key}">' in line for key, line in zip(keys, (first, *others), strict=True)] == [True] * count
    assert (">51<" in first, "<b>" in lines, "&lt;b&gt;东" in first, "公园&lt;绿地&gt;" in first) == (True, False, True, True)
    assert [words in strip_tags(first) for words in ("由A-0分割", "1401", "13", "出让", "2026年3月1日", "补录（缺证明）：已取得")] == [
        True
    ] * 6
    for line in others:
        assert ("<br>" in line, [line.count(words) for words in ("未填", "未取得", "未启动")]) == (False, [2, 1, 1])


@pytest.mark.django_db
def test_who_may_change_rows_has_a_link_in_each_and_in_head_and_sums_a_cell_for_it(district):
    edit = RowAddress("districts:plot_edit", district.code, back="/districts/?page=2&q=甲")
    may, may_not = shown(district, edit=edit, sums={"area_ha": "9", "number": "合计<3>个"}), shown(district, 0)
    assert (may.heads.count("办理"), may.lines.count("修改</a>"), may_not.heads.count("办理"), may_not.lines.count("修改")) == (1, 3, 0, 0)
    assert 'aria-label="修改A-1"' in may.lines
    assert "?next=%2Fdistricts%2F%3Fpage%3D2%26q%3D%E7%94%B2" in may.lines
    assert may.sums == '<tr><td></td><th scope="row" colspan="2">合计&lt;3&gt;个</th><td colspan="7" class="gd-num">9</td><td></td></tr>'
    assert may_not.sums == ""


@pytest.mark.django_db
def test_a_filtered_list_ends_in_the_sums_of_what_it_shows(client, people):
    """Plots, key projects and works alike."""
    district, makers = make_district(people), {"plot_list": PlotFactory, "key_project_list": KeyProjectFactory, "work_list": WorkFactory}
    PlotFactory(district=district, number="B-1", area_ha=2, floor_area=3000, buildable=False)
    client.force_login(people.preparer)
    for page, factory in makers.items():
        one, _ = factory(district=district), factory(district=district)
        address = reverse(f"districts:{page}", args=[district.code])
        narrowed = {"q": one.number} if page == "plot_list" else {"only": one.pk}
        for query, rows in ((narrowed, 1), ({}, len(type(one).objects.filter(district=district)))):
            sums = strip_tags(client.get(address, query).context["shown"].sums)
            assert f"合计{rows}" in sums, page
    kept = client.get(reverse("districts:plot_list", args=[district.code]), {"q": "B-1"}).context
    assert [words in strip_tags(kept["shown"].sums) for words in ("合计1个", "可建设0个", "2.00", "3,000")] == [True] * 4
    assert (kept["totals"]["plots"], kept["totals"]["shown"]) == (3, 1)


@pytest.mark.django_db
def test_heads_sort_where_a_page_asks_and_keep_its_query(district):
    assert "href" not in shown(district, 1).heads
    heads = shown(district, 0, query=QueryDict("q=A&page=3&order=-area_ha")).heads
    assert heads.count("href") == len(PLOT_LIST.sorts)
    assert ("?q=A&amp;order=area_ha" in heads, 'aria-sort="descending"' in heads, "page=" in heads) == (True, True, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("", ["A-1", "A-2", "A-3"]),
        ("area_ha", ["A-2", "A-1", "A-3"]),
        ("-area_ha", ["A-3", "A-1", "A-2"]),
        ("-floor_area", ["A-2", "A-3", "A-1"]),
        ("owner", ["A-1", "A-2", "A-3"]),
        ("-district__name", ["A-1", "A-2", "A-3"]),
        ("step", ["A-1", "A-2", "A-3"]),
    ],
)
def test_order_by_a_column_that_sorts_with_unknown_values_last_and_by_no_other(district, order, numbers):
    for number, area, floor, owner in (("A-1", 2, None, "丙"), ("A-2", 1, 9, "乙"), ("A-3", 3, 4, "甲")):
        PlotFactory(district=district, number=number, area_ha=area, floor_area=floor, owner=owner)
    rows = list_rows(PLOT_LIST.ordered(district.plots.all(), order), TODAY)
    assert [row.number for row in rows] == numbers


@pytest.mark.django_db
def test_page_and_workbook_follow_the_order_asked_for(preparer, district):
    for number, area in (("A-1", 2), ("A-2", 1)):
        PlotFactory(district=district, number=number, area_ha=area)
    page = preparer.get(reverse("districts:plot_list", args=[district.code]), {"order": "area_ha"}).content.decode()
    assert page.index(">A-2<") < page.index(">A-1<")


@pytest.mark.django_db
def test_a_late_answer_is_marked_while_its_days_are_unconfirmed_and_is_no_lateness_of_the_plot(people, district):
    plot = PlotFactory(district=district, planned_start=None, planned_acquisition=None, planned_finish=None)
    with clock.at(dt.datetime(2026, 5, 6, 11, tzinfo=clock.SHANGHAI)):
        ask_opinions(plot=plot, departments=("住房城乡建设",), by=people.preparer, on=clock.today())

    def words():
        [row] = list_rows(PLOT_LIST.ordered(district.plots.all(), ""), TODAY)
        [line] = [line for line in by_lateness(district, TODAY) if line.plots and line.query]
        return [str(tag) for tag in step_tags(row, TODAY)][1:], line.label

    marked = "征询或意见逾期（默认值）"
    assert words() == ([marked], marked)
    for key in ("plot_consult_days", "consult_days"):
        set_setting(by=people.city_director, key=key, value=parameters.get(key).value, reason="处务会议定")
    assert words() == (["征询或意见逾期"], "征询或意见逾期")
    assert [one.late for one in plots_on([district.pk], TODAY)[district.pk]] == [()]
