"""Workbooks of fixed rows: white cells may be filled in, the others are locked; a hidden, signed sheet stores each row as exported."""

import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.core import signing

from greendistrict.core import clock
from greendistrict.documents.spreadsheets import made
from greendistrict.documents.workbooks.book import (
    GREY,
    GUIDE,
    MARKS,
    RED,
    Book,
    Mark,
    Returned,
    SheetTitle,
    choice_limits,
    write_cell,
    write_guide,
    write_head,
    write_reasons,
)
from greendistrict.documents.workbooks.columns import FLAG, Column, cell_of
from greendistrict.documents.workbooks.foreign import Synonyms

LISTS = "选项"
CLAUSE_HEADS = ("条文编号", "条号", "条款号", "编号", "指标编号")  # what offices call the number of a clause
LONGEST = 255  # characters of a list or message that Excel stores with a cell
Atom = str | bool | None
Slot = tuple[str, str]  # key of a line, field of a column
RowMark = list[str]


@dataclass(frozen=True)
class Line:
    """A line of the sheet, identified by its hidden ``key``; one or several lines form the stored ``row``.

    ``shown`` are the contents of read-only cells; ``columns`` defines how the other cells are read, ``locked`` the reason why they may
    not be filled in on this line.
    """

    key: str
    row: str
    title: str
    shown: Mapping[str, str]
    columns: Mapping[str, Column]
    locked: Mapping[str, str]


WrittenLine = tuple[Line | None, Sequence[Any], Mapping[int, str]]  # line it belongs to, its cells, reasons for wrong cells


class Sealed(ABC):
    """A table of fixed rows; subclasses define the rows, how their content is laid out in cells, and which changes are refused."""

    row_noun = "条文"
    no_key = "这一行没有隐藏的键，是新插入的行；不能增加条文"
    unknown_key = "键“{}”不在这张表里"
    unknown_line = "条文“{}”不在这张表里"
    recognised_by: tuple[str, ...] = ("item",)  # columns that identify a line for people; if they differ, the line was moved in part
    foreign_heads: Synonyms = MappingProxyType({})  # other heads of pasted columns, by field
    unit_in = "how"  # shown column that states the unit of a line's number, if there is one

    book: Book

    @property
    @abstractmethod
    def title(self) -> SheetTitle:
        """Title above the rows."""

    @abstractmethod
    def marks(self) -> Sequence[Mark]:
        """Hidden marks that identify the owner of the workbook."""

    @abstractmethod
    def make_lines(self) -> Iterable[Line]:
        """All lines in order."""

    @abstractmethod
    def content(self, row: str) -> Mapping[str, Any]:
        """Current content of the editable part of a row."""

    @abstractmethod
    def version(self, row: str) -> int:
        """Version of a row."""

    @abstractmethod
    def atom(self, line: Line, field: str, content: Mapping[str, Any]) -> Atom:
        """Value of a cell, from the content of its row."""

    @abstractmethod
    def judged(self, row: str, after: Mapping[Slot, Atom], changed: Sequence[Slot]) -> tuple[Any, list[tuple[Slot, str]]]:
        """Data to write for a row with these cells, and the refusals as (cell, reason)."""

    @abstractmethod
    def changers(self, rows: Collection[str]) -> Mapping[tuple[str, str], str]:
        """Who changed the fields of these rows last, in words, by row and field."""

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Lines by key."""
        return {line.key: line for line in self.make_lines()}

    @cached_property
    def rows(self) -> dict[str, list[Line]]:
        """Lines of each row."""
        found: dict[str, list[Line]] = {}
        for line in self.lines.values():
            found.setdefault(line.row, []).append(line)
        return found

    def row_marks(self) -> list[RowMark]:
        """Key, version and content of each row, as text that spreadsheet programs leave unchanged."""
        return [[row, str(self.version(row)), _packed(self.content(row))] for row in self.rows]

    def seal(self, marks: Sequence[Sequence[str]]) -> str:
        """Signature over all hidden data, so that edits of them are detected."""
        text = json.dumps([list(mark) for mark in marks], ensure_ascii=False)
        return signing.Signer(salt=f"documents.workbooks.{self.book.key}").signature(text)


def _packed(content: Mapping[str, Any]) -> str:
    return base64.b64encode(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).decode()


def unpacked(mark: RowMark) -> dict[str, Any]:
    """Content of a row from its mark; the seal must have been checked."""
    found: dict[str, Any] = json.loads(base64.b64decode(mark[2]))
    return found


def sealed_book(table: Sealed) -> bytes:
    """Workbook of a table."""
    contents = {row: table.content(row) for row in table.rows}
    lines: Iterable[WrittenLine] = ((line, list(cells_of(table, line, contents[line.row])), {}) for line in table.lines.values())
    return made(lambda file: _Writer(file, table).write(lines, table.row_marks()))


def sealed_copy(table: Sealed, returned: Sequence[Returned], kept: Sequence[RowMark]) -> bytes:
    """Workbook of the returned lines as filled in, wrong cells in red, with the hidden marks of the original export."""
    lines: list[WrittenLine] = [(table.lines.get(str(back.cells[0])), back.cells, back.why) for back in returned]
    return made(lambda file: _Writer(file, table, with_reasons=True).write(lines, kept))


def cells_of(table: Sealed, line: Line, content: Mapping[str, Any]) -> Iterator[Any]:
    """Cells of a line with this content of its row, in the order of the columns."""
    for column in table.book.columns:
        field = column.field
        yield cell_of(line.columns[field], table.atom(line, field, content)) if field in line.columns else line.shown.get(field, "")


class _Writer:
    """Writes one workbook."""

    def __init__(self, file: Any, table: Sealed, *, with_reasons: bool = False) -> None:
        self.file, self.table, self.book, self.with_reasons = file, table, table.book, with_reasons
        file.set_properties({"author": "", "company": "", "title": "", "created": clock.now()})
        base = {"valign": "top", "border": 1, "border_color": "#c9d2da", "text_wrap": True}
        self.grey = file.add_format({**base, "bg_color": GREY})
        self.white, self.red = file.add_format({**base, "locked": False}), file.add_format({**base, "bg_color": RED, "locked": False})
        self.sheet, self.guide, self.lists, self.marks = (file.add_worksheet(name) for name in (self.book.sheet, GUIDE, LISTS, MARKS))
        self.listed: dict[tuple[str, ...], str] = {}
        self.limits: dict[tuple[Any, ...], tuple[Column, list[int]]] = {}

    def write(self, lines: Iterable[WrittenLine], rows: Sequence[RowMark]) -> None:
        """Write the whole workbook."""
        write_head(self.file, self.sheet, self.book, self.table.title, with_reasons=self.with_reasons)
        for at, (line, cells, why) in enumerate(lines, start=self.book.first_row):
            self._line(at, line, cells, why)
        for (column, *_), (rule, places) in self.limits.items():
            # Register a validation rule; cells with the same rule share one, which keeps the file small and fast.
            if limits := self._limits(rule):
                (first, last), *others = runs(places)
                more = [[start, column, end, column] for start, end in others]
                self.sheet.data_validation(first, column, last, column, {**limits, "other_cells": more})
        write_guide(self.file, self.guide, f"{GUIDE}　{self.table.title.words}", self.book.guide)
        marks = [[self.book.format], *([mark.value] for mark in self.table.marks()), *rows]
        for at, mark in enumerate([*marks, [self.table.seal(marks)]]):
            for column, text in enumerate(mark):
                self.marks.write_string(at, column, text)
        self.sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        self.guide.protect()
        for hidden in (self.lists, self.marks):
            hidden.protect()
            hidden.hide()

    def _line(self, at: int, line: Line | None, cells: Sequence[Any], why: Mapping[int, str]) -> None:
        for index, (column, cell) in enumerate(zip(self.book.columns, cells, strict=True)):
            own = line.columns.get(column.field) if line and column.field not in line.locked else None
            write_cell(self.sheet, at, index, cell, self.red if index in why else self.white if own else self.grey)
            if own:
                key = (index, own.kind, own.unit, own.low, own.high, own.whole, own.flags, *own.choices.items())
                self.limits.setdefault(key, (own, []))[1].append(at)
        if why:
            write_reasons(self.sheet, at, self.book.columns, why, self.red)

    def _limits(self, column: Column) -> dict[str, Any]:
        """Validation rule of a cell."""
        words = tuple(map(str, column.flags if column.kind == FLAG else column.choices.values()))
        if words:
            return choice_limits(words if sum(len(word) + 1 for word in words) <= LONGEST else f"={self._list(words)}")
        return number_limits(column) if column.is_number else {}

    def _list(self, words: tuple[str, ...]) -> str:
        """Range with a list of choices that is too long for the cell's own rule."""
        from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415 -- only exports load XlsxWriter

        if words not in self.listed:
            column = len(self.listed)
            for row, word in enumerate(words):
                self.lists.write_string(row, column, word)
            self.listed[words] = f"{LISTS}!{xl_range_abs(0, column, len(words) - 1, column)}"
        return self.listed[words]


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each consecutive run, because Excel uses ranges."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def number_limits(column: Column) -> dict[str, Any]:
    """Limits of a number cell; Excel refuses values outside, with a message."""
    unit, low = column.unit or "数", column.low or 0
    if column.high is None:
        message, bounds = f"请填不小于0的数，单位{unit}。", {"criteria": ">=", "value": 0}
    else:
        message = f"应在{low:f}至{column.high:f}之间，单位{unit}。"
        bounds = {"criteria": "between", "minimum": float(low), "maximum": float(column.high)}
    kind = "integer" if column.whole else "decimal"
    return {"validate": kind, **bounds, "error_title": "取值", "error_message": message[:LONGEST]}
