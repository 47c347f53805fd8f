"""Key projects and works out to Excel and back; an import of an indicator system taken back."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from districts.common.enums import ImportKind
from districts.file.models.district import ListImport
from districts.indicator_systems.models import IndicatorRow
from districts.indicator_systems.services import indicators
from districts.lists import services as services_rows
from districts.lists.services import apply_import, undo_import
from districts.lists.workbooks import PROJECTS, WORKS, ProjectReader, WorkReader, projects_book, works_book
from districts.projects.models import KeyProject
from districts.projects.models import Work as Works
from districts.projects.services import add_photo
from greendistrict.core import clock
from greendistrict.core.errors import Closed
from greendistrict.documents.workbooks.book import FIRST_ROW
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.factories.indicator_systems import begun_system
from tests.factories.workbooks import saved
from tests.refusing import refuses

READERS = {ImportKind.PROJECTS: (PROJECTS, ProjectReader, projects_book), ImportKind.WORKS: (WORKS, WorkReader, works_book)}
PROJECT = {"name": "能源站", "category": "能源", "investment": 1200, "planned_start": dt.date(2026, 1, 5), "planned_finish": "2026-10-01",
           "clauses": "4.2.13、7.2.7", "plots": "YC-02，YC-01"}  # fmt: skip
WORK = {"name": "规划一路", "kind": "道路", "length_m": "1,250.5", "planned_start": "2026/02/01", "green_requirements": "透水铺装"}


@pytest.fixture
def district(people):
    made = make_district(people)
    PlotFactory(district=made, number="YC-01")
    PlotFactory(district=made, number="YC-02")
    return made


def filled(district, kind, *rows, changes=()):
    """The exported workbook with more rows ({field: value}) and changed cells ((row, field, value), rows from 0)."""
    book, _, export = READERS[kind]
    at = {column.field: index + 1 for index, column in enumerate(book.columns)}
    workbook = openpyxl.load_workbook(BytesIO(export(district)))
    sheet = workbook[book.sheet]
    for row, given in enumerate(rows, start=max(sheet.max_row, FIRST_ROW) + 1):
        for field, value in given.items():
            sheet.cell(row, at[field], value)
    for row, field, value in changes:
        sheet.cell(FIRST_ROW + 1 + row, at[field], value)
    return saved(workbook)


def preview(district, kind, *rows, changes=()):
    return READERS[kind][1](district, clock.today()).read(filled(district, kind, *rows, changes=changes))


def applied(district, kind, by, *rows, changes=()):
    found = preview(district, kind, *rows, changes=changes)
    assert found.applicable, (found.problems, found.refused)
    return apply_import(kind=kind, district=district, works=[vars(work) for work in found.works], file_name="清单.xlsx", by=by)


def test_projects_come_in_with_their_plots_and_go_as_a_whole(district, people):
    kept = KeyProjectFactory(district=district, name="学校", planned_finish=dt.date(2030, 1, 1))
    kept.plots.set(district.plots.filter(number="YC-01"))
    used = [(0, "state", "投用"), (0, "in_use_on", "2026-03-01"), (0, "plots", "YC-02")]
    done = applied(district, ImportKind.PROJECTS, people.preparer, PROJECT, changes=used)
    made = KeyProject.objects.get(name="能源站")
    numbers = sorted(plot.number for plot in made.plots.all())
    assert (made.state, made.clauses, numbers) == ("planned", ["4.2.13", "7.2.7"], ["YC-01", "YC-02"])
    kept.refresh_from_db()
    assert (kept.state, [plot.number for plot in kept.plots.all()]) == ("in_use", ["YC-02"])
    assert preview(district, ImportKind.PROJECTS).unchanged == 2
    undo_import(done=done, by=people.preparer)
    kept.refresh_from_db()
    assert (kept.state, kept.in_use_on, [plot.number for plot in kept.plots.all()]) == ("planned", None, ["YC-01"])
    assert district.key_projects.count() == 1


@pytest.mark.parametrize("gone", [column.field for column in PROJECTS.columns[1:]])
def test_a_column_that_the_workbook_does_not_have_is_unchanged(district, gone):
    kept = KeyProjectFactory(district=district, name="学校", planned_finish=dt.date(2030, 1, 1), clauses=["4.2.13"])
    kept.plots.set(district.plots.filter(number="YC-01"))
    book = openpyxl.load_workbook(BytesIO(filled(district, ImportKind.PROJECTS)))
    at = {column.field: index for index, column in enumerate(PROJECTS.columns, start=1)}
    typed = next(name for name in ("category", "funding") if name != gone)
    book[PROJECTS.sheet].cell(FIRST_ROW + 1, at[typed], "能源")
    book[PROJECTS.sheet].delete_cols(at[gone])
    stream = BytesIO()
    book.save(stream)
    found = ProjectReader(district, clock.today()).read(stream.getvalue())
    label = PROJECTS.columns[at[gone] - 1].label
    assert (found.problems, found.absent, [one.label for one in found.changed]) == ([], (label,), [PROJECTS.columns[at[typed] - 1].label])


def test_works_come_in_and_one_edited_since_stops_the_undo_by_name(district, people):
    WorkFactory(district=district, name="雨水干管", started_on=dt.date(2026, 1, 5))
    done = applied(district, ImportKind.WORKS, people.preparer, WORK, changes=[(0, "built_on", "2026-02-01")])
    made = Works.objects.get(name="规划一路")
    assert (made.main, str(made.length_m), made.planned_start, made.is_demo) == (True, "1250.5", dt.date(2026, 2, 1), True)
    assert (done.kind, done.added, done.changed) == ("works", 1, 1)
    services_rows.save(Works, district=district, row=made, values={"started_on": dt.date(2026, 2, 3)}, by=people.preparer)
    refuses("导入之后市政设施规划一路已修改或删除", undo_import, done=done, by=people.preparer)
    assert Works.objects.get(name="雨水干管").built_on == dt.date(2026, 2, 1)


def test_a_photo_on_an_imported_project_stops_the_undo_by_name(district, people):
    done = applied(district, ImportKind.PROJECTS, people.preparer, PROJECT)
    stream = BytesIO()
    Image.new("RGB", (8, 6), "green").save(stream, "JPEG")
    upload = SimpleUploadedFile("照片.jpg", stream.getvalue(), content_type="image/jpeg")
    add_photo(project=KeyProject.objects.get(name="能源站"), upload=upload, title="基坑", by=people.preparer)
    refuses("近期重点项目能源站已上传照片或文件", undo_import, done=done, by=people.preparer)


@pytest.mark.parametrize(
    ("kind", "row", "label", "why"),
    [
        (ImportKind.PROJECTS, {**PROJECT, "plots": "YC-09"}, "涉及地块", "没有地块YC-09"),
        (ImportKind.PROJECTS, {**PROJECT, "state": "投用"}, "投用日期", "请填写投用日期"),
        (ImportKind.PROJECTS, {**PROJECT, "state": "停工"}, "状态", "请填未开工、在建、竣工或投用"),
        (ImportKind.PROJECTS, {**PROJECT, "planned_finish": "2025-01-01"}, "计划竣工", "不能早于计划开工"),
        (ImportKind.PROJECTS, {**PROJECT, "started_on": "2100-01-01"}, "实际开工", "不能晚于今天"),
        (ImportKind.PROJECTS, {**PROJECT, "investment": "=1+1"}, "投资 万元", "这是公式"),
        (ImportKind.WORKS, {**WORK, "length_m": 0}, "长度 m", "应大于0"),
        (ImportKind.WORKS, {**WORK, "main": "主要"}, "主要设施", "请填是或否"),
        (ImportKind.WORKS, {**WORK, "built_on": "2026/03/01"}, "开工日期", "请填写开工日期"),
        (ImportKind.WORKS, {**WORK, "name": ""}, "设施名称", "缺设施名称"),
        (ImportKind.WORKS, {**WORK, "name": "长" * 101}, "设施名称", "最多100个字"),
    ],
)
def test_a_cell_that_cannot_be_taken_stops_the_whole_file(district, kind, row, label, why):
    found = preview(district, kind, row)
    [refused] = found.refused
    assert (found.applicable, refused.label, why in refused.note) == (False, label, True)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", [ImportKind.PROJECTS, ImportKind.WORKS])
def test_an_import_asks_the_same_queries_for_any_number_of_rows(district, people, kind, count, kept_queries):
    rows = [{**(PROJECT if kind == ImportKind.PROJECTS else WORK), "name": f"第{at}项"} for at in range(count)]
    works = [vars(work) for work in preview(district, kind, *rows).works]
    with kept_queries(kind):
        apply_import(kind=kind, district=district, works=works, file_name="a.xlsx", by=people.preparer)


@pytest.mark.parametrize(("name", "kind"), [("key_project", ImportKind.PROJECTS), ("work", ImportKind.WORKS)])
def test_the_pages_of_an_import(preparer, district, name, kind):
    url = {what: reverse(f"districts:{name}_{what}", args=[district.code]) for what in ("export", "import", "apply")}
    assert preparer.get(url["export"]).status_code == 200
    content = filled(district, kind, PROJECT if kind == ImportKind.PROJECTS else WORK)
    token = preparer.post(url["import"], {"workbook": SimpleUploadedFile("清单.xlsx", content)}).context["token"]
    assert preparer.post(reverse("districts:plot_apply", args=[district.code]), {"token": token}).status_code == 409
    assert preparer.post(url["apply"], {"token": token}).status_code == 302
    undo = reverse("districts:import_undo", args=[district.code, ListImport.objects.get().pk])
    assert undo in preparer.get(url["import"]).content.decode()
    assert [preparer.post(undo, {"confirmed": "1"}).status_code for _ in range(2)] == [302, 409]


def indicator_import(people):
    """A draft with two rows that came in from a workbook."""
    system = begun_system(people)
    rows = list(system.rows.filter(taking_part=True).exclude(item_id="")[:2])
    cells = [(row.pk, row.version, {"department": "演示水务局", "source": "年报"}) for row in rows]
    indicators.apply_cells(system=system, cells=cells, by=people.preparer, file_name="指标.xlsx")
    return system, rows, ListImport.objects.get()


def test_an_indicator_import_is_taken_back_as_a_whole(preparer, people):
    system, rows, done = indicator_import(people)
    undo = reverse("districts:import_undo", args=[system.district.code, done.pk])
    assert undo in preparer.get(reverse("districts:indicator_import", args=[system.district.code, system.number])).content.decode()
    assert preparer.post(undo, {"confirmed": "1"}).status_code == 302
    for row in rows:
        stored = IndicatorRow.objects.get(pk=row.pk)
        assert (stored.department, stored.source, stored.version) == (row.department, row.source, row.version + 2)


def test_an_indicator_edited_or_handed_up_since_stops_the_undo(people):
    system, rows, done = indicator_import(people)
    row = IndicatorRow.objects.get(pk=rows[1].pk)
    indicators.save_row(row=row, values={"source": "月报"}, version=row.version, by=people.preparer)
    refuses(f"指标{rows[1].key}已修改或删除", indicators.undo_cells, done=done, by=people.preparer)
    assert IndicatorRow.objects.get(pk=rows[0].pk).source == "年报"
    type(system).objects.filter(pk=system.pk).update(status="handed_up")
    refuses(Closed, indicators.undo_cells, done=done, by=people.preparer)
