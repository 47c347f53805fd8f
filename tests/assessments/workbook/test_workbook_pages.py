"""The workbook of a table and of a share in the portal: out, preview, choices, what is written and what comes back, on record."""

import openpyxl
import pytest

from assessments.sharing.models import RowShare
from assessments.sharing.services import give_out
from assessments.tables.models import RowChange, ScoreRow, ScoreTable
from assessments.tables.services.cells import save_cell
from assessments.workbook.score_table import BOOK, SHARE_BOOK
from greendistrict.audit.models import AuditRecord
from greendistrict.documents.workbooks.book import GUIDE, MARKS
from tests.assessments.browsing import lacking, row_of, text_of, url
from tests.assessments.sealed import Desk
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.workbooks import saved

ITEM, SECOND, CONTROL = "7.2.7", "7.2.6", "4.1.1"


def desk_of(user, table):
    addresses = [url(f"table_{what}", table) for what in ("export", "import", "import_apply")]
    return Desk(user, BOOK, *addresses)


@pytest.fixture
def table(people):
    return make_self_check(people).table


@pytest.fixture
def desk(people, table):
    return desk_of(people.preparer, table).export()


def type_in(table, people, text, item_id=ITEM):
    row = row_of(table, item_id)
    save_cell(table=table, item_id=item_id, field="value", value=text, version=row.version, token="", by=people.consultant)


def two_parts(table):
    """A clause of two amounts, and its value."""
    rows = ScoreRow.objects.filter(table=table).values_list("item_id", "value")
    return next((item, value) for item, value in rows if isinstance(value, dict) and set(value) == {"a", "b"} and value["a"] != "0")


def test_the_workbook_has_guidance_drop_downs_locks_and_marks(desk, table):
    sheet, book = desk.sheet, desk.book
    assert "attachment" in desk.name
    assert (sheet.protection.sheet, sheet.column_dimensions["A"].hidden) == (True, True)
    assert {book[MARKS].sheet_state, book["选项"].sheet_state} == {"hidden"}
    assert [words in sheet["B1"].value for words in ("演示数据", "参考版")] == [True, True]
    assert "不要填公式" in book[GUIDE]["A6"].value
    assert [desk.cell(f"{ITEM}|", name).protection.locked for name in ("value", "title")] == [False, True]
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"list", "decimal", "whole"}
    marks = ["greendistrict.scores/2", table.district.code, "GD-REF-2024", str(table.pk)]
    assert [mark.value for mark in book[MARKS]["A"][:4]] == marks


def test_an_untouched_workbook_has_nothing_to_write(desk):
    page = desk.send()
    assert (page.context["token"], lacking(page, "工作簿与平台上的内容相同")) == ("", (200, []))


@pytest.mark.parametrize(("merged", "words"), [("B1:F1", ""), ("B1:K2", ""), ("B2:B3", "B2:B3"), ("F8:F9", "F8:F9")])
def test_cells_of_the_title_may_be_merged_and_no_others(desk, merged, words):
    desk.sheet.merge_cells(merged)
    said = f"工作簿有合并单元格（{words}），请取消合并后导入" if words else "工作簿与平台上的内容相同"
    assert lacking(desk.send(), said) == (422 if words else 200, [])


def test_an_import_is_previewed_and_then_written_as_typing_would(people, table, desk):
    desk.put(f"{ITEM}|", 12.5, explanation="按年报").put(f"{CONTROL}|", build_state="已完成")
    page = desk.send()
    assert lacking(page, "改动3格，须选定0格，不能接受0格") == (200, [])
    before = row_of(table).value
    assert before != "12.5"
    assert desk.write(page).status_code == 302
    row = row_of(table)
    assert (row.value, row.explanation, row.version, row.changed_by) == ("12.5", "按年报", 1, people.preparer)
    noted = sorted(RowChange.objects.filter(row=row).values_list("field", "old", "new"))
    assert noted == [("explanation", "", "按年报"), ("value", before, "12.5")]
    record = AuditRecord.objects.get(action="table.import")
    assert (record.data["fields"], record.data["name"]) == (3, "表.xlsx")
    desk.write(page)  # the same form sent twice writes once
    assert row_of(table).version == 1
    assert AuditRecord.objects.filter(action="table.export").count() == 1


def test_what_was_typed_meanwhile_is_shown_with_both_values(people, table, desk):
    desk.put(f"{ITEM}|", 12.5)
    type_in(table, people, "33")
    page = desk.send()
    [question] = page.context["preview"].questions
    assert [option.words for option in question.options] == ["12.5%", "33%"]
    assert people.consultant.name in question.options[1].note
    assert lacking(desk.write(page), "还有1格没有选定，这次没有写入") == (409, [])
    for choice, value in (("keep", "33"), ("0", "12.5")):
        assert desk.write(page, **{f"cell-{question.line.address}": choice}).status_code == 302
        assert row_of(table).value == value


def test_a_share_of_a_hundred_is_read_as_the_person_says(table, desk):
    desk.put(f"{ITEM}|", 0.8)
    for choice, values in (("1", {"0.8"}), ("0", {"0.8", "80"})):
        page = desk.send()
        [address] = [one.line.address for one in page.context["preview"].questions] or [""]
        desk.write(page, **{f"cell-{address}": choice})
        assert row_of(table).value in values


def test_an_edit_between_preview_and_writing_is_shown_and_nothing_written(people, table, desk):
    page = desk.put(f"{ITEM}|", 12.5).put(f"{SECOND}|", 44).send()
    type_in(table, people, "33")
    answer = desk.write(page)
    assert lacking(answer, "预览之后有人改过这些条文") == (409, [])
    assert (row_of(table).value, RowChange.objects.filter(row__table=table).count()) == ("33", 1)
    address = answer.context["preview"].questions[0].line.address
    assert desk.write(answer, **{f"cell-{address}": "0"}).status_code == 302
    assert [row_of(table, item).value for item in (ITEM, SECOND)] == ["12.5", "44"]


def test_two_parts_of_one_value_by_two_people_go_together(people, table, desk):
    name, value = two_parts(table)
    desk.put(f"{name}|a", 50)
    type_in(table, people, {**value, "b": "200"}, name)
    page = desk.send()
    assert page.context["preview"].questions == []
    desk.write(page)
    assert row_of(table, name).value == {"a": "50", "b": "200"}


def test_clauses_that_hold_are_written_if_the_person_says_so_and_the_others_come_back(people, table, desk):
    page = desk.put(f"{ITEM}|", 12.5).put(f"{SECOND}|", "=1", explanation="按年报").send()
    place = f"<td>{desk.cell(f'{SECOND}|').coordinate}</td>"
    assert lacking(page, place, "有1格不能接受，所在的1行不能写入", "只写入其余条文") == (422, [])
    written = desk.write(page, copy=page.context["copy"])
    assert lacking(written, "其余1行没有写入") == (200, [])
    assert (row_of(table).value, row_of(table, SECOND).version) == ("12.5", 0)
    [row] = desk.returned(written).lines
    assert (row[0].value, row[-1].value) == (f"{SECOND}|", "取值：这是公式，请改成结果（复制后选择性粘贴为数值）")
    assert desk.cell(f"{SECOND}|").fill.fgColor.rgb.endswith("F8D7DA")
    type_in(table, people, "33", SECOND)  # what others do after the export is still known for what comes back
    again = desk.put(f"{SECOND}|", 44).send()
    [question] = again.context["preview"].questions
    assert [option.words for option in question.options] == ["44%", "33%"]
    assert desk.write(again, **{f"cell-{question.line.address}": "0"}).status_code == 302
    assert (row_of(table, SECOND).value, row_of(table, SECOND).explanation) == ("44", "按年报")


def test_a_clause_whose_parts_do_not_go_together_comes_back_whole(table, desk):
    name, _ = two_parts(table)
    page = desk.put(f"{name}|a", "x").put(f"{name}|b", 3).send()
    assert page.context["token"] == ""
    desk.returned(page)
    assert [desk.cell(f"{name}|{part}").value for part in "ab"] == ["x", 3]


def test_a_slip_of_a_power_of_ten_is_named_with_the_value_it_would_be(table, desk):
    ScoreRow.objects.filter(table=table, item_id=ITEM).update(value="4.5")
    preview = desk.export().put(f"{ITEM}|", 45).put(f"{SECOND}|", 8000).send().context["preview"]
    assert [line.note for line in preview.changed] == ["约为现存的10倍，请核对单位和小数点，可能应为4.5%"]
    assert [line.note for line in preview.refused] == ["应在0至100%之间；可能多了100倍，那样应为80%"]


def test_an_area_beyond_the_district_is_refused_in_the_preview_as_before_submission(table, desk):
    """The district has 250 ha; the table holds nothing yet, so the amount would become its base quantity."""
    for hectares, said in ((2000, "建设用地总面积不大于规划范围面积：建设用地总面积2000公顷，城区档案为250公顷"), (200, "")):
        preview = desk.export().put("4.2.8|a", 10).put("4.2.8|b", hectares).send().context["preview"]
        assert [said in line.note for line in preview.refused] == ([True] if said else [])


def test_a_submission_between_preview_and_writing_keeps_everything_out(table, desk):
    page, before = desk.put(f"{ITEM}|", 12.5).send(), row_of(table).value
    ScoreTable.objects.filter(pk=table.pk).update(status="submitted")
    assert desk.write(page).status_code == 410
    assert row_of(table).value == before


def test_a_preview_is_of_one_table_and_not_for_ever(people, desk):
    page = desk.put(f"{ITEM}|", 12.5).send()
    other = make_self_check(people, district=make_district(people, stage="pilot", name="演示另一个（虚构）")).table
    assert lacking(desk_of(people.preparer, other).write(page), "预览是另一张评分表的") == (409, [])
    assert "预览已失效，请重新上传" in text_of(desk.client.post(desk.apply, {"token": page.context["token"] + "x"}))


def test_a_missing_or_foreign_file_is_told_beside_the_field(desk):
    assert lacking(desk.client.post(desk.back, {}), "请选择填好的工作簿") == (422, [])
    assert "“表.csv”不是 Excel 工作簿" in text_of(desk.send("表.csv", b"x"))
    assert "这不是从本页导出的评分表工作簿" in text_of(desk.send(content=saved(openpyxl.Workbook())))


# --- the clauses given to a bureau -----------------------------------------------------------------------------------------


@pytest.fixture
def share(people, table):
    return give_out(table=table, items=[ITEM, SECOND], by=people.preparer, organisation=people.bureau_body, note="按年报口径")


def bureau_of(user, share):
    return Desk(user, SHARE_BOOK, *(url(f"share_{what}", share) for what in ("export", "import", "import_apply")))


@pytest.fixture
def bureau(people, share):
    return bureau_of(people.bureau, share).export()


def test_the_workbook_holds_the_clauses_given_with_requirement_and_unit(bureau, share):
    assert lacking(bureau.client.get(url("share", share)), bureau.out, bureau.back) == (200, [])
    assert {row[0].value for row in bureau.lines} == {f"{ITEM}|", f"{SECOND}|"}
    requirement = bureau.cell(f"{ITEM}|", "requirement")
    assert (bureau.cell(f"{ITEM}|", "how").value, len(requirement.value) > 10, requirement.protection.locked) == ("%", True, True)
    assert "按年报口径" in bureau.sheet["B2"].value
    assert "分派的条文页面" in "".join(str(row[0].value) for row in bureau.book["填写说明"].iter_rows())


def test_what_a_bureau_brings_back_is_written_as_typing_would_and_refused_cells_are_left_out(people, bureau, share):
    before = row_of(share.table, SECOND).value
    page = bureau.put(f"{ITEM}|", 12.5).put(f"{SECOND}|", "很多").send()
    assert (page.status_code, len(page.context["refused"])) == (422, 1)
    assert bureau.write(page, copy=page.context["copy"]).status_code == 200
    row = row_of(share.table)
    assert (row.value, row.version, row.changed_by) == ("12.5", 1, people.bureau)
    assert row_of(share.table, SECOND).value == before
    record = AuditRecord.objects.get(action="table.import")
    assert (record.data["share"], record.data["fields"]) == (share.pk, 1)
    assert bureau.returned(page).cell(f"{SECOND}|").value == "很多"


def test_what_is_newer_in_a_share_is_asked_about(people, bureau, share):
    type_in(share.table, people, "33")
    page = bureau.put(f"{ITEM}|", 12.5).send()
    [question] = page.context["preview"].questions
    assert ["33" in option.words for option in question.options].count(True) == 1
    assert bureau.write(page).status_code == 409
    assert row_of(share.table).value == "33"


def test_no_cell_outside_the_share_is_taken(people, bureau, share):
    other = give_out(table=share.table, items=["7.2.1"], by=people.preparer, organisation=people.bureau_body)
    assert "工作簿是另一次分派" in text_of(bureau_of(people.bureau, other).send(content=saved(bureau.book)))
    bureau.lines[0][0].value = f"{CONTROL}|"
    page = bureau.send()
    assert (page.status_code, page.context["token"]) == (422, "")


def test_a_signed_share_takes_no_workbook(people, bureau, share):
    own = bureau_of(people.preparer, share)
    assert [own.client.get(address).status_code for address in (own.back, own.out)] == [403, 200]
    page = bureau.put(f"{ITEM}|", 12.5).send()
    RowShare.objects.filter(pk=share.pk).update(status="signed")
    assert bureau.write(page).status_code == 410
    assert row_of(share.table).value != "12.5"
