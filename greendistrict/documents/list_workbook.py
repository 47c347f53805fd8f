"""A list as a workbook: the rows of the page under the same conditions; figures as numbers, every word as text, so no name is a formula."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

from greendistrict.core import clock

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HEAD_ROW = 2
MARK = "演示数据"
Cell = str | int | Decimal | dt.date | None
Head = tuple[str, int]


def list_book(sheet_name: str, title: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]], *, demo: bool, fixed: int = 2) -> bytes:
    """Workbook of ``rows`` below ``title`` and the day; ``heads`` are words and widths after 序号, ``fixed`` columns stay in sight."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream, today = BytesIO(), clock.today()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheet, bold = book.add_worksheet(sheet_name), book.add_format({"bold": True, "border": 1})
    columns = [("序号", 6), *heads]
    for column, (_, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, f"{title}{f'　含{MARK}' if demo else ''}")
    sheet.write_string(1, 0, f"导出日期：{today.year}年{today.month}月{today.day}日")
    for column, (label, _) in enumerate(columns):
        sheet.write_string(HEAD_ROW, column, label, bold)
    for number, cells in enumerate(rows, start=1):
        for column, value in enumerate((number, *cells)):
            if isinstance(value, int | Decimal):
                sheet.write_number(HEAD_ROW + number, column, float(value))
            else:
                sheet.write_string(HEAD_ROW + number, column, value.isoformat() if isinstance(value, dt.date) else value or "")
    sheet.freeze_panes(HEAD_ROW + 1, fixed)
    book.close()
    return stream.getvalue()


def day_of(moment: dt.datetime | None) -> dt.date | None:
    """The day in Shanghai that a moment falls on."""
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def mark_of(*, is_demo: bool) -> str:
    """Last cell of a row that is invented."""
    return MARK if is_demo else ""
