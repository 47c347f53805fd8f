"""Workbook → checked edition; every problem has its cell."""

from typing import Any

from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.grids import BookCell, grids, unreadable
from greendistrict.documents.workbooks.pages import package_problem
from indicators.catalogue import EditionVerdict, Parsed, judge
from indicators.catalogue.problems import Problem, ProblemCollector, show
from indicators.editions.workbook.decode import Decoding, place_of
from indicators.editions.workbook.encode import SHEETS, Cell, Grid
from indicators.editions.workbook.gather import gather

MAX_ROWS, MAX_COLUMNS = 5_000, 80


def parse_workbook(content: bytes) -> Parsed:
    """Read and check an edition from a workbook. Never raises on invalid input: all errors are in ``problems``, with cells."""
    try:
        data, decoding = gathered(content)
    except Refused as refused:
        return _nothing(str(refused))
    parsed = judge(data, ProblemCollector(decoding.lines, decoding.cells, list(decoding.problems)))
    said = {(problem.cell, problem.path) for problem in decoding.problems}
    own = set(decoding.problems)
    problems = [one for one in parsed.problems if one in own or (one.cell, one.path) not in said]
    return Parsed(parsed.verdict, problems, parsed.notes, parsed.document, parsed.digest)


def gathered(content: bytes) -> tuple[dict[str, Any], Decoding]:
    """Data of the sheets, not yet checked, with the cell of each path and the problems of single cells. Raises ``Refused``."""
    decoding = Decoding()
    if refusal := package_problem(content):
        raise Refused(refusal)
    read = grids(content, SHEETS, rows=MAX_ROWS + 1, columns=MAX_COLUMNS + 1)
    missing = [sheet for sheet in SHEETS if sheet not in read]
    Refused.when(missing, f"缺少工作表：{'、'.join(missing)}；请在导出的模板中填写")
    return gather({sheet: _grid(read[sheet], sheet, decoding) for sheet in SHEETS}, decoding), decoding


def _nothing(text: str) -> Parsed:
    return Parsed(EditionVerdict.INVALID, [Problem(1, show(()), text, "invalid", "工作簿")], [], {}, "")


def _grid(read: list[list[BookCell]], name: str, decoding: Decoding) -> Grid:
    grid: Grid = []
    for number, row in enumerate(read, start=1):
        if number > MAX_ROWS or any(cell.value is not None for cell in row[MAX_COLUMNS:]):
            decoding.bad(place_of(name, number, 0), f"超过{MAX_ROWS}行或{MAX_COLUMNS}列")
            break
        cells = row[:MAX_COLUMNS]
        grid.append([_cell(cell, place_of(name, number, at), decoding) for at, cell in enumerate(cells)])
    return grid


def _cell(cell: BookCell, where: tuple[str, int], decoding: Decoding) -> Cell:
    if cell.kind in {"f", "e"}:
        decoding.bad(where, unreadable(cell))
        return None
    if isinstance(cell.value, str) and not cell.value.strip():
        return None
    value: Cell = cell.value
    return value
