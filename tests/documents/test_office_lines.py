"""Every list import against what offices write: totals and notes between rows, keys that look the same, rows of nothing but a format.

The table of lists is whole: each ``Reader`` of the product has its line here.
"""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest

from greendistrict.accounts.models import User
from greendistrict.core.folded_keys import folded, visible
from greendistrict.documents.workbooks.book import MOST_ROWS
from greendistrict.documents.workbooks.lines import aside, looks_aside, skeleton
from greendistrict.documents.workbooks.reader import Reader
from portal.enrolment.readers import PostReader
from tests.documents.office_lists import LISTS, office_lists
from tests.factories.workbooks import saved

pytestmark = pytest.mark.django_db
TOTALS = ["合计", "合 计", "小计：", "总计（公顷）", "合计：99.9", "平均值", "Total", "本页小计", "共计 12"]
NOTES = ["注：面积以审批为准", "注", "单位：公顷", "数据来源：规划资源局", "填表人：张三", "备注1：x", "以下空白"]
PARTS = ["一期合计", "其中：住宅", "北块小计"]
DAY = dt.date(2026, 1, 1)


@pytest.fixture
def lists(people):
    return office_lists(people)


def test_the_table_names_every_list(lists):
    def kinds(one):
        return {one, *(kind for sub in one.__subclasses__() for kind in kinds(sub))}

    concrete = {kind.__name__ for kind in kinds(Reader) if not kind.__abstractmethods__}
    others = {"IndicatorReader", PostReader.__name__}  # of fixed rows, whose first cell is a hidden key; of three cells that form the key
    assert concrete - others == {type(one.reader).__name__ for one in lists.values()}


@pytest.mark.parametrize("kind", LISTS)
def test_totals_notes_and_heads_between_the_rows_are_left_out_with_a_word(lists, kind):
    one = lists[kind]
    heads = [column.label for column in one.reader.book.columns]
    found = one.read(*([text] for text in (*TOTALS, *NOTES)), ["", "合计", "", 9], heads)
    assert (found.problems, found.refused, found.added, found.works) == ([], [], [], [])
    assert [line.after for line in found.aside[: len(TOTALS) + len(NOTES)]] == [*TOTALS, *NOTES]
    assert {line.note for line in found.aside} == {"合计或平均的行", "说明的行", "重复的表头"}
    assert len(found.aside) == len(TOTALS) + len(NOTES) + 2


@pytest.mark.parametrize("kind", ["plots", "projects", "works"])
def test_what_may_be_a_total_is_asked_and_keeps_no_other_row_out(lists, kind):
    one = lists[kind]
    found = one.read(*(one.new(text) for text in PARTS), one.new("甲-9"))
    assert [line.note for line in found.refused] == ["看起来是合计或说明的行，没有读入；确是一行数据的，请改个名称"] * 3
    assert [work.label for work in found.works] == ["甲-9"]


@pytest.mark.parametrize("kind", ["plots", "projects", "works", "inventory", "accounts"])
def test_a_key_that_looks_the_same_is_the_same_row(lists, kind):
    one = lists[kind]
    key = one.key
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in key)
    variants = [f"{key}\u200b", f"\ufeff{key}", key.replace("-", "–"), key.replace("-", "\u2011"), f" {key}\t", key.swapcase(), wide,
                f"{key[:2]}\u00ad{key[2:]}"]  # fmt: skip
    for typed in variants:
        found = one.read(one.new(typed), first=one.reader.book.first_row + 1) if kind != "inventory" else one.read(one.new(typed))
        assert found.added == [], (typed, found.refused)
    twice = one.read(one.new("B-7"), one.new("b–７"))
    assert [line.note[:7] for line in twice.refused] == ["工作簿里有两行"] * 2


def test_a_key_written_otherwise_is_told_and_does_not_rename(lists):
    one = lists["plots"]
    found = one.read({"number": "ys01–001", "area_ha": 3}, first=one.reader.book.first_row + 1)
    [line] = [line for line in found.noted if line.label == "地块编号"]
    assert (line.before, line.after, line.note) == ("ys01–001", "YS01-001", "与平台上的“YS01-001”写法不同，按同一个编号处理")
    [work] = found.works
    assert set(work.fields) == {"area_ha"}


def test_a_new_key_keeps_its_visible_form_and_one_like_another_is_noted(lists):
    one = lists["plots"]
    found = one.read(one.new("Ａ－1\u200b"), one.new("YSO1-1"))
    assert [work.fields["number"] for work in found.works] == ["Ａ－1", "YSO1-1"]
    [note] = [line.note for line in found.noted if line.key == "YSO1-1"]
    assert note == "与“YS01-001”很像，请核对是不是同一个"


@pytest.mark.parametrize(("typed", "why"), [(True, "逻辑值"), (1e21, "只保留前15位"), (dt.datetime(2026, 3, 1), "日期")])  # noqa: DTZ001
@pytest.mark.parametrize("kind", ["plots", "projects", "works", "accounts", "experts"])
def test_a_key_that_the_spreadsheet_has_changed_is_refused(lists, kind, typed, why):
    one = lists[kind]
    [line, *_] = one.read(one.new(typed)).refused
    assert why in line.note


def test_a_mail_of_another_account_is_asked_about(lists):
    found = lists["accounts"].read({"username": "other", "name": "乙演示", "email": "YS@EXAMPLE.invalid"})
    assert [line.note for line in found.refused] == ["这个邮箱已登记在账号ys01-001，请核对是不是同一个人"]
    user = User.objects.exclude(email="").exclude(username="ys01-001").first()
    found = lists["experts"].read({**lists["experts"].row, "username": "韩", "email": user.email.upper()})
    assert f"这个邮箱已登记在账号{user.username}" in next(line.note for line in found.refused if line.label == "电子邮箱")


@pytest.mark.parametrize("kind", ["plots", "works"])
def test_rows_of_nothing_but_a_format_do_not_count(lists, kind):
    one = lists[kind]
    book = openpyxl.load_workbook(BytesIO(one.content))
    sheet = book[one.reader.book.sheet]
    for row in range(sheet.max_row + 1, MOST_ROWS + 300):
        sheet.cell(row, 1).border = openpyxl.styles.Border(left=openpyxl.styles.Side("thin"))
    sheet.cell(1_048_576, 2).value = ""
    found = type(one.reader)(one.reader.subject, one.reader.today).read(saved(book))
    assert (found.problems, found.unchanged) == ([], 1)
    sheet.cell(MOST_ROWS + 400, 1, "Z-1")
    found = type(one.reader)(one.reader.subject, one.reader.today).read(saved(book))
    assert [line.key for line in found.refused if line.address[1:] == str(MOST_ROWS + 400)] == ["Z-1"] or found.added == ["Z-1"]


@pytest.mark.parametrize(("text", "is_row"), [
    ("合计路", True), ("总计划展示馆", True), ("注水站", True), ("单位大楼", True), ("说明书厂", True), ("日期广场", True),
    ("合计", False), ("加权平均值：", False), ("全区合计(m²)", False),
])  # fmt: skip
def test_a_name_that_begins_like_a_total_is_a_row(text, is_row):
    assert (aside([text, "1"], ["编号", "面积"]) == "") is is_row
    assert not (is_row and looks_aside(text))


@pytest.mark.parametrize(("key", "beside", "what"), [
    ("第一批启动区", ["在建", "2"], ""), ("第一批", ["2.5", "", "3"], "分组的标题行"), ("12/3", ["2"], ""), ("*A1", ["2"], ""),
    ("一、住宅", ["9公顷"], "分组的标题行"), ("一期小计", ["在建", "9"], "合计或平均的行"),
    ("第二章更新单元", ["070102", "2"], ""), ("附表1所列地块", ["2"], "说明的行"),
])  # fmt: skip
def test_a_key_is_doubted_by_what_stands_beside_it(key, beside, what):
    assert looks_aside(key, beside) == what


@pytest.mark.parametrize("key", ["第一批启动区", "12/3", "*A1", "一、二期地块"])
def test_real_keys_that_begin_like_a_heading_or_a_note_are_rows(lists, key):
    for kind, more in (("plots", {"land_use": "070102"}), ("projects", {}), ("works", {})):
        found = lists[kind].read({**lists[kind].new(key), **more})
        assert ([work.label for work in found.works], found.refused, found.aside) == ([key], [], []), kind


def test_a_line_without_a_key_is_named_by_what_it_is(lists):
    heads = [column.label for column in lists["plots"].reader.book.columns]
    at = heads.index("用地面积 公顷") + 1
    found = lists["plots"].read({2: "街道一小计", at: 9}, {2: "一、居住用地", at: 9})
    assert [line.note for line in found.aside] == ["合计或平均的行", "分组的标题行"]


def test_numbers_of_columns_are_no_row_but_numbers_are():
    assert aside(["1", "2", "3", "4"], []) == "栏次的行"
    assert aside(["1", "2"], []) == aside(["1", "3", "2"], []) == aside(["", "", ""], []) == ""


def test_what_keys_are_compared_by():
    assert {folded(key) for key in ("ＹＳ01－001", "ys01 –001", "YS01\u200b-001", "YS01−001", "YS01—001")} == {"ys01-001"}
    assert skeleton("YSO1-1") == skeleton("YS01-001") != skeleton("YS01-002")
    assert skeleton("能源站") == "能源站"
    assert visible("\ufeff 甲\u200b  乙 ") == "甲 乙"
