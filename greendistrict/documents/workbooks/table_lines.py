"""Where a table ends on its sheet: the heads of another one below it, or its own in another order or other units (pure functions)."""

import re
from collections.abc import Iterable, Sequence

from greendistrict.core.folded_keys import folded
from greendistrict.documents.workbooks.columns import DAY, Column
from greendistrict.documents.workbooks.lines import HEADS_AGAIN, aside, names_nothing, repeated

OTHER_TABLE = "像是另一张表的表头（列的次序、名称或单位不同），这一行起没有读入，请分开导入"
IN_OTHER = "在另一张表里，没有读入"
_FIGURE = re.compile("[0-9〇零一二两三四五六七八九十]")
_HEAD = re.compile(  # how heads end, and names and states of works (滨江学校, 前期研究) do not
    r".*(?:名称?|编号|代码|号|类[型别]|性质|用途|面积|规模|[长宽高深厚]度|里程|数量?|读数|用?量|[金总]额|投资|[数均]?值|率|比例?|日期?|时间|年[份度]"
    r"|月份|[账周]期|期限|单位|地[点址]|位置|负责人|联系人|部门|等级|依据|来源|方式|指标|分[值数]|备注|说明)(?:\(.*\))?|项目|状态|进[度展]|内容"
)


class TableLines:
    """Tells line by line what holds no row of a table, and where the table ends.

    ``heads``: texts of the lines of heads; ``labels``: words over each column; ``figures``: places of columns of numbers and days;
    ``others``: further words that are heads.
    """

    def __init__(self, heads: Iterable[Sequence[str]], labels: Sequence[str], figures: Iterable[int], others: Iterable[str] = ()) -> None:
        self.heads = {_folded(line) for line in heads}
        self.labels, self.figures, self.is_over = _folded(labels), tuple(figures), False
        self.has_rows = False  # a line of formats or examples stands right below the heads
        self.words = [*labels, *others]
        self.folded_words = {*map(folded, self.words)}

    def aside(self, texts: Sequence[str], *laid: Sequence[str], is_row: bool = False) -> str:
        """What a line is that holds no row, in words, as of ``lines.aside``; every line below the heads of another table is none.

        ``laid``: the texts in other orders; ``is_row``: whether it is known to hold one of this table.
        """
        if self.is_over:
            return IN_OTHER if any(texts) else ""
        if is_row:
            self.has_rows = True
            return ""
        line = _folded(texts)
        is_again = line in self.heads or repeated([*filter(None, line)], self.folded_words) == HEADS_AGAIN  # 日期 is a head, and a note
        said = HEADS_AGAIN if is_again else next(filter(None, (aside(one, self.words) for one in (texts, *laid))), "")
        if line not in self.heads and (self._is_changed(line) if said == HEADS_AGAIN else not said and self._is_other(line)):
            self.is_over, said = True, OTHER_TABLE
        self.has_rows |= not said
        return said

    def _is_changed(self, line: Sequence[str]) -> bool:
        """Whether heads stand in other places, or with other units."""
        return any(text and text != (self.labels[at] if at < len(self.labels) else "") for at, text in enumerate(line))

    def _is_other(self, line: Sequence[str]) -> bool:
        """Whether different words stand over the columns of figures, and no figure, and most of the line are words that heads end with."""
        filled = [*filter(None, line)]
        if not self.has_rows or sum(map(bool, map(_HEAD.fullmatch, filled))) * 2 <= len(filled):
            return False  # an untidy row is refused at its cells
        words = [line[at] for at in self.figures if at < len(line) and line[at]]
        return len({word for word in words if not names_nothing(word)}) > 1 and not any(map(_FIGURE.search, (filled[0], *words)))


def figure_places(columns: Sequence[Column], places: Sequence[int | None]) -> list[int]:
    """Places of the columns of numbers and days."""
    return [at for one, at in zip(columns, places, strict=True) if at is not None and (one.is_number or one.kind == DAY)]


def _folded(texts: Sequence[str]) -> tuple[str, ...]:
    line = [*map(folded, texts)]
    while line and not line[-1]:
        line.pop()
    return tuple(line)
