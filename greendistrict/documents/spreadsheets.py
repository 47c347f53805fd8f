"""Spreadsheets that are written: their content type, a book opened and closed in one place, heads with their widths."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # no text becomes anything else
Head = tuple[str, int]


def made(write: Callable[[Any], None], *, flat: bool = False) -> bytes:
    """Content of the workbook that ``write`` fills. A ``flat`` one keeps no row once the next is begun, so its memory does not grow."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {**OPTIONS, "in_memory": not flat, "constant_memory": flat})
    write(book)
    book.close()
    return stream.getvalue()


def write_heads(sheet: Any, row: int, heads: Sequence[Head], form: Any) -> None:
    """Heads of the columns with their widths."""
    for column, (label, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, label, form)
