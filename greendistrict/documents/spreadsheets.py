"""Writing spreadsheets: content type, opening and closing a workbook, column heads and widths, row heights."""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from math import ceil
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAY_FORMAT = "yyyy-mm-dd"
OPTIONS = {  # text is never converted to anything else
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "default_date_format": DAY_FORMAT,
}  # fmt: skip
Head = tuple[str, int]
LINE, HIGHEST = 16.5, 400  # points per line (enough for any Chinese font), and maximum height of a row
MOST_LINES = int(HIGHEST // LINE)


def opened(stream: BytesIO, *, flat: bool = False) -> Any:
    """A new workbook, whose file is in ``stream`` once closed. ``flat``: rows are written out one by one, so that memory stays bounded."""
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
    """Width of a text in workbook characters; a Chinese character counts two."""
    return sum(1 if character < "\u2e80" else 2 for character in text)


def lines_of(text: str, width: float) -> int:
    """Number of lines of a text in a column, so that the program opening the workbook need not measure it."""
    if not width or (len(text) * 2 <= width and "\n" not in text):
        return 1
    return sum(ceil(max(wide(line), 1) / width) for line in text.split("\n"))


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Height in points of a row of wrapped texts, given as (text, column width)."""
    return LINE * min(max((lines_of(text, width) for text, width in cells), default=1), MOST_LINES)
