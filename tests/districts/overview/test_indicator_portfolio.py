"""绿色生态指标汇总: shares by indicator, plots behind their plan, who reads it, page and workbook alike."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from io import BytesIO

from django.urls import reverse
from openpyxl import load_workbook

from districts.file.models.district import District
from districts.land.green_indicators import indicators
from districts.overview.selectors.indicator_portfolio import COLUMNS
from districts.plot_map.selectors import plot_map_of
from districts.plots.models import PlotIndicator
from greendistrict.audit.models import AuditRecord
from tests.factories.districts import PlotFactory, file_case, make_district

PAGE, EXPORT = "districts:indicator_portfolio", "districts:indicator_portfolio_export"
LATE = dt.date(2025, 1, 1)
COUNT = re.compile(r'<a href="([^"]*/plots/\?[^"]+)">\s*(\d+)个?\s*</a>')


def district_with(people, number=1, **fields):
    """Three plots: asked and met, asked and short and late, nothing entered."""
    district = make_district(people, name=f"演示第{number}城区（虚构）", **fields)
    first, second, _ = (
        PlotFactory(district=district, area_ha=Decimal(area), floor_area=floor, planned_start=late, planned_finish=late)
        for area, floor, late in (("1", 9000, None), ("2", None, LATE), ("5", 1000, None))
    )
    PlotIndicator.objects.create(plot=first, key="carbon", required="36", built="30", built_short=False)
    PlotIndicator.objects.create(plot=second, key="carbon", required="36", built="37", built_short=True)
    return district


def test_shares_of_plots_and_land_by_indicator_and_district(preparer, people):
    one, two = district_with(people, 1), district_with(people, 2)
    PlotFactory(district=one, buildable=False)
    page = preparer.get(reverse(PAGE))
    whole = page.context["whole"]
    assert (whole.whole.plots, whole.m2, whole.late) == (6, 160_000, (2, 0, 2, 2, 4))
    known, shares = page.context["indicators"][0]
    assert known.key == "carbon"
    assert [(cell.plots, cell.m2, cell.share) for cell in shares] == [
        (4, 60_000, Decimal(4) / 6), (0, 0, 0), (2, 100_000, Decimal(2) / 6),
        (2, 20_000, Decimal("0.5")), (2, 40_000, Decimal("0.5")), (0, 0, 0),
    ]  # fmt: skip
    assert [line.code for line, _ in page.context["lines"]] == [one.code, two.code]
    text = page.content.decode()
    assert all(words in text for words in ("66.7%", "160,000 m²", "演示数据", "?late=plan"))
    late = preparer.get(reverse("districts:plot_list", args=[one.code]), {"late": "plan"})
    assert len(late.context["rows"]) == page.context["lines"][0][0].late.behind == 1


def test_plots_without_a_planned_day_are_not_told_as_being_in_time(preparer, people):
    district = district_with(people)
    district.plots.update(planned_acquisition=None, planned_start=None, planned_finish=None, built_on=None)
    page = preparer.get(reverse(PAGE))
    late = page.context["whole"].late
    number = district.plots.filter(buildable=True).count()
    assert (late.behind, late.undated) == (0, number)
    assert f"另有{number}个没有计划日期，不作判断" in " ".join(page.content.decode().split())
    head, *rows = load_workbook(BytesIO(preparer.get(reverse(EXPORT)).content)).active.iter_rows(min_row=3)
    place = [cell.value for cell in head].index("没有计划日期，不作判断（个）")
    assert rows[0][place].value == number
    board = preparer.get(reverse("districts:plot_board", args=[district.code])).content.decode()
    assert "没有计划日期，不作判断" in board
    district.plots.update(planned_finish=dt.date(2999, 1, 1))
    assert "不作判断" not in preparer.get(reverse(PAGE)).content.decode()


def test_every_count_leads_to_the_list_of_exactly_these_plots(preparer, people):
    """Each of the seven columns holds a plot, that of a plot which was answered without a word about the indicator included."""
    district = district_with(people)
    district_with(people, 2)
    silent, waived, unbuilt = (PlotFactory(district=district) for _ in range(3))
    PlotFactory(district=district, buildable=False)
    question = {"purpose": "conditions", "department": "住建", "organisation": people.bureau_body, "asked_on": LATE, "due_on": LATE}
    silent.opinions.create(**question, answered_on=LATE)
    PlotIndicator.objects.create(plot=waived, key="star", required="无")
    PlotIndicator.objects.create(plot=unbuilt, key="star", required="二星级")
    for key in ("carbon", "star"):
        page = preparer.get(reverse(PAGE), {"indicator": key})
        found = {address: int(count) for address, count in COUNT.findall(page.content.decode()) if f"/{district.code}/" in address}
        line = next(line for line, _ in page.context["lines"] if line.code == district.code)
        cells = [cell.plots for cell in line.shares(key) if cell.plots]
        assert list(found.values()) == [line.whole.plots, *cells, line.late.behind]
        for address, count in found.items():
            assert len(preparer.get(unescape(address)).context["rows"]) == count, address
    columns = {cell.column for key in ("carbon", "star") for cell in line.shares(key) if cell.plots}
    assert columns | {cell.column for cell in next(iter(page.context["indicators"]))[1] if cell.plots} == set(COLUMNS)


def test_one_district_alone_is_drawn_by_state_and_each_of_several_leads_to_its_map(preparer, people):
    one = district_with(people, 1)
    page = preparer.get(reverse(PAGE))
    assert page.context["map"] == plot_map_of(one)
    assert "3个未开工" in page.content.decode()
    district_with(people, 2)
    page = preparer.get(reverse(PAGE))
    assert "map" not in page.context
    for line, _ in page.context["lines"]:
        assert reverse("districts:plot_map", args=[line.code]) in page.content.decode()


def test_another_indicator_and_the_conditions_narrow_the_districts(preparer, people):
    one, _ = district_with(people, 1), district_with(people, 2, type="renewal")
    page = preparer.get(reverse(PAGE), {"indicator": "runoff", "type": "new"})
    assert (page.context["chosen"].key, [line.code for line, _ in page.context["lines"]]) == ("runoff", [one.code])
    assert "没有符合条件的城区" in preparer.get(reverse(PAGE), {"kind": "real"}).content.decode()
    assert preparer.get(reverse(PAGE), {"indicator": "无", "kind": "x"}).status_code == 200


def test_invented_plots_are_not_added_to_real_ones(preparer, people):
    real, demo = district_with(people, 1), district_with(people, 2)
    District.objects.filter(pk=real.pk).update(is_demo=False)
    for query, shown in (({}, real), ({"kind": "real"}, real), ({"kind": "demo"}, demo)):
        page = preparer.get(reverse(PAGE), query)
        assert [line.code for line, _ in page.context["lines"]] == [shown.code]
        assert page.context["form"].fields["kind"].choices[0][0] == ("demo" if shown is demo else "real")


def test_the_workbook_has_the_figures_of_the_page(preparer, people):
    district_with(people)
    answer = preparer.get(reverse(EXPORT), {"type": "new"})
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4)]
    assert len(rows) == 2 * (1 + len(indicators()))
    assert rows[0][1:8] == ["合计（1个城区）", "可建设地块", 3, 100, 80_000, 100, 10_000]
    assert rows[0][-7:] == [1, 1, 0, 1, 1, 2, "演示数据"]
    assert rows[1][8:13] == [2, 66.7, 30_000, 37.5, 9000]
    assert len(rows[0]) == 3 + 5 * (1 + len(COLUMNS)) + 7
    record = AuditRecord.objects.filter(action="districts.export_portfolio").latest("pk")
    assert record.data == {"rows": 1, "filter": "type=new"}


def test_who_reads_the_file_reads_its_plots(client, people):
    district = district_with(people)

    def readers():
        for seat in ("preparer", "authority", "bureau", "city_officer", "partner", "outsider_preparer"):
            client.force_login(getattr(people, seat))
            if client.get(reverse(PAGE)).context["total"]:
                yield seat

    assert list(readers()) == ["preparer", "authority"]
    file_case(district)
    assert list(readers()) == ["preparer", "authority", "bureau", "city_officer"]
