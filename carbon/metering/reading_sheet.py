"""The lines of a file of readings, those of a workbook's sheet among them, and what is said of them beside the readings."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from greendistrict.core.errors import Refused
from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.cells import says_nothing, with_unit_shown
from greendistrict.documents.workbooks.columns import head_of
from greendistrict.documents.workbooks.csv_lines import csv_above, csv_lines, head_line, heads_named
from greendistrict.documents.workbooks.grids import BookCell, Grid, grids, is_longer, unreadable
from greendistrict.documents.workbooks.head_units import unit_line
from greendistrict.documents.workbooks.head_words import goes_on, is_title, words_over
from greendistrict.documents.workbooks.heads_alike import WHEN, is_others
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
_DIGIT = re.compile(r"(?<![mM])(?<![mM]\^)\d")  # but for that of m3
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


def text_lines(content: bytes, names: Collection[str]) -> ReadingLines:
    """Lines of a text file from that one on which has most of the heads ``names``. Raises ``Refused`` for a file that is none."""
    above, rows = csv_above(content, names), csv_lines(content, names)
    begin = [*islice(rows, MOST_HEADS)]
    top: Grid = [[BookCell(cell or None) for cell in cells] for cells in (*above, *(line.cells for line in begin))]
    first, lines = _heads(top, len(above), ())
    joined = [(line.number, _joined(top, first, lines, (), names)) for line in begin[lines - 1 : lines]]
    return ReadingLines(chain(joined, begin[lines:], rows), "", [cell for line in above for cell in line])


def reading_lines(content: bytes, names: Collection[str]) -> ReadingLines:
    """Lines of the first sheet that has most of the heads ``names``. Raises ``Refused`` for one with too many."""
    sheets = grids(content, rows=MOST_BOOK_LINES + 1, columns=MOST_COLUMNS)
    tops = {name: [[cell.value for cell in row] for row in sheet[: MOST_ABOVE + 1]] for name, sheet in sheets.items()}
    read = max(sheets, key=lambda name: heads_named(tops[name], names), default="")
    sheet, others = sheets.get(read, []), [name for name, top in tops.items() if top and name != read]
    Refused.when(is_longer(sheet, MOST_BOOK_LINES), f"一个工作簿最多{MOST_BOOK_LINES}行，请分开上传或改用 CSV 文件")
    merged = merged_in(content, read)
    first, lines = _heads(sheet, head_line(tops.get(read, []), names), merged)
    above = [cell.value for row in sheet[: first + lines - 1] for cell in row]  # a unit of all figures may be merged there
    if sheet:
        sheet[first : first + lines] = [[]] * (lines - 1) + [[BookCell(word) for word in _joined(sheet, first, lines, merged, names)]]
        first += lines - 1
    rows = [[Unread(unreadable(cell)) if cell.kind in {"f", "e"} else with_unit_shown(cell) for cell in row] for row in sheet]
    told = f"只读入工作表“{read}”，没有读入：{'、'.join(others)}" if others else ""
    return ReadingLines(enumerate(rows[first:], start=first + 1), told, above, merged, hidden_rows(content, read))


def _heads(sheet: Grid, named: int, merged: Sequence[Merged]) -> tuple[int, int]:
    """The first line of the heads whose ``named`` one names most, and how many they take.

    They begin above it where words stand over several columns, no title or note, and end with the cells that are merged downwards, the
    words below one that spans several columns, and a line of units.
    """
    over = [one for one in _spans(merged, named - 1) if one.first_column and one.first_column < len(sheet[named - 1])]
    is_over = any(not is_title(str(sheet[named - 1][one.first_column].value or ":")) for one in over)
    lines = lines_spanned(merged, named, 1)
    while lines < min(MOST_HEADS, len(sheet) - named):
        at, row = named + lines, sheet[named + lines]
        if not _are_heads(row, _spans(merged, at - 1)) and not goes_on(sheet, at) and not _are_units(row):
            break
        lines += 1
    first = named - (is_over and lines < MOST_HEADS)
    return first, min(lines_spanned(merged, first, named - first + lines), MOST_HEADS)


def _spans(merged: Sequence[Merged], line: int) -> list[Merged]:
    """What is merged over several columns of a line alone."""
    return [one for one in merged if one.first_row == one.last_row == line and one.first_column < one.last_column]


def _are_heads(row: Sequence[BookCell], spans: Sequence[Merged]) -> bool:
    """Whether a line below heads, of which ``spans`` are merged over several columns, is one of heads, too: below these alone.

    So is one without digits, as no reading is.
    """
    below = {at for one in spans for at in range(one.first_column, one.last_column + 1)}
    texts = {at: cell.value for at, cell in enumerate(row) if cell.value is not None}
    if not below or not texts:
        return False
    return texts.keys() <= below or all(isinstance(value, str) and not _DIGIT.search(value) for value in texts.values())


def _are_units(row: Sequence[BookCell]) -> bool:
    """Whether a line holds units and nothing else."""
    return 0 < len(unit_line(row, 0)) == sum(cell.value is not None for cell in row)


def _joined(sheet: Grid, first: int, lines: int, merged: Sequence[Merged], names: Collection[str]) -> list[str]:
    """The head of each column, 示数 over 本次（m3） as 本次示数（m3）; no known one that other words make another's, or leave open."""
    known = {head_of(name) for name in (*names, *MULTIPLIERS)}
    columns = words_over(sheet, first, lines, merged)
    bare, over = [one.without_units() for one in columns], defaultdict[str, set[str]](set)
    for *above, lowest in (words for words, _ in bare if words):
        if not is_others("".join(above), lowest, WHEN):
            over[lowest].add("".join(above))
    heads = list[str]()
    for at, (one, (words, unit)) in enumerate(zip(columns, bare, strict=True)):
        name, is_whole = _named(words, known)
        if len(one.words) > 1 and name and (is_whole or len(over[words[-1]]) == 1):
            heads.append(f"{name}（{unit}）" if unit else name)
        else:  # of a head that is merged over several columns, the first alone is named
            heads.append(one.label if one.begins == at else "")
    return heads


def _named(words: Sequence[str], known: Collection[str]) -> tuple[str, bool]:
    """The known head that the lowest of these words make in either order, empty for none, and whether it is made of all."""
    for at in range(len(words)):
        for name in ("".join(words[at:]), "".join((words[-1], *words[at:-1]))):
            if name in known and not is_others("".join(words[:at]), name, WHEN):
                return name, not at
    return "", False


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
        if self.file.merged and (wrong := words_of_merged(first_in(self.file.merged, (line - 1 for line in self.codes)))):
            raise Refused(wrong)
        if hidden := [f"第{line}行{code}" for line, code in self.codes.items() if line - 1 in self.file.hidden]:
            yield f"表里有{len(hidden)}行是隐藏或筛选掉的，也读入了：{'、'.join(hidden[:SHOWN])}{'等' * (len(hidden) > SHOWN)}"
        for own, (first, count) in self.units.items():
            if named_unit(own) != named_unit(self.unit):
                what = f"{_lines(first, count)}的单位一栏是{own[:20]}"
                yield f"表头的单位是{self.unit}，{what}，按单位一栏读入，请核对"
        if self.times:
            first, times = self.times[0]
            yield f"{_lines(first, len(self.times))}的倍率不是1（{times[:20]}），没有乘入读数：用量按计量器具登记的倍率计算，请核对"


def _lines(first: int, count: int) -> str:
    return f"第{first}行等{count}行" if count > 1 else f"第{first}行"
