"""Workbooks of reports: sheets with title, marks and a head that stays in sight; every cell by its type, text as text."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

from greendistrict.documents.spreadsheets import opened

Row = Sequence[Any]
DIGITS = 2
LINE, HIGHEST = 15, 400  # points of a line, and of a row at most
NAME_LENGTH = 31  # of a sheet, by Excel
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def wide(text: str) -> int:
    """Width of a text in characters of a workbook: a Chinese one takes two."""
    return sum(1 if character < "\u2e80" else 2 for character in text)


class ReportBook:
    """A workbook with the formats that every sheet uses."""

    def __init__(self) -> None:
        self.stream = BytesIO()
        self.book = opened(self.stream)
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.mark = self.book.add_format({"font_color": "#774800", "italic": True})
        self.head = self.book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF5", "text_wrap": True, "valign": "vcenter"})
        self.cell = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.left = self.book.add_format({"border": 1, "valign": "top", "align": "left"})
        self._days: dict[bool, Any] = {}
        self._figures: dict[tuple[int, bool], Any] = {}
        self._names: dict[str, int] = {}  # with the last number that each was given

    def day(self, *, left: bool = False) -> Any:
        """Format of days, at the left of their cell where they stand among texts."""
        if left not in self._days:
            self._days[left] = self._typed('yyyy"年"m"月"d"日"', left=left)
        return self._days[left]

    def figure(self, digits: int, *, left: bool = False) -> Any:
        """Format of numbers with so many decimals; ``left`` as above."""
        if (digits, left) not in self._figures:
            places = f".{'0' * digits}" if digits else ""
            self._figures[digits, left] = self._typed(f"#,##0{places}", left=left)
        return self._figures[digits, left]

    def _typed(self, number: str, *, left: bool) -> Any:
        return self.book.add_format({"border": 1, "num_format": number, "valign": "top", **({"align": "left"} if left else {})})

    def unused(self, name: str) -> str:
        """Name of a new sheet: as Excel allows it, with a number where another has it already."""
        plain = FORBIDDEN.sub("", name)[:NAME_LENGTH] or "表"
        unique, number = plain, self._names.get(plain.lower(), 1)
        while unique.lower() in self._names:
            number += 1
            unique = f"{plain[: NAME_LENGTH - len(str(number))]}{number}"
        self._names[plain.lower()] = number
        self._names.setdefault(unique.lower(), 1)
        return unique

    def sheet(self, name: str, title: str, marks: str, *, head: Row, rows: Iterable[Row], widths: Sequence[float]) -> None:
        """One whole sheet."""
        sheet = Sheet(self, name)
        sheet.begin(title, marks, head=head, widths=widths)
        for row in rows:
            sheet.add(row)

    def content(self) -> bytes:
        """Finished file."""
        self.book.close()
        return self.stream.getvalue()


class Sheet:
    """A sheet written from above to below; ``page`` is XlsxWriter's, ``line`` the next row."""

    def __init__(self, book: ReportBook, name: str) -> None:
        self._book, self.page, self.line = book, book.book.add_worksheet(book.unused(name)), 0
        self._widths: Sequence[float] = ()

    def begin(self, title: str, marks: str, *, widths: Sequence[float], head: Row = ()) -> None:
        """Title, marks and head, which is frozen and repeated on paper; before any row."""
        page = self.page
        page.write_string(0, 0, title, self._book.title)
        page.write_string(1, 0, marks, self._book.mark)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        self._widths = widths
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        self.line = 2
        if head:
            for column, text in enumerate(head):
                page.write_string(2, column, str(text), self._book.head)
            self._set_height([str(text) for text in head])
            page.freeze_panes(3, 0)
            page.repeat_rows(2)
            self.line = 3

    def add(self, row: Row, digits: Sequence[int] = (), *, left: bool = False) -> None:
        """Next row; ``digits`` are the decimals of each column, two where none are given; ``left`` as of its formats."""
        for column, value in enumerate(row):
            self._put(column, value, digits[column] if digits else DIGITS, left=left)
        self._set_height(row)
        self.line += 1

    def _set_height(self, row: Row) -> None:
        """Make the row in which these stand as high as the longest text in it."""
        high = max((self._lines(column, value) for column, value in enumerate(row) if isinstance(value, str)), default=1)
        if high > 1:
            self.page.set_row(self.line, min(high * LINE, HIGHEST))

    def _lines(self, column: int, text: str) -> int:
        """How many lines a text takes: what opens the workbook need not measure it."""
        width = self._widths[column] if column < len(self._widths) else 0
        if not width or (len(text) * 2 <= width and "\n" not in text):
            return 1
        return sum(ceil(max(wide(line), 1) / width) for line in text.split("\n"))

    def remark(self, text: str) -> None:
        """A line apart from the rows."""
        self.page.write_string(self.line + 1, 0, text, self._book.mark)
        self.line += 2

    def _put(self, column: int, value: Any, digits: int, *, left: bool) -> None:
        """A cell by its type: numbers as numbers, days as days, everything else as text."""
        book, page, line = self._book, self.page, self.line
        if isinstance(value, Decimal):
            page.write_number(line, column, float(value), book.figure(digits, left=left))
        elif isinstance(value, int) and not isinstance(value, bool):
            page.write_number(line, column, value, book.left if left else book.cell)
        elif isinstance(value, dt.date):
            page.write_datetime(line, column, dt.datetime(value.year, value.month, value.day), book.day(left=left))  # noqa: DTZ001 -- a day of a sheet has no zone
        elif value is None:
            page.write_blank(line, column, None, book.cell)
        else:
            page.write_string(line, column, str(value), book.cell)


def marks(*, demo: bool, reference: bool) -> str:
    """Marks that stand on every sheet."""
    words = [word for word, on in (("演示数据", demo), ("参考版，不是官方标准条文；星级为推定", reference)) if on]
    return "　".join(words)
