"""What a sheet says beside its cells: which are merged, which rows it hides, where it stands in the package."""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from greendistrict.documents.office.archives import opened

MOST_HEADS = 3  # lines of heads
PATH = "_worksheet_path"  # openpyxl tells it nowhere else
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\br=\"(\d{1,7})\"[^>]*>")
_HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")


class Merged(NamedTuple):
    """A range of merged cells, rows and columns counted from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def merged_ranges(content: bytes, parts: Mapping[str, str]) -> dict[str, list[Merged]]:
    """Merged ranges of each sheet; ``parts`` are the paths in the package by the name of the sheet."""
    with opened(content) as archive:
        return {name: [_range(found.groups()) for found in _MERGED.finditer(archive.read(path))] for name, path in parts.items()}


def first_in(merged: Iterable[Merged], rows: Iterable[int]) -> Merged | None:
    """The first of these ranges that touches one of these rows."""
    wanted = set(rows)
    return next((one for one in merged if not wanted.isdisjoint(range(one.first_row, one.last_row + 1))), None)


def lines_spanned(merged: Iterable[Merged], at: int, lines: int) -> int:
    """How many lines heads take that begin in the ``lines`` from ``at`` on, with the cells that are merged downwards from these."""
    for one in sorted(merged):
        if at <= one.first_row < at + lines and one.last_row < at + MOST_HEADS:
            lines = max(lines, one.last_row - at + 1)
    return lines


def words_of_merged(merged: Merged | None) -> str:
    """Why rows with these merged cells cannot be read; empty for None."""
    return f"第{merged.first_row + 1}行有合并单元格，分不清各行的内容，请取消合并并逐行填写后导入" if merged else ""


def merged_in(content: bytes, sheet: str) -> list[Merged]:
    """Merged ranges of a sheet; the workbook is opened only where there are any."""
    with opened(content) as archive:
        parts = [entry.filename for entry in archive.infolist() if entry.filename.startswith("xl/worksheets/")]
        if not any(_MERGED.search(archive.read(name)) for name in parts):
            return []
    return merged_ranges(content, parts_of(content)).get(sheet, [])


def merged_words(content: bytes, sheet: str, rows: Iterable[int]) -> str:
    """Why these rows of a sheet cannot be read, if cells are merged in one of them: the others of a range would count as emptied."""
    return words_of_merged(first_in(merged_in(content, sheet), rows))


def hidden_rows(content: bytes, sheet: str) -> set[int]:
    """Rows of a sheet that are hidden or filtered out, counted from 0."""
    with opened(content) as archive:
        parts = [entry.filename for entry in archive.infolist() if entry.filename.startswith("xl/worksheets/")]
        found = {name: {int(row[1]) - 1 for row in _ROW.finditer(archive.read(name)) if _HIDDEN.search(row[0])} for name in parts}
    return found.get(parts_of(content).get(sheet, ""), set()) if any(found.values()) else set()


def _range(groups: Sequence[bytes | Any]) -> Merged:
    first, top, last, bottom = groups
    return Merged(int(top) - 1, _column(first.decode()), int(bottom) - 1, _column(last.decode()))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def parts_of(content: bytes) -> dict[str, str]:
    """Path in the package of each visible sheet by its name."""
    import openpyxl  # noqa: PLC0415 -- web workers load it with the first import only

    book = openpyxl.load_workbook(BytesIO(content), read_only=True, keep_links=False)
    try:
        return {sheet.title: getattr(sheet, PATH) for sheet in book.worksheets if sheet.sheet_state == "visible"}
    finally:
        book.close()
