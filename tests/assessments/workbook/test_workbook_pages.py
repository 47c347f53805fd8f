"""The workbook in the portal: out, preview, choices, what is written and what comes back, on record."""

from http import HTTPStatus
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.tables.models import RowChange, ScoreRow, ScoreTable
from assessments.tables.services.cells import save_cell
from assessments.workbook.score_table import BOOK
from greendistrict.audit.models import AuditRecord
from greendistrict.documents.workbooks.book import GUIDE, MARKS
from tests.factories.assessments import make_self_check
from tests.factories.workbooks import FIRST, cell, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(people):
    return make_self_check(people).table


def url(name, table):
    return reverse(f"assessments:{name}", args=[table.pk])


@pytest.fixture
def book(preparer, table):
    return exported(preparer, table)


def exported(client, table):
    answer = client.get(url("table_export", table))
    assert "attachment" in answer["Content-Disposition"]
    return openpyxl.load_workbook(BytesIO(answer.content))


def upload(client, table, book):
    return client.post(url("table_import", table), {"workbook": SimpleUploadedFile("表.xlsx", saved(book))})


def write(client, table, page, **choices):
    return client.post(
        url("table_import_apply", table), {"token": page.context["token"], "stamp": page.context["preview"].stamp, **choices}
    )


def value(table, item_id="7.2.7"):
    return ScoreRow.objects.get(table=table, item_id=item_id).value


def type_in(table, people, text, item_id="7.2.7"):
    row = ScoreRow.objects.get(table=table, item_id=item_id)
    save_cell(table=table, item_id=item_id, field="value", value=text, version=row.version, token="", by=people.consultant)


def test_the_workbook_has_guidance_drop_downs_locks_and_marks(book, table):
    sheet = book[BOOK.sheet]
    assert (sheet.protection.sheet, sheet.column_dimensions["A"].hidden) == (True, True)
    assert {book[MARKS].sheet_state, book["选项"].sheet_state} == {"hidden"}
    assert "演示数据" in sheet["B1"].value
    assert "参考版" in sheet["B1"].value
    assert "不要填公式" in book[GUIDE]["A6"].value
    assert (cell(book, "7.2.7").protection.locked, cell(book, "7.2.7", name="title").protection.locked) == (False, True)
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert kinds == {"list", "decimal", "whole"}
    assert [mark.value for mark in book[MARKS]["A"][:4]] == [
        "greendistrict.scores/2", table.district.code, "GD-REF-2024", str(table.pk),
    ]  # fmt: skip


def test_an_untouched_workbook_has_nothing_to_write(preparer, table, book):
    page = upload(preparer, table, book)
    assert page.status_code == HTTPStatus.OK
    assert "工作簿与平台上的内容相同" in page.content.decode()
    assert page.context["token"] == ""


def test_an_import_is_previewed_and_then_written_as_typing_would(preparer, people, table, book):
    cell(book, "7.2.7").value = 12.5
    cell(book, "7.2.7", name="explanation").value = "按年报"
    cell(book, "4.1.1", name="build_state").value = "已完成"
    page = upload(preparer, table, book)
    assert "改动3格，须选定0格，不能接受0格" in page.content.decode()
    before = value(table)
    assert before != "12.5"
    assert write(preparer, table, page).status_code == HTTPStatus.FOUND
    row = ScoreRow.objects.get(table=table, item_id="7.2.7")
    assert (row.value, row.explanation, row.version, row.changed_by) == ("12.5", "按年报", 1, people.preparer)
    changes = RowChange.objects.filter(row__table=table).order_by("pk")
    noted = sorted((one.field, one.old, one.new) for one in changes.filter(row=row))
    assert noted == [("explanation", "", "按年报"), ("value", before, "12.5")]
    record = AuditRecord.objects.get(action="table.import")
    assert (record.data["fields"], record.data["name"]) == (3, "表.xlsx")
    write(preparer, table, page)  # the same form sent twice writes once
    assert ScoreRow.objects.get(table=table, item_id="7.2.7").version == 1
    assert AuditRecord.objects.filter(action="table.export").count() == 1


def test_what_was_typed_meanwhile_is_shown_with_both_values(preparer, people, table, book):
    cell(book, "7.2.7").value = 12.5
    type_in(table, people, "33")
    page = upload(preparer, table, book)
    [question] = page.context["preview"].questions
    assert [option.words for option in question.options] == ["12.5%", "33%"]
    assert people.consultant.name in question.options[1].note
    address = question.line.address
    undecided = write(preparer, table, page)
    assert undecided.status_code == HTTPStatus.CONFLICT
    assert "还有1格没有选定，这次没有写入" in undecided.content.decode()
    assert write(preparer, table, page, **{f"cell-{address}": "keep"}).status_code == HTTPStatus.FOUND
    assert value(table) == "33"
    assert write(preparer, table, page, **{f"cell-{address}": "0"}).status_code == HTTPStatus.FOUND
    assert value(table) == "12.5"


def test_a_share_is_read_as_the_person_says(preparer, table, book):
    cell(book, "7.2.7").value = 0.8
    page = upload(preparer, table, book)
    [question] = page.context["preview"].questions
    write(preparer, table, page, **{f"cell-{question.line.address}": "1"})
    assert value(table) == "0.8"
    write(preparer, table, upload(preparer, table, book), **{f"cell-{question.line.address}": "0"})
    assert value(table) in {"0.8", "80"}


def test_an_edit_between_preview_and_writing_is_shown_and_nothing_written(preparer, people, table, book):
    cell(book, "7.2.7").value = 12.5
    cell(book, "7.2.6").value = 44
    page = upload(preparer, table, book)
    type_in(table, people, "33")
    answer = write(preparer, table, page)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "预览之后有人改过这些条文" in answer.content.decode()
    assert (value(table), RowChange.objects.filter(row__table=table).count()) == ("33", 1)
    address = answer.context["preview"].questions[0].line.address
    assert write(preparer, table, answer, **{f"cell-{address}": "0"}).status_code == HTTPStatus.FOUND
    assert (value(table), value(table, "7.2.6")) == ("12.5", "44")


def test_two_parts_of_one_value_by_two_people_go_together(preparer, people, table, book):
    rows = {row.item_id: row for row in ScoreRow.objects.filter(table=table)}
    name = next(
        item for item, row in rows.items() if isinstance(row.value, dict) and set(row.value) == {"a", "b"} and row.value["a"] != "0"
    )
    cell(book, name, "a").value = 50
    type_in(table, people, {**rows[name].value, "b": "200"}, name)
    page = upload(preparer, table, book)
    assert page.context["preview"].questions == []
    write(preparer, table, page)
    assert value(table, name) == {"a": "50", "b": "200"}


def copy_of(client, table, page):
    """The marked-up copy that a page offers."""
    answer = client.post(url("table_import_apply", table), {"copy": page.context["copy"], "returned": "1"})
    return openpyxl.load_workbook(BytesIO(answer.content))


def test_clauses_that_hold_are_written_if_the_person_says_so_and_the_others_come_back(preparer, people, table, book):
    cell(book, "7.2.7").value = 12.5
    wrong = cell(book, "7.2.6")
    wrong.value = "=1"
    cell(book, "7.2.6", name="explanation").value = "按年报"
    page = upload(preparer, table, book)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    text = page.content.decode()
    assert f"<td>{wrong.coordinate}</td>" in text
    assert "有1格不能接受，所在的1行不能写入" in text
    assert "只写入其余条文" in text
    written = write(preparer, table, page, copy=page.context["copy"])
    assert (written.status_code, "其余1行没有写入" in written.content.decode()) == (HTTPStatus.OK, True)
    assert value(table) == "12.5"
    assert ScoreRow.objects.get(table=table, item_id="7.2.6").version == 0

    copy = copy_of(preparer, table, written)
    rows = list(copy[BOOK.sheet].iter_rows(min_row=FIRST))
    assert [row[0].value for row in rows] == ["7.2.6|"]
    assert rows[0][-1].value == "取值：这是公式，请改成结果（复制后选择性粘贴为数值）"
    assert cell(copy, "7.2.6").fill.fgColor.rgb.endswith("F8D7DA")
    type_in(table, people, "33", "7.2.6")  # what others do after the export is still known for what comes back
    cell(copy, "7.2.6").value = 44
    again = upload(preparer, table, copy)
    [question] = again.context["preview"].questions
    assert [option.words for option in question.options] == ["44%", "33%"]
    assert write(preparer, table, again, **{f"cell-{question.line.address}": "0"}).status_code == HTTPStatus.FOUND
    row = ScoreRow.objects.get(table=table, item_id="7.2.6")
    assert (row.value, row.explanation) == ("44", "按年报")


def test_a_clause_whose_parts_do_not_go_together_comes_back_whole(preparer, table, book):
    rows = {row.item_id: row.value for row in ScoreRow.objects.filter(table=table)}
    name = next(item for item, stored in rows.items() if isinstance(stored, dict) and set(stored) == {"a", "b"})
    cell(book, name, "a").value, cell(book, name, "b").value = "x", 3
    page = upload(preparer, table, book)
    assert page.context["token"] == ""
    copy = copy_of(preparer, table, page)
    assert (cell(copy, name, "a").value, cell(copy, name, "b").value) == ("x", 3)


def test_a_slip_of_a_power_of_ten_is_named_with_the_value_it_would_be(preparer, table):
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(value="4.5")
    book = exported(preparer, table)
    cell(book, "7.2.7").value = 45
    cell(book, "7.2.6").value = 8000
    preview = upload(preparer, table, book).context["preview"]
    assert [line.note for line in preview.changed] == ["约为现存的10倍，请核对单位和小数点，可能应为4.5%"]
    assert [line.note for line in preview.refused] == ["应在0至100%之间；可能多了100倍，那样应为80%"]


def test_a_submission_between_preview_and_writing_keeps_everything_out(preparer, table, book):
    cell(book, "7.2.7").value = 12.5
    page = upload(preparer, table, book)
    before = value(table)
    ScoreTable.objects.filter(pk=table.pk).update(status="submitted")
    assert write(preparer, table, page).status_code == HTTPStatus.GONE
    assert value(table) == before


def test_a_preview_is_of_one_table_and_not_for_ever(preparer, people, table, book):
    from tests.factories.districts import make_district

    cell(book, "7.2.7").value = 12.5
    page = upload(preparer, table, book)
    other = make_self_check(people, district=make_district(people, stage="pilot", name="演示另一个（虚构）")).table
    answer = write(preparer, other, page)
    assert (answer.status_code, "预览是另一张评分表的" in answer.content.decode()) == (HTTPStatus.CONFLICT, True)
    spoilt = preparer.post(url("table_import_apply", table), {"token": page.context["token"] + "x"})
    assert "预览已失效，请重新上传" in spoilt.content.decode()


def test_a_missing_or_foreign_file_is_told_beside_the_field(preparer, table):
    missing = preparer.post(url("table_import", table), {})
    assert (missing.status_code, "请选择填好的工作簿" in missing.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    foreign = preparer.post(url("table_import", table), {"workbook": SimpleUploadedFile("表.xls", b"x")})
    assert "“表.xls”不是 xlsx 工作簿" in foreign.content.decode()
    other = preparer.post(url("table_import", table), {"workbook": SimpleUploadedFile("表.xlsx", saved(openpyxl.Workbook()))})
    assert "这不是从本页导出的评分表工作簿" in other.content.decode()
