"""A range copied from a spreadsheet on the import pages of a score table, of a share of one and of an expert's sheet."""

import csv
import hashlib
import io
from collections.abc import Callable
from html import unescape
from typing import Any, NamedTuple

import pytest

from assessments.reviews.models import ExpertScore, PanelMember
from assessments.reviews.services.score_sheet import BOOK as SHEET
from assessments.sharing.models import RowShare
from assessments.sharing.services import give_out
from assessments.tables.models import RowChange, ScoreRow, ScoreTable
from assessments.workbook.score_table import BOOK, SHARE_BOOK
from assessments.workbook.services import live_book
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.documents.workbooks.grids import FORMULA
from greendistrict.documents.workbooks.pasted import NAME
from tests.assessments.browsing import browser, lacking, put, row_of, text_of, url
from tests.assessments.sealed import Desk, refused
from tests.factories.assessments import make_self_check
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene

ITEM, SECOND = "7.2.7", "7.2.6"
SAME = f"{NAME}与平台上的内容相同，没有要写入的改动"
HEADS = {
    "table": ("条文号", "填写内容", "取值", "说明"),
    "share": ("条文号", "填写内容", "取值", "说明"),
    "expert": ("条文号", "判断", "另给分数", "意见"),
}

scored = once(lambda: Scene().to_scoring())
scene = copy_of("scored")


class Pasting(NamedTuple):
    """One of the three pages: two rows under the heads above and what they write, a wrong one, and what keeps nothing of them."""

    desk: Desk
    one: list[Any]
    two: list[Any]
    changed: int
    stored: Callable[[], Any]
    expected: Any
    wrong: tuple[Any, str]  # content of the third column that is refused, and why
    action: str

    def paste(self, lines):
        return self.desk.client.post(self.desk.back, {"pasted": text(lines)})

    @property
    def wrongly(self):
        """The first row with the content that is refused."""
        return [*self.one[:2], self.wrong[0], self.one[3]]


def text(lines):
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def table_of(scene):
    return make_self_check(scene.people).table


def share_of(scene, table):
    return give_out(table=table, items=[ITEM, SECOND], by=scene.people.preparer, organisation=scene.people.bureau_body)


def label_of(desk, item):
    return desk.cell(f"{item}|", "label").value


def of_rows(desk, table, action="table.import"):
    for item in (ITEM, SECOND):
        put(table, item, value="40", explanation="按年报（虚构）")
    desk.export()
    one, two = ([item, label_of(desk, item), *cells] for item, *cells in ((ITEM, "12.5%", "新的\n说明"), (SECOND, 44, "")))
    expected = [("12.5", "新的\n说明"), ("44", "按年报（虚构）")]
    stored = lambda: [(row_of(table, item).value, row_of(table, item).explanation) for item in (ITEM, SECOND)]  # noqa: E731
    return Pasting(desk, one, two, 3, stored, expected, ("约80", "应填数字"), action)


def table_page(scene):
    table = table_of(scene)
    return of_rows(
        Desk(scene.people.preparer, BOOK, *(url(f"table_{what}", table) for what in ("export", "import", "import_apply"))), table
    )


def share_page(scene):
    table = table_of(scene)
    share = share_of(scene, table)
    return of_rows(
        Desk(scene.people.bureau, SHARE_BOOK, *(url(f"share_{what}", share) for what in ("export", "import", "import_apply"))), table
    )


def expert_page(scene):
    member = scene.members[0]
    desk = Desk(member.expert.user, SHEET, *(url(name, scene.review) for name in ("review_book", "review_import", "review_import_apply")))
    points = scene.clause(member)
    other = member.assignments.exclude(item_id=points).order_by("pk").first().item_id
    ExpertScore.objects.filter(assignment__member=member, assignment__item_id=other).update(comment="早先写的", comment_kind="advice")

    def stored():
        found = (ExpertScore.objects.get(assignment__member=member, assignment__item_id=item) for item in (points, other))
        return [(score.judgement, score.points, score.comment) for score in found]

    one, two = [points, "不同", 0, "没有佐证"], [other, "存疑", "", ""]
    expected = [("differ", 0, "没有佐证"), ("doubt", None, "早先写的")]
    return Pasting(desk.export(), one, two, 4, stored, expected, (999, "评分"), "review.import_scores")


@pytest.fixture(params=["table", "share", "expert"])
def kind(request):
    return request.param


@pytest.fixture
def page(scene, kind):
    return {"table": table_page, "share": share_page, "expert": expert_page}[kind](scene)


def test_what_was_copied_from_the_exported_workbook_changes_nothing(page):
    whole = [[cell.value for cell in row] for row in page.desk.sheet.iter_rows()]
    for lines in (whole, [row[1:] for row in whole[2:]]):  # with the title and the hidden column, and as it is seen
        answer = page.paste(lines)
        assert (lacking(answer, SAME), answer.context["token"], answer.context["preview"].missing) == ((200, []), "", ())


def test_some_rows_in_other_columns_are_previewed_written_and_on_record(page, kind):
    order = (3, 0, 2, 1)  # the number of the clause is the second column
    lines = [[row[at] for at in order] for row in (HEADS[kind], page.two, page.one)]
    seen = page.paste([["某单位的表（虚构）"], *lines, ["合计"]])
    preview = seen.context["preview"]
    assert (seen.status_code, len(preview.changed), preview.questions, refused(seen)) == (200, page.changed, [], [])
    assert "合计" in [line.after for line in preview.aside]
    assert f"{page.one[0]}\t" in text_of(seen)  # what was pasted stays
    assert ("的行，平台上的内容不变" in text_of(seen), bool(preview.missing)) == (kind != "share", kind != "share")
    written = page.desk.write(seen)
    assert (written.status_code, page.stored()) == (302, page.expected)
    assert f"已按{NAME}写入" in text_of(page.desk.client.get(written.url))
    record = AuditRecord.objects.get(action=page.action)
    assert record.data["sha256"] == hashlib.sha256(text([["某单位的表（虚构）"], *lines, ["合计"]]).encode()).hexdigest()
    if kind != "expert":
        assert (record.data["name"], record.data["fields"]) == (NAME, page.changed)
        assert RowChange.objects.filter(row__item_id__in=(ITEM, SECOND)).count() == page.changed


def test_cells_and_rows_are_named_by_their_place_in_the_range(page, kind):
    seen = page.paste([HEADS[kind], page.two, page.wrongly])
    [line] = seen.context["preview"].refused
    assert (seen.status_code, line.address, page.wrong[1] in line.note) == (422, "B3" if line.label == "判断" else "C3", True)
    written = page.desk.write(seen, copy=seen.context["copy"])
    assert (written.status_code, page.stored()[1], page.stored()[0] == page.expected[0]) == (200, page.expected[1], False)
    copy = page.desk.returned(seen)
    assert [str(row[0].value).rstrip("|") for row in copy.lines] == [page.one[0]]
    assert (
        page.desk.write(copy.put(page.desk.lines[0][0].value, **{"points" if kind == "expert" else "value": "0"}).send()).status_code == 302
    )


def test_heads_that_nobody_knows_are_named_and_what_was_typed_stays(page, kind):
    seen = page.paste([["多余", *HEADS[kind]], ["甲", *page.one], ["某街道小计", "", "", 3, ""], ["小计", "", "", 3, ""]])
    assert "没有读入的列：多余" in text_of(seen)
    assert ([line.address for line in seen.context["preview"].aside], refused(seen)) == (["A4"], ["这一行没有条文号"])
    for heads, words in (
        (["甲", "乙", "丙", "丁"], "粘贴的表头是“甲”“乙”“丙”“丁”"),
        (["条文号", "条文", "甲", "乙"], "粘贴的表头是“甲”“乙”"),
    ):
        answer = page.paste([heads, page.one])
        assert answer.status_code == 422
        [error] = answer.context["form"].errors["pasted"]
        assert (words in error, "须有“条文号”列" in error) == (True, True)
        assert text([page.one]).splitlines()[0] in unescape(text_of(answer)).replace("\r", "")
    bare = page.paste([page.one, page.two])
    assert (bare.status_code, "条文号" in bare.context["form"].errors["pasted"][0]) == (422, True)


def test_rows_that_are_not_in_the_table_are_named_and_the_others_taken(page, kind):
    seen = page.paste([HEADS[kind], ["99.9.9", *page.one[1:]], ["", *page.one[1:]], page.two])
    assert [words in note for words, note in zip(("“99.9.9”", "没有条文号"), refused(seen), strict=True)] == [True, True]
    assert [line.address for line in seen.context["preview"].refused] == ["A2", "A3"]
    page.desk.write(seen, copy=seen.context["copy"])
    assert page.stored()[1] == page.expected[1]


def test_two_lines_of_one_row_are_refused(page, kind):
    before = page.stored()[0]
    seen = page.paste([HEADS[kind], page.one, page.two, page.one])
    assert refused(seen) == [f"条文 {page.one[0]} 的这一行出现两次，请删去一行"]
    page.desk.write(seen, copy=seen.context["copy"])
    assert page.stored() == [before, page.expected[1]]


def test_a_text_that_begins_like_a_formula_is_refused_as_one(page, kind):
    assert refused(page.paste([HEADS[kind], [*page.one[:2], "=1+1", page.one[3]]])) == [FORMULA]


def test_only_a_file_or_a_range_comes_in(page):
    assert "请选择填好的工作簿，或粘贴表格" in text_of(page.desk.client.post(page.desk.back, {"pasted": " "}))
    assert "不是表格里的单元格" in text_of(page.desk.client.post(page.desk.back, {"pasted": "条文号 取值"}))
    assert 'name="pasted"' in text_of(page.desk.client.get(page.desk.back))


def test_what_another_pastes_is_not_read(scene, page, kind):
    given = {"pasted": text([HEADS[kind], page.one])}
    others = {"table": ("reviewer", 403), "share": ("preparer", 403), "expert": ("secretariat", 404)}
    who, status = others[kind]
    assert browser(getattr(scene.people, who)).post(page.desk.back, given).status_code == status
    assert browser(scene.people.outsider_preparer).post(page.desk.back, given).status_code == 404


CLOSES = {
    "table": lambda: ScoreTable.objects.update(status="submitted"),
    "share": lambda: RowShare.objects.update(status="signed"),
    "expert": lambda: PanelMember.objects.update(submitted_at=clock.now()),
}


def test_what_is_pasted_after_the_page_has_closed_comes_back_with_the_reason(page, kind):
    before = page.stored()
    CLOSES[kind]()
    answer = page.paste([HEADS[kind], page.one])
    assert (answer.status_code, "preview" in answer.context, page.stored()) == (410, False, before)
    assert lacking(answer, f"{page.one[0]}\t", "不能再改") == (410, [])
    assert page.desk.client.get(page.desk.back).status_code == 410


# --- what an office's own table of clauses and values says -----------------------------------------------------------------


@pytest.fixture
def table(scene):
    return table_of(scene)


@pytest.fixture
def paste(scene, table):
    client = browser(scene.people.preparer)
    return lambda lines: client.post(url("table_import", table), {"pasted": text(lines)})


def test_a_number_of_a_clause_is_enough_where_the_clause_has_one_line(table, paste):
    several = next(item for item, value in ScoreRow.objects.filter(table=table).values_list("item_id", "value") if isinstance(value, dict))
    seen = paste([["条文编号", "指标值"], ["７.２.７", "12.5"], [several, 3]])
    assert [line.key for line in seen.context["preview"].changed] == [ITEM]
    assert refused(seen) == [f"条文 {several} 有2行，须写明“填写内容”才能分清，请照导出的工作簿写"]
    assert refused(paste([["条文号", "填写内容", "取值"], [ITEM, "别的", 3]])) == [f"条文 {ITEM} 没有“填写内容”为“别的”的行"]


def test_a_figure_of_last_year_or_a_target_is_not_the_value(table, paste):
    for heads, unread in (
        (["条文号", "上年指标值", "本年指标值"], "上年指标值"),
        (["条文号", "规划指标值", "完成值"], "规划指标值"),
        (["条文号", "指标目标值", "指标值"], "指标目标值"),
    ):
        seen = paste([heads, [ITEM, "99", "12.5"]])
        assert [line.after for line in seen.context["preview"].changed] == ["12.5%"], heads
        assert f"没有读入的列：{unread}" in text_of(seen)
    for heads in (["条文号", "标准", "目标指标值", "现状指标值"], ["条文号", "指标目标值"]):
        seen = paste([heads, [ITEM, *["99"] * (len(heads) - 1)]])
        assert (seen.status_code, heads[-1] in seen.context["form"].errors["pasted"][0]) == (422, True)


def test_a_unit_beside_the_number_is_converted_and_another_refused(table, paste):
    label = next(line.shown["label"] for line in live_book(table).lines.values() if line.key == "4.2.8|b")
    told = [
        ("亩", 3000, "200公顷", "“3000亩”识别为200公顷"), ("公顷", 200, "200公顷", ""), ("", 200, "200公顷", ""),
        ("亩", "200公顷", "200公顷", "旁边的单位是亩，这一格写的是公顷"), ("人", 200, "200人", "单位应为“公顷”，这里写的是“人”"),
    ]  # fmt: skip
    for unit, number, after, said in told:
        preview = paste([["条文号", "填写内容", "单位", "取值"], ["4.2.8", label, unit, number]]).context["preview"]
        [line] = [*preview.changed, *preview.refused]
        assert (said in line.note, line.after, bool(preview.refused)) == (True, after, unit == "人")


def test_a_number_with_its_unit_is_told_and_a_share_of_a_hundred_asked(paste):
    [line] = paste([["条文号", "取值"], [ITEM, "12.5％"]]).context["preview"].changed
    assert (line.after, "已去掉" in line.note) == ("12.5%", True)
    [question] = paste([["条文号", "取值"], [ITEM, 0.8]]).context["preview"].questions
    assert [option.words for option in question.options] == ["80%", "0.8%", "100%"]


def test_a_share_takes_its_own_clauses_from_its_own_assignee(scene, table):
    share = share_of(scene, table)
    other = give_out(table=table, items=["7.2.1"], by=scene.people.preparer, organisation=None, person=scene.people.consultant)
    lines = {"pasted": text([["条文号", "取值"], ["7.2.1", 3]])}
    bureau = browser(scene.people.bureau)
    assert refused(bureau.post(url("share_import", share), lines)) == ["条文“7.2.1”不在分派的条文里"]
    assert bureau.post(url("share_import", other), lines).status_code == 404


def test_cells_that_say_nothing_clear_nothing(table, paste):
    put(table, ITEM, value="40", explanation="按年报（虚构）")
    answer = paste([["条文号", "取值", "说明"], [ITEM, "—", ""]])
    assert (lacking(answer, SAME), answer.context["token"]) == ((200, []), "")


def test_what_others_typed_before_is_no_conflict_and_what_they_type_meanwhile_is(scene, table, paste):
    seen = paste([["条文号", "取值"], [ITEM, 12.5]])
    put(table, ITEM, value="33", version=5)
    desk = Desk(scene.people.preparer, BOOK, "", url("table_import", table), url("table_import_apply", table))
    assert lacking(desk.write(seen), "预览之后有人改过这些条文") == (409, [])
    again = paste([["条文号", "取值"], [ITEM, 12.5]])
    assert (again.context["preview"].questions, desk.write(again).status_code, row_of(table).value) == ([], 302, "12.5")
