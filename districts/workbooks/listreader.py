"""Reading a list's workbook back: which rows it adds, what it changes cell by cell, why a cell cannot be taken. Writes nothing."""

import datetime as dt
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from districts.file.models.core import District
from districts.workbooks.cells import WrongCellError, index_of, plain, read_cell, words_of
from districts.workbooks.listbook import FIRST_ROW, HEAD_ROW, MARKS, MOST_ROWS, Book
from greendistrict.documents.workbooks import EMPTY, BookCell, CellLine, Grid, address_of, grids, shown, unreadable

MISSING = object()


def _folded(label: Any) -> str:
    """A column's head however its unit is written: m² and ㎡ are one."""
    return unicodedata.normalize("NFKC", str(label or ""))


@dataclass(frozen=True)
class Work:
    """What to do with one row: ``pk`` is None for a new one; ``fields`` as stored text, ``values`` what hangs on the row."""

    pk: int | None
    version: int
    label: str
    fields: dict[str, Any]
    values: dict[str, Any]


@dataclass
class Preview:
    """What an import would do. ``problems`` concern the whole file; ``works`` is what ``services.listimports`` writes."""

    added: list[str] = field(default_factory=list)
    changed: list[CellLine] = field(default_factory=list)
    refused: list[CellLine] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)

    @property
    def applicable(self) -> bool:
        """Whether it can be written: something changes and nothing is refused."""
        return bool(self.works) and not self.refused and not self.problems


class Reader(ABC):
    """Goes through the rows of one workbook; each list says what its rows are and what stands against them."""

    book: Book

    def __init__(self, district: District, today: dt.date) -> None:
        self.district, self.today = district, today
        self.preview = Preview()
        self.seen = set[str]()
        self.known: Mapping[str, Any] = {}

    # --- what a list says of itself ---

    @abstractmethod
    def rows(self) -> Mapping[str, Any]:
        """Stored rows by what the first column holds, in a number of queries that does not depend on theirs."""

    def current(self, row: Any, name: str) -> Any:
        """What stands in a field now; ``MISSING`` for a field of a new row."""
        return MISSING if row is None else getattr(row, name)

    def completed(self, _row: Any, typed: dict[str, Any]) -> dict[str, Any]:
        """Values as typed with what follows from them."""
        return typed

    @abstractmethod
    def against(self, row: Any, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Field and words of each thing that the row may not say."""

    def parted(self, changed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Fields of the row, and what hangs on it."""
        return dict(changed), {}

    # --- reading ---

    def read(self, content: bytes) -> Preview:
        """Compare a workbook with the list. Raises ``Refused`` for a file that is no workbook."""
        columns = self.book.columns
        sheets = grids(content, (self.book.sheet, MARKS), rows=MOST_ROWS + FIRST_ROW + 1, columns=len(columns))
        self.preview.problems = self._wrong_book(sheets)
        if not self.preview.problems:
            self.known = self.rows()
            for at, row in enumerate(sheets[self.book.sheet][FIRST_ROW:], start=FIRST_ROW):
                if any(cell is not EMPTY and cell.value != "" for cell in row):
                    self._row(at, [*row, *([EMPTY] * (len(columns) - len(row)))])
        return self.preview

    def _wrong_book(self, sheets: Mapping[str, Grid]) -> list[str]:
        book = self.book
        marks = [str(row[0].value or "") for row in sheets.get(MARKS, [])[:2] if row]
        if book.sheet not in sheets or marks[:1] != [book.format]:
            return [f"这不是从本页导出的{book.noun}工作簿，请先导出再填写"]
        if marks[1:] != [self.district.code]:
            return [f"工作簿是另一个城区的，请从{self.district.name}的{book.noun}页导出"]
        grid = sheets[book.sheet]
        heads = grid[HEAD_ROW] if len(grid) > HEAD_ROW else []
        if [_folded(cell.value) for cell in heads] != [_folded(column.label) for column in book.columns]:
            return ["表头与导出时不同，列可能被移动或删除，请重新导出后填写"]
        return [f"一次最多导入{MOST_ROWS}{book.unit}"] if len(grid) > MOST_ROWS + FIRST_ROW else []

    def _row(self, at: int, cells: Sequence[BookCell]) -> None:
        key = str(cells[0].value or "").strip()
        if wrong := self._unusable(key, cells[0]):
            self._refuse(at, 0, key, str(cells[0].value or ""), wrong)
            return
        self.seen.add(key)
        typed, before = {}, len(self.preview.refused)
        for index, column in enumerate(self.book.columns):
            try:
                typed[column.field] = read_cell(column, cells[index])
            except WrongCellError as wrong_cell:
                self._refuse(at, index, key, shown(cells[index].value), str(wrong_cell))
        if len(self.preview.refused) == before:
            self._compare(at, self.known.get(key), key, typed)

    def _unusable(self, key: str, cell: BookCell) -> str:
        column = self.book.columns[0]
        if wrong := unreadable(cell):
            return wrong
        if not key:
            return f"缺{column.label}"
        if len(key) > column.most:
            return f"最多{column.most}个字"
        return f"工作簿里有两行是这个{column.label[-2:]}" if key in self.seen else ""

    def _compare(self, at: int, row: Any, key: str, typed: dict[str, Any]) -> None:
        typed = self.completed(row, typed)
        changed = {name: value for name, value in typed.items() if self.current(row, name) != value}
        found = self.against(row, typed, changed)
        for name, words in found:
            index = index_of(self.book.columns, name)
            self._refuse(at, index, key, words_of(self.book.columns[index], typed.get(name, "")), words)
        if found:
            return
        if not changed:
            self.preview.unchanged += 1
            return
        if row is None:
            self.preview.added.append(key)
        else:
            self.tell(at, row, key, changed)
        fields, values = self.parted(changed)
        self.preview.works.append(Work(row.pk if row else None, row.version if row else 0, key, plain(fields), values))

    def tell(self, at: int, row: Any, key: str, changed: Mapping[str, Any]) -> None:
        """Say each changed cell of a row, before and after."""
        for index, column in enumerate(self.book.columns):
            if column.field in changed:
                before, after = (words_of(column, value) for value in (self.current(row, column.field), changed[column.field]))
                self.preview.changed.append(CellLine(address_of(at, index), key, key, column.label, before, after))

    def _refuse(self, at: int, index: int, key: str, given: str, why: str) -> None:
        column = self.book.columns[index]
        nameless = f"（无{self.book.columns[0].label[-2:]}）"
        self.preview.refused.append(CellLine(address_of(at, index), key, key or nameless, column.label, "", given, why))
