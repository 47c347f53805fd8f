"""Lists as workbooks: the rows of the page with the same filters; numbers and days as such, all other values as text, never as formulas."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.documents.spreadsheets import DAY_FORMAT, Head, made, row_height, write_heads

HEAD_ROW = 2
MARK = "演示数据"
GUESS = "推定"
A3, A4, MOST_ON_A4 = 8, 9, 10


@dataclass(frozen=True)
class Inferred:
    """A number or day that is inferred: written as such, its format says so."""

    value: int | Decimal | dt.date


Cell = str | int | Decimal | dt.date | Inferred | None


@dataclass(frozen=True)
class ListSheet:
    """A list of a workbook: ``heads`` are titles and widths after 序号, ``fixed`` columns are frozen."""

    name: str
    title: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]]
    fixed: int = 2


def list_book(sheet_name: str, title: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]], *, demo: bool, fixed: int = 2) -> bytes:
    """Workbook of ``rows`` below ``title`` and the day; ``heads`` are titles and widths after 序号, ``fixed`` columns are frozen."""
    return lists_book([ListSheet(sheet_name, title, heads, rows, fixed)], demo=demo)


def lists_book(lists: Iterable[ListSheet], *, demo: bool) -> bytes:
    """Workbook with a sheet for each list."""

    def write(book: Any) -> None:
        """Write the sheets."""
        today = clock.today()
        book.set_properties({"created": dt.datetime.combine(today, dt.time())})  # the same list of the same day is the same file
        lined = {"border": 1, "text_wrap": True}
        bold, text = book.add_format({**lined, "bold": True, "valign": "vcenter"}), {**lined, "valign": "top"}
        forms = {
            (day, marked): book.add_format({**text, "num_format": f"{form}{mark}"} | ({"align": "left"} if day else {}))
            for day, form in ((False, "General"), (True, DAY_FORMAT))
            for marked, mark in ((False, ""), (True, f'"（{GUESS}）"'))
        }
        for one in lists:
            sheet = book.add_worksheet(one.name)
            sheet.write_string(0, 0, f"{one.title}{f'　含{MARK}' if demo else ''}")
            sheet.write_string(1, 0, f"导出日期：{day_in_words(today)}")
            _write_list(sheet, one, bold, forms)

    return made(write, flat=True)


def _write_list(sheet: Any, one: ListSheet, bold: Any, forms: Mapping[tuple[bool, bool], Any]) -> None:
    """Write heads and rows, which can be filtered; in print, all columns fit a page's width and the heads repeat."""
    last, columns = HEAD_ROW, [("序号", 6), *one.heads]
    write_heads(sheet, HEAD_ROW, columns, bold)
    sheet.set_row(HEAD_ROW, row_height(columns))
    for number, cells in enumerate(one.rows, start=1):
        last = HEAD_ROW + number
        for column, value in enumerate((number, *cells)):
            _write_cell(sheet, last, column, value, forms)
        texts = ((value, width) for value, (_, width) in zip(cells, one.heads, strict=True) if isinstance(value, str))
        sheet.set_row(last, row_height(texts))
    sheet.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
    sheet.freeze_panes(HEAD_ROW + 1, one.fixed)
    sheet.set_landscape()
    sheet.set_paper(A3 if len(one.heads) > MOST_ON_A4 else A4)
    sheet.fit_to_pages(1, 0)  # every column on the width of a page
    sheet.repeat_rows(HEAD_ROW)


def _write_cell(sheet: Any, row: int, column: int, value: Cell, forms: Mapping[tuple[bool, bool], Any]) -> None:
    """Write a number or a day as such, everything else as text; ``forms`` by whether it is a day and whether it is inferred."""
    marked, told = isinstance(value, Inferred), value.value if isinstance(value, Inferred) else value
    if isinstance(told, int | Decimal):
        sheet.write_number(row, column, float(told), forms[False, marked])
    elif isinstance(told, dt.datetime):  # with its time zone, which spreadsheets do not know
        sheet.write_string(row, column, told.isoformat(), forms[False, False])
    elif isinstance(told, dt.date):
        sheet.write_datetime(row, column, told, forms[True, marked])
    else:
        sheet.write_string(row, column, told or "", forms[False, False])


def day_of(moment: dt.datetime | None) -> dt.date | None:
    """Date of a moment in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def mark_of(*, is_demo: bool) -> str:
    """Last cell of a row: 演示数据 for demonstration data."""
    return MARK if is_demo else ""
