"""Where the columns of a list stand in a workbook that comes back: a column that is not there leaves its values as they are."""

from collections.abc import Sequence
from typing import NamedTuple

from greendistrict.documents.workbooks.book import WHY, Book
from greendistrict.documents.workbooks.columns import find_heads
from greendistrict.documents.workbooks.grids import EMPTY, BookCell, Grid, address_of

ABSENT = BookCell(None, "absent")  # cell of a column that the sheet does not have
BESIDE = 20  # columns that are read beside those of the list, to see which are others


class Heads(NamedTuple):
    """Places of the columns in a sheet, None for one that it does not have, and why the sheet cannot be read; ``absent`` are labels."""

    places: tuple[int | None, ...]
    absent: tuple[str, ...]
    wrong: str

    def laid(self, row: Sequence[BookCell]) -> list[BookCell]:
        """Cells of a row of the sheet in the order of the columns."""
        return [ABSENT if at is None else row[at] if at < len(row) else EMPTY for at in self.places]

    def address(self, row: int, index: int) -> str:
        """Address of the cell of a column; that of the first column for one that the sheet does not have."""
        place = self.places[index]
        return address_of(row, (self.places[0] or 0) if place is None else place)


def heads_of(book: Book, grid: Grid, keys: Sequence[str] = ()) -> Heads:
    """Find the columns of a list by their heads, in any order.

    The first and those of the fields ``keys`` must be there, and no others between them; if one is missing, a column with another head
    could be it.
    """
    line = grid[book.head_row] if len(grid) > book.head_row else []
    found = find_heads([cell.value for cell in line], book.columns)
    last = max(found.places.values(), default=-1)
    others = {at for at, label in found.unknown if label != WHY}
    others.update(at for at, cell in enumerate(line) if not str(cell.value or "").strip() and _is_filled(book, grid, at))
    odd = [at for at in sorted(others) if at < last or found.missing]
    must = [column.label for column in book.columns if column.field in {book.columns[0].field, *keys} and column.label in found.missing]
    wrong = ""
    if odd and found.missing:
        wrong = f"表头 {address_of(book.head_row, odd[0])} 应为“{found.missing[0]}”，列可能被移动、插入或删除，请重新导出后填写"
    elif odd:
        wrong = f"表头 {address_of(book.head_row, odd[0])} 重复，或者不是这个工作簿的列，请删去这一列再导入"
    elif must:
        wrong = f"缺“{must[0]}”列，不能识别各行，请重新导出后填写"
    return Heads(tuple(found.places.get(column.field) for column in book.columns), tuple(found.missing), wrong)


def _is_filled(book: Book, grid: Grid, at: int) -> bool:
    return any(at < len(row) and row[at].value is not None for row in grid[book.first_row :])
