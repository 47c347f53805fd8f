"""Writing the workbook of a score table. XlsxWriter loads with the first export."""

from decimal import Decimal
from io import BytesIO
from typing import Any

from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.selectors.scoring import RowData
from assessments.tables.selectors.widgets import shown
from assessments.workbook.layout import (
    AT,
    BUILD_WORDS,
    COLUMNS,
    FIELDS,
    FIRST_ROW,
    GUIDE,
    HEAD_ROW,
    LABELS,
    LISTS,
    MARKS,
    SHEET,
    TEXTS,
    Line,
    book_marks,
    lines_of,
    row_mark,
    seal_of,
)
from assessments.workbook.parts import CHOICE, NUMBER, TICK, Part, split
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_datetime

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
GUIDANCE = (
    "1. 只填白色单元格；灰色单元格锁定，隐藏的列和工作表不要改动。行可以移动、排序，须整行移动。",
    "2. 数字填数值，不带单位；单位见“单位或填法”一列。单位为%的填 85 或 85%，不要填 0.85。",
    "3. 是否类和选项类从下拉列表选取；逐项列出的内容每行填“是”或“否”，都没有的全部填“否”。",
    "4. “不参评理由”“不存在的说明”“说明”“建设情况”填在该条文的第一行；灰色的表示这一条不能这样填。",
    "5. 不要填公式，不要合并单元格，不要链接其他工作簿。",
    "6. 填好后在评分表页面选“Excel 导入”：先逐格预览，与平台上的新改动冲突的由您选用，有一格不能接受就都不写入。",
    "7. 佐证材料在平台上传。不得上传涉密及敏感测绘数据。",
)
LONGEST_MESSAGE = 255
EXACT_DIGITS = 15


def table_book(sheet: ScoreSheet) -> bytes:
    """Workbook of a table: the rows, the guidance, the lists behind drop-downs, and hidden what it is of and how each row stood."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    _Writer(book, sheet).write()
    book.close()
    return stream.getvalue()


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: Any, sheet: ScoreSheet) -> None:
        self.book, self.sheet, self.table = book, sheet, sheet.table
        base = {"valign": "top", "border": 1, "border_color": "#c9d2da"}
        self.grey = book.add_format({**base, "bg_color": "#eef1f4", "text_wrap": True})
        self.white = book.add_format({**base, "locked": False})
        self.prose = book.add_format({**base, "locked": False, "text_wrap": True})
        self.rows, self.guide = book.add_worksheet(SHEET), book.add_worksheet(GUIDE)
        self.lists, self.marks = book.add_worksheet(LISTS), book.add_worksheet(MARKS)
        self.listed: dict[tuple[str, ...], str] = {}
        self.limits: dict[tuple[Any, ...], list[tuple[int, Part]]] = {}
        self.states: list[int] = []

    def write(self) -> None:
        """Everything, in the order of the sheets."""
        lines = lines_of(self.sheet)
        self._head()
        for at, line in enumerate(lines, start=FIRST_ROW):
            self._line(at, line)
        self._write_limits()
        self._guidance()
        self._hidden()
        self.rows.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        self.guide.protect()
        for hidden in (self.lists, self.marks):
            hidden.hide()

    def _title(self) -> str:
        table = self.table
        marks = [*(["演示数据"] if table.district.is_demo else []), *([] if table.edition.official else ["参考版"])]
        return "　".join([str(table), *marks])

    def _head(self) -> None:
        self.rows.write_string(0, 1, self._title(), self.book.add_format({"bold": True, "font_size": 14}))
        self.rows.write_string(1, 1, f"{self.table.edition.code} {self.table.edition.title}　导出 {cn_datetime(clock.now())}")
        self.rows.write_string(2, 1, f"白色单元格可填，灰色单元格锁定；填写方法见“{GUIDE}”。")
        bold = self.book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#dde6ee"})
        for column, (name, head, width) in enumerate(COLUMNS):
            hidden = name == "key" or (name == "build_state" and not self.table.building)
            self.rows.set_column(column, column, width, None, {"hidden": hidden})
            self.rows.write_string(HEAD_ROW, column, head, bold)
        self.rows.freeze_panes(FIRST_ROW, AT["title"] + 1)

    def _line(self, at: int, line: Line) -> None:
        before = self.sheet.previous.get(line.item.id)
        last = shown(line.item, before.value if before else None) if line.first else ""
        target = shown(line.item, line.row.target) if line.first else ""
        for name, text in (
            ("key", line.key), ("item", line.item.id), ("title", line.item.title), ("label", line.label),
            ("how", "由平台判定不参评" if line.by_portal else line.part.how), ("last", last), ("target", target),
        ):  # fmt: skip
            self.rows.write_string(at, AT[name], text, self.grey)
        for field in FIELDS:
            self._field(at, line, field)

    def _field(self, at: int, line: Line, field: str) -> None:
        takes = line.takes(field, building=self.table.building)
        form = self.grey if not takes else self.prose if field in TEXTS else self.white
        content = cell_of(line, field)
        if isinstance(content, float):
            self.rows.write_number(at, AT[field], content, form)
        elif content:
            self.rows.write_string(at, AT[field], content, form)
        else:
            self.rows.write_blank(at, AT[field], None, form)
        if takes and field == "value":
            part = line.part
            self.limits.setdefault((part.kind, part.unit, part.low, part.high, part.decimals, part.options), []).append((at, part))
        elif takes and field == "build_state":
            self.states.append(at)

    def _write_limits(self) -> None:
        """Cells of the same rule share one, which keeps the file small and quick to read."""
        for places in self.limits.values():
            self._limit([at for at, _ in places], AT["value"], self._limits(places[0][1]))
        if self.states:
            self._limit(self.states, AT["build_state"], _choice(list(BUILD_WORDS)))

    def _limit(self, rows: list[int], column: int, rule: dict[str, Any]) -> None:
        (first, last), *others = runs(rows)
        more = [[start, column, end, column] for start, end in others]
        self.rows.data_validation(first, column, last, column, {**rule, "other_cells": more})

    def _limits(self, part: Part) -> dict[str, Any]:
        if part.kind == CHOICE:
            return _choice(f"={self._list(tuple(words for _, words in part.options))}")
        if part.kind != NUMBER:
            return _choice(["是", "否"] if part.kind == TICK else ["满足", "不满足"])
        return number_limits(part)

    def _list(self, words: tuple[str, ...]) -> str:
        """Where a list of choices stands: too long to stand in the cell's own rule."""
        if words not in self.listed:
            column = len(self.listed)
            for row, word in enumerate(words):
                self.lists.write_string(row, column, word)
            from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415 -- as above

            self.listed[words] = f"{LISTS}!{xl_range_abs(0, column, len(words) - 1, column)}"
        return self.listed[words]

    def _guidance(self) -> None:
        self.guide.set_column(0, 0, 110)
        self.guide.write_string(0, 0, f"填写说明　{self._title()}", self.book.add_format({"bold": True, "font_size": 14}))
        wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        for at, words in enumerate(GUIDANCE, start=1):
            self.guide.write_string(at, 0, words, wrap)

    def _hidden(self) -> None:
        marks = hidden_marks(self.sheet)
        for at, mark in enumerate([*marks, [seal_of(marks)]]):
            for column, text in enumerate(mark):
                self.marks.write_string(at, column, text)
        self.marks.protect()


def runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as first and last of each unbroken run: what Excel can be told as one range need not be told cell by cell."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def hidden_marks(sheet: ScoreSheet) -> list[list[str]]:
    """Lines of the hidden sheet without the seal: what the book is of, then how each row stood."""
    rows: list[RowData] = [sheet.rows[name] for name in sheet.scored.table.items if name in sheet.rows]
    return [*([text] for text in book_marks(sheet.table)), *([str(part) for part in row_mark(row)] for row in rows)]


def cell_of(line: Line, field: str) -> str | float:
    """Content of a cell: a number where Excel keeps it exactly, else text."""
    if field != "value":
        if not line.first:
            return ""
        kept = str(getattr(line.row, field) or "")
        return next((words for words, state in BUILD_WORDS.items() if state == kept), "") if field == "build_state" else kept
    atom = split((line.part,), line.row.value)[line.part.key]
    if line.part.kind != NUMBER or atom is None:
        return line.part.words(atom)
    number = float(str(atom))
    return number if Decimal(f"{number:.{EXACT_DIGITS}g}") == Decimal(str(atom)) else str(atom)


def _choice(source: object) -> dict[str, Any]:
    return {"validate": "list", "source": source, "error_title": "请从列表选取", "error_message": "这一格从下拉列表选取。"}


def number_limits(part: Part) -> dict[str, Any]:
    """Limits of a number cell; Excel refuses what lies outside and says why."""
    kind = "integer" if part.decimals == 0 else "decimal"
    if part.high is None:
        message, bounds = f"请填不小于0的数，单位{part.how}。", {"criteria": ">=", "value": 0}
    else:
        message = f"应在{part.low:f}至{part.high:f}之间，单位{part.how}。"
        bounds = {"criteria": "between", "minimum": float(part.low or 0), "maximum": float(part.high)}
    return {
        "validate": kind,
        **bounds,
        "error_title": LABELS["value"],
        "error_message": message[:LONGEST_MESSAGE],
    }
