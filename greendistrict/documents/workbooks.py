"""Opening workbooks that people send back: what a package may not hold, what a cell may not be, cells as plain values.

openpyxl loads with the first import and reads with defusedxml. Nothing is calculated: a formula is told as a formula.
"""

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile

from greendistrict.core.errors import Refused
from greendistrict.documents.archives import SPOILT, DamagedError, opened
from greendistrict.documents.hazards import package_hazard
from greendistrict.documents.inspection import display_name, inspect

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMIT = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 200
BROKEN = "不是 Excel 工作簿或已损坏，请用 Office 重新保存为 xlsx 后导入"
LOCKED = "工作簿设有打开密码或是旧版格式，请去除密码并另存为 xlsx 后导入"
UNREADABLE = "不是完好的 Excel 工作簿，请用 Office 重新保存为 xlsx 后导入"
FORMULA = "这是公式，请改成结果（复制后选择性粘贴为数值）"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # an encrypted package as well
ERRORS: tuple[type[Exception], ...] = (*SPOILT, AttributeError)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z0-9:]{2,20})\"")


class BookCell(NamedTuple):
    """A cell as it stands: ``kind`` is openpyxl's type (``f`` formula, ``e`` error), ``form`` the number format of a number."""

    value: Any
    kind: str = "n"
    form: str = ""


Grid = list[list[BookCell]]


@dataclass(frozen=True)
class CellLine:
    """One cell of a preview. ``note`` says how it was read, or why it is refused."""

    address: str
    key: str
    title: str
    label: str
    before: str
    after: str
    note: str = ""


def package_problem(content: bytes) -> str:
    """Say why a workbook as such is refused, or nothing. Looks at the package only, so nothing big is ever unpacked."""
    if content.startswith(OLD_OFFICE):
        return LOCKED
    try:
        with opened(content) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return "工作簿过大，请只保留模板中的工作表"
            if hazard := package_hazard(archive):
                return f"工作簿含{hazard}，请去除后另存为 xlsx"
            return next(filter(None, (_merged(archive, entry) for entry in entries)), "")
    except DamagedError:
        return BROKEN


def _merged(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    if entry.filename.startswith("xl/worksheets/sheet") and (merged := _MERGED.search(archive.read(entry))):
        return f"工作簿有合并单元格（{merged[1].decode()}），请取消合并后导入"
    return ""


def taken_upload(upload: "UploadedFile[Any]") -> bytes:
    """Content of an uploaded workbook. Raises ``Refused`` when name, size or package does not do."""
    name = display_name(upload.name or "")
    content: bytes = upload.read(LIMIT + 1)
    size = max(len(content), upload.size or 0)
    if not name.lower().endswith(".xlsx"):
        msg = f"“{name}”不是 xlsx 工作簿，请上传从本页导出的 Excel 文件"
        raise Refused(msg)
    if content.startswith(OLD_OFFICE):
        raise Refused(LOCKED)
    inspect(name, BytesIO(content), size, LIMIT)
    if problem := package_problem(content):
        raise Refused(problem)
    return content


def grids(content: bytes, sheets: Sequence[str] | None = None, *, rows: int, columns: int) -> dict[str, Grid]:
    """Cells of the sheets (all, or those named that are there), at most ``rows`` × ``columns`` of each. Raises ``Refused``."""
    import openpyxl  # noqa: PLC0415 -- web workers load it with the first import only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # features of Excel that it does not keep; only cells are read
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                names = [name for name in book.sheetnames if sheets is None or name in sheets]
                return {name: _grid(book[name], rows, columns) for name in names}
            finally:
                book.close()
    except ERRORS as error:
        raise Refused(UNREADABLE) from error


def _grid(sheet: Any, rows: int, columns: int) -> Grid:
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    found: Iterable[tuple[Any, ...]] = sheet.iter_rows(max_row=rows, max_col=columns)
    return [[_cell(cell) for cell in row] for row in found]


def _cell(cell: Any) -> BookCell:
    value = cell.value
    if value is None:
        return EMPTY
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
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
    """Say why a cell holds no value at all, whatever was wanted; nothing where it does."""
    if cell.kind == "f":
        return FORMULA
    if cell.kind == "e":
        return "单元格是错误值，请改成结果"
    if isinstance(cell.value, dt.date | dt.time | dt.timedelta):
        return "Excel 把这一格当成了日期或时间，请把格式改为常规后重填"
    return ""


def is_percent(cell: BookCell) -> bool:
    """Whether a number is shown as a percentage: 0.85 that reads 85%."""
    return "%" in cell.form


def shown(value: Any) -> str:
    """What stands in a cell, for showing it."""
    return "" if value is None else str(value)[:80]
