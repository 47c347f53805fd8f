"""The workbook of an indicator system: out, in with a preview cell by cell, written all or nothing."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.common.enums import SystemStatus
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem
from districts.indicator_systems.row_rules import CARBON
from districts.indicator_systems.selectors import lines_of
from districts.indicator_systems.services import indicators
from districts.indicator_systems.workbook import BOOK, IndicatorReader, indicator_book
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.indicator_systems import begun_system
from tests.factories.once import once
from tests.factories.workbooks import saved

AREA = pytest.mark.area("districts/indicator_systems", "greendistrict/documents")
edition = once(published_edition)
COLUMN = {column.field: at for at, column in enumerate(BOOK.columns, start=1)}
FIRST_ROW = BOOK.first_row
WORDS = st.text(st.sampled_from("区建设管理委统计年报 abc=+-@'0１％_x"), max_size=20).map(str.strip)


@pytest.fixture
def system(people):
    return begun_system(people)


def book_of(system):
    return openpyxl.load_workbook(BytesIO(indicator_book(system, lines_of(system))))


def preview(system, book):
    content = book if isinstance(book, bytes) else saved(book)
    return IndicatorReader(system, clock.today()).read(content)


def cell(book, key, name):
    sheet = book["指标体系"]
    at = next(row[0].row for row in sheet.iter_rows(min_row=FIRST_ROW + 1) if row[0].value == key)
    return sheet.cell(at, COLUMN[name])


def typed(system, key, name, value, style):
    """A cell of the workbook with a value of some format, and the preview of its import."""
    book = book_of(system)
    target = cell(book, key, name)
    target.value = value
    if style:
        target.number_format = style
    return target, preview(system, book)


def url(name, system):
    return reverse(f"districts:{name}", kwargs={"code": system.district.code, "number": system.number})


def test_the_workbook_has_guidance_hidden_keys_and_marks(system):
    book = book_of(system)
    sheet = book["指标体系"]
    assert book.sheetnames == ["指标体系", "填写说明", "gd"]
    assert (sheet.column_dimensions["A"].hidden, book["gd"].sheet_state) == (True, "hidden")
    assert ["演示数据" in sheet["B1"].value, "参考版" in sheet["B1"].value] == [True, True]
    assert (sheet.cell(FIRST_ROW + 1, 1).value, "不要填公式" in book["填写说明"]["A6"].value) == ("4.1.1", True)


def test_what_was_not_touched_is_no_change(system):
    found = preview(system, book_of(system))
    assert (found.changed, found.refused, found.problems, found.applicable) == ([], [], [], False)
    assert found.unchanged == system.rows.count() * 9


@pytest.mark.parametrize(("key", "name", "value", "style", "after", "note"), [
    ("4.2.1", "near", 40.5, None, "40.5", ""), ("4.2.1", "near", 0.85, None, "85", "0.85是比例，识别为85%"),
    ("4.2.1", "near", 0.85, "0%", "85", "百分比格式，识别为85（%）"),
    ("4.2.1", "near", "８５％", None, "85", "文本格式的数字；全角数字已转为半角；已去掉“％”"),
    ("4.2.1", "near", "85", None, "85", "文本格式的数字"),
    ("4.2.1", "near", " ８５．５ ", None, "85.5", "文本格式的数字；全角数字已转为半角"),
    ("4.2.1", "baseline_year", "２０２４年", None, "2024", "文本格式的数字；全角数字已转为半角；已去掉单位“年”"),
    ("4.1.1", "near", "否", None, "否", ""), ("4.1.1", "near", False, None, "否", ""),
    ("4.2.16", "near", "未明确开发时序", None, "未明确开发时序", ""), ("4.2.1", "department", 12, None, "12", ""),
])  # fmt: skip
def test_how_cells_are_read(system, key, name, value, style, after, note):  # noqa: PLR0917 -- the columns of the table above
    target, found = typed(system, key, name, value, style)
    [one] = found.changed
    assert (one.address, one.key, one.after, one.note) == (target.coordinate, key, after, note)


@pytest.mark.parametrize(
    ("key", "name", "value", "style", "message"),
    [
        ("4.2.1", "near", "=40+1", None, "这是公式，请改成结果（复制后选择性粘贴为数值）"),
        ("4.2.1", "near", "一半", None, "应填数字，如 70 或 70.5"),
        ("4.2.1", "near", "1,000", None, "应在0至100%之间；可能多了100倍，那样应为10%"),
        ("4.2.1", "near", 0.8, None, "可以是80%，也可以是0.8%，请带上单位写明"),
        ("4.2.1", "near", 101, None, "应在0至100%之间"),
        ("4.2.3", "near", 0.85, "0%", "这一格是百分比格式，但单位是“km/km²”，请把格式改为常规后重填"),
        ("4.2.3", "near", "8%", None, "单位应为“km/km²”，这里写的是“%”，请换算后只填数字"),
        ("4.2.1", "near", dt.date(2026, 3, 1), None, "Excel 把这一格当成了日期或时间，请把格式改为常规后重填"),
        ("4.2.1", "near", True, None, "请填数字，不带单位和逗号"),
        ("4.2.1", "baseline_year", 2024.5, None, "请填四位年份"),
        ("4.2.1", "baseline_year", "去年", None, "应填数字，如 70 或 70.5"),
        ("4.2.1", "taking_part", None, None, "必填"),
        ("4.2.1", "taking_part", "也许", None, "请填参评或不参评"),
        ("4.2.1", "taking_part", "不参评", None, "条文4.2.1不允许不参评"),
        ("4.2.19", "taking_part", "不参评", None, "不参评要写明理由"),
    ],
)
def test_why_cells_are_refused(system, key, name, value, style, message):  # noqa: PLR0917 -- the columns of the table above
    target, found = typed(system, key, name, value, style)
    assert [(one.key, one.note) for one in found.refused] == [(key, message)]
    assert (found.applicable, found.refused[0].address == target.coordinate) == (False, message != "不参评要写明理由")


@AREA
def test_workbooks_of_something_else_are_explained(people, system):
    other = begun_system(people, make_district(people, code="an-other-slug"))
    (told,) = preview(system, book_of(other)).problems
    assert told.startswith(f"工作簿是另一个城区的（{other.district.name}绿色生态指标体系")
    assert (told.endswith(f"本城区是{system.district.name}，请从本页导出"), "slug" in told) == (True, False)
    for row, value, message in (
        (3, "LEED", "工作簿按标准LEED编制，这一版指标体系按GD-REF-2024编制"),
        (4, "7", "工作簿是第7版的，现在办理的是第1版，请重新导出"),
        (1, "x", "这不是从本页导出的指标体系工作簿，请先导出再填写"),
    ):
        book = book_of(system)
        book["gd"].cell(row, 1).value = value
        assert preview(system, book).problems == [message]
    book = book_of(system)
    book["指标体系"].cell(4, 4, "要点")
    assert preview(system, book).problems == ["表头 D4 应为“要求”，列可能被移动、插入或删除，请重新导出后填写"]
    assert preview(system, saved(openpyxl.Workbook())).problems == [
        "认不出表头：没有一张表写有“编号”和本页的其他列，也不是从本页导出的工作簿，请先导出再填写"
    ]
    with pytest.raises(Refused):
        IndicatorReader(system, clock.today()).read(b"no workbook")


@AREA
def test_rows_that_do_not_belong_are_refused_and_left_out_rows_stay(system):
    book = book_of(system)
    sheet = book["指标体系"]
    sheet.cell(FIRST_ROW + 1, 1).value = "99.9"
    sheet.cell(FIRST_ROW + 3, 1).value = sheet.cell(FIRST_ROW + 2, 1).value
    sheet.append([None, "", "新指标"])
    assert [(one.label, one.note) for one in preview(system, book).refused] == [
        ("编号", "编号“99.9”不在这一版指标体系里"), *[("编号", "工作簿里有两行是这个编号")] * 2,
        ("编号", "这一行没有编号；新增自定指标请在页面上添加"), ("参评", "必填"),
    ]  # fmt: skip


def upload(content):
    return {"workbook": SimpleUploadedFile("表.xlsx", content)}


def test_an_import_is_previewed_and_then_written(preparer, people, system):
    book = book_of(system)
    cell(book, "4.2.1", "near").value = 40
    cell(book, "4.2.19", "taking_part").value = "不参评"
    cell(book, "4.2.19", "exclusion_reason").value = "没有到期项目"
    page = preparer.post(url("indicator_import", system), upload(saved(book)))
    assert (page.status_code, "改动3格，不能接受0格" in page.content.decode()) == (200, True)
    assert system.rows.get(key="4.2.1").near == ""
    token = page.context["token"]
    assert preparer.post(url("indicator_apply", system), {"token": token}).status_code == 302
    assert (system.rows.get(key="4.2.1").near, system.rows.get(key="4.2.19").taking_part) == ("40", False)
    assert AuditRecord.objects.filter(action="districts.save_indicator").count() == 2
    again = preparer.post(url("indicator_apply", system), {"token": token})
    assert (again.status_code, "预览之后有人改过这一版指标体系，这次没有写入" in again.content.decode()) == (409, True)
    assert preparer.post(url("indicator_apply", system), {"token": token[:-1]}).status_code == 409


def test_what_is_pasted_after_the_version_is_handed_up_comes_back_with_the_reason(preparer, client, people, system):
    IndicatorSystem.objects.update(status=SystemStatus.HANDED_UP)
    pasted = {"pasted": "编号\t近期目标\n4.2.1\t40"}
    answer = preparer.post(url("indicator_import", system), pasted)
    text = answer.content.decode()
    assert (answer.status_code, "4.2.1\t40" in text, "不能修改" in text, "preview" in answer.context) == (410, True, True, False)
    assert preparer.get(url("indicator_import", system)).status_code == 410
    client.force_login(people.bureau)
    assert "4.2.1\t40" not in client.post(url("indicator_import", system), pasted).content.decode()


def test_a_refused_cell_keeps_its_row_out_and_the_others_can_be_written(preparer, system):
    book = book_of(system)
    cell(book, "4.2.1", "near").value = 40
    wrong = cell(book, "4.2.3", "near")
    wrong.value = "很密"
    page = preparer.post(url("indicator_import", system), upload(saved(book)))
    assert (page.status_code, f"<td>{wrong.coordinate}</td>" in page.content.decode()) == (422, True)
    done = preparer.post(url("indicator_apply", system), {name: page.context[name] for name in ("token", "copy")})
    assert (system.rows.get(key="4.2.1").near, system.rows.get(key="4.2.3").near) == ("40", "")
    copy = preparer.post(url("indicator_apply", system), {"copy": done.context["copy"], "returned": "1"}).content
    back = openpyxl.load_workbook(BytesIO(copy))
    assert [row[0].value for row in back["指标体系"].iter_rows(min_row=FIRST_ROW + 1)] == ["4.2.3"]
    cell(back, "4.2.3", "near").value = 8
    assert [line.after for line in preview(system, back).changed] == ["8"]


@AREA
def test_nothing_is_written_when_one_row_changed_meanwhile(people, system):
    first, second = system.rows.get(key="4.2.1"), system.rows.get(key="4.2.3")
    indicators.save_row(row=second, values={"near": "8"}, version=0, by=people.consultant)
    with pytest.raises(Refused):
        indicators.apply_cells(system=system, cells=[(first.pk, 0, {"near": "40"}), (second.pk, 0, {"near": "9"})], by=people.preparer)
    first.refresh_from_db()
    assert (first.near, first.version) == ("", 0)


def test_a_missing_or_foreign_file_is_told_beside_the_field(preparer, system):
    assert "请选择填好的工作簿" in preparer.post(url("indicator_import", system), {}).content.decode()
    refused = preparer.post(url("indicator_import", system), {"workbook": SimpleUploadedFile("表.doc", b"x")})
    said = "“表.doc”不是 Excel 工作簿，请上传从本页导出的 Excel 文件"
    assert (refused.status_code, said in refused.content.decode()) == (422, True)


NUMBERS = st.decimals(0, 100, places=1).map(lambda number: f"{number.normalize():f}")
CARBONS = st.decimals(0, 10**6, places=3).map(lambda number: f"{number.normalize():f}")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    near=NUMBERS, carbon=CARBONS, choice=st.sampled_from(["none", "plan", "sync", ""]), yes=st.sampled_from(["yes", "no", ""]),
    year=st.one_of(st.none(), st.integers(2000, 2100)), words=WORDS, reason=WORDS,
)  # fmt: skip
def test_an_exported_system_comes_back_unchanged(system, near, carbon, choice, yes, year, words, reason):  # noqa: PLR0917 -- one value each
    for key, values in {
        "4.2.1": {"near": near, "baseline": near, "baseline_year": year},
        CARBON: {"long": carbon, "source": words},
        "4.2.16": {"mid": choice, "department": words},
        "4.1.1": {"near": yes},
        "4.2.19": {"taking_part": not reason, "exclusion_reason": reason},
    }.items():
        IndicatorRow.objects.filter(system=system, key=key).update(**values)
    found = preview(system, indicator_book(system, lines_of(system)))
    assert (found.changed, found.refused, found.problems) == ([], [], [])
