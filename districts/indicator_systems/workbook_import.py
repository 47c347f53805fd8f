"""Import of an indicator workbook: changes cell by cell, and why a cell is refused. Writes nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import checked_values
from districts.indicator_systems.selectors.indicators import IndicatorLine, lines_of
from districts.indicator_systems.workbook import BOOK, column_for, system_marks
from greendistrict.documents.workbooks.book import Mark
from greendistrict.documents.workbooks.columns import CellValue, Column, words_of
from greendistrict.documents.workbooks.columns import read_cell as read_plain
from greendistrict.documents.workbooks.grids import BookCell, shown
from greendistrict.documents.workbooks.reader import Reader
from indicators.editions.selectors import rules_for


class IndicatorReader(Reader[IndicatorSystem, IndicatorLine]):
    """Reader of rows of a version by key, each with its own measure; rows cannot be added."""

    book = BOOK
    key_words = "编号"

    def __init__(self, subject: IndicatorSystem, today: dt.date) -> None:
        super().__init__(subject, today)
        self.items = rules_for(subject.edition).items

    def marks(self) -> Sequence[Mark]:
        """District, edition and number of the version."""
        return system_marks(self.subject)

    def rows(self) -> Mapping[str, IndicatorLine]:
        """Rows by key."""
        lines = {line.row.key: line for line in lines_of(self.subject)}
        for line in lines.values():
            line.row.system = self.subject
        return lines

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """Title of a row in the preview: the indicator's title."""
        return shown(cells[2].value)

    def stranger(self, key: str) -> str:
        """Error for an unknown key, because rows can only be added on the page."""
        return f"编号“{key}”不在这一版指标体系里" if key else "这一行没有编号；新增自定指标请在页面上添加"

    def current(self, row: IndicatorLine | None, name: str) -> Any:
        """Stored value of a field of the row."""
        return getattr(row.row, name) if row else None

    def read_cell(self, column: Column, cell: BookCell, row: IndicatorLine | None) -> CellValue:
        """Parse a cell; measured values are parsed by the row's measure."""
        if row is None:
            return read_plain(column, cell)
        number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
        return read_plain(column_for(column, row.measure, number=number), cell, self.current(row, column.field))

    def words_of(self, column: Column, value: Any, row: IndicatorLine | None) -> str:
        """Value in words; measured values are shown by the row's measure."""
        return words_of(column_for(column, row.measure, number=False) if row else column, value)

    def against(self, row: IndicatorLine | None, typed: dict[str, Any], _changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors of a row: years, reasons, clauses that may not be excluded."""
        if row is None:
            return []
        _, refusals = checked_values(row.row, typed, self.items)
        return [(refusal.field, refusal.text) for refusal in refusals]

    def identity(self, row: IndicatorLine | None) -> tuple[int | None, int]:
        """Primary key and version of the stored row."""
        return (row.row.pk, row.row.version) if row else (None, 0)

    def unchanged(self, typed: Mapping[str, Any], changed: Mapping[str, Any]) -> int:
        """Number of cells that stay unchanged."""
        return len(typed) - len(changed)
