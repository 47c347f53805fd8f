"""A copied range on the lines of a workbook of fixed rows, as if that had been exported now: it conflicts with nobody.

The columns are found by the heads that the workbook shows, and the lines by the shown columns that identify them.
"""

from collections.abc import Iterator, Sequence

from greendistrict.core.errors import Refused
from greendistrict.core.folded_keys import folded
from greendistrict.documents.workbooks.book import ABSENT, MOST_ROWS, silent
from greendistrict.documents.workbooks.cells import DASHES, says_nothing, shown_number
from greendistrict.documents.workbooks.columns import SHOWN, Column, cell_of, index_of
from greendistrict.documents.workbooks.comparison import Comparison, SealedReader
from greendistrict.documents.workbooks.foreign import ForeignSheet, HeadReader
from greendistrict.documents.workbooks.grids import EMPTY, BookCell, CellLine, Grid, address_of, shown
from greendistrict.documents.workbooks.head_units import with_unit
from greendistrict.documents.workbooks.lines import aside
from greendistrict.documents.workbooks.sealed import Line, Sealed

NO_HEADS = "没有找到表头，请连同表头一起复制：须有“{}”列，以及至少一个要填的列（{}）"
UNKNOWN_HEADS = "认不出表头：须有“{}”列，以及至少一个要填的列（{}）；粘贴的表头是{}，请改成这些列名"


def read_pasted(table: Sealed, content: bytes) -> Comparison:
    """Compare copied cells (``pasted_workbook``) with a table. Raises ``Refused`` if the heads are not known or there are too many rows."""
    reader = _PastedHeads(table)
    sheet, likely = reader.found_in(content, MOST_ROWS)
    filled = [column for column in table.book.columns if column.kind != SHOWN and not column.hidden]
    absent = [column for column in filled if sheet is None or column.label in sheet.heads.absent]
    if sheet is None or len(absent) == len(filled):
        heads = likely or (sheet.unread if sheet else [])
        words = UNKNOWN_HEADS if heads else NO_HEADS
        raise Refused(words.format(reader.must_words, "、".join(column.label for column in filled), f"“{'”“'.join(heads)}”"))
    Refused.when(sheet.is_longer(MOST_ROWS), f"一次最多粘贴{MOST_ROWS}行")
    gone = [f"粘贴的表格里没有“{'”“'.join(column.label for column in absent)}”列，这些内容不变"] if absent else []
    found = Comparison(told=[*sheet.told, *gone])
    _PastedReader(table, found, sheet).read(sheet.grid)
    return found


class _PastedHeads(HeadReader):
    """The heads of a table's workbook, and what offices call them."""

    def __init__(self, table: Sealed) -> None:
        self.table, self.foreign_heads = table, table.foreign_heads
        self.exact = [column.field for column in table.book.columns if column.kind != SHOWN]

    @property
    def columns(self) -> Sequence[Column]:
        """Columns of the workbook."""
        return self.table.book.columns

    @property
    def must(self) -> Sequence[str]:
        """The number of the clause."""
        return self.table.recognised_by[:1]


class _PastedReader(SealedReader):
    """Reads the lines of one copied range."""

    def __init__(self, table: Sealed, found: Comparison, sheet: ForeignSheet) -> None:
        super().__init__(table, found, {mark[0]: mark for mark in table.row_marks()}, sheet.heads, set())
        self.sheet = sheet
        self.unknown: dict[int, str] = {}  # why no line was found, by row
        self.told = {name: index_of(self.columns, name) for name in table.recognised_by}
        self.named: dict[str, list[Line]] = {}
        for line in table.lines.values():
            self.named.setdefault(folded(line.shown[table.recognised_by[0]]), []).append(line)

    def filled(self, grid: Grid) -> Iterator[tuple[int, list[BookCell]]]:
        """Rows with content: their place in the range, and their cells with the key and the labels of the line that was found."""
        for at in range(self.sheet.first_row, len(grid)):
            row = self.sheet.row(at)
            cells, texts = self.heads.laid(row), [shown(cell.value) for cell in row]
            if not shown(cells[self.told[self.table.recognised_by[0]]].value) and (what := aside(texts, self.sheet.labels)):
                place, text = next((place, text) for place, text in enumerate(texts) if text.strip())
                self.found.aside.append(CellLine(address_of(at, place), text, "", "", "", text, what))
            elif any(cell.value is not None for cell in cells):
                yield at, self._on_line(at, cells)

    def strange(self, at: int, line: Line | None, cells: Sequence[BookCell]) -> str:
        """Why no line was found, or why it may not be this one."""
        return self.unknown.get(at) or super().strange(at, line, cells)

    def _on_line(self, at: int, cells: Sequence[BookCell]) -> list[BookCell]:
        found = self._line_of(cells)
        if isinstance(found, str):
            self.unknown[at] = found
            return [EMPTY, *cells[1:]]
        stated = {place: BookCell(found.shown[name]) for name, place in self.told.items()}
        return [BookCell(found.key), *(stated.get(at) or self._cell(found, at, cells) for at in range(1, len(cells)))]

    def _line_of(self, cells: Sequence[BookCell]) -> Line | str:
        """The line that a row is of, or why there is none."""
        texts = {name: str(shown_number(cells[at]) or "").strip() for name, at in self.told.items()}
        labels = {name: self.columns[at].label for name, at in self.told.items()}
        first = self.table.recognised_by[0]
        if not texts[first]:
            return f"这一行没有{labels[first]}"
        lines = self.named.get(folded(texts[first]), [])
        if not lines:
            return self.table.unknown_line.format(texts[first][:40])
        fitting = [line for line in lines if all(folded(line.shown[name]) == folded(text) for name, text in texts.items() if text)]
        if len(fitting) == 1:
            return fitting[0]
        noun = f"{self.table.row_noun} {lines[0].row} "
        if not fitting:
            return (
                f"{noun}没有{'、'.join(f'“{labels[name]}”为“{text[:40]}”' for name, text in texts.items() if text and name != first)}的行"
            )
        unsaid = "”“".join(label for name, label in labels.items() if not texts[name])
        return f"{noun}有{len(fitting)}行，{f'须写明“{unsaid}”才能分清，请照导出的工作簿写' if unsaid else '分不清，请改用工作簿上传'}"

    def _cell(self, line: Line, at: int, cells: Sequence[BookCell]) -> BookCell:
        """A cell of a line: an empty one says nothing, a text that begins like a formula is one, a number has the unit beside it."""
        [cell], field = silent(cells[at : at + 1]), self.columns[at].field
        column = line.columns.get(field)
        if column is None or cell is ABSENT or DASHES.issuperset(folded(shown(cell.value))):
            return ABSENT if column else cell
        if str(cell.value).startswith("=") and cell.value != cell_of(column, self.table.atom(line, field, self.base[line.row])):
            return cell._replace(kind="f")
        return with_unit(cell, unit, "旁边") if column.is_number and (unit := self._other_unit(line, cells)) else cell

    def _other_unit(self, line: Line, cells: Sequence[BookCell]) -> str:
        """The unit that stands beside a number, if it is not as the workbook states it."""
        usual = line.shown.get(self.table.unit_in, "")
        said = shown(cells[index_of(self.columns, self.table.unit_in)].value).strip() if usual else ""
        return "" if says_nothing(said) or folded(said) == folded(usual) else said
