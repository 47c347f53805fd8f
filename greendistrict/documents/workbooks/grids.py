"""Cells of an opened workbook as plain values with their addresses, and what a cell may not be.

openpyxl loads with the first import and reads with defusedxml. Nothing is calculated: a formula is shown as a formula.
"""

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple

from greendistrict.core.errors import Refused
from greendistrict.documents.office.archives import SPOILT, opened

UNREADABLE = "不是完好的 Excel 工作簿，请用 Office 重新保存为 xlsx 后导入"
FORMULA = "这是公式，请改成结果（复制后选择性粘贴为数值）"
ERRORS: tuple[type[Exception], ...] = (*SPOILT, AttributeError)


class BookCell(NamedTuple):
    """A cell: ``kind`` is openpyxl's type (``f`` formula, ``e`` error), ``form`` the number format of a number or day.

    ``result`` is what the workbook keeps as the result of a formula, None if nothing; ``note`` is said of how the cell is read.
    """

    value: Any
    kind: str = "n"
    form: str = ""
    result: Any = None
    note: str = ""


Grid = list[list[BookCell]]
_KEPT_RESULT = re.compile(
    rb"(<(?:\w+:)?c\b[^>]*>)\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v\b[^>]*>[^<]+</(?:\w+:)?v>)"
)
_OF_ERROR = re.compile(rb"\bt=[\"']e[\"']")
LAST_ROW = 1_048_576  # of a sheet; one that states more would be filled up with empty rows for ever


@dataclass(frozen=True)
class CellLine:
    """One cell of a preview. ``note`` says how it was interpreted, or why it is refused."""

    address: str
    key: str
    title: str
    label: str
    before: str
    after: str
    note: str = ""


def grids(content: bytes, sheets: Sequence[str] | None = None, *, rows: int, columns: int) -> dict[str, Grid]:
    """Cells of the sheets (all, or those named that are there), at most ``columns`` and ``rows`` with content of each.

    Rows with nothing but a format are empty lists between those with content, and left out behind the last. Raises ``Refused``.
    """
    import openpyxl  # noqa: PLC0415 -- web workers load it with the first import only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings about Excel features that openpyxl drops; only cells are read
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                names = [name for name in book.sheetnames if sheets is None or name in sheets]
                found = {name: _grid(book[name], rows, columns) for name in names}
            finally:
                book.close()
            _fill_results(content, {name: grid for name, grid in found.items() if any(map(_has_formula, grid))}, columns)
            return found
    except ERRORS as error:
        raise Refused(UNREADABLE) from error


def _grid(sheet: Any, rows: int, columns: int) -> Grid:
    sheet.reset_dimensions()  # the dimensions stated by the file are not trusted
    found, kept, empty = Grid(), 0, list[BookCell]()
    gap: tuple[Any, ...] | None = None  # openpyxl yields one and the same tuple for rows that the file does not have
    for row in sheet.iter_rows(max_row=LAST_ROW, max_col=columns):
        if row is gap or all(cell.value is None for cell in row):
            gap = row
            found.append(empty)
            continue
        found.append([_cell(cell) for cell in row])
        kept += 1
        if kept == rows:
            break
    while found and not found[-1]:
        found.pop()
    return found


def is_longer(grid: Grid, rows: int) -> bool:
    """Whether a grid has more rows with content than these; one that was read to its limit may have lost others."""
    return sum(map(bool, grid)) > rows


def _has_formula(row: Sequence[BookCell]) -> bool:
    return any(cell.kind == "f" for cell in row)


def _fill_results(content: bytes, found: Mapping[str, Grid], columns: int) -> None:
    """Add the results that the workbook keeps to the formulas of these sheets; nothing is calculated."""
    import openpyxl  # noqa: PLC0415 -- as above

    if not found:
        return
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for name, grid in found.items():
            sheet = book[name]
            sheet.reset_dimensions()
            for row, kept in zip(grid, sheet.iter_rows(max_row=len(grid), max_col=columns), strict=False):
                if _has_formula(row):
                    row[:] = [_with_result(one, cell) if one.kind == "f" else one for one, cell in zip(row, kept, strict=False)]
    finally:
        book.close()


def _with_result(formula: BookCell, kept: Any) -> BookCell:
    is_nothing = kept.value is None or kept.data_type == "e"
    return formula if is_nothing else formula._replace(form=str(kept.number_format), result=kept.value)


def result_of(cell: BookCell) -> BookCell:
    """The result that the workbook keeps of a formula as a cell; any other cell is itself."""
    if cell.kind != "f" or cell.result is None:
        return cell
    is_number = isinstance(cell.result, int | float) and not isinstance(cell.result, bool)
    return BookCell(cell.result, form=cell.form if is_number else "")


def with_results(content: bytes) -> bytes:
    """The workbook with each formula replaced by the result that it keeps; one that keeps none stays. Raises ``Refused``.

    The formulas are taken out of the sheets as they are stored: a sheet opened to be written is filled up to its farthest cell.
    """
    stream = BytesIO()
    try:
        with opened(content) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
            for entry in archive.infolist():
                data = archive.read(entry)
                is_sheet = entry.filename.startswith("xl/worksheets/")
                made.writestr(entry.filename, _KEPT_RESULT.sub(_without_formula, data) if is_sheet else data)
    except ERRORS as error:
        raise Refused(UNREADABLE) from error
    return stream.getvalue()


def _without_formula(cell: re.Match[bytes]) -> bytes:
    return cell[0] if _OF_ERROR.search(cell[1]) else cell[1] + cell[2]


def _cell(cell: Any) -> BookCell:
    value = cell.value
    if value is None:
        return EMPTY
    is_number = (isinstance(value, int | float) and not isinstance(value, bool)) or isinstance(value, dt.date)
    if cell.data_type == "f" and not isinstance(value, str):  # a formula that fills several cells, or a table of them
        value = getattr(value, "text", None) or f"=TABLE({getattr(value, 'r1', '') or ''})"
    return BookCell(value, cell.data_type, str(cell.number_format) if is_number else "")


EMPTY = BookCell(None)


def address_of(row: int, column: int) -> str:
    """Address of a cell, both counted from 0: ``G12``."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def unreadable(cell: BookCell) -> str:
    """Why a cell cannot be read, whatever type is expected; empty if it can."""
    if cell.kind == "f" and not str(cell.value).startswith("=#"):  # a reference that broke
        return FORMULA if cell.result is None else f"这是公式，工作簿里保存的结果是{shown(cell.result)}，按这个结果读入，还是改成数值？"
    if cell.kind in {"e", "f"}:
        return "单元格是错误值，请改成结果"
    if isinstance(cell.value, dt.date | dt.time | dt.timedelta):
        return "Excel 把这一格当成了日期或时间，请把格式改为常规后重填"
    return ""


def shown(value: Any) -> str:
    """Content of a cell for display."""
    return "" if value is None else str(value)[:80]
