"""Which words stand over each column of a sheet: in its lines of heads, and beside or above these where cells were not merged."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from greendistrict.documents.workbooks.grids import Grid, shown
from greendistrict.documents.workbooks.heads_alike import is_others
from greendistrict.documents.workbooks.layout import Merged

LONGEST, ALONE = 12, 4  # signs of words over several columns; longer ones are a title
_VAGUE = re.compile("[绿非不未]")  # in a title, too: 未出让地块
_TITLE = re.compile("[:：]|(?:(?<![抄电水气热冷])表|[单册录])(?:$|[(（])|台账|一览|汇总")  # 上次抄表 is none
_FIGURE = re.compile(r"[\d\s.,:/+-]+")


class Over(NamedTuple):
    """Words over a column from top to bottom."""

    words: list[str]

    @property
    def label(self) -> str:
        """All of them."""
        return "".join(self.words)

    @property
    def lowest(self) -> str:
        """The last of them; empty if there is none."""
        return self.words[-1] if self.words else ""


def words_over(grid: Grid, at: int, lines: int, merged: Sequence[Merged]) -> list[Over]:
    """Words over each column in the heads that begin in line ``at``; a merged cell stands over every column that it spans.

    A word that is not merged may stand over the columns right of it as well, and one in the line above over those below it. Such words
    count where they make a head another's, or tell it from one that is called the same.
    """
    width = max(map(len, grid[at : at + lines]), default=0)
    rows = _rows(grid, at, lines, merged, width)
    above = _rows(grid, at - 1, 1, merged, width)[0] if at else [""] * width
    above, *rows = *(_without_title(row, rows[-1]) for row in (above, *rows[:-1])), rows[-1]
    outer = ["" if is_title(word) else word for word in _groups(above, rows[0], merged, at - 1)]
    inner = [(row, _groups(row, rows[-1], merged, line)) for line, row in enumerate(rows[:-1], start=at)]
    own = [[*dict.fromkeys(row[column] for row in rows if row[column])] for column in range(width)]
    often, found = Counter(words[-1] for words in own if words), list[Over]()
    for column, words in enumerate(own):
        beside = outer[column] + "".join(group[column] for row, group in inner if not row[column])
        counts = words and beside not in words and (is_others(beside, "".join(words)) or often[words[-1]] > 1)
        found.append(Over([beside, *words] if beside and counts else words))
    return found


def goes_on(grid: Grid, at: int, merged: Sequence[Merged]) -> bool:
    """Whether line ``at`` below heads, where nothing is merged, is one of heads, too: words below no head, without figures and a key."""
    if at >= len(grid) or any(one.first_row <= at and one.last_row >= at - 1 for one in merged):
        return False
    own, texts = ({column: cell.value for column, cell in enumerate(line) if cell.value is not None} for line in grid[at - 1 : at + 1])
    if not own or not texts or min(own) in texts or texts.keys() <= own.keys():
        return False
    return all(isinstance(value, str) and not _FIGURE.fullmatch(value) for value in texts.values())


def is_title(words: str) -> bool:
    """Whether words above heads are a title or a note of the whole table, not those of a group of columns."""
    return len(words) > LONGEST or bool(_TITLE.search(words))


def _without_title(row: list[str], heads: Sequence[str]) -> list[str]:
    """A line above the ``heads`` without the one word that stands in it right of the keys, where that is a title rather than a group."""
    words = {word for word in row[1:] if word}
    word = min(words, default="")
    is_alone = len(words) == 1 and len(word) > ALONE and (not row[0] or heads[0] not in {"", row[0]})
    return [""] * len(row) if is_alone and is_others(word, "") and not is_others(_VAGUE.sub("", word), "") else row


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

    Not what begins in the first column: that is a title, or stands over the keys.
    """
    first = {column: one.first_column for one in merged if one.first_row == at for column in range(one.first_column, one.last_column + 1)}
    found, last = list[str](), ""
    for column, word in enumerate(line):
        is_over = bool(word and below[column] and first.get(column, column))
        last = word if is_over and column not in first else "" if word or column in first else last
        found.append(word if is_over else last)
    return found
