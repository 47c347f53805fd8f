"""Spreadsheets that are written: their content type, a book opened and closed in one place, heads with their widths."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # no text becomes anything else
Head = tuple[str, int]


def opened(stream: BytesIO, *, flat: bool = False) -> Any:
    """A new workbook; its file is in ``stream`` once it is closed. A ``flat`` one keeps no row once the next is begun: bounded memory."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    return xlsxwriter.Workbook(stream, {**OPTIONS, "in_memory": not flat, "constant_memory": flat})


def made(write: Callable[[Any], None], *, flat: bool = False) -> bytes:
    """Content of the workbook that ``write`` fills; ``flat`` as above."""
    stream = BytesIO()
    book = opened(stream, flat=flat)
    write(book)
    book.close()
    return stream.getvalue()


def write_heads(sheet: Any, row: int, heads: Sequence[Head], form: Any) -> None:
    """Heads of the columns with their widths."""
    for column, (label, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, label, form)
