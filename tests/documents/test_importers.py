"""Every importer against what offices write: the table of importers and faults, in which each cell says the same.

An importer takes lines and answers with the keys of what it would read, the texts that it left out by name, and those that it refuses.
"""

import openpyxl
import pytest

from approvals.bulk.takeover import HEADS as TAKEN_OVER
from assessments.workbook.score_table import BOOK, ScoreBook
from carbon.factor_library import library
from carbon.inventories.activity_rows import WrongPasteError, rows_of_paste
from carbon.metering.reading_file import HEADS as READING_HEADS
from carbon.metering.reading_file import parse
from districts.plots.workbook import PlotReader
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.comparison import read_sealed
from greendistrict.documents.workbooks.pasted import NAME, pasted_workbook
from indicators.entry.rows import Fill, pasted_grid, read_rows
from indicators.entry.sheets import read_file
from tests.documents.office_lists import LISTS, office_lists
from tests.factories.takeover import seen_of
from tests.factories.workbooks import book_in_memory, saved, sheet_in_memory

pytestmark = pytest.mark.django_db
# What an office writes above, between and under its rows.
LINES = (
    "合计", "共计", "汇总", "本页小计", "累计", "总 计", "合计（共47块）", "全镇合计", "加权平均", "总计=1+2", "Sub-total", "Grand Total",
    "注：面积以审批为准", "备注", "备注2：x", "说明：", "填报说明", "※ 说明", "以下空白", "——以下空白——", "（以下空白）", "以下无正文",
    "填表人：张三", "填表人", "审核人：", "审核人签字", "制表日期：2026年3月", "打印日期：2026-1-1", "单位（盖章）",
    "填报单位（公章）：某局", "分管领导：", "数据来源：x", "（单位：公顷）", "单位：公顷、万元", "联系电话：021", "附件1：清单",
    "本表数据由规划科提供，以实际批复为准。",
    "续表", "（续表）", "续上表", "转下页", "承前页", "第1页 共2页", "第 1 页，共 2 页", "共2页", "Page 1 of 2", "1/2", "- 1 -",
    "合計", "总计公顷", "Σ", "制表人张三", "签名：", "电话021-12345678", "2026年3月1日", "二〇二六年三月", "第二页", "第一页 共三页",
    "下接第2页",
    "承上页", "（续）", "此行以下无数据", "以下为空白行", "注1 面积以批复为准", "P1", "略",
    "一、居住用地", "（一）居住用地", "第二部分 商业", "1、居住用地",
)  # fmt: skip
# Lines of several cells: a total with its figure, signatures, the numbers of the columns.
WIDE = (
    ["合计", "", "9"], ["填表人", "张三", "审核人", "李四"], ["制表：张三", "2026.3.1"], ["甲", "乙", "1", "2"], ["1", "2", "3=1+2"],
    ["栏次", "1", "2"],
)  # fmt: skip
READING = "E-1,2026-03-01 00:00,1,kWh,"
CLAUSE = "5.1.1\t用地合规\t控制项\t\t符合规划\t"


class Answer:
    """Number of rows read or refused as rows, and the texts of the lines that were left out."""

    def __init__(self, rows, refused, left):
        self.rows, self.refused, self.left = rows, refused, left


def of_lists(kind):
    def read(world, lines):
        one = office_lists(world.people)[kind]
        found = one.read(*lines)
        return Answer(len(found.works), found.problems + found.refused, [line.after for line in found.aside])

    return read


def of_pasted_plots(world, lines):
    district = office_lists(world.people)["plots"].reader.subject
    rows = [["地块编号", "用地面积（公顷）", "用地性质"], *lines]
    text = "\n".join("\t".join([*row, "", ""]) for row in rows)
    found = PlotReader(district, clock.today()).read(pasted_workbook(text))
    return Answer(len(found.works), found.problems + found.refused, [line.after for line in found.aside])


def of_score_table(_world, lines):
    book, sheet = book_in_memory(), sheet_in_memory()
    page = book[BOOK.sheet]
    for at, line in enumerate(lines, start=page.max_row + 1):
        for column, text in enumerate(line, start=2):
            page.cell(at, column, text)
    found = read_sealed(ScoreBook(sheet, clock.now()), saved(book))
    return Answer(len(found.given), found.problems + found.refused, [line.after for line in found.aside])


def of_take_over(name):
    def read(_world, lines):
        rows = [TAKEN_OVER["checks"], ["没有的城", "2020", "", "公报", "", ""], *lines]
        found = seen_of("checks", f"a.{name}", as_file(name, rows))
        return Answer(len(found.rows) - 1, found.problems, [line.after for line in found.aside])

    return read


def of_readings(name):
    def read(_world, lines):
        content = as_file(name, [READING_HEADS, READING.split(","), *lines])
        found = parse(f"a.{name}", content)
        told = {fault.line: fault for fault in found.faults}
        left = [line[0] or line[1] for at, line in enumerate(lines, start=3) if told.get(at) and told[at].kind == "aside"]
        return Answer(found.lines - 1, [fault for fault in found.faults if fault.refused], left)

    return read


def of_pasted_inventory(_world, lines):
    row = "建筑\t用电\t1\t万度\telectricity-shanghai-guideline"
    try:
        found = rows_of_paste("\n".join([row, *("\t".join(line) for line in lines)]), 2024, library())
    except WrongPasteError as wrong:
        return Answer(0, wrong.lines, [])
    said = {int(text[1 : text.index("行")]) for text in found.aside if "没有读入" in text}
    return Answer(len(found.rows) - 1, [], [line[0] or line[1] for at, line in enumerate(lines, start=2) if at in said])


def of_pasted_clauses(_world, lines):
    text = "\n".join(["编号\t名称\t类型\t分值\t条件\t计分", CLAUSE, *("\t".join(line) for line in lines)])
    found = read_rows({NAME: pasted_grid(text)})
    numbers = {int(text[1 : text.index("行")]) for text in found.left_out}
    return Answer(len(found.rows) - 1, found.faults, [line[0] or line[1] for at, line in enumerate(lines, start=3) if at in numbers])


def as_file(name, rows):
    if name == "csv":
        return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    return saved(book)


IMPORTERS = {
    **{kind: of_lists(kind) for kind in LISTS},
    "pasted plots": of_pasted_plots,
    "score table": of_score_table,
    "take-over, workbook": of_take_over("xlsx"),
    "take-over, CSV": of_take_over("csv"),
    "readings, workbook": of_readings("xlsx"),
    "readings, CSV": of_readings("csv"),
    "pasted inventory": of_pasted_inventory,
    "pasted clauses": of_pasted_clauses,
}


@pytest.fixture
def world(people):
    return type("World", (), {"people": people})


@pytest.mark.parametrize("importer", IMPORTERS)
def test_a_line_that_is_no_row_is_named_and_left_out_by_every_importer(world, importer):
    answer = IMPORTERS[importer](world, [[text] for text in LINES])
    assert (answer.rows, answer.refused) == (0, [])
    assert answer.left == list(LINES)


@pytest.mark.parametrize("importer", IMPORTERS)
def test_so_is_a_line_of_several_cells(world, importer):
    answer = IMPORTERS[importer](world, [list(line) for line in WIDE])
    assert (answer.rows, answer.refused) == (0, [])
    assert answer.left == [line[0] for line in WIDE]


@pytest.mark.parametrize(("importer", "limit", "most"), [
    ("take-over, workbook", "approvals.bulk.takeover.MOST_ROWS", 5), ("take-over, CSV", "approvals.bulk.takeover.MOST_ROWS", 5),
    ("readings, workbook", "carbon.metering.reading_sheet.MOST_BOOK_LINES", 25),
    ("clauses, workbook", "indicators.entry.rows.MOST_LINES", 25),
])  # fmt: skip
def test_a_file_that_is_not_read_to_its_end_is_refused(world, monkeypatch, importer, limit, most):
    monkeypatch.setattr(limit, most)
    lines = [["小计", "", "1"]] * 15 + [["没有的城", "2020", "", "公报", "", ""]] * 15
    with pytest.raises(Refused, match=f"最多{most}行"):
        {**IMPORTERS, "clauses, workbook": of_chapter}[importer](world, lines)


def of_chapter(_world, lines):
    heads = ["编号", "名称", "类型", "分值", "条件", "计分"]
    return read_file(as_file("xlsx", [heads, *lines]), {}, 0, Fill())
