"""Spreadsheets that are written: their content type, a book opened and closed in one place, heads with their widths, heights of rows."""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from math import ceil
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # no text becomes anything else
Head = tuple[str, int]
LINE, HIGHEST = 16.5, 400  # points of a line, whatever Chinese font is there, and of a row at most
MOST_LINES = int(HIGHEST // LINE)


def opened(stream: BytesIO, *, flat: bool = False) -> Any:
    """A new workbook; its file is in ``stream`` once it is closed. A ``flat`` one keeps no row once the next is begun: bounded memory."""
    from greendistrict.documents.named_sheets import NamedSheets  # noqa: PLC0415 -- only who exports pays for XlsxWriter

    return NamedSheets(stream, {**OPTIONS, "in_memory": not flat, "constant_memory": flat})


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


def wide(text: str) -> int:
    """Width of a text in characters of a workbook: a Chinese one takes two."""
    return sum(1 if character < "\u2e80" else 2 for character in text)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column: what opens the workbook need not measure it."""
    if not width or (len(text) * 2 <= width and "\n" not in text):
        return 1
    return sum(ceil(max(wide(line), 1) / width) for line in text.split("\n"))


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Points of a row of wrapped texts in columns of these widths."""
    return LINE * min(max((lines_of(text, width) for text, width in cells), default=1), MOST_LINES)
