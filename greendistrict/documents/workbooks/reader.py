"""Reads a list's workbook: added rows, changed cells, and reasons why cells are not accepted. Writes nothing."""

import datetime as dt
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from greendistrict.core.folded_keys import folded, visible
from greendistrict.documents.workbooks.asked_texts import AskingReader
from greendistrict.documents.workbooks.book import (
    ABSENT,
    BESIDE,
    MARKS,
    MOST_ROWS,
    Book,
    Heads,
    Mark,
    Returned,
    as_cell,
    earlier_words,
    heads_of,
    silent,
    wrong_book,
)
from greendistrict.documents.workbooks.cells import read_cell, shown_number, text_of
from greendistrict.documents.workbooks.columns import SHOWN, TEXT, CellValue, Column, WrongCellError, as_json, cell_of, index_of, words_of
from greendistrict.documents.workbooks.grids import BookCell, CellLine, Grid, address_of, grids, shown, unreadable
from greendistrict.documents.workbooks.heads_alike import Contents
from greendistrict.documents.workbooks.layout import hidden_rows, merged_words
from greendistrict.documents.workbooks.lines import asked_line, by_fold, looks_aside, no_key, skeleton, times_words
from greendistrict.documents.workbooks.preview import ImportedRow, Preview
from greendistrict.documents.workbooks.table_lines import TableLines, figure_places

COUNTING = re.compile(r"\d{1,4}", re.ASCII)
MISSING, HIDDEN = object(), "这一行是隐藏或筛选掉的"
REPORTED = 200  # rows between two progress reports
Subject = TypeVar("Subject")
Row = TypeVar("Row")


class Reader(AskingReader, Generic[Subject, Row]):
    """Reads the rows of one workbook; subclasses define the rows of a list and the objections to them."""

    book: Book
    recognised_by: tuple[str, ...] = ()  # fields that identify a row together with the first column

    def __init__(self, subject: Subject, today: dt.date) -> None:
        self.subject, self.today = subject, today
        self.preview = Preview()
        self.heads = Heads((), (), "")
        self.seen = Counter[str]()
        self.hidden: set[int] = set()
        self.is_full = False
        self.known: Mapping[str, Row] = {}
        self.alike: Mapping[str, list[str]] = {}  # keys of stored rows by what they are compared by
        self.near: dict[str, str] = {}  # keys of stored and added rows by what look-alikes share
        self.report: Callable[[int, int], object] = lambda _done, _total: None

    @abstractmethod
    def rows(self) -> Mapping[str, Row]:
        """Stored rows by the key in the first column (``key_of``); the number of queries must not depend on that of rows."""

    def marks(self) -> Sequence[Mark]:
        """Hidden marks that identify the owner of the workbook."""
        return ()

    @staticmethod
    def key_of(text: str) -> str:
        """Key of a row, from the text of its first column."""
        return text

    @property
    def key_words(self) -> str:
        """What the first column contains, in one word."""
        return self.book.columns[0].label[-2:]

    def label_of(self, column: Column) -> str:
        """Name of a column for people; the hidden column of keys is called by what its keys are."""
        return self.key_words if column.hidden and column is self.book.columns[0] else column.label

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """Title of a row beside its key."""
        return shown(cells[0].value)

    def stranger(self, key: str) -> str:
        """Why a row with this key cannot be added; empty if it can."""
        return "" if key else f"缺{self.book.columns[0].label}"

    def current(self, row: Row | None, name: str) -> Any:
        """Stored value of a field; ``MISSING`` for a new row."""
        return MISSING if row is None else getattr(row, name)

    def read_cell(self, column: Column, cell: BookCell, row: Row | None) -> CellValue:
        """Read a cell of a row. Raises ``WrongCellError``."""
        now = self.current(row, column.field)
        return read_cell(column, cell, None if now is MISSING else now)

    def completed(self, _row: Row | None, typed: dict[str, Any]) -> dict[str, Any]:
        """The values with derived ones and defaults added."""
        return typed

    def ignored(self, _typed: Mapping[str, Any]) -> Sequence[str]:
        """Fields of an existing row that an import does not change."""
        return ()

    @abstractmethod
    def against(self, row: Row | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Objections to a row, as (field, text)."""

    def wrong_alone(self, _name: str, _value: Any) -> str:
        """What ``against`` objects to a value whatever stands beside it: it is said of a row with other faults, too."""
        return ""

    def doubtful(self, _row: Row | None, _typed: dict[str, Any], _changed: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Changed field and words of each cell of an accepted row that should be looked at."""
        return ()

    def words_of(self, column: Column, value: Any, _row: Row | None) -> str:
        """Value of a row's field in words."""
        return words_of(column, value)

    def parted(self, _row: Row | None, _typed: Mapping[str, Any], changed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Fields to write, and data stored beside the row."""
        return dict(changed), {}

    def identity(self, row: Row | None) -> tuple[int | None, int]:
        """Primary key and version of an existing row."""
        return getattr(row, "pk", None), getattr(row, "version", 0)

    def unchanged(self, _typed: Mapping[str, Any], changed: Mapping[str, Any]) -> int:
        """What a row adds to the number of unchanged rows (or cells, in lists that count cells)."""
        return 0 if changed else 1

    def shown_changes(self, _row: Row, changed: Mapping[str, Any]) -> Mapping[str, Any]:
        """Changed fields to show cell by cell, in the order of the columns."""
        return {column.field: changed[column.field] for column in self.book.columns if column.field in changed}

    def read(self, content: bytes) -> Preview:
        """Compare a workbook with the list. Raises ``Refused`` for a file that is not a workbook."""
        book = self.book
        sheets = grids(content, (book.sheet, MARKS), rows=MOST_ROWS + book.first_row + 1, columns=len(book.columns) + BESIDE)
        if MARKS not in sheets:
            return self._foreign(content)
        self.heads = heads_of(book, sheets.get(book.sheet, []), self.recognised_by)
        self.preview.problems = wrong_book(book, self.marks(), sheets, self.heads)
        if not self.preview.problems:
            self.preview.earlier = earlier_words(self.marks(), sheets)
            self._know()
            self.preview.told = [f"没有读入的列：{'、'.join(self.heads.beside)}"] if self.heads.beside else []
            grid = sheets[book.sheet]
            rows = self._rows(((at, row) for at, row in enumerate(grid) if at >= book.first_row), self._own_lines(grid))
            if merged := merged_words(content, book.sheet, (at for at, _ in rows)):
                self.preview.problems = [merged]
            else:
                self._read(rows, hidden_rows(content, book.sheet))
        return self.preview

    @property
    def columns(self) -> Sequence[Column]:
        """Columns of the list."""
        return self.book.columns

    def contents(self) -> Contents:
        """The first column, by keys of stored rows; those that only count (1, 2, 3) tell nothing, for any sheet may count its lines."""
        self.known = {} if self.recognised_by else self.rows()
        return {self.columns[0].field: {key for key in map(folded, self.known) if not COUNTING.fullmatch(key)}.__contains__}

    @property
    def must(self) -> Sequence[str]:
        """The columns that identify a row."""
        return self.columns[0].field, *self.recognised_by

    def _know(self) -> None:
        self.known, self.preview.absent = self.known or self.rows(), self.heads.absent
        self.alike, self.near = by_fold(self.known), {skeleton(key): key for key in self.known}

    def _foreign(self, content: bytes) -> Preview:
        """Read a sheet that an office keeps itself, by its heads."""
        book, (found, self.preview.unread) = self.book, self.found_in(content, MOST_ROWS)
        if found is None:
            self.preview.problems = [self.no_heads if self.is_turned else f"{self.no_heads}，也不是从本页导出的工作簿，{book.how}"]
            self.preview.absent = self.offered(column.label for column in book.columns)
            return self.preview
        self.heads, self.preview.unread, self.preview.guessed = found.heads, found.unread, dict(found.guessed)
        self.preview.chosen = self.chosen_in(found)
        self._know()
        self.preview.absent = self.offered(found.heads.absent)
        rows = self._rows(((at, found.row(at)) for at in range(found.first_row, len(found.grid))), found.table_lines(book.columns))
        if merged := found.merged_words(at for at, _ in rows):
            self.preview.problems = [merged]
        elif len(rows) > MOST_ROWS or found.is_longer(MOST_ROWS):
            self.preview.problems = [f"一次最多导入{MOST_ROWS}{book.unit}{'（合计、说明等行也计入）' * (len(rows) <= MOST_ROWS)}"]
        else:
            self.preview.told = found.told
            self._read(rows, hidden_rows(content, found.name))
        return self.preview

    def _own_lines(self, grid: Grid) -> TableLines:
        heads = [shown(cell.value) for cell in grid[self.book.head_row]]
        return TableLines([heads], heads, figure_places(self.columns, self.heads.places), [column.label for column in self.columns])

    def _rows(self, lines: Iterable[tuple[int, list[BookCell]]], table: TableLines) -> list[tuple[int, list[BookCell]]]:
        """The lines of a sheet that hold rows, in the order of the columns; the others are left out with a word."""
        rows = list[tuple[int, list[BookCell]]]()
        for at, line in lines:
            cells = self.heads.laid(line)
            if self.preview.earlier:
                cells = [cells[0], *silent(cells[1:])]
            texts = [[shown(cell.value) for cell in row] for row in (line, cells)]
            text = next(filter(None, texts[0]), "")
            what = table.aside(*texts, is_row=self._key(cells) in self.known)
            if not what and self.must and not texts[1][0]:  # 街道一小计 beside the keys
                what = looks_aside(text, (one for one in texts[0] if one != text))
            if what:
                self.preview.aside.append(CellLine(address_of(at, texts[0].index(text)), text, "", "", "", text, what))
            elif any(map(visible, texts[1])):
                rows.append((at, cells))
        return rows

    def _read(self, rows: Sequence[tuple[int, list[BookCell]]], hidden: set[int]) -> None:
        self.preview.hidden = [f"第{at + 1}行{self._key(cells)}" for at, cells in rows if at in hidden]
        self.hidden = hidden
        self.is_full = any(cell.value not in {None, ""} for _, cells in rows for cell in cells[1:])  # not a list of bare names
        self.seen.update(self._same(self._key(cells)) for _, cells in rows)
        for done, (at, cells) in enumerate(rows):
            if not done % REPORTED:
                self.report(done, len(rows))
            self._row(at, cells)

    def _key(self, cells: Sequence[BookCell]) -> str:
        """Key in a cell, written as the stored one where only width, case, blanks, dashes or unseen characters differ."""
        try:
            typed = visible(text_of(self.book.columns[0], cells[0]))
        except WrongCellError:
            typed = shown(cells[0].value)  # refused with its row
        key = self.key_of(typed)
        alike = self.alike.get(folded(key), ())
        return key if key in self.known or len(alike) != 1 else alike[0]

    def _same(self, key: str) -> str:
        return key if key in self.known else folded(key)

    def _row(self, at: int, cells: list[BookCell]) -> None:
        if cells[0].form:  # the key of a row is told as its cell shows it
            cells = [cells[0]._replace(value=shown_number(cells[0])), *cells[1:]]
        key, line = self._key(cells), _Line(self, at, cells)
        doubt = looks_aside(key, (shown(cell.value) for cell in cells[1:]), lone=self.is_full)
        if wrong := self._unusable(key, cells[0], doubt):
            line.refuse(0, wrong)
            if not doubt:  # all that is wrong in a row is said at once
                line.typed(self.known.get(key), first=1)
        else:
            row = self.known.get(key)
            if row is None or self.book.columns[0].kind != SHOWN:
                line.cells = [self._as_known(cells[0], key, row), *cells[1:]]
            typed = line.typed(row)
            if line.why:
                line.look_at_each(typed)
            else:
                self._tell_key(line, key, row)
                self._compare(line, row, key, typed)
        if line.why:
            self.preview.returned.append(Returned([as_cell(cell.value) for cell in self._whole(cells, self.known.get(key))], line.why))

    def _as_known(self, cell: BookCell, key: str, row: Row | None) -> BookCell:
        """The first cell as it is read on: as stored where the key was only written otherwise, else without unseen characters."""
        if row is not None:
            stored = self.current(row, self.book.columns[0].field)
            return BookCell(stored) if folded(str(stored)) == folded(key) else cell
        return BookCell(visible(cell.value)) if isinstance(cell.value, str) else cell

    def _tell_key(self, line: "_Line[Subject, Row]", key: str, row: Row | None) -> None:
        """Say that a key was written otherwise than the stored one, or that a new one looks like another."""
        typed = shown(line.given.value)
        if line.given is ABSENT:
            return
        if row is not None and (stored := shown(line.cells[0].value)) != typed:
            self.preview.noted.append(line.about_key(typed, stored, f"与平台上的“{stored}”写法不同，按同一个{self.key_words}处理"))
        if row is None:
            other = self.near.setdefault(skeleton(key), key)
            if other != key:
                line.notes[self.book.columns[0].field] = f"与“{other}”很像，请核对是不是同一个"

    def _whole(self, cells: Sequence[BookCell], row: Row | None) -> Iterator[BookCell]:
        """Cells of a row, with the stored values of columns that the sheet does not have."""
        for column, cell in zip(self.book.columns, cells, strict=True):
            now = self.current(row, column.field) if cell is ABSENT and row is not None else MISSING
            yield cell if now is MISSING else BookCell(cell_of(column, now))

    def _unusable(self, key: str, cell: BookCell, doubt: str) -> str:
        column = self.book.columns[0]
        if wrong := unreadable(cell):
            return wrong
        try:
            text_of(replace(column, kind=TEXT), cell)
        except WrongCellError as error:
            return str(error)
        if len(key) > column.most:
            return f"最多{column.most}个字"
        if key not in self.known and (wrong := no_key(key, self.label_of(column)) or self.stranger(key) or self._asked(key, doubt)):
            return wrong
        count = self.seen[self._same(key)] if key else 0
        return f"工作簿里有{times_words(count)}行是这个{self.key_words}" if count > 1 else ""

    def _asked(self, key: str, doubt: str) -> str:
        """Why a new key must be asked about: several stored ones are written like it, or it reads as a total."""
        if alike := self.alike.get(folded(key)):
            return f"平台上有{times_words(len(alike))}个这样的{self.key_words}（{'、'.join(alike)}），请写成其中一个"
        return asked_line(doubt)

    def _compare(self, line: "_Line[Subject, Row]", row: Row | None, key: str, typed: dict[str, Any]) -> None:
        typed = self.completed(row, typed)
        ignored = () if row is None else self.ignored(typed)
        changed = {name: value for name, value in typed.items() if name not in ignored and self.current(row, name) != value}
        for name, words in self.against(row, typed, changed):
            line.refuse(index_of(self.book.columns, name), words)
        if line.why:
            return
        self.preview.unchanged += self.unchanged(typed, changed)
        if not changed:
            return
        for name, words in self.doubtful(row, typed, changed):
            line.notes[name] = "；".join(filter(None, (line.notes.get(name), words)))
        if row is None:
            self.preview.added.append(line.title)
            if line.at in self.hidden:
                self.preview.noted.append(line.about_key("", key, ""))
            self.preview.noted += line.noted(typed)
        else:
            self.preview.changed += [line.changed_cell(name, row, value) for name, value in self.shown_changes(row, changed).items()]
        fields, values = self.parted(row, typed, changed)
        self.preview.works.append(ImportedRow(*self.identity(row), key, as_json(fields), values))


class _Line(Generic[Subject, Row]):
    """One row of the sheet while it is read."""

    def __init__(self, reader: Reader[Subject, Row], at: int, cells: Sequence[BookCell]) -> None:
        self.reader, self.at, self.cells = reader, at, cells
        self.columns, self.given = reader.book.columns, cells[0]
        self.key, self.title = shown(cells[0].value), reader.title_of(cells)
        self.why: dict[int, str] = {}
        self.notes: dict[str, str] = {}

    def typed(self, row: Row | None, first: int = 0) -> dict[str, Any]:
        """Read every cell from the ``first``; cells that cannot be read are refused."""
        found = {}
        for index, column in enumerate(self.columns):
            if column.kind == SHOWN or index < first:
                continue
            cell = self.cells[index]
            if cell is ABSENT and (now := self.reader.current(row, column.field)) is not MISSING:
                found[column.field], self.notes[column.field] = now, ""
                continue
            try:
                found[column.field], self.notes[column.field] = self.reader.answered(column, cell, row, self.at)
            except WrongCellError as wrong:
                self.refuse(index, f"{wrong}，表里没有这一列" if cell is ABSENT else str(wrong))
        return found

    def look_at_each(self, typed: Mapping[str, Any]) -> None:
        """Refuse what is wrong of itself, where the row is not looked at as a whole."""
        for name, value in typed.items():
            if wrong := self.reader.wrong_alone(name, value):
                self.refuse(index_of(self.columns, name), wrong)

    def refuse(self, index: int, why: str) -> None:
        """Record why a cell is not accepted; the row will be returned."""
        nameless, cell = f"（无{self.reader.key_words}）", self.cells[index]
        self.reader.preview.formulas += cell.kind == "f" and cell.result is not None
        given = shown(as_cell(self.cells[index].value))
        line = self._line(index, "", given, why)
        self.reader.preview.refused.append(line if line.key else CellLine(line.address, nameless, nameless, line.label, "", given, why))
        self.why[index] = f"{self.why[index]}；{why}" if index in self.why else why

    def about_key(self, typed: str, key: str, note: str) -> CellLine:
        """The first cell, as typed and as it is read."""
        return self._line(0, typed, key, note)

    def changed_cell(self, name: str, row: Row | None, value: Any) -> CellLine:
        """A changed cell with its values before and after."""
        index = index_of(self.columns, name)
        before, after = (self.reader.words_of(self.columns[index], one, row) for one in (self.reader.current(row, name), value))
        return self._line(index, before, after, self.notes.get(name, ""))

    def noted(self, typed: Mapping[str, Any]) -> list[CellLine]:
        """Cells of a new row whose interpretation must be shown."""
        noted = [(index_of(self.columns, name), name, note) for name, note in self.notes.items() if note]
        return [self._line(at, "", self.reader.words_of(self.columns[at], typed[name], None), note) for at, name, note in noted]

    def _line(self, index: int, before: str, after: str, note: str) -> CellLine:
        note = "；".join(filter(None, (HIDDEN if self.at in self.reader.hidden else "", note)))
        label = self.reader.label_of(self.columns[index])
        return CellLine(self.reader.heads.address(self.at, index), self.key, self.title, label, before, after, note)
