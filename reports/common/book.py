"""Workbook helpers of the reports: sheets with title, remarks and frozen heading; text cells as text."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from greendistrict.documents.spreadsheets import OPTIONS

Row = Sequence[Any]


class Sheet:
    """A sheet with title, marks, sticky head, and rows from above to below."""

    def __init__(self, book: "ReportBook", name: str) -> None:
        self._book, self._sheet, self._line = book, book.book.add_worksheet(name), 3

    def begin(self, title: str, marks: str, *, head: Row, widths: Sequence[int]) -> None:
        """Title, marks and head; before any row."""
        sheet = self._sheet
        sheet.write_string(0, 0, title, self._book.title)
        sheet.write_string(1, 0, marks, self._book.mark)
        for column, text in enumerate(head):
            sheet.write_string(2, column, str(text), self._book.head)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(3, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)

    def add(self, row: Row) -> None:
        """Next row: numbers as numbers, everything else as text."""
        book, sheet, line = self._book, self._sheet, self._line
        for column, value in enumerate(row):
            if isinstance(value, Decimal | int) and not isinstance(value, bool):
                sheet.write_number(line, column, float(value), book.figure if isinstance(value, Decimal) else book.cell)
            else:
                sheet.write_string(line, column, "" if value is None else str(value), book.cell)
        self._line += 1


class ReportBook:
    """A workbook with the formats that every sheet uses; a ``flat`` one keeps no row that is written, so that its memory does not grow."""

    def __init__(self, *, flat: bool = False) -> None:
        import xlsxwriter  # noqa: PLC0415 -- only who makes a workbook pays for it

        self.stream = BytesIO()
        self.book = xlsxwriter.Workbook(self.stream, {**OPTIONS, "in_memory": not flat, "constant_memory": flat})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.head = self.book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF5", "text_wrap": True, "valign": "vcenter"})
        self.cell = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.figure = self.book.add_format({"border": 1, "num_format": "#,##0.00", "valign": "top"})
        self.mark = self.book.add_format({"font_color": "#774800", "italic": True})

    def sheet(self, name: str, title: str, marks: str, *, head: Row, rows: Iterable[Row], widths: Sequence[int]) -> None:
        """One sheet at a time."""
        sheet = Sheet(self, name)
        sheet.begin(title, marks, head=head, widths=widths)
        for row in rows:
            sheet.add(row)

    def content(self) -> bytes:
        """Finished file."""
        self.book.close()
        return self.stream.getvalue()

    def drop(self) -> None:
        """Let go of the temporary files of a flat book, finished or not."""
        if not self.book.fileclosed:
            self.book.close()


def marks(*, demo: bool, reference: bool) -> str:
    """Marks that stand on every sheet."""
    words = [word for word, on in (("演示数据", demo), ("参考版，不是官方标准条文；星级为推定", reference)) if on]
    return "　".join(words)
