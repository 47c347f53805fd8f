"""Export and import of the plot list: preview, all or nothing, revocation while nothing depends on it."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.baselines.services import freeze_baseline
from districts.file.models.district import ListImport
from districts.lists.services import apply_import, undo_import
from districts.plot_map.models import FormerShape, PlotShape
from districts.plots.models import Plot, PlotIndicator
from districts.plots.services.control import open_control
from districts.plots.services.indicator_values import save_values
from districts.plots.workbook import COLUMNS, SHEET, plot_book, preview_of
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.workbooks.book import FIRST_ROW
from tests.factories.districts import PlotFactory
from tests.factories.workbooks import saved
from tests.plot_steps import proof_of
from tests.refusing import refuses
from tests.steps import step

AT = {column.field: index + 1 for index, column in enumerate(COLUMNS)}


def book(district, *rows, changes=()):
    """The exported workbook with more rows ({field: value}) and changed cells ((row, field, value), rows from 0)."""
    values = {}
    for row in PlotIndicator.objects.filter(plot__district=district):
        values.setdefault(row.plot_id, {})[row.key] = row
    plots = list(district.plots.order_by("number"))
    workbook = openpyxl.load_workbook(BytesIO(plot_book(district, plots, values)))
    sheet = workbook[SHEET]
    for at, given in enumerate(rows, start=FIRST_ROW + 1 + len(plots)):
        for field, value in given.items():
            sheet.cell(at, AT[field], value)
    for at, field, value in changes:
        sheet.cell(FIRST_ROW + 1 + at, AT[field], value)
    return saved(workbook)


def preview(district, *rows, changes=()):
    return preview_of(district, book(district, *rows, changes=changes), clock.today())


def applied(district, by, *rows, changes=()):
    found = preview(district, *rows, changes=changes)
    assert found.applicable, (found.problems, found.refused)
    works = [vars(work) for work in found.works]
    return apply_import(kind="plots", district=district, works=works, file_name="地块.xlsx", by=by)


NEW = {"number": "YC-09", "area_ha": 2.35, "land_use": "070102", "acquisition": "出让", "planned_start": dt.date(2026, 5, 1),
       "carbon.required": 36, "star.required": "二星级", "runoff.required": 0.75, "smart_building.built": "是"}  # fmt: skip


def test_what_was_exported_comes_back_unchanged(district, people):
    plot = PlotFactory(district=district, land_use_code="0701", land_use="城镇住宅用地", floor_area=Decimal("1200.50"))
    save_values(plot=plot, values={"carbon": {"required": "36.5"}, "open_green": {"required": "是"}}, version=0, by=people.preparer)
    found = preview(district)
    assert (found.unchanged, found.works, found.refused) == (1, [], [])
    assert not found.applicable


def test_days_are_days_of_the_spreadsheet_and_come_back_unchanged(district):
    days = {"planned_start": dt.date(1990, 1, 1), "planned_finish": dt.date(1990, 3, 1), "started_on": dt.date(2026, 2, 28)}
    PlotFactory(district=district, **days)
    sheet = openpyxl.load_workbook(BytesIO(book(district)))[SHEET]
    cells = [sheet.cell(FIRST_ROW + 1, AT[name]) for name in days]
    assert [(cell.value.date(), cell.number_format) for cell in cells] == [(day, "yyyy-mm-dd") for day in days.values()]
    assert (preview(district).unchanged, preview(district).works) == (1, [])


def test_a_use_without_a_code_comes_back_as_it_is_and_takes_the_code_that_is_typed(district, people):
    plot = PlotFactory(district=district, land_use="公园绿地")
    assert preview(district).works == []
    found = preview(district, changes=[(0, "land_use", "1401")])
    assert [(line.address, line.before, line.after) for line in found.changed] == [("C4", "公园绿地", "1401 公园绿地")]
    applied(district, people.preparer, changes=[(0, "land_use", "1401")])
    plot.refresh_from_db()
    assert (plot.land_use_code, plot.land_use) == ("1401", "公园绿地")


def test_new_plots_and_changed_cells_are_told_and_written(district, people):
    plot = PlotFactory(district=district, number="YC-01")
    found = preview(district, NEW | {"runoff.required": "75%"}, changes=[(0, "owner", "演示公司"), (0, "area_ha", 3)])
    assert found.added == ["YC-09"]
    assert [(line.address, line.label, line.before, line.after) for line in found.changed] == [
        ("D4", "用地面积 公顷", "1.25", "3"), ("F4", "建设单位（权属）", "", "演示公司"),
    ]  # fmt: skip
    applied(district, people.preparer, NEW | {"runoff.required": "75%"}, changes=[(0, "owner", "演示公司"), (0, "area_ha", 3)])
    plot.refresh_from_db()
    assert (plot.owner, plot.area_ha, plot.version) == ("演示公司", 3, 1)
    made = Plot.objects.get(number="YC-09")
    assert (made.land_use_code, made.land_use, made.planned_start) == ("070102", "二类城镇住宅用地", dt.date(2026, 5, 1))
    assert {row.key: row.required for row in made.indicators.all() if row.required} == {"carbon": "36", "star": "二星级", "runoff": "75"}
    assert (made.is_demo, made.buildable) == (True, True)


@pytest.mark.parametrize(("given", "field", "why"), [
    ({"area_ha": "若干公顷"}, "area_ha", "应填数字"), ({"area_ha": None}, "area_ha", "必填"), ({"area_ha": "=1+1"}, "area_ha", "这是公式"),
    ({"buildable": "可以"}, "buildable", "请填是或否"),
    ({"acquired_on": "2026-03-01", "acquisition": "自有"}, "acquired_on", "自有土地没有出让或划拨"),
    ({"built_on": "2100-01-01"}, "built_on", "不能晚于今天"),
    ({"planned_finish": "2026-01-01"}, "planned_finish", "计划竣工不能早于计划开工"),
    ({"star.required": "四星级"}, "star.required", "之一"), ({"carbon.required": "-1"}, "carbon.required", "应在0到1000之间"),
    ({"runoff.required": 101}, "runoff.required", "应在0到100之间"),
    ({"built_on": "2026-02-01", "conforms": "是", "carbon.built": 36.1}, "conforms", "单位建筑面积年碳排放量：要求36"),
    ({"number": ""}, "number", "缺地块编号"),
    ({"land_use": "R2"}, "land_use", "“R2”是旧版用地代码（二类居住用地），可以是070102 二类城镇住宅用地、0702 "),
    ({"land_use": "Rr2"}, "land_use", "Rr2是旧版用地代码"), ({"land_use": "绿地"}, "land_use", "可以是1401 公园绿地、1402 防护绿地"),
    ({"area_ha": 251}, "area_ha", "用地面积251公顷大于城区规划范围面积250公顷"),
])  # fmt: skip
def test_a_cell_that_cannot_be_taken_stops_the_whole_file(district, given, field, why):
    PlotFactory(district=district, number="YC-01")
    found = preview(district, {**NEW, "runoff.required": 75, **given})
    [refused] = found.refused
    assert (found.applicable, refused.label, why in refused.note) == (False, COLUMNS[AT[field] - 1].label, True)


def test_two_rows_of_one_number_are_both_kept_out(district):
    PlotFactory(district=district, number="YC-01")
    found = preview(district, {**NEW, "number": "YC-01"}, {"number": "YC-10", "area_ha": 1})
    twice, asked = "工作簿里有两行是这个编号", "可以是75%，也可以是0.75%，请带上单位写明"  # the other faults of the row are said at once
    assert [(line.address, line.note) for line in found.refused] == [("A4", twice), ("A5", twice), ("AE5", asked)]
    assert [work.label for work in found.works] == ["YC-10"]


USUAL = "一般不小于0.01公顷，不大于80公顷，请核对数值和单位"


@pytest.mark.parametrize(("given", "area", "note"), [
    ("25000m²", "2.5", "文本格式的数字；“25000m²”识别为2.5公顷"), ("2.5公顷", "2.5", "文本格式的数字；已去掉单位“公顷”"),
    (125, "125", f"约为现存的100倍，请核对单位和小数点，可能应为1.25公顷；用地面积125公顷，{USUAL}"),
    (0.125, "0.125", "约为现存的1/10，请核对单位和小数点，可能应为1.25公顷"),
    (7000, "7000", f"数值偏大；如果填的是m²，应为0.7公顷；用地面积7000公顷，{USUAL}"),
    (1.3, "1.3", ""),
])  # fmt: skip
def test_how_an_area_is_read_and_which_slip_is_named(district, given, area, note):
    PlotFactory(district=district, number="YC-01")
    district.area_km2 = 100
    [line] = preview(district, changes=[(0, "area_ha", given)]).changed
    assert (line.before, line.after, line.note) == ("1.25", area, note)


@pytest.mark.parametrize(
    ("field", "given", "note"),
    [
        ("area_ha", 25000, "超出范围；如果填的是m²，应为2.5公顷"),
        ("area_ha", "3万元", "单位应为“公顷”，这里写的是“万元”，请换算后只填数字"),
        ("runoff.required", 0.75, "可以是75%，也可以是0.75%，请带上单位写明"),
        ("runoff.required", 7500, "应在0到100之间；可能多了100倍，那样应为75%"),
    ],
)
def test_a_slip_outside_the_limits_is_named_with_the_value_it_would_be(district, field, given, note):
    found = preview(district, {**NEW, "runoff.required": 75, field: given})
    assert [line.note for line in found.refused] == [note]


def test_a_share_that_stands_there_is_not_asked_about(district, people):
    plot = PlotFactory(district=district, number="YC-01")
    save_values(plot=plot, values={"runoff": {"required": "0.75"}}, version=0, by=people.preparer)
    assert (preview(district).unchanged, preview(district).refused) == (1, [])


def test_what_was_read_is_told_of_a_new_plot_as_well(district):
    found = preview(district, {"number": "YC-10", "area_ha": "1.2万m²"})
    assert [(line.address, line.after, line.note) for line in found.noted] == [("D4", "1.2", "文本格式的数字；“1.2万m²”识别为1.2公顷")]


def test_what_a_control_table_decides_is_not_imported(district, people):
    plot = PlotFactory(district=district, number="YC-01")
    control = open_control(plot=plot, table="grant", by=people.preparer)
    step(
        control,
        "ask",
        people.preparer,
        level="district",
        organisation=people.bureau_body,
        on=clock.today(),
        **proof_of(control, people.preparer, "ask"),
    )
    found = preview(district, changes=[(0, "acquired_on", "2026-03-01"), (0, "acquisition", "划拨"), (0, "owner", "演示公司")])
    assert {line.label for line in found.refused} == {"取得方式", "取得日期"}


def test_a_plot_changed_since_the_preview_stops_the_import(district, people):
    plot = PlotFactory(district=district, number="YC-01")
    works = [vars(work) for work in preview(district, NEW | {"runoff.required": 75}, changes=[(0, "owner", "甲")]).works]
    Plot.objects.filter(pk=plot.pk).update(version=7)
    refuses("有人改过地块YC-01", apply_import, kind="plots", district=district, works=works, file_name="a.xlsx", by=people.preparer)
    assert district.plots.count() == 1
    refuses(NotAllowed, apply_import, kind="plots", district=district, works=works, file_name="a.xlsx", by=people.bureau)


def test_an_import_is_taken_back_as_a_whole(district, people):
    plot = PlotFactory(district=district, number="YC-01", owner="原单位")
    save_values(plot=plot, values={"carbon": {"required": "36"}}, version=0, by=people.preparer)
    done = applied(district, people.preparer, NEW | {"runoff.required": 75}, changes=[(0, "owner", "新单位"), (0, "carbon.required", 30)])
    added = Plot.objects.get(number="YC-09")
    box = {"west": 0, "top": 0, "east": 1, "bottom": 1}
    PlotShape.objects.create(plot=added, geometry={}, path="M0 0", area_ha=1, file_name="a", entered_at=clock.now(), **box)
    undo_import(done=done, by=people.preparer)
    assert [(shape.number, shape.ended_by) for shape in FormerShape.objects.all()] == [("YC-09", people.preparer)], "stays showable"
    plot.refresh_from_db()
    assert (plot.owner, plot.indicators.get(key="carbon").required) == ("原单位", "36")
    assert list(district.plots.values_list("number", flat=True)) == ["YC-01"]
    refuses("已经撤销", undo_import, done=done, by=people.preparer)


def test_a_row_edited_after_the_import_is_named_and_stops_the_undo(district, people):
    done = applied(district, people.preparer, NEW | {"runoff.required": 75}, {"number": "YC-10", "area_ha": 1})
    edited = Plot.objects.get(number="YC-10")
    save_values(plot=edited, values={"carbon": {"required": "40"}}, version=edited.version, by=people.preparer)
    refuses("地块YC-10已修改或删除", undo_import, done=done, by=people.preparer)
    assert district.plots.count() == 2
    assert ListImport.objects.get().undone_at is None


def test_what_was_begun_or_frozen_on_an_import_stops_the_undo(district, people):
    done = applied(district, people.preparer, NEW | {"runoff.required": 75})
    open_control(plot=Plot.objects.get(), table="grant", by=people.preparer)
    freeze_baseline(district=district, kind="plan", reason="测试", by=None)
    with pytest.raises(Refused) as refused:
        undo_import(done=done, by=people.preparer)
    told = ["地块YC-09已启动管控，不能整批撤销", f"{district}规划基线（第1版）已按导入后的清单冻结，不能撤销"]
    assert [refusal.text for refusal in refused.value.refusals] == told


@pytest.mark.parametrize("count", [1, 3])
def test_an_import_asks_the_same_queries_for_any_number_of_rows(district, people, count, kept_queries):
    rows = [{"number": f"Q-{number}", "area_ha": 1, "star.required": "一星级"} for number in range(count)]
    works = [vars(work) for work in preview(district, *rows).works]
    with kept_queries():
        apply_import(kind="plots", district=district, works=works, file_name="a.xlsx", by=people.preparer)


def test_the_pages_of_an_import(preparer, district):
    url = {name: reverse(f"districts:{name}", kwargs={"code": district.code}) for name in ("plot_import", "plot_apply", "plot_export")}
    assert preparer.get(url["plot_export"]).status_code == 200
    upload = SimpleUploadedFile("地块.xlsx", book(district, NEW | {"runoff.required": 75}))
    token = preparer.post(url["plot_import"], {"workbook": upload}).context["token"]
    assert [preparer.post(url["plot_apply"], {"token": told}).status_code for told in (token + "x", token)] == [409, 302]
    done = ListImport.objects.get()
    undo = reverse("districts:import_undo", kwargs={"code": district.code, "pk": done.pk})
    assert preparer.post(undo, {"confirmed": "1"}).status_code == 302
    assert not district.plots.exists()
    upload = SimpleUploadedFile("地块.xlsx", book(district, NEW, {"number": "YC-10", "area_ha": 1}))
    some = preparer.post(url["plot_import"], {"workbook": upload})
    assert some.status_code == 422
    done = preparer.post(url["plot_apply"], {name: some.context[name] for name in ("token", "copy")})
    assert [plot.number for plot in district.plots.all()] == ["YC-10"]
    copy = preparer.post(url["plot_apply"], {"copy": done.context["copy"], "returned": "1"}).content
    sheet = openpyxl.load_workbook(BytesIO(copy))[SHEET]
    assert (sheet.max_row, sheet["A4"].value, sheet.cell(4, len(COLUMNS) + 1).value) == (
        4, "YC-09", "径流控制率要求 %：可以是75%，也可以是0.75%，请带上单位写明",
    )  # fmt: skip
    sheet.cell(4, AT["runoff.required"]).value = "75%"
    mended = BytesIO()
    sheet.parent.save(mended)
    assert preparer.post(url["plot_import"], {"workbook": SimpleUploadedFile("地块.xlsx", mended.getvalue())}).status_code == 200
    fake = SimpleUploadedFile("地块.xlsx", b"PK no workbook")
    assert preparer.post(url["plot_import"], {"workbook": fake}).status_code == 422
