"""What is wrong with workbooks that come back, one file and message for each kind; and that what was not edited does not change."""

import datetime as dt
import json
import zipfile
from functools import reduce
from io import BytesIO
from random import Random

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.common.enums import Purpose, ScoringStage
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import score_rows
from assessments.tables.services.cells import cleaned
from assessments.workbook.score_table import BOOK, FIELDS, NUMBER, ScoreBook, join, parts_of, split
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.book import MARKS
from greendistrict.documents.workbooks.columns import words_of
from greendistrict.documents.workbooks.comparison import compare, given_of, read_sealed
from greendistrict.documents.workbooks.grids import address_of
from greendistrict.documents.workbooks.pages import taken_upload
from greendistrict.documents.workbooks.sealed import sealed_book
from indicators.editions.models import Edition
from tests.factories.random_values import random_rows, random_value
from tests.factories.workbooks import AT, FIRST, book_in_memory, cell, content_in_memory, edition, saved, sheet_in_memory
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    return sheet_in_memory()


def sealed(sheet):
    return sealed_book(ScoreBook(sheet, clock.now()))


def intake(content, name="表.xlsx"):
    return taken_upload(SimpleUploadedFile(name, content))


# --- the file as such ---------------------------------------------------------------------------------------------------


def with_part(content, name, data=b"x", *, packed=zipfile.ZIP_DEFLATED):
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a", packed) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def retyped(content):
    """A macro workbook renamed: its type says so."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w") as archive:
        for entry in given.infolist():
            data = given.read(entry)
            if entry.filename == "[Content_Types].xml":
                data = data.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
            archive.writestr(entry, data)
    return out.getvalue()


def merged(content):
    book = openpyxl.load_workbook(BytesIO(content))
    book.active.title = BOOK.sheet
    book.active.merge_cells("F8:F9")
    return saved(book)


def packed(*names):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, b"")
    return out.getvalue()


def strict(content):
    """The workbook as it is saved under “Strict Open XML”."""
    names = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/drawingml/2006/": b"http://purl.oclc.org/ooxml/drawingml/",
    }
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in given.infolist():
            data = given.read(entry)
            for usual, name in names.items():
                data = data.replace(usual, name)
            made.writestr(entry.filename, data)
    return out.getvalue()


def with_part_named(name):
    return lambda made: with_part(made, name)


def holds(what):
    return f"“表.xlsx”含{what}，请去除后另存为 xlsx 再上传"


SAVE = "请用 Office 或 WPS 打开，另存为 xlsx 后导入"
DAMAGED = "“表.xlsx”不是Excel文件或已损坏，请用 Office 重新保存为 xlsx 后上传"
LARGE = "工作簿过大，请只保留模板中的工作表"


FILES = {
    "macros": (with_part_named("xl/vbaProject.bin"), holds("宏（vbaProject.bin）")),
    "macros by type": (retyped, holds("宏")),
    "external link": (with_part_named("xl/externalLinks/externalLink1.xml"), holds("指向其他工作簿的链接（externalLink1.xml）")),
    "data connection": (with_part_named("xl/connections.xml"), holds("外部数据连接（connections.xml）")),
    "query": (with_part_named("xl/queryTables/queryTable1.xml"), holds("外部数据查询（queryTable1.xml）")),
    "embedded file": (with_part_named("xl/embeddings/oleObject1.bin"), holds("内嵌对象（oleObject1.bin）")),
    "control": (with_part_named("xl/activeX/activeX1.xml"), holds("控件（activeX1.xml）")),
    "zip bomb": (lambda made: with_part(made, "xl/media/a.bin", bytes(41 * 2**20)), LARGE),
    "many parts": (lambda made: reduce(lambda got, at: with_part(got, f"xl/media/{at}.bin"), range(200), made), LARGE),
    "path outside": (with_part_named("../../evil.xml"), "“表.xlsx”内部结构异常，请用 Office 重新保存后上传"),
    "merged cells": (merged, "工作簿有合并单元格（F8:F9），请取消合并后导入"),
    "cut off": (lambda made: made[: len(made) // 2], DAMAGED),
    "old or of another program": (lambda _: b"\xd0\xcf\x11\xe0" + bytes(600), f"内容不是电子表格或已损坏，{SAVE}"),
    "password": (lambda _: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "工作簿设有打开密码，请去除密码后导入"),
    "page": (lambda _: b"\xef\xbb\xbf\n<HTML><table><tr><td>1</td></tr></table>", f"内容是网页，不是工作簿，{SAVE}"),
    "sheet of 2003": (
        lambda _: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        f"内容是 XML 表格（2003），{SAVE}",
    ),
    "binary": (lambda _: packed("xl/workbook.bin"), f"内容不是电子表格或已损坏，{SAVE}"),
    "OpenDocument": (lambda _: packed("mimetype", "content.xml"), f"内容不是电子表格或已损坏，{SAVE}"),
    "strict zip bomb": (lambda made: with_part(strict(made), "xl/media/a.bin", bytes(41 * 2**20)), LARGE),
    "empty": (lambda _: b"", "“表.xlsx”是空文件，请检查后重新选择"),
    "too large": (lambda _: bytes(6 * 2**20), "“表.xlsx”有 6.0 MB，超过 5 MB，请压缩或拆分后上传"),
    "text": (lambda _: b"a,b,c", DAMAGED),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_does_not_do(kind):
    spoil, message = FILES[kind]
    with pytest.raises(Refused) as caught:
        intake(spoil(saved(openpyxl.Workbook())))
    assert str(caught.value) == message


def test_a_strict_workbook_is_the_same_workbook(sheet):
    book = book_in_memory()
    cell(book, "7.2.6").value = 3
    usual, given = saved(book), strict(saved(book))
    assert b"purl.oclc.org" in zipfile.ZipFile(BytesIO(given)).read("xl/workbook.xml")
    assert read_sealed(ScoreBook(sheet, clock.now()), intake(given)) == read_sealed(ScoreBook(sheet, clock.now()), usual)
    assert read_sealed(ScoreBook(sheet, clock.now()), intake(given)).changed


@pytest.mark.parametrize("name", ["表.xlsm", "表.csv", "表"])
def test_another_kind_of_file(name):
    refuses(f"“{name}”不是 Excel 工作簿，请上传从本页导出的 Excel 文件", intake, b"x", name)


def test_an_entity_bomb_is_not_expanded(sheet):
    content = content_in_memory()
    out = BytesIO()
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w") as archive:
        for entry in given.infolist():
            data = given.read(entry)
            if entry.filename == "xl/sharedStrings.xml":
                data = bomb + data.partition(b"?>")[2].replace(b"<si><t>", b"<si><t>&b;", 1)
            archive.writestr(entry, data)
    refuses("不是完好的 Excel 工作簿", read_sealed, ScoreBook(sheet, clock.now()), out.getvalue())


# --- a workbook of something else ------------------------------------------------------------------------------------------


def problems(sheet, content):
    return read_sealed(ScoreBook(sheet, clock.now()), content).problems


def test_a_workbook_of_something_else_is_refused_by_name(sheet):
    assert problems(sheet, saved(openpyxl.Workbook())) == ["这不是从本页导出的评分表工作簿，请先导出再填写"]
    other = problems(sheet, sealed(sheet_in_memory(code="an-other-slug")))
    assert other == [
        "工作簿是另一个城区的（演示an-other-slug（虚构）2026年度自评分表　演示数据　参考版），本城区是演示demo（虚构），请从本页导出"
    ]
    last_year = sealed(sheet_in_memory(pk=2, year=2025))
    assert problems(sheet, last_year) == ["工作簿是另一张评分表（演示demo（虚构）2025年度自评分表　演示数据　参考版）的，请从本页导出"]
    sheet.table.edition = Edition(code="LEED-V4-ND")
    assert problems(sheet, content_in_memory()) == ["工作簿按标准GD-REF-2024编制，这张评分表按LEED-V4-ND编制"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda book: book[MARKS].cell(8, 2, "9"), "隐藏的校对信息被改动过，不能核对，请重新导出后填写"),
        (lambda book: book[MARKS].cell(1, 1, "greendistrict.scores/1"), "工作簿是旧格式（greendistrict.scores/1），请重新导出后填写"),
        (
            lambda book: book[BOOK.sheet].cell(BOOK.head_row + 1, AT["value"] + 1, "得数"),
            f"表头 F{BOOK.head_row + 1} 应为“取值”，列可能被移动、插入或删除，请重新导出后填写",
        ),
        (
            lambda book: setattr(book[BOOK.sheet].cell(BOOK.head_row + 1, AT["value"] + 1), "value", None),
            f"表头 F{BOOK.head_row + 1} 应为“取值”，列可能被移动、插入或删除，请重新导出后填写",
        ),
        (lambda book: book[BOOK.sheet].delete_cols(AT["item"] + 1), "缺“条文号”列，不能识别各行，请重新导出后填写"),
        (lambda book: book[BOOK.sheet].delete_cols(1), "缺“键”列，不能识别各行，请重新导出后填写"),
        (lambda book: book.remove(book[MARKS]), "这不是从本页导出的评分表工作簿，请先导出再填写"),
    ],
)
def test_hidden_marks_and_heads_must_be_as_they_were(sheet, spoil, message):
    book = book_in_memory()
    spoil(book)
    assert problems(sheet, saved(book)) == [message]


@pytest.mark.parametrize("gone", [name for name in AT if name not in {"key", *ScoreBook.recognised_by}])
def test_a_column_that_is_not_there_or_elsewhere_changes_nothing(sheet, gone):
    book = book_in_memory()
    grid = book[BOOK.sheet]
    grid.delete_cols(AT[gone] + 1)
    grid.insert_cols(3)
    cells = [row[0].value for row in grid.iter_rows(min_row=1)]
    grid.delete_cols(1)
    for at, value in enumerate(cells, start=1):
        grid.cell(at, len(BOOK.columns) + 3, value)
    found = read_sealed(ScoreBook(sheet, clock.now()), saved(book))
    label = next(column.label for column in BOOK.columns if column.field == gone)
    assert (found.problems, found.refused, found.given, found.absent) == ([], [], [], (label,))


def test_what_a_sheet_lacks_comes_back_as_it_was_exported_and_empty_in_a_row_of_no_table(sheet):
    whole, book = book_in_memory(), book_in_memory()
    grid = book[BOOK.sheet]
    told = [[cell.value for cell in row] for row in whole[BOOK.sheet].iter_rows(min_row=FIRST)]
    grid.cell(FIRST, 1).value = "x"
    cell(book, "4.1.2", name="explanation").value = "长" * 5000
    grid.delete_cols(AT["value"] + 1)
    strange, long = read_sealed(ScoreBook(sheet, clock.now()), saved(book)).returned
    assert (strange.cells[AT["value"]], long.cells[AT["value"]]) == (None, told[1][AT["value"]])


# --- lines -----------------------------------------------------------------------------------------------------------------


def refused(sheet, book):
    return [(one.address, one.note) for one in read_sealed(ScoreBook(sheet, clock.now()), saved(book)).refused]


def test_lines_that_do_not_belong(sheet):
    book = book_in_memory()
    grid, column = book[BOOK.sheet], AT["key"] + 1
    key = grid.cell(FIRST, column).value
    grid.cell(FIRST + 1, column).value = key
    grid.cell(FIRST + 2, column).value = "99.9|"
    grid.cell(FIRST + 3, column).value = None
    assert refused(sheet, book) == [
        (f"B{FIRST + 1}", f"条文 {key[:-1]} 的这一行出现两次，请删去一行"),
        (f"B{FIRST + 2}", "键“99.9|”不在这张评分表里"),
        (f"B{FIRST + 3}", "这一行没有隐藏的键，是新插入的行；不能增加条文"),
    ]


def test_rows_of_which_only_a_part_was_moved(sheet):
    book = book_in_memory()
    grid = book[BOOK.sheet]
    for column in range(2, len(AT) + 1):
        above, below = grid.cell(FIRST, column), grid.cell(FIRST + 1, column)
        above.value, below.value = below.value, above.value
    [first, second] = refused(sheet, book)
    assert first[0] == f"B{FIRST}"
    assert first[1].endswith("，与显示的条文不符；行可能只移动了一部分，请整行移动或重新导出")
    assert second[0] == f"B{FIRST + 1}"


# --- cells -----------------------------------------------------------------------------------------------------------------

DATE = dt.datetime(2026, 1, 2)  # noqa: DTZ001 -- what Excel holds has no zone
FORMULA, NO_NUMBER = "这是公式，请改成结果（复制后选择性粘贴为数值）", "应填数字，如 70 或 70.5"


def other_unit(unit):
    return f"单位应为“%”，这里写的是“{unit}”，请换算后只填数字"


CELLS = {
    "formula": ("7.2.7", "value", "=1+1", FORMULA),
    "link formula": ("7.2.7", "value", "='[他表.xlsx]Sheet1'!A1", FORMULA),
    "formula in words": ("7.2.7", "explanation", "=A1", FORMULA),
    "error value": ("7.2.7", "value", "#DIV/0!", "单元格是错误值，请改成结果"),
    "date": ("7.2.7", "value", DATE, "Excel 把这一格当成了日期或时间，请把格式改为常规后重填"),
    "words": ("7.2.7", "value", "约八成", NO_NUMBER),
    "a superscript": ("7.2.7", "value", "12²", other_unit("²")),
    "sign before": ("7.2.7", "value", "≥70", NO_NUMBER),
    "exponent": ("7.2.7", "value", "1.2e1", "不要用科学计数法，请写出全部数字"),
    "comma that groups nothing": ("7.2.7", "value", "1,5", "千位分隔应每三位一个，如 1,234.5"),
    "another unit": ("7.2.7", "value", "12 公顷", other_unit("公顷")),
    "万 of per cent": ("7.2.7", "value", "1.2万", other_unit("万")),
    "truth where a number belongs": ("7.2.7", "value", True, "这一格要填数字，不是“是”或“否”"),
    "out of its limits": ("7.2.7", "value", 140, "应在0至100%之间；可能多了100倍，那样应为1.4%"),
    "no such choice": ("4.1.1", "value", "大概满足", "请填满足或不满足"),
    "no such state": ("7.2.7", "build_state", "在建", "请填未启动、实施中或已完成"),
    "exclusion where none is allowed": ("4.1.1", "exclusion_reason", "没有", "条文 4.1.1 不允许不参评"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_does_not_do(sheet, kind):
    item_id, name, value, message = CELLS[kind]
    book = book_in_memory()
    target = cell(book, item_id, "", name)
    target.value = value
    assert outcome(sheet, book) == ({}, {}, {target.coordinate: message})


def outcome(sheet, book):
    """(changed, asked, refused) as address → words."""
    found = read_sealed(ScoreBook(sheet, clock.now()), saved(book))
    return (
        {one.address: (one.after, one.note) for one in found.changed},
        {one.line.address: [option.words for option in one.options] for one in found.questions},
        {one.address: one.note for one in found.refused},
    )


READ = {
    "number as text": ("12.5", None, "12.5%", "文本格式的数字"),
    "full width": ("１２．５", None, "12.5%", "文本格式的数字；全角数字已转为半角"),
    "per cent sign": ("80%", None, "80%", "文本格式的数字；已去掉“%”"),
    "full-width sign": ("８０％", None, "80%", "文本格式的数字；全角数字已转为半角；已去掉“％”"),
    "per cent format": (0.8, "0%", "80%", "百分比格式，识别为80（%）"), "number": (12.5, None, "12.5%", ""),
    "noise of floats": (70.10000000000001, None, "70.1%", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_how_a_cell_is_read(sheet, kind):
    value, form, *expected = READ[kind]
    book = book_in_memory()
    target = cell(book, "7.2.7")
    target.value, target.number_format = value, form or target.number_format
    assert outcome(sheet, book) == ({target.coordinate: tuple(expected)}, {}, {})


@pytest.fixture
def ratio(sheet):
    """A clause with two inputs of which the first is counted in ten thousands."""
    return next(item for name, item in sheet.scored.table.items.items() if item.ratio and name in sheet.rows)


def test_units_of_ten_thousand_and_separators_are_told(ratio):
    sheet = sheet_in_memory(**{f"c{ratio.id}": {"a": "1", "b": "3000"}})
    unit = ratio.data["inputs"][0]["unit"]
    for written, read, note in (
        ("2.5万", "2.5", f"文本格式的数字；“2.5万”识别为2.5{unit}"),
        (f"2.5{unit}", "2.5", f"文本格式的数字；已去掉单位“{unit}”"),
        (f"25000{unit[1:]}", "2.5", f"文本格式的数字；“25000{unit[1:]}”识别为2.5{unit}"),
        ("1,234.5", "1234.5", "文本格式的数字；已去掉千位分隔"),
    ):
        book = openpyxl.load_workbook(BytesIO(sealed(sheet)))
        target = cell(book, ratio.id, "a")
        target.value = written
        assert outcome(sheet, book) == ({target.coordinate: (f"{read}{unit}", note)}, {}, {})


@pytest.mark.parametrize("written", [0.8, "0.8"])
def test_a_share_where_per_cent_belongs_is_asked_and_never_taken_as_it_stands(sheet, written):
    book = book_in_memory()
    target = cell(book, "7.2.7")
    target.value = written
    assert outcome(sheet, book) == ({}, {target.coordinate: ["80%", "0.8%", f"{sheet.rows['7.2.7'].value}%"]}, {})
    stood = sheet_in_memory(c7_2_7="0.8")
    assert outcome(stood, openpyxl.load_workbook(BytesIO(sealed(stood)))) == ({}, {}, {}), "what stood there is not asked about"


def test_what_belongs_to_the_first_line_only(sheet, ratio):
    book = book_in_memory()
    second = cell(book, ratio.id, "b", "explanation")
    second.value = "说明"
    assert refused(sheet, book) == [(second.coordinate, f"请填在条文 {ratio.id} 的第一行")]


def test_what_the_portal_decides_is_not_filled_in():
    sheet = sheet_in_memory(areas=())
    item = next(item for item in sheet.scored.table.items.values() if item.auto == "key_area")
    book = openpyxl.load_workbook(BytesIO(sealed(sheet)))
    row = next(row for row in book[BOOK.sheet].iter_rows(min_row=FIRST) if str(row[0].value).startswith(f"{item.id}|"))
    row[AT["explanation"]].value = "说明"
    assert refused(sheet, book) == [(row[AT["explanation"]].coordinate, "这一条由平台判定不参评，不填")]


pytestmark = pytest.mark.django_db
SHAPES = [
    (kind, stage, building)
    for kind in ("new", "renewal")
    for stage, building in ((ScoringStage.PLANNING, False), (ScoringStage.OPERATION, False), (ScoringStage.OPERATION, True))
]


def random_sheet(edition, seed):
    """A table that is stored nowhere."""
    rng = Random(seed)  # noqa: S311 -- fiction that repeats
    kind, stage, building = SHAPES[seed % len(SHAPES)]
    areas = ["五个新城"] if rng.random() < 0.5 else []
    district = District(pk=seed + 1, code=f"demo-{seed}", name=f"演示{seed}（虚构）", type=kind, key_areas=areas, is_demo=True)
    purpose = Purpose.SELF_CHECK if stage == ScoringStage.OPERATION else Purpose.APPLICATION
    table = ScoreTable(
        pk=seed + 1, district=district, edition=edition, purpose=purpose, type=kind, stage=stage, building=building, year=2026
    )
    rows = random_rows(table, rng)
    return ScoreSheet(table, score_rows(table, rows.values()), rows, random_rows(table, rng)), rng


def compared(sheet, content):
    found = read_sealed(ScoreBook(sheet, clock.now()), content)
    assert (found.problems, found.refused, found.missing) == ([], [], ())
    given = given_of(json.loads(json.dumps(found.work())))
    assert given == found.given
    again = compare(ScoreBook(sheet, clock.now()), given)
    assert (again.changed, again.edits, again.stamp) == (found.changed, found.edits, found.stamp)
    return found


def resaved(content, change=None):
    """The file as another program saves it."""
    book = openpyxl.load_workbook(BytesIO(content))
    if change:
        change(book[BOOK.sheet])
    return saved(book)


def unchanged(edition, seed):
    sheet, _ = random_sheet(edition, seed)
    content = sealed_book(ScoreBook(sheet, clock.now()))
    cells = len(ScoreBook(sheet, clock.now()).lines) * len(FIELDS)
    for version in (content, resaved(content)):
        found = compared(sheet, version)
        assert (found.changed, found.questions, found.edits, found.unchanged) == ([], [], [], cells)


def test_an_untouched_workbook_changes_nothing():
    unchanged(edition(), 2)


@pytest.mark.area("assessments/workbook", "assessments/tables", "greendistrict/core")
@pytest.mark.parametrize("seed", range(50))
def test_fifty_random_tables_come_back_as_they_went(seed):
    unchanged(edition(), seed)


def editable(sheet):
    lines = enumerate(ScoreBook(sheet, clock.now()).lines.values(), start=BOOK.first_row)
    return [(at, line, name) for at, line in lines for name in FIELDS if name not in line.locked]


def new_content(line, name, rng, sheet):
    """Something else for a cell: (what is written into it, what is stored then); None where nothing else fits."""
    if name == "build_state":
        now = sheet.rows[line.row].build_state
        words = {"not_started": "未启动", "going": "实施中", "done": "已完成"}
        state = rng.choice([one for one in words if one != now])
        return words[state], state
    if name != "value":
        text = f"改为{rng.randrange(10**6)}"
        return text, text
    now = split((line.part,), sheet.rows[line.row].value)[line.part.key]
    for _ in range(20):
        other = split((line.part,), random_value(line.item, rng))[line.part.key]
        if other is None or other == now:
            continue
        if line.part.kind == NUMBER:
            if line.part.unit == "%" and 0 < abs(float(other)) <= 1:
                continue  # asked, see test_workbook_badness
            return float(other), other
        return words_of(line.columns["value"], other), other
    return None


def exact_diff(edition, seed):
    sheet, rng = random_sheet(edition, seed)
    places = rng.sample(editable(sheet), 12)
    written, expected = {}, {}
    for at, line, name in places:
        content = new_content(line, name, rng, sheet)
        if content is None or (name == "value" and line.item.ratio):  # a ratio has limits of its own, below
            continue
        written[at + 1, AT[name] + 1] = content[0]
        expected[line.item.id, name, line.part.key if name == "value" else ""] = content[1]

    def change(grid):
        for (row, column), content in written.items():
            grid.cell(row, column).value = content

    found = compared(sheet, resaved(sealed_book(ScoreBook(sheet, clock.now())), change))
    assert sorted(one.address for one in found.changed) == sorted(address_of(row - 1, column - 1) for row, column in written)
    assert (found.questions, found.refused) == ([], [])
    fields = {(item_id, name) for item_id, name, _ in expected}
    assert {(edit.item_id, name) for edit in found.edits for name in edit.fields} == fields
    for edit in found.edits:
        for name, value in edit.fields.items():
            check_field(sheet, edit, name, value, expected)


def check_field(sheet, edit, field, value, expected):
    """What is written is what stood there with the edited cells in it."""
    item, row = sheet.scored.table.items[edit.item_id], sheet.rows[edit.item_id]
    mine = {part: content for (item_id, name, part), content in expected.items() if (item_id, name) == (edit.item_id, field)}
    assert edit.version == row.version
    if field == "value":
        parts = parts_of(item)
        wanted = join(parts, split(parts, row.value) | mine)
        assert cleaned(sheet.table, item, "value", value) == cleaned(sheet.table, item, "value", wanted)
    else:
        assert value == mine[""]


@pytest.mark.area("assessments/workbook", "assessments/tables", "greendistrict/core")
@pytest.mark.parametrize("seed", range(100, 150))
def test_fifty_times_random_edits_are_exactly_the_difference(seed):
    exact_diff(edition(), seed)


def test_rows_may_be_moved_sorted_and_left_out():
    sheet, _ = random_sheet(edition(), 2)

    def turn(grid):
        rows = [[cell.value for cell in row] for row in grid.iter_rows(min_row=BOOK.first_row + 1)]
        for at, row in enumerate(reversed(rows), start=BOOK.first_row + 1):
            for column, value in enumerate(row, start=1):
                cell = grid.cell(at, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # as in Excel, a text that begins with = stays a text when it moves
        grid.delete_rows(BOOK.first_row + 1, 2)
        grid.insert_rows(BOOK.first_row + 5, 2)

    found = read_sealed(ScoreBook(sheet, clock.now()), resaved(sealed_book(ScoreBook(sheet, clock.now())), turn))
    assert (found.problems, found.refused, found.given) == ([], [], [])
    assert len(found.missing) in {1, 2}
