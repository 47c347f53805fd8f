"""Reading a workbook back: which table it is of, what each cell says, and why one cannot be read. Compares nothing yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.crypto import constant_time_compare

from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.models import ScoreTable
from assessments.workbook.build import EXACT_DIGITS
from assessments.workbook.layout import (
    AT,
    BUILD_WORDS,
    COLUMNS,
    FIELDS,
    FIRST_ROW,
    FORMAT,
    HEAD_ROW,
    LABELS,
    MARK_HEAD,
    MARKS,
    SHEET,
    Line,
    book_marks,
    lines_of,
    seal_of,
    unpacked,
)
from assessments.workbook.parts import CHOICE, NUMBER, TICK, YES, Atom, Part, split
from greendistrict.documents.workbooks import quantities
from greendistrict.documents.workbooks.grids import BookCell, CellLine, Grid, address_of, grids, is_percent, shown, unreadable
from indicators.scoring.numbers import plain

MOST_ROWS = 3000
YES_WORDS = {"满足": True, "不满足": False, "是": True, "否": False, "达到": True, "未达到": False, "√": True, "✓": True, "×": False}
NOT_OURS = "这不是从本页导出的评分表工作簿，请先导出再填写"


@dataclass(frozen=True)
class Taken:
    """A cell that says something else than it did when the workbook was made.

    ``readings`` are (value, how it was read); with more than one the person is asked. ``base`` is what stood there at the export.
    """

    address: str
    item_id: str
    field: str
    part: str
    base: Atom
    readings: tuple[tuple[Atom, str], ...]


@dataclass
class Book:
    """A workbook read. ``problems`` concern the whole file, ``refused`` single cells; ``missing`` are clauses without a line."""

    problems: list[str] = field(default_factory=list)
    refused: list[CellLine] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    same: int = 0
    missing: tuple[str, ...] = ()


class _CellError(ValueError):
    """A cell that cannot be read; the text is the reason."""


def read_book(sheet: ScoreSheet, content: bytes) -> Book:
    """Read a workbook of this table. Raises ``Refused`` for a file that is no sound workbook."""
    found = grids(content, (SHEET, MARKS), rows=FIRST_ROW + MOST_ROWS, columns=len(COLUMNS))
    book = Book(problems=foreign(found, sheet.table))
    if not book.problems:
        _Reader(sheet, book, found).read()
    return book


def foreign(found: Mapping[str, Grid], table: ScoreTable) -> list[str]:
    """Why the workbook is not one of this table: the first thing that differs."""
    marks = _marks(found.get(MARKS, []))
    if SHEET not in found or len(marks) < MARK_HEAD + 1 or not marks[0][0].startswith(FORMAT.partition("/")[0]):
        return [NOT_OURS]
    head = [mark[0] for mark in marks[:MARK_HEAD]]
    mine = book_marks(table)
    if head[0] != mine[0]:
        return [f"工作簿是旧格式（{head[0]}），请重新导出后填写"]
    if not constant_time_compare(seal_of(marks[:-1]), marks[-1][0]):
        return ["隐藏的校对信息被改动过，不能核对，请重新导出后填写"]
    return _other_table(head, mine, _title(found[SHEET]), table) or _heads(found[SHEET])


def _title(grid: Grid) -> str:
    """What the workbook calls itself over its heads; a person knows it by that, and by no code."""
    return str(grid[0][1].value or "").strip() if grid and len(grid[0]) > 1 else ""


def _other_table(head: list[str], mine: list[str], title: str, own: ScoreTable) -> list[str]:
    _, district, edition, table, year, purpose = head
    if district != mine[1]:
        return [f"工作簿是另一个城区的（{title or '没有写明哪个城区'}），本城区是{own.district.name}，请从本页导出"]
    if edition != mine[2]:
        return [f"工作簿按标准{edition}编制，这张评分表按{mine[2]}编制"]
    if table != mine[3]:
        return [f"工作簿是另一张评分表（{f'{year}年度' if year else ''}{purpose}）的，请从本页导出"]
    return []


def _heads(grid: Grid) -> list[str]:
    heads = [str(cell.value or "") for cell in grid[HEAD_ROW]] if len(grid) > HEAD_ROW else []
    for at, (_, expected, _) in enumerate(COLUMNS):
        if at >= len(heads) or heads[at] != expected:
            return [f"表头 {address_of(HEAD_ROW, at)} 应为“{expected}”，列可能被移动、插入或删除，请重新导出后填写"]
    return []


def _marks(grid: Grid) -> list[list[str]]:
    """Hidden lines as written: trailing empty cells left out."""
    lines = [[str(cell.value) for cell in row if cell.value is not None] for row in grid]
    return [line for line in lines if line]


class _Reader:
    """Goes through the lines of one workbook."""

    def __init__(self, sheet: ScoreSheet, book: Book, found: Mapping[str, Grid]) -> None:
        self.lines = {line.key: line for line in lines_of(sheet)}
        self.building, self.book, self.grid = sheet.table.building, book, found[SHEET]
        kept = _marks(found[MARKS])[MARK_HEAD:-1]
        self.base: dict[str, dict[str, Any]] = {item_id: unpacked(text) for item_id, _, text in kept}

    def read(self) -> None:
        """Every line once; nothing is written."""
        seen: set[str] = set()
        for at, row in self._rows():
            key = str(row[AT["key"]].value or "").strip()
            if wrong := self._strange(key, row, seen):
                title = shown(row[AT["title"]].value)
                self.book.refused.append(CellLine(address_of(at, AT["item"]), shown(row[AT["item"]].value), title, "整行", "", "", wrong))
            elif key:
                seen.add(key)
                self._line(at, self.lines[key], row)
        self.book.missing = tuple(dict.fromkeys(self.lines[key].item.id for key in self.lines if key not in seen))

    def _rows(self) -> Iterator[tuple[int, list[BookCell]]]:
        for at, row in enumerate(self.grid[FIRST_ROW:], start=FIRST_ROW):
            if any(cell.value is not None for cell in row):
                yield at, [*row, *[BookCell(None)] * (len(COLUMNS) - len(row))]

    def _strange(self, key: str, row: list[BookCell], seen: set[str]) -> str:
        """Why a line is none of the table's."""
        if not key:
            return "这一行没有隐藏的键，是新插入的行；不能增加条文"
        line = self.lines.get(key)
        if line is None:
            return f"键“{key[:40]}”不在这张评分表里"
        if key in seen:
            return f"条文 {line.item.id} 的这一行出现两次，请删去一行"
        if str(row[AT["item"]].value or "").strip() != line.item.id or str(row[AT["label"]].value or "") != line.label:
            return f"这一行的键是条文 {line.item.id}“{line.label}”的，与显示的条文不符；行可能只移动了一部分，请整行移动或重新导出"
        return ""

    def _line(self, at: int, line: Line, row: list[BookCell]) -> None:
        base = self.base.get(line.item.id, {})
        for name in FIELDS:
            part = line.part.key if name == "value" else ""
            before = split((line.part,), base.get("value"))[line.part.key] if name == "value" else str(base.get(name) or "")
            if name != "value" and not line.first:
                before = ""
            try:
                readings = self._readings(line, name, row[AT[name]], before)
            except _CellError as error:
                self._refuse(at, line, name, row[AT[name]], before, str(error))
                continue
            if readings[0][0] == before:
                self.book.same += 1
            else:
                self.book.taken.append(Taken(address_of(at, AT[name]), line.item.id, name, part, before, readings))

    def _refuse(self, at: int, line: Line, name: str, cell: BookCell, before: Atom, reason: str) -> None:  # noqa: PLR0917 -- a cell
        words = line.part.words(before) if name == "value" else str(before or "")
        label = line.label if name == "value" else LABELS[name]
        self.book.refused.append(CellLine(address_of(at, AT[name]), line.item.id, line.item.title, label, words, shown(cell.value), reason))

    def _readings(self, line: Line, name: str, cell: BookCell, before: Atom) -> tuple[tuple[Atom, str], ...]:
        if wrong := unreadable(cell):
            raise _CellError(wrong)
        readings = value_readings(line.part, cell, before) if name == "value" else ((_text_of(name, cell, str(before or "")), ""),)
        if readings[0][0] != before and not line.takes(name, building=self.building):
            raise _CellError(_why_locked(line, name))
        return readings


def _why_locked(line: Line, name: str) -> str:
    if line.by_portal:
        return "这一条由平台判定不参评，不填"
    if name == "build_state" and line.first:
        return "这张评分表不填建设情况"
    if not line.first:
        return f"请填在条文 {line.item.id} 的第一行"
    return {"exclusion_reason": f"条文 {line.item.id} 不允许不参评", "absent_reason": f"条文 {line.item.id} 不能以“不存在”声明代替取值"}[
        name
    ]


def _text_of(name: str, cell: BookCell, before: str) -> str:
    """Text of a cell; ``before`` where it is the same but for line ends and escapes."""
    value = cell.value
    text = "" if value is None else _plain_number(value) if isinstance(value, int | float) else str(value)
    if name == "build_state":
        word = text.strip()
        if word and word not in BUILD_WORDS:
            msg = "建设情况应为未启动、实施中或已完成"
            raise _CellError(msg)
        return BUILD_WORDS.get(word, "")
    return before if _ends(text) == _ends(before) else _ends(text)


def _ends(text: str) -> str:
    """Text with one kind of line end. Excel writes a bare CR as ``_x000D_``, and its escape of that as ``x005F_``."""
    return text.replace("x005F_", "").replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n").strip()


def _plain_number(value: float) -> str:
    return plain(Decimal(f"{value:.{EXACT_DIGITS}g}"))


def value_readings(part: Part, cell: BookCell, before: Atom) -> tuple[tuple[Atom, str], ...]:
    """Ways to read the cell of a value, the likeliest first; one alone where it says what it said. Raises ``_CellError``."""
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return ((None, ""),)
    if part.kind == NUMBER:
        return _number_readings(part, cell, before)
    word = ("是" if value else "否") if isinstance(value, bool) else str(value).strip()
    if part.kind in {YES, TICK}:
        if word not in YES_WORDS:
            msg = "请填“是”或“否”" if part.kind == TICK else "请填“满足”或“不满足”"
            raise _CellError(msg)
        return ((YES_WORDS[word], ""),)
    if part.kind == CHOICE:
        for key, words in part.options:
            if word in {key, words.strip()}:
                return ((key, ""),)
    msg = "请从下拉列表选取所列情形之一"
    raise _CellError(msg)


def _number_readings(part: Part, cell: BookCell, before: Atom) -> tuple[tuple[Atom, str], ...]:
    value = cell.value
    if isinstance(value, bool):
        msg = "这一格要填数字，不是“是”或“否”"
        raise _CellError(msg)
    try:
        if isinstance(value, int | float):
            number = Decimal(f"{value:.{EXACT_DIGITS}g}")
            found = quantities.read_number(number, part.unit, as_percent=is_percent(cell))
        else:
            found = quantities.read_text(str(value), part.unit)
    except quantities.QuantityError as error:
        raise _CellError(str(error)) from error
    same = next((one for one in found if one.value == before), None)
    return tuple((one.value, one.note) for one in ([same] if same else _possible(part, found)))


def _possible(part: Part, found: list[quantities.Reading]) -> list[quantities.Reading]:
    """Of several readings those within the limits of the cell; all of them where none is."""
    within = [
        one
        for one in found
        if (part.low is None or Decimal(one.value) >= part.low) and (part.high is None or Decimal(one.value) <= part.high)
    ]
    return within or found
