"""Rows of the sheets → data as in a YAML file, with the cell of every path (pure functions); never raises on invalid content."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from greendistrict.core.number_parsing import is_finite
from greendistrict.documents.workbooks.cells import read_cell
from greendistrict.documents.workbooks.columns import CHOICE, DAY, FLAG, NUMBER, TEXT, Column, WrongCellError, find_heads
from greendistrict.documents.workbooks.grids import BookCell, address_of
from indicators.catalogue.problems import Path, Problem, show
from indicators.editions.workbook.encode import (
    CHAPTERS,
    EMPTY_TEXT,
    FIRST_ROW,
    KEYS,
    LINE_EACH,
    NOT_ENTERED,
    SHEETS,
    WEIGHT,
    Cell,
    Grid,
    columns_of,
)

WRITTEN_NUMBER = re.compile(r"[+-]?\d{1,17}(\.\d{1,20})?([eE]-?\d{1,2})?", re.ASCII)
SHEET_WEIGHT, ROW_WEIGHT = 10**8, 10**3


class Unreadable:
    """Placeholder for a cell with a value of an unexpected type."""

    def __str__(self) -> str:
        return "无法读取的格"


UNREADABLE = Unreadable()


def place_of(sheet: str, row: int, column: int) -> tuple[str, int]:
    """Address of a cell, such as ``条文!G7``, and a number that sorts cells by sheet, row and column."""
    order = (SHEETS.index(sheet) if sheet in SHEETS else 0) * SHEET_WEIGHT + row * ROW_WEIGHT + column
    return f"{sheet}!{address_of(row - 1, column)}", order


@dataclass
class Row:
    """A row with content; ``used`` are the columns that have been read."""

    sheet: str
    number: int
    columns: dict[str, tuple[int, Column]]
    cells: list[Cell]
    used: set[str] = field(default_factory=set)

    def raw(self, key: str) -> Cell:
        """Content of a column; None if the sheet lacks it."""
        at = self.columns.get(key)
        return self.cells[at[0]] if at and at[0] < len(self.cells) else None

    def at(self, key: str = "") -> tuple[str, int]:
        """Address and sort number of a column's cell; of the first cell in the row without a column."""
        column = self.columns[key][0] if key in self.columns else 0
        return place_of(self.sheet, self.number, column)


@dataclass
class Decoding:
    """Results of decoding: problems of single cells, and the cell of each path."""

    problems: list[Problem] = field(default_factory=list)
    cells: dict[Path, str] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)

    def place(self, path: Path, where: tuple[str, int]) -> None:
        """Store the cell of a path."""
        self.cells[path], self.lines[path] = where

    def bad(self, where: tuple[str, int], text: str, path: Path = ()) -> None:
        """Report a problem of a cell."""
        self.problems.append(Problem(where[1], show(path), text, "invalid", where[0]))

    def take(self, row: Row, key: str, path: Path) -> Any:
        """Read a cell for a path; content that cannot be interpreted is reported and becomes ``UNREADABLE``."""
        row.used.add(key)
        self.place(path, row.at(key))
        raw = row.raw(key)
        if key not in row.columns or raw is None:
            return [] if key in row.columns and row.columns[key][1].kind in {KEYS, LINE_EACH} else None
        try:
            return READERS[row.columns[key][1].kind](row.columns[key][1], raw)
        except WrongCellError as error:
            self.bad(row.at(key), str(error), path)
            return UNREADABLE

    def leftovers(self, row: Row) -> None:
        """Report content in cells that are not used in this kind of row and would be lost."""
        for key, (_, column) in row.columns.items():
            if key not in row.used and row.raw(key) is not None:
                self.bad(row.at(key), f"“{column.label}”不用于这一行，应清空")


def rows_of(sheet: str, grid: Grid, decoding: Decoding, tables: list[tuple[str, str]]) -> list[Row]:
    """Rows with content, by the heads in row 1; missing and unknown heads are reported."""
    declared = columns_of(sheet, tables)
    heads = find_heads(grid[0] if grid else [], declared)
    for at, label in heads.unknown:
        said = "标准中没有这一类型和阶段" if sheet == CHAPTERS and label.startswith(WEIGHT) else "不认识或重复的列"
        decoding.bad(place_of(sheet, 1, at), f"{said}：{label}")
    if heads.missing:
        decoding.bad(place_of(sheet, 1, 0), f"缺少列：{'、'.join(heads.missing)}")
    columns = {column.field: (heads.places[column.field], column) for column in declared if column.field in heads.places}
    numbered = enumerate(grid[FIRST_ROW - 1 :], start=FIRST_ROW)
    return [Row(sheet, number, columns, cells) for number, cells in numbered if any(cell is not None for cell in cells)]


def _text(_column: Column, raw: Cell) -> Any:
    if raw == EMPTY_TEXT:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str):
        msg = f"应为文本，现为{_named(raw)}；请把单元格设为文本格式后重新填写"
        raise WrongCellError(msg)
    return raw


def _named(raw: Cell) -> str:
    if isinstance(raw, bool):
        return "逻辑值"
    return "日期" if isinstance(raw, dt.date) else f"数字{raw}"


def _number(column: Column, raw: Cell) -> Any:
    if raw == NOT_ENTERED:
        return None
    if isinstance(raw, str) and WRITTEN_NUMBER.fullmatch(raw.strip()):
        text = raw.strip()
        raw = int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        msg = f"{column.label}应为数字" + (f"，现为“{raw[:20]}”" if isinstance(raw, str) else f"，现为{_named(raw)}")
        raise WrongCellError(msg)
    if not is_finite(raw):
        msg = f"{column.label}的数值过大，或者不是数"
        raise WrongCellError(msg)
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def _closed(column: Column, raw: Cell) -> Any:
    try:
        return read_cell(column, BookCell(raw)).value
    except WrongCellError as wrong:
        msg = f"{column.label}{wrong}"
        raise WrongCellError(msg) from wrong


READERS: dict[str, Callable[[Column, Cell], Any]] = {
    TEXT: _text,
    NUMBER: _number,
    FLAG: _closed,
    CHOICE: _closed,
    KEYS: lambda column, raw: [part.strip() for part in re.split("[,，]", _text(column, raw))],
    LINE_EACH: lambda column, raw: _text(column, raw).split("\n"),
}


def day(raw: Cell) -> Any:
    """A date as typed or as stored by Excel; other content unchanged, to be reported by the checks."""
    try:
        return raw if raw is None else read_cell(Column("", "", DAY), BookCell(raw)).value
    except WrongCellError:
        return raw
