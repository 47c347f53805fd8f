"""XlsxWriter's workbook, whose new sheets cost the same however many there are.

XlsxWriter compares the name of each new sheet with those of all sheets before it: for the 4,000 sheets of a report on 1,000 districts that
is more than half of the time. Here the names are kept in a set, and the walk sees no sheet.
"""

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import DuplicateWorksheetName


class NamedSheets(Workbook):  # type: ignore[misc]  # XlsxWriter has no types
    """Workbook with the names of its sheets in a set."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._names: set[str] = set()
        self._is_naming = False

    def add_worksheet(self, name: str | None = None, worksheet_class: Any = None) -> Any:
        """A new sheet. Raises ``DuplicateWorksheetName`` where another has its name, upper and lower case alike."""
        self._is_naming = True
        try:
            sheet = super().add_worksheet(name, worksheet_class)
        finally:
            self._is_naming = False
        if (lower := sheet.name.lower()) in self._names:
            msg = f"Sheetname '{sheet.name}', with case ignored, is already in use."
            raise DuplicateWorksheetName(msg)
        self._names.add(lower)
        return sheet

    def worksheets(self) -> Sequence[Any]:
        """All sheets; none to the walk over names."""
        found: Sequence[Any] = () if self._is_naming else super().worksheets()
        return found
