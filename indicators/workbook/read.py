"""A workbook → a checked edition, every problem with its cell. openpyxl loads with the first import and reads with defusedxml."""

import re
import warnings
import zipfile
import zlib
from io import BytesIO
from typing import Any

from indicators.catalogue import Parsed, Verdict, judge
from indicators.catalogue.problems import Findings, Problem, show
from indicators.workbook.decode import Taken, address, order
from indicators.workbook.gather import gather
from indicators.workbook.layout import SHEETS, Cell, Grid

MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 200
MAX_ROWS, MAX_COLUMNS = 5_000, 80
REFUSED_PARTS = {
    "vbaProject": "宏",
    "externalLinks/": "指向其他工作簿的链接",
    "connections.xml": "外部数据连接",
    "queryTables/": "外部数据查询",
    "embeddings/": "内嵌文件",
    "activeX/": "控件",
}
ERRORS = (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, EOFError, SyntaxError, zipfile.BadZipFile, zlib.error)
MERGED = re.compile(rb"<(\w+:)?mergeCell\b")


def parse_workbook(content: bytes) -> Parsed:
    """Read and check an edition in a workbook. Never raises on bad input: everything is in ``problems``, with cells."""
    taken = Taken()
    refusal = _structure(content)
    if refusal:
        return _nothing(refusal)
    try:
        grids = _grids(content, taken)
    except ERRORS:
        return _nothing("不是完好的 Excel 工作簿，请用 Office 重新保存为 xlsx 后导入")
    missing = [sheet for sheet in SHEETS if sheet not in grids]
    if missing:
        return _nothing(f"缺少工作表：{'、'.join(missing)}；请在导出的模板中填写")
    data = gather(grids, taken)
    parsed = judge(data, Findings(taken.lines, taken.cells, list(taken.problems)))
    said = {(problem.cell, problem.path) for problem in taken.problems}
    own = set(taken.problems)
    problems = [one for one in parsed.problems if one in own or (one.cell, one.path) not in said]
    return Parsed(parsed.verdict, problems, parsed.notes, parsed.document, parsed.digest)


def _nothing(text: str) -> Parsed:
    return Parsed(Verdict.INVALID, [Problem(1, show(()), text, "invalid", "工作簿")], [], {}, "")


def _structure(content: bytes) -> str:
    """Say why the package as such is refused, or nothing."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return "工作簿过大，请只保留模板中的工作表"
            for entry in entries:
                for part, label in REFUSED_PARTS.items():
                    if part in entry.filename:
                        return f"工作簿含{label}，请去除后另存为 xlsx"
                if entry.filename.startswith("xl/worksheets/sheet") and MERGED.search(archive.read(entry)):
                    return "工作簿有合并单元格，请取消合并后导入"
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        return "不是 Excel 工作簿或已损坏，请用 Office 重新保存为 xlsx 后导入"
    return ""


def _grids(content: bytes, taken: Taken) -> dict[str, Grid]:
    import openpyxl  # noqa: PLC0415 -- web workers load it with the first import only

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # features of Excel that it does not keep; only cells are read
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            return {sheet: _grid(book[sheet], sheet, taken) for sheet in SHEETS if sheet in book.sheetnames}
        finally:
            book.close()


def _grid(sheet: Any, name: str, taken: Taken) -> Grid:
    sheet.reset_dimensions()
    grid: Grid = []
    for row in sheet.iter_rows(max_row=MAX_ROWS + 1):
        number = len(grid) + 1
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            taken.bad((address(name, number, 0), order(name, number, 0)), f"超过{MAX_ROWS}行或{MAX_COLUMNS}列")
            break
        grid.append([_cell(cell, (address(name, number, at), order(name, number, at)), taken) for at, cell in enumerate(row)])
    return grid


def _cell(cell: Any, where: tuple[str, int], taken: Taken) -> Cell:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if kind == "f":
        taken.bad(where, "是公式，请粘贴为数值")
        return None
    if kind == "e":
        taken.bad(where, f"是错误值 {value}")
        return None
    if isinstance(value, str) and not value.strip():
        return None
    found: Cell = value
    return found
