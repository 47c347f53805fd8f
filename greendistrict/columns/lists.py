"""Lists on pages: heads, rows and sums from the declared columns. A row is joined from escaped cells; no template and no object per row."""

import datetime as dt
import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ComputedColumn, DeclaredColumn
from greendistrict.core.templatetags.gd import sorting_head

BELOW, ALIKE = '<br><span class="gd-s gd-muted">{}</span>', "<br>{}"
PLACE = 0  # primary key that no row has, replaced by that of each row
Cell = Callable[[Any, dt.date], str]


class ShownList(NamedTuple):
    """A page of a list as mark-up, for ``components/list.html``."""

    caption: str
    heads: SafeString
    lines: SafeString
    sums: SafeString


class RowAddress:
    """Address of each row by its primary key, the last argument of ``route``; reversed once. ``back`` is where its page returns to."""

    def __init__(self, route: str, *arguments: Any, back: str = "") -> None:
        query = f"?{urlencode({'next': back})}" if back else ""
        before, _, after = reverse(route, args=[*arguments, PLACE]).rpartition(f"/{PLACE}/")
        self.before, self.after = escape(f"{before}/"), escape(f"/{after}{query}")


class ListTable:
    """A list of rows of one model.

    ``shown`` are names of columns; of ``"number+lineage"`` the second stands small below the first, where it has a value, of
    ``"planned_start/planned_finish"`` both stand alike, under one head. The first column heads its row and leads to it. ``sorts`` are
    columns by which a reader may sort, ``order`` is the order without that.
    """

    def __init__(self, columns: Columns, *shown: str, caption: str, sorts: Sequence[str] = (), order: Sequence[str] = ("pk",)) -> None:
        self.caption, self.sorts, self.order = caption, frozenset(sorts), tuple(order)
        parts = [tuple(columns.part(*re.split("[+/]", one)).values()) for one in shown]
        self.sources = _sources(column for part in parts for column in part)
        self._row = _row_type(self.sources)
        self._heads = [
            (part[0], "、".join(column.head for column in (part if "/" in one else part[:1])))
            for one, part in zip(shown, parts, strict=True)
        ]
        below = (ALIKE if "/" in one else BELOW for one in shown)
        self._first, *cells = (_joined([self._cell(column) for column in part], line) for part, line in zip(parts, below, strict=True))
        self._cells = [
            (f'<td class="{head.css}">' if head.css else "<td>", cell) for (head, _), cell in zip(self._heads[1:], cells, strict=True)
        ]

    def ordered(self, rows: QuerySet[Any, Any], asked: str) -> QuerySet[Any, Any]:
        """Rows by the column asked for (``name``, or ``-name`` for the reverse), unknown values last; else in the order of the list."""
        name = asked.removeprefix("-")
        if name not in self.sorts:
            return rows.order_by(*self.order)
        by = F(name).desc(nulls_last=True) if asked.startswith("-") else F(name).asc(nulls_last=True)
        return rows.order_by(by, *self.order)

    def read(self, rows: QuerySet[Any, Any]) -> list[Any]:
        """Rows with the sources of all columns as attributes: one query."""
        return [self._row._make(values) for values in rows.values_list(*self.sources)]

    def rows_of(self, objects: Iterable[Any]) -> list[Any]:
        """Rows of objects that are loaded already."""
        values = attrgetter(*(source.replace("__", ".") for source in self.sources))
        return [self._row._make(values(one)) for one in objects]

    def html(
        self,
        rows: Iterable[Any],
        today: dt.date,
        address: RowAddress,
        *,
        first: int = 1,
        edit: RowAddress | None = None,
        query: QueryDict | None = None,
        sums: Mapping[str, str] | None = None,
    ) -> ShownList:
        """Mark-up of rows that were read, numbered from ``first``; with a link to change each where ``edit`` is given.

        ``query`` is that of the page, which its heads keep when they sort; without it nothing sorts. ``sums`` are the words of the last row
        by the column below which they begin; they take the columns after it that have none. Raises ``KeyError`` for one that it has not.
        """
        lines = "".join(self._line(place, row, today, address, edit) for place, row in enumerate(rows, start=first))
        foot = f"<tr><td></td>{self._sums(sums)}{'<td></td>' if edit else ''}</tr>" if sums else ""
        return ShownList(self.caption, self._head_row(query, edits=edit is not None), SafeString(lines), SafeString(foot))

    def _line(self, place: int, row: Any, today: dt.date, address: RowAddress, edit: RowAddress | None) -> str:
        """Mark-up of a row; each cell is escaped by its kind."""
        key = row[0]
        words, below = self._first(row, today)
        parts = [
            f'<tr><td class="gd-muted">{place}</td><th scope="row" class="gd-nowrap">',
            f'<a href="{address.before}{key}{address.after}">{words}</a>{below}</th>',
        ]
        for opened, cell in self._cells:
            first, below = cell(row, today)
            parts.append(f"{opened}{first}{below}</td>")
        if edit:
            href = f"{edit.before}{key}{edit.after}"
            parts.append(f'<td class="gd-nowrap"><a href="{href}" aria-label="修改{words}">修改</a></td>')
        return f"{''.join(parts)}</tr>"

    def _cell(self, column: DeclaredColumn) -> Cell:
        """What writes a cell of the column for a row and the day of the reader."""
        write = column.cell
        if isinstance(column, ComputedColumn):
            read = column.read
            return lambda row, today: write(read(row, today))
        at = self.sources.index(column.name)
        return lambda row, _today: write(row[at])

    def _sums(self, sums: Mapping[str, str]) -> str:
        """Cells of the last row."""
        shown = {column.name: at for at, (column, _) in enumerate(self._heads)}
        begin = sorted((shown[name], words) for name, words in sums.items())
        ends = [*(at for at, _ in begin[1:]), len(self._heads)]
        return "".join(self._sum(at, end - at, words) for (at, words), end in zip(begin, ends, strict=True))

    def _sum(self, at: int, span: int, words: str) -> str:
        tag, of_row = ("td", "") if at else ("th", ' scope="row"')
        spanned, css = f' colspan="{span}"' if span > 1 else "", ' class="gd-num"' if self._heads[at][0].is_figure else ""
        return f"<{tag}{of_row}{spanned}{css}>{escape(words)}</{tag}>"

    def _head_row(self, query: QueryDict | None, *, edits: bool) -> SafeString:
        heads = "".join(self._head(column, words, query) for column, words in self._heads)
        last = '<th scope="col">办理</th>' if edits else ""
        return SafeString(f'<th scope="col">序号</th>{heads}{last}')

    def _head(self, column: DeclaredColumn, words: str, query: QueryDict | None) -> str:
        """Head of a column, which sorts by it where it may."""
        if query is not None and column.name in self.sorts:
            return sorting_head(query, words, column.name, num=column.is_figure)
        css = ' class="gd-num"' if column.is_figure else ""
        return f'<th{css} scope="col">{escape(words)}</th>'


def _sources(columns: Iterable[DeclaredColumn]) -> tuple[str, ...]:
    """The primary key and what the columns read, each once."""
    needed = (source for column in columns for source in (column.needs if isinstance(column, ComputedColumn) else (column.name,)))
    return tuple(dict.fromkeys(("pk", *needed)))


def _row_type(sources: Sequence[str]) -> Any:
    return namedtuple("ListRow", sources)  # noqa: PYI024 -- its fields are those of the declaration


def _joined(cells: Sequence[Cell], line: str) -> Callable[[Any, dt.date], tuple[str, str]]:
    """What writes the first of the cells, and a ``line`` below it for each of the others that has a value."""
    first, *others = cells
    if not others:
        return lambda row, today: (first(row, today), "")

    def both(row: Any, today: dt.date) -> tuple[str, str]:
        below = [line.format(words) for cell in others if (words := cell(row, today))]
        return first(row, today), "".join(below)

    return both
