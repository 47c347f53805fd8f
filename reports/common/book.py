"""Workbooks of reports: sheets with title, marks and frozen header row; every cell is written by type, text always as text."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.text import Truncator

from greendistrict.documents.spreadsheets import LINE, MOST_LINES, lines_of, opened
from reports.common.definitions import HEADS, SHEET, Definition

Row = Sequence[Any]
DIGITS = 2
TITLE_HIGH = 22  # points
FOOT = 40  # characters of the title at the foot of a printed page
NAME_LENGTH = 31  # of a sheet, by Excel
DEFINED = (28, 14, 60, 30, 46)  # characters of the columns of 口径说明
A3, A4 = 8, 9  # by Excel
DAY = re.compile(r"([12]\d{3})年(1[0-2]|[1-9])月(3[01]|[12]\d|[1-9])日")
SHARE = re.compile(r"(-?\d{1,6})(\.\d{1,6})? ?%")
FIRST_OF_EXCEL = 1900  # no day before that is a date of a workbook
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


class Percent(NamedTuple):
    """A percentage with its decimals; ``share`` of 1 is 100 %."""

    share: Decimal
    digits: int


def typed(value: Any) -> Any:
    """A text that is nothing but a day or a percentage as such; whatever else as it is."""
    if not isinstance(value, str):
        return value
    if found := DAY.fullmatch(value):
        year, month, day = map(int, found.groups())
        return dt.date(year, month, day) if year >= FIRST_OF_EXCEL and day <= monthrange(year, month)[1] else value
    if found := SHARE.fullmatch(value):
        return Percent(Decimal(found[1] + (found[2] or "")) / 100, len(found[2] or ".") - 1)
    return value


class ReportBook:
    """A workbook with the formats used by all sheets; ``title`` is printed in the footer, by default the sheet's title."""

    def __init__(self, title: str = "") -> None:
        self.name, self.stream = title, BytesIO()
        self.book = opened(self.stream)
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.mark = self.book.add_format({"font_color": "#774800", "italic": True})
        self.head = self.book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF5", "text_wrap": True, "valign": "vcenter"})
        self.cell = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.left = self.book.add_format({"border": 1, "valign": "top", "align": "left"})
        self.heading = self.book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF5", "valign": "top"})
        self.whole = self.book.add_format({"text_wrap": True, "valign": "top"})
        self._figures: dict[tuple[int, bool], Any] = {}
        self._percentages: dict[tuple[int, bool], Any] = {}
        self._names: dict[str, int] = {}  # with the last number that each was given

    @cached_property
    def day(self) -> Any:
        """Format of dates, left-aligned like texts."""
        return self._typed('yyyy"年"m"月"d"日"', left=True)

    def figure(self, digits: int, *, left: bool = False) -> Any:
        """Format of numbers with ``digits`` decimals; ``left``: left-aligned, for numbers among texts."""
        if (digits, left) not in self._figures:
            places = f".{'0' * digits}" if digits else ""
            self._figures[digits, left] = self._typed(f"#,##0{places}", left=left)
        return self._figures[digits, left]

    def percentage(self, digits: int, *, left: bool = False) -> Any:
        """Format of percentages with ``digits`` decimals."""
        if (digits, left) not in self._percentages:
            places = f".{'0' * digits}" if digits else ""
            self._percentages[digits, left] = self._typed(f"0{places}%", left=left)
        return self._percentages[digits, left]

    def _typed(self, number: str, *, left: bool) -> Any:
        return self.book.add_format({"border": 1, "num_format": number, "valign": "top", **({"align": "left"} if left else {})})

    def unused(self, name: str) -> str:
        """Name for a new sheet: valid in Excel, with a number if it is taken."""
        plain = FORBIDDEN.sub("", name)[:NAME_LENGTH] or "表"
        unique, number = plain, self._names.get(plain.lower(), 1)
        while unique.lower() in self._names:
            number += 1
            unique = f"{plain[: NAME_LENGTH - len(str(number))]}{number}"
        self._names[plain.lower()] = number
        self._names.setdefault(unique.lower(), 1)
        return unique

    def sheet(self, name: str, title: str, marks: str, *, head: Row, rows: Iterable[Row], widths: Sequence[float]) -> None:
        """Write a complete sheet."""
        sheet = Sheet(self, name)
        sheet.begin(title, marks, head=head, widths=widths)
        for row in rows:
            sheet.add(row)
        sheet.end()

    def define(self, definitions: Sequence[Definition], marks: str) -> None:
        """Write the sheet 口径说明 if there are definitions."""
        if definitions:
            self.sheet(SHEET, SHEET, marks, head=HEADS, rows=(definition.cells for definition in definitions), widths=DEFINED)

    def content(self) -> bytes:
        """Content of the finished file."""
        self.book.close()
        return self.stream.getvalue()


class Sheet:
    """A sheet written from top to bottom; ``page`` is XlsxWriter's worksheet, ``line`` the next row."""

    def __init__(self, book: ReportBook, name: str) -> None:
        self._book, self.page, self.line = book, book.book.add_worksheet(book.unused(name)), 0
        self._widths: Sequence[float] = ()
        self._cut: list[tuple[int, int, str]] = []

    def begin(self, title: str, marks: str, *, widths: Sequence[float], head: Row = (), large: bool = False) -> None:
        """Write title, marks and header (frozen and repeated in print), for A4 landscape or A3 (``large``); must come before any row."""
        page = self.page
        page.write_string(0, 0, title, self._book.title)
        page.write_string(1, 0, marks, self._book.mark)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        self._widths = widths
        page.set_landscape()
        page.set_paper(A3 if large else A4)
        page.fit_to_pages(1, 0)
        page.set_default_row(LINE)
        page.set_row(0, TITLE_HIGH)
        foot = "　".join(filter(None, (Truncator(self._book.name or title).chars(FOOT), marks))).replace("&", "&&")
        page.set_footer(f"&L{foot}&R第&P页，共&N页")
        self.line = 2
        if head:
            for column, text in enumerate(head):
                page.write_string(2, column, str(text), self._book.head)
            self._set_height([str(text) for text in head])
            page.freeze_panes(3, 0)
            page.repeat_rows(2)
            self.line = 3

    def heading(self, text: str) -> None:
        """Write a heading row."""
        for column in range(len(self._widths)):
            self.page.write_string(self.line, column, "" if column else text, self._book.heading)
        self.line += 1

    def links(self, names: Iterable[str]) -> None:
        """Write a row with a link to each of these sheets."""
        for name in names:
            self.page.write_url(self.line, 0, f"internal:'{name}'!A1", self._book.left, string=name)
            self.line += 1

    def add(self, row: Row, digits: Sequence[int] = (), *, left: bool = False) -> None:
        """Write a row; ``digits`` are the decimals of each column, two by default; ``left`` as in the formats."""
        for column, value in enumerate(row):
            self._put(column, value, digits[column] if digits else DIGITS, left=left)
        self._set_height(row)
        self.line += 1

    def _set_height(self, row: Row) -> None:
        """Set the row's height for its longest text; text too long for a row is written in full at the end of the sheet."""
        texts = [
            (lines_of(value, self._widths[column] if column < len(self._widths) else 0), column, value)
            for column, value in enumerate(row)
            if isinstance(value, str)
        ]
        self._cut += [(self.line, column, text) for lines, column, text in texts if lines > MOST_LINES]
        high = max((lines for lines, *_ in texts), default=1)
        if high > 1:
            self.page.set_row(self.line, min(high, MOST_LINES) * LINE)

    def remark(self, text: str) -> None:
        """Write a remark outside the table."""
        self.page.write_string(self.line + 1, 0, text, self._book.mark)
        self.line += 2

    def end(self) -> None:
        """Write texts too long for their row in full, in as many rows as needed; must come last."""
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 -- only who makes a workbook pays for it

        fits = int(sum(self._widths)) // 2  # Chinese characters of a line over all columns
        for line, column, text in self._cut:
            self.remark(f"{xl_rowcol_to_cell(line, column)}单元格全文：")
            pieces = [part[at : at + fits] for part in text.split("\n") for at in range(0, max(len(part), 1), fits)]
            for first in range(0, len(pieces), MOST_LINES):
                some = pieces[first : first + MOST_LINES]
                self.page.set_row(self.line, len(some) * LINE)
                last = len(self._widths) - 1
                if last:
                    self.page.merge_range(self.line, 0, self.line, last, "", self._book.whole)
                self.page.write_string(self.line, 0, "\n".join(some), self._book.whole)
                self.line += 1
        self._cut = []

    def _put(self, column: int, value: Any, digits: int, *, left: bool) -> None:
        """Write a cell by type: numbers as numbers, days as days, everything else as text."""
        book, page, line, value = self._book, self.page, self.line, typed(value)
        if isinstance(value, Decimal):
            page.write_number(line, column, float(value), book.figure(digits, left=left))
        elif isinstance(value, int) and not isinstance(value, bool):
            page.write_number(line, column, value, book.left if left else book.cell)
        elif isinstance(value, Percent):
            page.write_number(line, column, float(value.share), book.percentage(value.digits, left=left))
        elif isinstance(value, dt.date):
            page.write_datetime(line, column, dt.datetime(value.year, value.month, value.day), book.day)  # noqa: DTZ001 -- a day of a sheet has no zone
        elif value is None:
            page.write_blank(line, column, None, book.cell)
        else:
            page.write_string(line, column, str(value), book.cell)


def marks(*, demo: bool, reference: bool) -> str:
    """Marks shown on every sheet."""
    words = [word for word, on in (("演示数据", demo), ("参考版，不是官方标准条文；星级为推定", reference)) if on]
    return "　".join(words)
