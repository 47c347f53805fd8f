"""The lines of a file of readings, those of a workbook's sheet among them, and what is said of them beside the readings."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from greendistrict.core.errors import Refused
from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.cells import says_nothing, with_unit_shown
from greendistrict.documents.workbooks.columns import head_of
from greendistrict.documents.workbooks.csv_lines import head_line, heads_named
from greendistrict.documents.workbooks.head_words import words_over
from greendistrict.documents.workbooks.layout import (
    MOST_HEADS,
    Merged,
    first_in,
    hidden_rows,
    lines_spanned,
    merged_in,
    words_of_merged,
)
from greendistrict.documents.workbooks.lines import MOST_ABOVE

MOST_BOOK_LINES = 200_000
MOST_COLUMNS = 25
SHOWN = 20  # hidden lines that are named
MULTIPLIERS = frozenset({"倍率", "乘率", "综合倍率", "计费倍率", "电表倍率", "表计倍率", "互感器倍率", "倍数"})  # beside readings: not read
_NOTE = re.compile("[:：]")  # 单位：m³
_ONCE = re.compile(r"[×xX*]?\s*1(?:\.0*)?\s*倍?|", re.ASCII)


class Unread(str):
    """Why a cell of a workbook holds no value."""

    __slots__ = ()


class ReadingLines(NamedTuple):
    """Lines of a file with their numbers from 1, the heads first; what is said of the other sheets, and the cells above the heads.

    ``merged`` ranges and ``hidden`` rows are counted from 0.
    """

    rows: Iterator[tuple[int, Sequence[Any]]]
    told: str
    above: Sequence[Any]
    merged: Sequence[Merged] = ()
    hidden: Collection[int] = frozenset()

    def looked_at(self, taken: Mapping[int, str]) -> str:
        """What is said of hidden lines among those ``taken`` (codes of meters by number). Raises ``Refused`` if cells are merged there."""
        if self.merged and (wrong := words_of_merged(first_in(self.merged, (line - 1 for line in taken)))):
            raise Refused(wrong)
        hidden = [f"第{line}行{code}" for line, code in taken.items() if line - 1 in self.hidden]
        if not hidden:
            return ""
        return f"表里有{len(hidden)}行是隐藏或筛选掉的，也读入了：{'、'.join(hidden[:SHOWN])}{'等' * (len(hidden) > SHOWN)}"


def reading_lines(content: bytes, names: Collection[str]) -> ReadingLines:
    """Lines of the first sheet that has most of the heads ``names``. Raises ``Refused`` for one with too many."""
    from greendistrict.documents.workbooks.grids import BookCell, grids, is_longer, unreadable  # noqa: PLC0415 -- openpyxl loads with the first workbook only

    sheets = grids(content, rows=MOST_BOOK_LINES + 1, columns=MOST_COLUMNS)
    tops = {name: [[cell.value for cell in row] for row in sheet[: MOST_ABOVE + 1]] for name, sheet in sheets.items()}
    read = max(sheets, key=lambda name: heads_named(tops[name], names), default="")
    sheet, others = sheets.get(read, []), [name for name, top in tops.items() if top and name != read]
    Refused.when(is_longer(sheet, MOST_BOOK_LINES), f"一个工作簿最多{MOST_BOOK_LINES}行，请分开上传或改用 CSV 文件")
    merged = merged_in(content, read)
    first = _top(sheet, head_line(tops.get(read, []), names), merged)
    lines = _heads(sheet, first, merged)
    above = [cell.value for row in sheet[: first + lines - 1] for cell in row]  # a unit of all figures may be merged there
    if lines > 1:
        sheet[first : first + lines] = [[]] * (lines - 1) + [[BookCell(word) for word in _joined(sheet, first, lines, merged, names)]]
        first += lines - 1
    rows = [[Unread(unreadable(cell)) if cell.kind in {"f", "e"} else with_unit_shown(cell) for cell in row] for row in sheet]
    told = f"只读入工作表“{read}”，没有读入：{'、'.join(others)}" if others else ""
    return ReadingLines(enumerate(rows[first:], start=first + 1), told, above, merged, hidden_rows(content, read))


def _top(sheet: Sequence[Sequence[Any]], named: int, merged: Sequence[Merged]) -> int:
    """The first line of heads whose ``named`` one names most: the line above it holds words over several columns, no title or note."""
    over = [one for one in merged if one.first_row == one.last_row == named - 1 and 0 < one.first_column < one.last_column]
    texts = [str(sheet[named - 1][one.first_column].value or ":") for one in over if one.first_column < len(sheet[named - 1])]
    return named - 1 if any(not _NOTE.search(text) for text in texts) else named


def _heads(sheet: Sequence[Sequence[Any]], first: int, merged: Sequence[Merged]) -> int:
    """How many lines the heads take: to the end of cells that are merged downwards, and the words below one that spans several columns."""
    lines = lines_spanned(merged, first, 1)
    if lines == 1 < len(sheet) - first and any(one.first_row == one.last_row == first for one in merged):
        below = [cell.value for cell in sheet[first + 1] if cell.value is not None]
        lines += bool(below) and not any(not isinstance(value, str) or re.search(r"\d", value) for value in below)  # no reading is without
    return min(lines, MOST_HEADS)


def _joined(sheet: Any, first: int, lines: int, merged: Sequence[Merged], names: Collection[str]) -> Iterator[str]:
    """The head of each column of several lines: 示数 over 本次 is 本次示数."""
    known = {head_of(name) for name in names}
    for over in words_over(sheet, first, lines, merged):
        turned = f"{over.lowest}{over.label.removesuffix(over.lowest)}"
        yield next((one for one in (over.label, turned, over.lowest) if head_of(one) in known), over.label)


def text_in(cell: Any) -> str:
    """Text of a cell; empty for none."""
    return str(cell).strip() if cell is not None else ""


class ReadingNotes:
    """What is said of lines once they are all read: units that are not the one of the head, multipliers, hidden ones."""

    def __init__(self, file: ReadingLines, heads: Sequence[Any], places: Mapping[str, int], unit: str) -> None:
        self.file, self.unit = file, unit
        self.units, self.times = dict[str, tuple[int, int]](), list[tuple[int, str]]()
        self.codes = dict[int, str]()
        free = (at for at, head in enumerate(heads) if at not in places.values() and head_of(head) in MULTIPLIERS)
        self.multiplier = next(free, None)

    def take(self, line: int, code: str, own: str, cells: Sequence[Any]) -> None:
        """Look at a line that holds a reading; ``own``: its unit, empty for none."""
        if self.unit and own:
            first, count = self.units.get(own, (line, 0))
            self.units[own] = first, count + 1
        if self.file.merged or self.file.hidden:
            self.codes[line] = code
        times = text_in(cells[self.multiplier]) if self.multiplier is not None and self.multiplier < len(cells) else ""
        if not says_nothing(times) and not _ONCE.fullmatch(times):
            self.times.append((line, times))

    def said(self) -> Iterator[str]:
        """All of it in words. Raises ``Refused`` if cells are merged in one of the lines."""
        yield self.file.looked_at(self.codes)
        for own, (first, count) in self.units.items():
            if named_unit(own) != named_unit(self.unit):
                what = f"{_lines(first, count)}的单位一栏是{own[:20]}"
                yield f"表头的单位是{self.unit}，{what}，按单位一栏读入，请核对"
        if self.times:
            first, times = self.times[0]
            yield f"{_lines(first, len(self.times))}的倍率不是1（{times[:20]}），没有乘入读数：用量按计量器具登记的倍率计算，请核对"


def _lines(first: int, count: int) -> str:
    return f"第{first}行等{count}行" if count > 1 else f"第{first}行"
