"""Which words stand over each column of a sheet: in its lines of heads, and beside or above these where cells were not merged."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.columns import head_of
from greendistrict.documents.workbooks.grids import Grid, shown
from greendistrict.documents.workbooks.heads_alike import PAST, as_written, head_and_unit, is_others
from greendistrict.documents.workbooks.layout import Merged
from greendistrict.documents.workbooks.lines import NOTE, aside

LONGEST, ALONE = 12, 4  # signs of words over several columns; longer ones are a title
NUMBERS, AMONG = frozenset({"序号", "序", "no", "no."}), "其中"
_TITLE = re.compile("(?<!其中)[:：]|(?:(?<![抄电水气热冷])表|[单册录])(?:$|[(（])|台账|一览|汇总")  # 上次抄表 is none
_DAYS = re.compile("(?:日期|时间|[开竣完]工)$")
_FIGURES = re.compile(f"(?:面积|规模|[量额数值率]|投资|情况|安排|进度)$|{_DAYS.pattern}")  # no title ends so


class Over(NamedTuple):
    """Words over a column from top to bottom, and the column in which the cell of the last one begins."""

    words: list[str]
    begins: int

    @property
    def label(self) -> str:
        """All of them."""
        return "".join(self.words)

    @property
    def lowest(self) -> str:
        """The last of them; empty if there is none."""
        return self.words[-1] if self.words else ""

    def without_units(self) -> tuple[list[str], str]:
        """The words as heads are compared, and the lowest unit in them."""
        words, found = list[str](), ""
        for word in self.words:
            alone = _bracketed(word)
            bare, unit = ("", alone) if named_unit(alone).is_known else head_and_unit(word)
            words += [bare] if bare else []
            found = as_written(word, unit) or found
        return words, found


def words_over(grid: Grid, at: int, lines: int, merged: Sequence[Merged]) -> list[Over]:
    """Words over each column in the heads that begin in line ``at``; a merged cell stands over every column that it spans.

    A word that is not merged may stand over the columns right of it as well, and one in the line above over those below it. Such words
    count where they make a head another's, tell it from one that is called the same, or hold a unit.
    """
    width = max(map(len, grid[at : at + lines]), default=0)
    rows = _rows(grid, at, lines, merged, width)
    line, units = _line_above(grid, at, merged, width)
    above = _rows(grid, line, 1, merged, width)[0] if line >= 0 else [""] * width
    above = [""] * width if any(above[:1]) and aside(above, ()) == NOTE else above
    above, *rows = *(_without_title(row, rows[-1]) for row in (above, *rows[:-1])), rows[-1]
    outer = ["" if is_title(word) else word for word in _groups(above, rows[0], merged, line)]
    inner = [(row, _groups(row, rows[-1], merged, place)) for place, row in enumerate(rows[:-1], start=at)]
    own = [[*dict.fromkeys(row[column] for row in rows if row[column])] for column in range(width)]
    often, found = Counter(head_and_unit(words[-1])[0] for words in own if words), list[Over]()
    first = _first_columns(merged, at + lines - 1)
    for column, words in enumerate(own):
        groups = (outer[column], units[column], *(group[column] for row, group in inner if not row[column]))
        beside = Over([word for word in groups if word and word not in words], column)
        counts = is_others(beside.label, "".join(words)) or beside.without_units()[1] or (words and often[head_and_unit(words[-1])[0]] > 1)
        found.append(Over([*beside.words, *words] if words and counts else words, first.get(column, column)))
    return found


def goes_on(grid: Grid, at: int) -> bool:
    """Whether line ``at`` below heads is one of heads, too: it begins right of the key, and words stand below no head of their own.

    The key stands in the first column, or right of the numbers of the rows.
    """
    if at >= len(grid):
        return False
    own, texts = ({column: cell.value for column, cell in enumerate(line) if cell.value is not None} for line in grid[at - 1 : at + 1])
    key = min((column for column, value in own.items() if head_of(value) not in NUMBERS), default=len(own))
    return min(texts, default=-1) > key and not texts.keys() <= own.keys()


def is_title(words: str) -> bool:
    """Whether words above heads are a title or a note of the whole table, not those of a group of columns."""
    return len(words) > LONGEST or bool(_TITLE.search(words))


def _without_title(row: list[str], heads: Sequence[str]) -> list[str]:
    """A line above the ``heads`` without the one word that stands over all of them but the key, where that is a title, not a group.

    A word of the past is none, nor one that ends like the head of a figure or stands over days alone: 计划开竣工时间.
    """
    filled = [column for column, word in enumerate(heads) if word]
    words, over = {word for word in row[1:] if word}, filled[1:]
    if len(words) != 1 or len(over) < 2 or (row[0] and heads[0] in {"", row[0]}):  # noqa: PLR2004 -- one column's is its head
        return row
    word = min(words)
    head, unit = head_and_unit(word)
    is_over_all = row.index(word, 1) <= over[0] and sum(row[column] == word for column in over) in {0, 1, len(over)}
    is_group = unit or len(word) <= ALONE or is_others(word, "", PAST) or _FIGURES.search(head)
    return row if is_group or not is_over_all or all(_DAYS.search(heads[column]) for column in over) else [""] * len(row)


def _line_above(grid: Grid, at: int, merged: Sequence[Merged], width: int) -> tuple[int, list[str]]:
    """The nearest line of words above line ``at``, -1 for none, and the units that stand over each column between.

    A line with words in the first column stands apart if an empty one is between: that is a title, or another table.
    """
    units, is_apart = [""] * width, False
    for line in range(at - 1, -1, -1):
        texts = [_bracketed(shown(cell.value)) for cell in grid[line]]
        if any(text and not named_unit(text).is_known for text in texts):
            return -1 if is_apart and texts[0] else line, units
        is_apart |= not any(texts)
        units = [low or high for low, high in zip(units, _rows(grid, line, 1, merged, width)[0], strict=True)]
    return -1, units


def _bracketed(word: str) -> str:
    """A word without brackets around it."""
    return word.strip().strip("()（）[]【】")


def _first_columns(merged: Sequence[Merged], line: int) -> dict[int, int]:
    """Where what is merged in a line begins, by each column that it spans."""
    spans = (one for one in merged if one.first_row <= line <= one.last_row)
    return {column: one.first_column for one in spans for column in range(one.first_column, one.last_column + 1)}


def _rows(grid: Grid, at: int, lines: int, merged: Sequence[Merged], width: int) -> list[list[str]]:
    """Texts of these lines, each so wide."""
    rows = [["".join(shown(cell.value).splitlines()).strip() for cell in row[:width]] for row in grid[at : at + lines]]
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    for one in merged:
        if at <= one.first_row < at + len(rows):
            text = rows[one.first_row - at][one.first_column] if one.first_column < width else ""
            for column in range(one.first_column, min(one.last_column + 1, width)):
                rows[one.first_row - at][column] = text
    return rows


def _groups(line: Sequence[str], below: Sequence[str], merged: Sequence[Merged], at: int) -> list[str]:
    """The word of line ``at`` that stands over each column: above words ``below``, or left of it where nothing is merged.

    Not what begins in the first column: that is a title, or stands over the keys. 其中 stands over heads that end like their sum.
    """
    first = _first_columns([one for one in merged if one.first_row == at], at)
    found, last, end = list[str](), "", ""
    for column, word in enumerate(line):
        is_over = bool(word and below[column] and first.get(column, column))
        last = word if is_over and column not in first else "" if word or column in first else last
        if word.startswith(AMONG):
            end = _same_end(below[column - 1], below[column])
        elif last.startswith(AMONG) and not below[column].endswith(end):
            last = ""
        found.append(word if is_over else last)
    return found


def _same_end(one: str, other: str) -> str:
    """What two heads end with, of more than one sign."""
    return next((one[at:] for at in range(len(one) - 1) if other.endswith(one[at:])), "")
