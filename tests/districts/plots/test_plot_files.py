"""The plot list out to Excel and back: previewed, all or nothing, taken back while nothing stands on it."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.baselines.services import freeze_baseline
from districts.file.models.imports import ListImport
from districts.lists.services.listimports import apply_import, undo_import
from districts.plots.models import Plot, PlotIndicator
from districts.plots.plot_book import COLUMNS, SHEET, plot_book
from districts.plots.plot_import import preview_of
from districts.plots.services.plotcontrol import ask_conditions, open_control
from districts.plots.services.plotvalues import save_values
from districts.workbooks.listbook import FIRST_ROW
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import PlotFactory, file_case, make_district

pytestmark = pytest.mark.django_db
AT = {column.field: index + 1 for index, column in enumerate(COLUMNS)}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def district(cast):
    return make_district(cast)


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
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def preview(district, *rows, changes=()):
    return preview_of(district, book(district, *rows, changes=changes), clock.today())


def applied(district, by, *rows, changes=()):
    found = preview(district, *rows, changes=changes)
    assert found.applicable, (found.problems, found.refused)
    works = [vars(work) for work in found.works]
    return apply_import(kind="plots", district=district, works=works, file_name="地块.xlsx", by=by)


NEW = {"number": "YC-09", "area_ha": 2.35, "land_use": "070102", "acquisition": "出让", "planned_start": dt.date(2026, 5, 1),
       "carbon.required": 36, "star.required": "二星级", "runoff.required": 0.75, "smart_building.built": "是"}  # fmt: skip


def test_what_was_exported_comes_back_unchanged(district, cast):
    plot = PlotFactory(district=district, land_use_code="0701", land_use="城镇住宅用地", floor_area=Decimal("1200.50"))
    save_values(plot=plot, values={"carbon": {"required": "36.5"}, "open_green": {"required": "是"}}, version=0, by=cast.preparer)
    found = preview(district)
    assert (found.unchanged, found.works, found.refused) == (1, [], [])
    assert not found.applicable


def test_a_use_without_a_code_comes_back_as_it_is_and_takes_the_code_that_is_typed(district, cast):
    plot = PlotFactory(district=district, land_use="公园绿地")
    assert preview(district).works == []
    found = preview(district, changes=[(0, "land_use", "1401")])
    assert [(line.address, line.before, line.after) for line in found.changed] == [("C4", "公园绿地", "1401 公园绿地")]
    applied(district, cast.preparer, changes=[(0, "land_use", "1401")])
    plot.refresh_from_db()
    assert (plot.land_use_code, plot.land_use) == ("1401", "公园绿地")


def test_new_plots_and_changed_cells_are_told_and_written(district, cast):
    plot = PlotFactory(district=district, number="YC-01")
    found = preview(district, NEW | {"runoff.required": "75%"}, changes=[(0, "owner", "演示公司"), (0, "area_ha", 3)])
    assert found.added == ["YC-09"]
    assert [(line.address, line.label, line.before, line.after) for line in found.changed] == [
        ("D4", "用地面积 公顷", "1.25", "3"),
        ("G4", "建设单位（权属）", "", "演示公司"),
    ]
    applied(district, cast.preparer, NEW | {"runoff.required": "75%"}, changes=[(0, "owner", "演示公司"), (0, "area_ha", 3)])
    plot.refresh_from_db()
    assert (plot.owner, plot.area_ha, plot.version) == ("演示公司", 3, 1)
    made = Plot.objects.get(number="YC-09")
    assert (made.land_use_code, made.land_use, made.planned_start) == ("070102", "二类城镇住宅用地", dt.date(2026, 5, 1))
    assert {row.key: row.required for row in made.indicators.all() if row.required} == {"carbon": "36", "star": "二星级", "runoff": "75"}
    assert (made.is_demo, made.buildable) == (True, True)


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"area_ha": "两公顷"}, "area_ha", "请填数字"),
        ({"area_ha": None}, "area_ha", "必填"),
        ({"area_ha": "=1+1"}, "area_ha", "这是公式"),
        ({"buildable": "可以"}, "buildable", "请填是或否"),
        ({"acquired_on": "2026-03-01", "acquisition": "自有"}, "acquired_on", "自有土地没有出让或划拨"),
        ({"built_on": "2999-01-01"}, "built_on", "不能晚于今天"),
        ({"planned_finish": "2026-01-01"}, "planned_finish", "先后颠倒"),
        ({"star.required": "四星级"}, "star.required", "之一"),
        ({"carbon.required": "-1"}, "carbon.required", "应在0到1000之间"),
        ({"runoff.required": 101}, "runoff.required", "应在0到100之间"),
        ({"built_on": "2026-02-01", "conforms": "是", "carbon.built": 36.1}, "conforms", "单位建筑面积年碳排放量：要求36"),
        ({"number": "YC-01"}, "number", "两行"),
        ({"number": ""}, "number", "缺地块编号"),
    ],
)
def test_a_cell_that_cannot_be_taken_stops_the_whole_file(district, given, field, why):
    PlotFactory(district=district, number="YC-01")
    found = preview(district, {**NEW, "runoff.required": 75, **given})
    assert not found.applicable
    assert [line.label for line in found.refused] == [COLUMNS[AT[field] - 1].label]
    assert why in found.refused[0].note


def test_what_a_control_table_decides_is_not_imported(district, cast):
    plot = PlotFactory(district=district, number="YC-01")
    control = open_control(plot=plot, table="grant", by=cast.preparer)
    ask_conditions(control=control, level="district", organisation=cast.bureau_body, by=cast.preparer)
    found = preview(district, changes=[(0, "acquired_on", "2026-03-01"), (0, "acquisition", "划拨"), (0, "owner", "演示公司")])
    assert {line.label for line in found.refused} == {"取得方式", "取得日期"}


def test_a_plot_changed_since_the_preview_stops_the_import(district, cast):
    plot = PlotFactory(district=district, number="YC-01")
    works = [vars(work) for work in preview(district, NEW | {"runoff.required": 75}, changes=[(0, "owner", "甲")]).works]
    Plot.objects.filter(pk=plot.pk).update(version=7)
    with pytest.raises(Refused, match="有人改过地块YC-01"):
        apply_import(kind="plots", district=district, works=works, file_name="a.xlsx", by=cast.preparer)
    assert district.plots.count() == 1
    with pytest.raises(NotAllowed):
        apply_import(kind="plots", district=district, works=works, file_name="a.xlsx", by=cast.bureau)


def test_an_import_is_taken_back_as_a_whole(district, cast):
    plot = PlotFactory(district=district, number="YC-01", owner="原单位")
    save_values(plot=plot, values={"carbon": {"required": "36"}}, version=0, by=cast.preparer)
    done = applied(district, cast.preparer, NEW | {"runoff.required": 75}, changes=[(0, "owner", "新单位"), (0, "carbon.required", 30)])
    undo_import(done=done, by=cast.preparer)
    plot.refresh_from_db()
    assert (plot.owner, plot.indicators.get(key="carbon").required) == ("原单位", "36")
    assert list(district.plots.values_list("number", flat=True)) == ["YC-01"]
    with pytest.raises(Refused, match="已经撤销"):
        undo_import(done=done, by=cast.preparer)


def test_a_row_edited_after_the_import_is_named_and_stops_the_undo(district, cast):
    done = applied(district, cast.preparer, NEW | {"runoff.required": 75}, {"number": "YC-10", "area_ha": 1})
    edited = Plot.objects.get(number="YC-10")
    save_values(plot=edited, values={"carbon": {"required": "40"}}, version=edited.version, by=cast.preparer)
    with pytest.raises(Refused, match="地块YC-10已修改或删除"):
        undo_import(done=done, by=cast.preparer)
    assert district.plots.count() == 2
    assert ListImport.objects.get().undone_at is None


def test_what_was_begun_or_frozen_on_an_import_stops_the_undo(district, cast):
    done = applied(district, cast.preparer, NEW | {"runoff.required": 75})
    open_control(plot=Plot.objects.get(), table="grant", by=cast.preparer)
    freeze_baseline(district=district, kind="plan", reason="测试", by=None)
    with pytest.raises(Refused) as refused:
        undo_import(done=done, by=cast.preparer)
    assert [refusal.text for refusal in refused.value.refusals] == [
        "地块YC-09已启动管控，不能整批撤销",
        f"{district}规划基线（第1版）已按导入后的清单冻结，不能撤销",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_an_import_asks_the_same_queries_for_any_number_of_rows(district, cast, count, django_assert_num_queries):
    rows = [{"number": f"Q-{number}", "area_ha": 1, "star.required": "一星级"} for number in range(count)]
    works = [vars(work) for work in preview(district, *rows).works]
    with django_assert_num_queries(IMPORT_QUERIES):
        apply_import(kind="plots", district=district, works=works, file_name="a.xlsx", by=cast.preparer)


IMPORT_QUERIES = 13


def test_the_pages_of_an_import(client, district, cast):
    client.force_login(cast.preparer)
    url = {name: reverse(f"districts:{name}", kwargs={"code": district.code}) for name in ("plot_import", "plot_apply", "plot_export")}
    empty = client.get(url["plot_export"])
    assert empty.status_code == 200
    upload = SimpleUploadedFile("地块.xlsx", book(district, NEW | {"runoff.required": 75}))
    page = client.post(url["plot_import"], {"workbook": upload})
    assert page.status_code == 200
    token = page.context["token"]
    assert client.post(url["plot_apply"], {"token": token + "x"}).status_code == 409
    assert client.post(url["plot_apply"], {"token": token}).status_code == 302
    done = ListImport.objects.get()
    assert "地块.xlsx" in client.get(url["plot_import"]).content.decode()
    undo = reverse("districts:import_undo", kwargs={"code": district.code, "pk": done.pk})
    assert client.post(undo).status_code == 302
    assert not district.plots.exists()
    fake = SimpleUploadedFile("地块.xlsx", b"PK no workbook")
    assert client.post(url["plot_import"], {"workbook": fake}).status_code == 422
    file_case(district)
    client.force_login(cast.bureau)
    assert client.get(url["plot_import"]).status_code == 403
    assert client.get(url["plot_export"]).status_code == 200
