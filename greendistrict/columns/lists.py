"""Lists on pages and as workbooks, from the declared columns. A row is joined from escaped cells; no template and no object per row."""

import datetime as dt
import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from itertools import chain, count, repeat
from operator import attrgetter
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from greendistrict.columns.base import OBJECT, DeclaredColumn, in_book, is_nothing, value_at
from greendistrict.columns.declared import Columns
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.memoisation import held_reads
from greendistrict.core.templatetags.gd import sorting_head
from greendistrict.documents.list_workbook import GUESS, MARK, Cell, Inferred, ListSheet, lists_book, mark_of

BELOW, ALIKE = '<br><span class="gd-s gd-muted">', "<br><span>"
WITHHELD = "不公开"
MUTED = '<span class="gd-muted">{}</span>'
GUESSED, DEMO_MARK = f'{{}} <span class="gd-guess">{GUESS}</span>', f' <span class="gd-demo">{MARK}</span>'
INFERRED = (True, "inferred")  # values of a source that says so
DEMO_HEAD = ("数据", 10)
PLACE = 0  # key that no row has, replaced by that of each row
Written = Callable[[Sequence[Any], dt.date], list[Any]]  # a column of rows on the day of the reader


class ShownList(NamedTuple):
    """A page of a list as mark-up, for ``components/list.html``."""

    caption: str
    heads: SafeString
    lines: SafeString
    sums: SafeString


class RowAddress:
    """Address of each row by its key, where ``PLACE`` is an argument of ``route``, else its last one; reversed once.

    Without a route, the key is the address. ``back`` is where its page returns to, ``query`` what it is asked instead.
    """

    def __init__(self, route: str = "", *arguments: Any, back: str = "", query: str = "") -> None:
        self.before = self.after = ""
        if not route:
            return
        asked = urlencode({"next": back}) if back else query
        name, mark, place = route.partition("#")
        before, _, after = reverse(name, args=arguments if PLACE in arguments else [*arguments, PLACE]).rpartition(f"/{PLACE}/")
        self.before, self.after = escape(f"{before}/"), escape(f"/{after}{'?' if asked else ''}{asked}{mark}{place}")

    def linked(self, words: Iterable[str], keys: Iterable[Any]) -> list[str]:
        """Words of rows as links to them; a row without a key has no page."""
        told = zip(words, keys, strict=True)
        return [one if key is None else f'<a href="{self.before}{key}{self.after}">{one}</a>' for one, key in told]


class ListTable:
    """A list of rows of one model, or of records that a selector makes.

    ``shown`` are names of columns; of ``"number+lineage"`` the second stands small below the first, where it has a value, of
    ``"planned_start/planned_finish"`` both stand alike, under one head. The first column heads its row and leads to the page of its
    ``key`` (a source; a row without one has no page); where ``demo`` (a source) is true it is marked as demonstration data. ``sorts`` are
    columns by which a reader may sort, or what to sort by under these names; ``order`` is the order without that, ``apart`` (a source) what
    stays apart in any order. ``exported`` are the columns of its workbook, all shown ones without it.
    """

    def __init__(
        self,
        columns: Columns,
        *shown: str,
        caption: str,
        sorts: Sequence[str] | Mapping[str, str] = (),
        order: Sequence[str] = ("pk",),
        apart: str = "",
        key: str = "pk",
        demo: str = "",
        exported: Sequence[str] = (),
    ) -> None:
        self.columns = columns
        self.caption, self.order, self.apart = caption, tuple(order), (apart,) if apart else ()
        self.sorts = {
            name: columns[name].key(path) for name, path in (sorts if isinstance(sorts, Mapping) else dict.fromkeys(sorts, "")).items()
        }
        parts = [tuple(columns.part(*re.split("[+/]", one)).values()) for one in shown]
        self._exported = [*columns.part(*exported).values()] if exported else [column for part in parts for column in part]
        named = (*(column for part in parts for column in part), *self._exported)
        self.sources = tuple(dict.fromkeys((key, *(source for column in named for source in column.sources), *filter(None, (demo,)))))
        row_type: Any = namedtuple("ListRow", self.sources)  # type: ignore[misc]  # noqa: PYI024 -- its fields are those of the declaration
        self._made, self._key = row_type._make, attrgetter(key)
        self._as_they_are = not any("__" in source or source == OBJECT for source in self.sources)
        self._is_demo = attrgetter(demo) if demo else None
        self._heads = [
            (part[0], "、".join(column.head for column in (part if "/" in one else part[:1])))
            for one, part in zip(shown, parts, strict=True)
        ]
        below = (ALIKE if "/" in one else BELOW for one in shown)
        self._first, *cells = (_joined([_cell(column) for column in part], line) for part, line in zip(parts, below, strict=True))
        css = [f' class="{head.css}"' if head.css else "" for head, _ in self._heads]
        self._opened = f'<th scope="row"{css[0]}>'
        self._cells = [(f"<td{one}>", cell) for one, cell in zip(css[1:], cells, strict=True)]

    def ordered(self, rows: QuerySet[Any, Any], asked: str) -> QuerySet[Any, Any]:
        """Rows by the column asked for (``name``, or ``-name`` for the reverse), unknown values last; else in the order of the list."""
        name = asked.removeprefix("-")
        if name not in self.sorts:
            return rows.order_by(*self.apart, *self.order)
        key = self.sorts[name]
        by = key.desc(nulls_last=True) if asked.startswith("-") else key.asc(nulls_last=True)
        return rows.order_by(*self.apart, by, *self.order)

    def read(self, rows: QuerySet[Any, Any]) -> list[Any]:
        """Rows with the sources of all columns as attributes: one query."""
        return [self._made(values) for values in rows.values_list(*self.sources)]

    def rows_of(self, objects: Iterable[Any]) -> list[Any]:
        """Rows of objects that are loaded already, or of records; such that have all sources are taken as they are."""
        rows = list(objects)
        if self._as_they_are or (rows and {*self.sources} <= {*getattr(rows[0], "_fields", ())}):
            return rows
        return [self._made(one if name == OBJECT else value_at(one, name) for name in self.sources) for one in rows]

    def sheet(self, rows: Iterable[Any], today: dt.date, name: str, title: str, *, fixed: int = 2) -> ListSheet:
        """Rows that were read, as a list of a workbook: ``name`` of the sheet, ``title`` above; ``fixed`` columns are frozen."""
        heads = [(column.head, column.width) for column in self._exported]
        cells = [_written(column, column.exported, IN_BOOK) for column in self._exported]
        if is_demo := self._is_demo:
            heads.append(DEMO_HEAD)
            cells.append(lambda rows, _today: [mark_of(is_demo=is_demo(row)) for row in rows])
        found = list(rows)
        with held_reads():
            return ListSheet(name, title, heads, zip(*[list(cell(found, today)) for cell in cells], strict=True), fixed)

    def book(self, rows: Sequence[Any], today: dt.date, name: str, title: str, *, fixed: int = 2) -> bytes:
        """Rows that were read, as a workbook; it says that some are demonstration data."""
        demo = self._is_demo is not None and any(map(self._is_demo, rows))
        return lists_book([self.sheet(rows, today, name, title, fixed=fixed)], demo=demo)

    def of_page(self, page: Page[Any], today: dt.date, address: RowAddress | None, *, objects: bool = False) -> ShownList:
        """Mark-up of a page of rows of which the sources are read, or of ``objects`` as they are."""
        rows = self.rows_of(page.object_list) if objects else self.read(page.object_list)  # type: ignore[arg-type]  # rows of a query
        return self.html(rows, today, address, first=page.start_index())

    def html(
        self,
        rows: Iterable[Any],
        today: dt.date,
        address: RowAddress | None,
        *,
        first: int | None = 1,
        edit: RowAddress | None = None,
        query: QueryDict | None = None,
        sums: Mapping[str, str] | None = None,
    ) -> ShownList:
        """Mark-up of rows that were read, numbered from ``first`` or not at all; with a link to change each where ``edit`` is given.

        ``query`` is that of the page, which its heads keep when they sort; without it nothing sorts. ``sums`` are the words of the last row
        by the column below which they begin; they take the columns after it that have none. Raises ``KeyError`` for one that it has not.
        """
        places = repeat("") if first is None else (f'<td class="gd-muted">{place}</td>' for place in count(first))
        with held_reads():
            lines = self._lines(list(rows), today, places, address, edit)
        foot = f"<tr><td></td>{self._sums(sums)}{'<td></td>' if edit else ''}</tr>" if sums else ""
        heads = self._head_row(query, edits=edit is not None, numbered=first is not None)
        return ShownList(self.caption, heads, SafeString(lines), SafeString(foot))

    def terms(self, row: Any, today: dt.date) -> list[tuple[str, SafeString]]:
        """Heads and cells of a row that was read, as beside each other on its page."""
        cells = (self._first, *(cell for _, cell in self._cells))
        told = (chain.from_iterable(cell([row], today)) for cell in cells)
        return [(words, SafeString("".join(parts))) for (_, words), parts in zip(self._heads, told, strict=True)]

    def _lines(
        self, rows: Sequence[Any], today: dt.date, places: Iterable[str], address: RowAddress | None, edit: RowAddress | None
    ) -> str:
        """Mark-up of the rows, joined from columns of cells; each cell is escaped by its kind."""
        keys, (words, below) = [*map(self._key, rows)], self._first(rows, today)
        linked = address.linked(words, keys) if address else words
        marks = (DEMO_MARK if one else "" for one in map(self._is_demo, rows)) if self._is_demo else repeat("")
        heads = zip(places, linked, marks, below, strict=False)
        columns = [[f"<tr>{place}{self._opened}{head}{mark}{small}</th>" for place, head, mark, small in heads]]
        for opened, cell in self._cells:
            columns.append([f"{opened}{first}{small}</td>" for first, small in zip(*cell(rows, today), strict=True)])
        if edit:
            told = zip(keys, words, strict=True)
            links = [f'<a href="{edit.before}{key}{edit.after}" aria-label="修改{one}">修改</a>' for key, one in told]
            columns.append([f'<td class="gd-nowrap">{link}</td>' for link in links])
        return "".join(chain.from_iterable(zip(*columns, repeat("</tr>"), strict=False)))

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

    def _head_row(self, query: QueryDict | None, *, edits: bool, numbered: bool) -> SafeString:
        heads = "".join(self._head(column, words, query) for column, words in self._heads)
        last = '<th scope="col">办理</th>' if edits else ""
        number = '<th scope="col">序号</th>' if numbered else ""
        return SafeString(f"{number}{heads}{last}")

    def _head(self, column: DeclaredColumn, words: str, query: QueryDict | None) -> str:
        """Head of a column, which sorts by it where it may."""
        if query is not None and column.name in self.sorts:
            return sorting_head(query, words, column.name, num=column.is_figure)
        css = ' class="gd-num"' if column.is_figure else ""
        return f'<th{css} scope="col">{escape(words)}</th>'


def _inferred(value: Cell) -> Cell:
    """A cell of a workbook that says that its value is inferred."""
    return Inferred(value) if isinstance(value, int | Decimal | dt.date) else f"{value}（{GUESS}）"


class Medium(NamedTuple):
    """How a list writes there what is inferred, what stands for no value, and what is withheld."""

    guessed: Callable[[Any], Any]
    missing: Callable[[str], Any]
    withheld: str


ON_PAGE = Medium(GUESSED.format, lambda word: MUTED.format(escape(word)), MUTED.format(WITHHELD))
IN_BOOK = Medium(_inferred, in_book, WITHHELD)


def _written(column: DeclaredColumn, write: Callable[[Any], Any], medium: Medium) -> Written:
    """What writes the value of the column for each row, once for equal values."""
    read, marks = _reading(column), [attrgetter(one) if one else None for one in (column.withheld, column.guess, column.nothing)]

    def marked(told: tuple[Any, Any, Any, Any]) -> Any:
        value, withheld, guess, nothing = told
        if withheld:
            return medium.withheld
        if is_nothing(value):
            return medium.missing(nothing) if nothing else write(value)
        return medium.guessed(write(value)) if guess in INFERRED else write(value)

    def written(rows: Sequence[Any], today: dt.date) -> list[Any]:
        values, one = read(rows, today), write
        if any(marks):
            values, one = [*zip(values, *(map(get, rows) if get else repeat(None) for get in marks), strict=False)], marked
        try:
            different: Iterable[Any] = dict.fromkeys(values) if column.alike else ()
        except TypeError:  # a list is no key
            different = ()
        made = {value: one(value) for value in different}
        return [made[value] for value in values] if made else [*map(one, values)]

    return written


def _reading(column: DeclaredColumn) -> Written:
    """What finds the value of the column for each row."""
    if isinstance(column, ComputedColumn):
        read, needs = column.read, column.needs
        return lambda rows, today: [read(row if needs else getattr(row, OBJECT), today) for row in rows]
    get = attrgetter(column.source)
    return lambda rows, _today: [*map(get, rows)]


def _cell(column: DeclaredColumn) -> Written:
    """What writes a cell of the column for each row, as a link to the page of its key where the row has one."""
    written = _written(column, column.cell, ON_PAGE)
    if not column.link:
        return written
    key, address = attrgetter(column.link[1]), cache(partial(RowAddress, column.link[0]))  # routes are not known yet
    return lambda rows, today: address().linked(written(rows, today), map(key, rows))


def _joined(cells: Sequence[Written], line: str) -> Callable[[Sequence[Any], dt.date], tuple[list[str], list[str]]]:
    """What writes the first of the cells for each row, and a ``line`` below it for each of the others that has a value."""
    first, *others = cells

    def both(rows: Sequence[Any], today: dt.date) -> tuple[list[str], list[str]]:
        below = [[f"{line}{words}</span>" if words else "" for words in cell(rows, today)] for cell in others]
        return first(rows, today), [*map("".join, zip(*below, strict=True))] if below else [""] * len(rows)

    return both
