"""Workbooks of the reports: sheets with title, marks and a sticky head; every text as text."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Row = Sequence[Any]


class Book:
    """A workbook with the four formats that every sheet uses."""

    def __init__(self) -> None:
        self.stream = BytesIO()
        self.book = xlsxwriter.Workbook(self.stream, OPTIONS)
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.head = self.book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF5", "text_wrap": True, "valign": "vcenter"})
        self.cell = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.figure = self.book.add_format({"border": 1, "num_format": "#,##0.00", "valign": "top"})
        self.mark = self.book.add_format({"font_color": "#774800", "italic": True})

    def sheet(self, name: str, title: str, marks: str, *, head: Row, rows: Sequence[Row], widths: Sequence[int]) -> None:
        """One sheet: title, marks, sticky head, rows."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, marks, self.mark)
        for column, text in enumerate(head):
            sheet.write_string(2, column, str(text), self.head)
        for line, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                self._write(sheet, line, column, value)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(3, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)

    def _write(self, sheet: Any, line: int, column: int, value: Any) -> None:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            sheet.write_number(line, column, float(value), self.figure if isinstance(value, Decimal) else self.cell)
        else:
            sheet.write_string(line, column, "" if value is None else str(value), self.cell)

    def content(self) -> bytes:
        """Finished file."""
        self.book.close()
        return self.stream.getvalue()


def marks(*, demo: bool, reference: bool) -> str:
    """Marks that stand on every sheet."""
    words = [word for word, on in (("演示数据", demo), ("参考版，不是官方标准条文；星级为推定", reference)) if on]
    return "　".join(words)
