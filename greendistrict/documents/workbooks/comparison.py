"""Reads a workbook of fixed rows and compares it with the stored data; the same code for preview and import. Writes nothing.

A cell changed in the workbook only is *changed*. If somebody else changed it in the meantime, both values are offered; if it can be read
in two ways, each reading is offered. A row with an unacceptable cell is returned as a whole.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from django.utils.crypto import constant_time_compare

from greendistrict.core.errors import Stale
from greendistrict.documents.workbooks.book import (
    ABSENT,
    BESIDE,
    MARKS,
    MOST_ROWS,
    Cell,
    Heads,
    Returned,
    as_cell,
    earlier_words,
    heads_of,
    silent,
    wrong_book,
)
from greendistrict.documents.workbooks.cells import read_ways
from greendistrict.documents.workbooks.columns import CellValue, Column, WrongCellError, index_of, measured_words
from greendistrict.documents.workbooks.grids import BookCell, CellLine, Grid, grids, result_of, shown
from greendistrict.documents.workbooks.layout import hidden_rows
from greendistrict.documents.workbooks.lines import aside
from greendistrict.documents.workbooks.preview import Preview
from greendistrict.documents.workbooks.sealed import Atom, Line, RowMark, Sealed, Slot, cells_of, unpacked

KEEP, RESULT_ASKED = "keep", "这是公式，按工作簿里保存的结果读入吗？请选定一个"
CONFLICT, TWO_WAYS = "导出后平台上也有改动，请选定一个", "可以有两种理解，请选定一个"


@dataclass(frozen=True)
class Given:
    """A cell whose value differs from that at the export.

    ``readings``: (value, how it was read); with more than one, or where it is ``asked``, the person chooses. ``base``: the value at the
    export.
    """

    address: str
    line: str
    field: str
    base: Atom
    readings: tuple[tuple[Atom, str], ...]
    asked: str = ""


@dataclass(frozen=True)
class Option:
    """One possible answer to a choice; ``code`` is the posted value."""

    code: str
    words: str
    note: str
    chosen: bool


@dataclass(frozen=True)
class CellChoice:
    """A cell that the person decides: both values after a concurrent edit, or the readings of a number."""

    line: CellLine
    options: tuple[Option, ...]

    @property
    def open(self) -> bool:
        """Whether nothing is chosen yet."""
        return not any(option.chosen for option in self.options)


@dataclass
class Comparison(Preview):
    """Result of comparing a workbook. ``edits``: once every choice is made; ``stamp`` changes if somebody else edits rows in ``given``.

    ``missing`` are rows without a line, ``kept`` the marks of the returned rows.
    """

    edits: list[Any] = field(default_factory=list)
    questions: list[CellChoice] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    given: list[Given] = field(default_factory=list)
    kept: list[RowMark] = field(default_factory=list)
    stamp: str = ""

    @property
    def undecided(self) -> int:
        """Number of cells still to be decided."""
        return sum(question.open for question in self.questions)

    @property
    def applicable(self) -> bool:
        """Whether anything can be written once everything is decided."""
        return bool(self.changed or self.questions) and not self.problems

    def work(self) -> dict[str, Any]:
        """The changed cells only; their effect is computed again when they are written."""
        return {"given": [asdict(one) for one in self.given]}

    def back(self) -> dict[str, Any]:
        """The returned lines, with the marks of their rows."""
        return {**super().back(), "kept": self.kept}


def given_of(work: Mapping[str, Any]) -> list[Given]:
    """Cells from the signed work of a preview."""
    return [Given(**{**one, "readings": tuple(map(tuple, one["readings"]))}) for one in work["given"]]


def read_sealed(table: Sealed, content: bytes) -> Comparison:
    """Compare a workbook with a table. Raises ``Refused`` for a file that is not a workbook."""
    book = table.book
    sheets = grids(content, (book.sheet, MARKS), rows=book.first_row + MOST_ROWS + 1, columns=len(book.columns) + BESIDE)
    heads = heads_of(book, sheets.get(book.sheet, []), table.recognised_by)
    marks = _marks(sheets.get(MARKS, []))
    own = table.marks()

    def intact() -> bool:
        return constant_time_compare(table.seal(marks[:-1]), marks[-1][0])

    found = Comparison(problems=wrong_book(book, own, sheets, heads, intact))
    if not found.problems:
        found.absent, found.earlier = heads.absent, earlier_words(own, sheets)
        rows = table.row_marks() if found.earlier else marks[1 + len(own) : -1]  # one of before is read as if it had been exported now
        SealedReader(table, found, {mark[0]: mark for mark in rows}, heads, hidden_rows(content, book.sheet)).read(sheets[book.sheet])
    return found


def _marks(grid: Grid) -> list[RowMark]:
    """Hidden lines of the workbook; one without text stays in its place, for Excel keeps it and other programs do not."""
    marks = [[str(cell.value) for cell in row if cell.value is not None] or [""] for row in grid]
    while marks and marks[-1] == [""]:
        marks.pop()
    return marks


def compare(table: Sealed, given: Iterable[Given], choices: Mapping[str, str] | None = None) -> Comparison:
    """Compare cells with the current state of the table."""
    found = Comparison(given=list(given))
    _Comparer(table, found, choices or {}).compare()
    found.stamp = _stamp(table, found)
    return found


def settled(table: Sealed, given: Iterable[Given], choices: Mapping[str, str], stamp: str) -> Comparison:
    """Compare the previewed and chosen cells. Raises ``Stale`` with the comparison if something changed, is undecided or refused."""
    found = compare(table, given, choices)
    if found.stamp != stamp:
        msg = f"预览之后有人改过这些{table.row_noun}，这次没有写入；已按最新内容重新比较，请再核对一次"
        raise Stale(msg, current=found)
    if found.refused:
        msg = f"选定后有一格不能接受，这次没有写入：{found.refused[0].address} {found.refused[0].note}"
        raise Stale(msg, current=found)
    if found.undecided:
        msg = f"还有{found.undecided}格没有选定，这次没有写入"
        raise Stale(msg, current=found)
    return found


def _stamp(table: Sealed, found: Comparison) -> str:
    versions = sorted({(row, table.version(row)) for row in (table.lines[one.line].row for one in found.given)})
    return hashlib.sha256(json.dumps(versions).encode()).hexdigest()[:16]


def _ways(column: Column, cell: BookCell, before: Atom, locked: str) -> list[CellValue]:
    ways = read_ways(column, cell, before)
    if locked and ways[0].value != before:
        raise WrongCellError(locked)
    return ways


class SealedReader:
    """Reads the lines of one workbook."""

    def __init__(self, table: Sealed, found: Comparison, marks: Mapping[str, RowMark], heads: Heads, hidden: set[int]) -> None:
        self.table, self.found, self.marks, self.columns, self.heads = table, found, marks, table.book.columns, heads
        self.hidden = hidden
        self.base = {row: unpacked(mark) for row, mark in marks.items()}
        self.places: dict[int, tuple[str, Sequence[BookCell]]] = {}
        self.why: dict[int, dict[int, str]] = {}
        self.seen: set[str] = set()

    def read(self, grid: Grid) -> None:
        """Read every line, then compare the complete rows; the others are returned."""
        for at, cells in self.filled(grid):
            line = self.table.lines.get(str(cells[0].value or "").strip())
            if line is None and (what := self._no_row(cells)):
                (index, text), words = what
                self.found.aside.append(CellLine(self.heads.address(at, index), text, "", "", "", text, words))
                continue
            self.places[at] = (line.row if line else "", cells)
            if at in self.hidden:
                self.found.hidden.append(f"第{at + 1}行{line.row if line else ''}")
            if wrong := self.strange(at, line, cells):
                item = index_of(self.columns, self.table.recognised_by[0])
                self._refuse(CellLine(self.heads.address(at, item), shown(cells[item].value), "", "整行", "", "", wrong), at, item)
            elif line:
                self.seen.add(line.key)
                self._line(at, line, cells)
        self.found.missing = tuple(dict.fromkeys(line.row for key, line in self.table.lines.items() if key not in self.seen))
        self._compare()

    def filled(self, grid: Grid) -> Iterator[tuple[int, list[BookCell]]]:
        """Lines with content: their place in the sheet, and their cells in the order of the columns."""
        first = self.table.book.first_row
        for at, row in enumerate(grid[first:], start=first):
            cells = self.heads.laid(row)
            if self.found.earlier:
                told = {0, *(index_of(self.columns, name) for name in self.table.recognised_by)}
                cells = [cell if index in told else quiet for index, (cell, quiet) in enumerate(zip(cells, silent(cells), strict=True))]
            if any(cell.value is not None for cell in cells):
                yield at, cells

    def _no_row(self, cells: Sequence[BookCell]) -> tuple[tuple[int, str], str] | None:
        """Place and text of the first filled cell of a line that holds no row, and what the line is."""
        texts = [shown(cell.value) for cell in cells]
        what = aside(texts, [column.label for column in self.columns])
        return (next((at, text) for at, text in enumerate(texts) if text.strip()), what) if what else None

    def strange(self, _at: int, line: Line | None, cells: Sequence[BookCell]) -> str:
        """Why a line does not belong to the table."""
        noun, key = self.table.row_noun, str(cells[0].value or "").strip()
        if not key:
            return self.table.no_key
        if line is None:
            return self.table.unknown_key.format(key[:40])
        if key in self.seen:
            return f"{noun} {line.row} 的这一行出现两次，请删去一行"
        if any(
            str(cells[index_of(self.columns, name)].value or "").strip() != line.shown[name].strip() for name in self.table.recognised_by
        ):
            stated = line.shown[self.table.recognised_by[-1]]
            return f"这一行的键是{noun} {line.row}“{stated}”的，与显示的{noun}不符；行可能只移动了一部分，请整行移动或重新导出"
        return ""

    def _line(self, at: int, line: Line, cells: Sequence[BookCell]) -> None:
        base = self.base.get(line.row, {})
        for index, one in enumerate(self.columns):
            name = one.field
            column = line.columns.get(name)
            if column is None or cells[index] is ABSENT:
                continue
            before, address = self.table.atom(line, name, base), self.heads.address(at, index)
            cell = result_of(cells[index])
            try:
                ways = _ways(column, cell, before, line.locked.get(name, ""))
            except WrongCellError as wrong:
                given = shown(as_cell(cells[index].value))
                refused = CellLine(address, line.row, line.title, column.label, measured_words(column, before), given, str(wrong))
                self._refuse(refused, at, index)
                continue
            if ways[0].value == before:
                self.found.unchanged += 1
            else:
                readings = tuple((way.value, way.note) for way in ways)
                self.found.given.append(Given(address, line.key, name, before, readings, "" if cell is cells[index] else RESULT_ASKED))

    def _refuse(self, line: CellLine, at: int, index: int) -> None:
        self.found.refused.append(line)
        self.why.setdefault(at, {})[index] = line.note

    def _compare(self) -> None:
        """Compare the cells of rows without wrong cells."""
        self._drop({self.places[at][0] for at in self.why})
        comparer = _Comparer(self.table, self.found, {})
        comparer.compare()
        there = [index for index, place in enumerate(self.heads.places) if place is not None]
        places = {self.heads.address(at, index): (at, index) for at in self.places for index in there}
        for line in comparer.refused:
            at, index = places[line.address]
            self.why.setdefault(at, {})[index] = line.note
        out = {self.places[at][0] for at in self.why}
        self._drop(out)
        self.found.questions = [question for question in self.found.questions if question.line.key not in out]
        self.found.stamp = _stamp(self.table, self.found)
        back = [(at, cells) for at, (row, cells) in self.places.items() if at in self.why or row in out - {""}]
        self.found.returned = [Returned(self._whole(cells), self.why.get(at, {})) for at, cells in back]
        self.found.kept = [mark for row, mark in self.marks.items() if row in out]

    def _whole(self, cells: Sequence[BookCell]) -> list[Cell | bool]:
        """Cells of a line as they were filled in; of columns that the sheet does not have as they were exported."""
        line = self.table.lines.get(str(cells[0].value or "").strip()) if ABSENT in cells else None
        own = list(cells_of(self.table, line, self.base.get(line.row, {}))) if line else [None] * len(cells)
        return [as_cell(at_export if cell is ABSENT else cell.value) for at_export, cell in zip(own, cells, strict=True)]

    def _drop(self, rows: Collection[str]) -> None:
        self.found.given = [one for one in self.found.given if self.table.lines[one.line].row not in rows]


class _Comparer:
    """Compares the cells of one workbook with the rows of its table."""

    def __init__(self, table: Sealed, found: Comparison, choices: Mapping[str, str]) -> None:
        self.table, self.found, self.choices = table, found, choices
        self.refused: list[CellLine] = []

    @cached_property
    def changers(self) -> Mapping[tuple[str, str], str]:
        """Who changed which field last; queried once, and only if something changed."""
        return self.table.changers({self.table.lines[one.line].row for one in self.found.given})

    def compare(self) -> None:
        """Compare all cells, row by row."""
        rows: dict[str, list[Given]] = {}
        for one in self.found.given:
            rows.setdefault(self.table.lines[one.line].row, []).append(one)
        for row, cells in rows.items():
            self._row(row, cells)
        self.found.refused += self.refused

    def _row(self, row: str, cells: Sequence[Given]) -> None:
        content = self.table.content(row)
        now = {(line.key, name): self.table.atom(line, name, content) for line in self.table.rows[row] for name in line.columns}
        wanted: dict[Slot, tuple[Given, Atom]] = {}
        asked: set[Slot] = set()
        for one in cells:
            slot, values = (one.line, one.field), [value for value, _ in one.readings]
            conflict = now[slot] != one.base
            if now[slot] in values:
                self.found.unchanged += 1
            elif not conflict and len(values) == 1 and not one.asked:
                wanted[slot] = (one, values[0])
            else:
                asked.add(slot)
                code = self._ask(one, now[slot], conflict=conflict)
                if code not in {"", KEEP}:
                    wanted[slot] = (one, values[int(code)])
        if not wanted:
            return
        edit, wrong = self.table.judged(row, now | {slot: value for slot, (_, value) in wanted.items()}, list(wanted))
        if wrong:
            self.refused += [self._cell_line(wanted[slot][0], now[slot], wanted[slot][1], words) for slot, words in wrong]
            return
        self.found.changed += [
            self._cell_line(one, now[slot], value, one.readings[0][1]) for slot, (one, value) in wanted.items() if slot not in asked
        ]
        self.found.edits.append(edit)

    def _ask(self, one: Given, now: Atom, *, conflict: bool) -> str:
        """Offer a cell for decision; returns the choice made so far."""
        line, chosen = self.table.lines[one.line], self.choices.get(one.address, "")
        column = line.columns[one.field]
        who = self.changers.get((line.row, one.field), "他人") if conflict else ""
        offered = [(str(at), value, note or "工作簿中填写的") for at, (value, note) in enumerate(one.readings)]
        offered.append((KEEP, now, f"平台现存，{who}改" if who else "不改，保留平台现存"))
        options = tuple(Option(code, measured_words(column, value) or "空", note, chosen == code) for code, value, note in offered)
        asked_cell = self._cell_line(one, one.base, None, CONFLICT if conflict else one.asked or TWO_WAYS)
        self.found.questions.append(CellChoice(asked_cell, options))
        return next((option.code for option in options if option.chosen), "")

    def _cell_line(self, one: Given, before: Atom, after: Atom, note: str) -> CellLine:
        line = self.table.lines[one.line]
        column = line.columns[one.field]
        old, new = (measured_words(column, atom) for atom in (before, after))
        return CellLine(one.address, line.row, line.title, column.label, old, new, note)
