"""Sheets that an office keeps itself: which lines are the heads, which column is which, and in which units its figures stand.

Heads are recognised by their words, in up to three lines, with merged cells, units in brackets or in a line of their own, below any title.
Everything that was matched or left is said in the preview.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from greendistrict.core.errors import Refused
from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.book import BESIDE, Heads
from greendistrict.documents.workbooks.columns import DAY, SHOWN, VALUE, Column, head_of
from greendistrict.documents.workbooks.grids import BookCell, Grid, grids, is_longer, shown
from greendistrict.documents.workbooks.head_units import lower_unit, unit_line, with_unit
from greendistrict.documents.workbooks.head_words import Over, goes_on, words_over
from greendistrict.documents.workbooks.heads_alike import (
    Contents,
    bare_head,
    by_content,
    ended,
    fits_above,
    is_others,
    likeliest,
    named,
    near_heads,
    of_table,
    units_above,
)
from greendistrict.documents.workbooks.layout import MOST_HEADS, Merged, first_in, lines_spanned, merged_ranges, parts_of, words_of_merged
from greendistrict.documents.workbooks.lines import MOST_ABOVE
from greendistrict.documents.workbooks.table_lines import TableLines, figure_places

MOST_CHOICES = 60
Synonyms = Mapping[str, Sequence[str]]  # other heads of a column by its field


class ForeignSheet(NamedTuple):
    """Where a list stands in a workbook that is not the portal's own, on the sheet ``name``; ``labels`` are the words over each column.

    ``units`` are those of figures by the place of their column, where they differ from the column's; ``matched`` and ``unread`` are
    heads in words, ``guessed`` labels of columns by heads that only look like theirs. ``top`` is the first line of the heads, ``others``
    are sheets beside this one that are not empty.
    """

    grid: Grid
    first_row: int
    heads: Heads
    units: Mapping[int, str]
    labels: list[str]
    matched: list[str]
    unread: list[str]
    merged: Sequence[Merged]
    name: str
    guessed: Mapping[str, str]
    others: Sequence[str] = ()
    top: int = 0

    def table_lines(self, columns: Sequence[Column]) -> TableLines:
        """What tells which lines below the heads hold no row of these columns."""
        heads = [[shown(cell.value) for cell in row] for row in self.grid[self.top : self.first_row]]
        return TableLines(heads, self.labels, figure_places(columns, self.heads.places), [column.label for column in columns])

    @property
    def told(self) -> list[str]:
        """How the heads were read, in words."""
        said = (("按表头对应：", self.matched), ("没有读入的列：", self.unread), ("没有读入的工作表：", self.others))
        return [f"{about}{'、'.join(words)}" for about, words in said if words]

    def is_longer(self, rows: int) -> bool:
        """Whether the sheet is longer than this number of rows and what may stand around them, so that it was not read to its end."""
        return is_longer(self.grid, rows + MOST_ABOVE + 1)

    def merged_words(self, rows: Iterable[int]) -> str:
        """Why these rows cannot be read, if cells are merged in one of them."""
        return words_of_merged(self.merged_in(rows))

    def row(self, at: int) -> list[BookCell]:
        """Cells of a row, figures with the unit of their head."""
        return [with_unit(cell, self.units[index]) if index in self.units else cell for index, cell in enumerate(self.grid[at])]

    def merged_in(self, rows: Iterable[int]) -> Merged | None:
        """The first merged range that touches one of these rows."""
        return first_in(self.merged, rows)


class HeadReader(ABC):
    """What is read from sheets by their heads: its ``columns``, with other heads by field, and those that people chose."""

    foreign_heads: Synonyms = MappingProxyType({})
    exact: Collection[str] = ()  # fields that a head must name in full: 上年指标值 ends like 指标值, and is another figure
    chosen: Mapping[str, str] = MappingProxyType({})  # fields by head, as people chose them
    is_turned = False  # whether the heads of a sheet that has none stand one below the other

    @property
    def no_heads(self) -> str:
        """Why a workbook cannot be read of which no sheet has the heads."""
        if self.is_turned:
            return "认不出表头：表头像是竖着排的，请在 Excel 里转置（复制后选择性粘贴“转置”）后导入"
        return f"认不出表头：没有一张表写有“{self.must_words}”和本页的其他列"

    @property
    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """Columns that a sheet may have."""

    @property
    def must(self) -> Sequence[str]:
        """Fields whose columns a sheet must have."""
        return (self.columns[0].field,)

    @property
    def must_words(self) -> str:
        """Labels of the columns that a sheet must have."""
        return "”“".join(column.label for column in self.columns if column.field in self.must)

    def choose(self, labels: Mapping[str, str]) -> None:
        """Read heads (``bare_head``) as the columns with these labels, before all that is known of heads, but for columns that are gone.

        A head with an empty label is not read.
        """
        fields = {column.label: column.field for column in self.columns}
        self.chosen = {head: fields.get(label, "") for head, label in labels.items() if label in fields or not label}

    def head_words(self) -> set[str]:
        """Heads by which the lines of a text file are told."""
        own = {word for column in self.columns for word in (column.label, column.label.split()[0])}
        return own.union(*self.foreign_heads.values(), self.chosen)

    def contents(self) -> Contents:
        """Columns that are known by what stands in them, besides those of a choice."""
        return {}

    def chosen_in(self, found: "ForeignSheet") -> dict[str, str]:
        """Labels of columns by those heads of a sheet that were read as people chose."""
        places = [(found.labels[at], one) for one, at in zip(self.columns, found.heads.places, strict=True) if at is not None]
        return {label: one.label for label, one in places if self.chosen.get(bare_head(label)) == one.field}

    def asked(self, read: Mapping[str, str], unread: Sequence[str], absent: Collection[str]) -> dict[str, str]:
        """Heads that a column may be chosen for, each with the label of the one that is proposed; empty if none is.

        ``read``: labels by the heads that were read so and may be read otherwise; ``absent``: labels of columns that no head names.
        """
        free = unread[:MOST_CHOICES] if absent or read else ()
        return {**read, **{head: self.suggested(head, absent) for head in free}}

    def suggested(self, head: str, among: Collection[str]) -> str:
        """The label that was chosen for a head that was not read, else the one called most like it, to be confirmed; empty if none is."""
        labels = {column.field: column.label for column in self.columns if column.label in among}
        if (field := self.chosen.get(bare_head(head))) is not None:
            return labels.get(field, "")
        names = head_names(self.columns, self.foreign_heads, {})
        return labels.get(likeliest(head, {name: field for name, field in names.items() if field in labels}), "")

    def offered(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Of these columns those that are read."""
        read = {column.label for at, column in enumerate(self.columns) if not at or column.kind != SHOWN}
        return tuple(label for label in labels if label in read)

    def found_in(self, content: bytes, rows: int) -> tuple[ForeignSheet | None, list[str]]:
        """The sheet of a workbook whose heads are known; where there is none, the likely heads instead."""
        parts = parts_of(content)
        sheets = grids(content, tuple(parts), rows=rows + MOST_ABOVE + 2, columns=len(self.columns) + BESIDE)
        names = head_names(self.columns, self.foreign_heads, self.chosen)
        found = foreign_sheet(
            self.columns, names, sheets, merged_ranges(content, parts), self.must, exact=self.exact, contents=self.contents
        )
        if found is None:
            self.is_turned = any(_is_turned(grid, names) for grid in sheets.values())
            return None, likely_heads(sheets)
        return found._replace(others=[name for name, grid in sheets.items() if name != found.name and any(grid)]), []


class UnknownHeadsError(Refused):
    """No line names the columns that a table must have: ``columns`` may be chosen for the ``asked`` heads, as of ``HeadReader.asked``."""

    def __init__(self, text: str, reader: HeadReader, unread: Sequence[str]) -> None:
        super().__init__(text)
        self.columns = [column.label for column in reader.columns]
        self.asked = reader.asked({}, unread, self.columns)


def foreign_sheet(
    columns: Sequence[Column],
    names: Mapping[str, str],
    sheets: Mapping[str, Grid],
    merged: Mapping[str, Sequence[Merged]],
    must: Collection[str],
    *,
    exact: Collection[str] = (),
    contents: Callable[[], Contents] = dict,
) -> ForeignSheet | None:
    """The sheet and the lines whose heads name most of the columns, the fields ``must`` among these; None if no sheet has them.

    ``names`` as of ``head_names``. Columns that are still missing are taken by a head that is nearly theirs, but not those of the
    ``exact`` fields, or by what stands in them.
    """
    alike = {name: "" if field in exact else field for name, field in names.items()}
    best = _best(columns, names, sheets, merged, must, alike=alike) or _best(columns, names, sheets, merged, alike=alike)
    if best is None:
        return None
    near = near_heads(best.free, alike, best.missing(columns))
    best = best._replace(places={**best.places, **near})
    told = contents() if columns[0].field not in best.places else {}
    free = [at for at, label in best.free if names.get(bare_head(label), label)]
    filled = by_content(free, best.grid[best.first_row :], best.missing(columns), told)
    best = best._replace(places={**best.places, **filled})
    why = {**dict.fromkeys(near, "写法相近"), **dict.fromkeys(filled, "按内容")}
    return _sheet(columns, best, why) if len(best.places) > 1 and best.places.keys() >= set(must) else None


def _best(
    columns: Sequence[Column],
    names: Mapping[str, str],
    sheets: Mapping[str, Grid],
    merged: Mapping[str, Sequence[Merged]],
    must: Collection[str] | None = None,
    *,
    alike: Mapping[str, str],
) -> "_HeadLines | None":
    """The lines that name most columns: two columns with ``must``, or one."""
    best = None
    counts = range(1, MOST_HEADS + 1)  # more lines only where they name more: a title stands above
    for lines, (sheet, grid) in product(counts, sheets.items()):
        ranges = merged.get(sheet, ())
        for at in range(min(MOST_ABOVE + 1, len(grid))):
            if lines_spanned(ranges, at, lines) > lines or (lines < MOST_HEADS and goes_on(grid, at + lines)):
                continue  # heads end where the cells do that are merged in them, and below words without a key
            words = words_over(grid, at, lines, ranges)
            one = _HeadLines(grid, at + lines, [one.label for one in words], _places(words, names, alike, columns), ranges, sheet, at)
            if (
                one.places.keys() >= set(must or ())
                and one.first_row < len(grid)
                and len(one.places) > (len(best.places) if best else must is not None)
            ):
                best = one
    return best


def _is_turned(grid: Grid, names: Mapping[str, str]) -> bool:
    """Whether the heads stand in one of the first columns, one below the other."""
    columns = ([bare_head(shown(row[at].value)) for row in grid[: MOST_ABOVE + 1] if at < len(row)] for at in range(2))
    return any(len({names[head] for head in column if names.get(head)}) > 1 for column in columns)


def likely_heads(sheets: Mapping[str, Grid]) -> list[str]:
    """Heads of a sheet none of which is known: the first line of several texts and nothing else; empty if there is none."""
    lines = (line for grid in sheets.values() for line in grid[: MOST_ABOVE + 1])
    filled = ([cell.value for cell in line if cell.value not in (None, "")] for line in lines)
    found: list[str] = next((texts for texts in filled if len(texts) > 1 and all(isinstance(text, str) for text in texts)), [])
    return [" ".join(text.split()) for text in found]


class _HeadLines(NamedTuple):
    """Lines that may be the heads of a list: the row below them, the words over each column, place and unit of the columns they name.

    ``top``: the first of them.
    """

    grid: Grid
    first_row: int
    labels: list[str]
    places: dict[str, tuple[int, str]]
    merged: Sequence[Merged]
    name: str
    top: int

    @property
    def free(self) -> list[tuple[int, str]]:
        """Columns whose heads name none."""
        taken = {at for at, _ in self.places.values()}
        return [(at, label) for at, label in enumerate(self.labels) if label and at not in taken]

    def missing(self, columns: Sequence[Column]) -> dict[str, Column]:
        """Columns that no head names, by field."""
        return {column.field: column for column in columns if column.field not in self.places}


def _sheet(columns: Sequence[Column], lines: _HeadLines, why: Mapping[str, str]) -> ForeignSheet:
    grid, first, labels, places, merged, name, top = lines
    own = {column.field: column for column in columns}
    below = unit_line(grid[first], places.get(columns[0].field, min(places.values()))[0])
    said = {field: (at, below.get(at, unit)) for field, (at, unit) in places.items()}
    above = units_above(cell.value for row in grid[:top] for cell in row)
    of_all = of_table(
        above, {field: own[field].unit for field, (at, unit) in said.items() if not unit and _needs_unit(own[field], labels[at])}
    )
    said |= {field: (said[field][0], unit) for field, unit in of_all.items()}
    guessed, why = tuple(why), {**{field: f"按表上方写的单位“{unit}”" for field, unit in of_all.items()}, **why}
    taken = {at for at, _ in places.values()}
    words = {field: "，".join(filter(None, (why.get(field), lower_unit(unit, below.get(at, ""))))) for field, (at, unit) in places.items()}
    heads = Heads(
        tuple(places[column.field][0] if column.field in places else None for column in columns),
        tuple(column.label for column in columns if column.field not in places),
        "",
    )
    return ForeignSheet(
        grid,
        first + bool(below),
        heads,
        {at: unit for field, (at, unit) in said.items() if unit and named_unit(unit) != named_unit(own[field].unit)},
        labels,
        [
            f"{labels[at]}→{own[field].label}{f'（{words[field]}，请核对）' if words[field] else ''}"
            for field, (at, _) in places.items()
            if own[field].kind != SHOWN and (words[field] or head_of(labels[at]) != head_of(own[field].label))
        ],
        [label for at, label in enumerate(labels) if label and at not in taken],
        merged,
        name,
        {labels[places[field][0]]: own[field].label for field in guessed},
        top=top,
    )


def _needs_unit(column: Column, label: str) -> bool:
    """Whether figures have a unit that their head does not tell."""
    return bool(column.unit) and not head_of(label).rstrip(")]】").endswith(head_of(column.unit))


def head_names(columns: Sequence[Column], synonyms: Synonyms, chosen: Mapping[str, str]) -> dict[str, str]:
    """Fields by each of their heads, folded, with and without unit.

    ``chosen``: fields by head (``bare_head``) that people chose, before all that is known of heads.
    """
    found = dict[str, str]()
    for column in columns:
        label = head_of(column.label)
        bare = label.removesuffix(head_of(column.unit)) if column.unit else label
        for name in (label, bare, *map(head_of, synonyms.get(column.field, ()))):
            found.setdefault(name, column.field)
    return {**found, **chosen}


def _places(
    words: Sequence[Over], names: Mapping[str, str], alike: Mapping[str, str], columns: Sequence[Column]
) -> dict[str, tuple[int, str]]:
    """Place and unit of each column that a head names: by all its words, else by the lowest, else by how it ends.

    ``alike``: fields by the names that a head may end with. Where different heads end so, none is taken: 规划用地面积 and 现状用地面积.
    """
    own = {column.field: column for column in columns}
    units = {field: column.unit for field, column in own.items()}
    found = dict[str, tuple[int, str]]()
    for labels, find, is_exact in (
        ([one.label for one in words], names.get, True),
        ([one.lowest for one in words], names.get, True),
        ([one.label for one in words], partial(ended, alike), False),
    ):
        taken, among = {at for at, _ in found.values()}, dict[str, list[_Named]]()
        for at, label in enumerate(map(head_of, labels)):
            field, bare, unit = named(label, find, units) if label and at not in taken else ("", "", "")
            if field and field not in found:
                above, upper = words[at].without_units()
                unit = unit or (upper if fits_above(upper, units[field]) else "")
                over = "" if label == head_of(words[at].label) else "".join(above[:-1])
                among.setdefault(field, []).append(_Named(at, bare, unit, over, words[at].begins))
        for field, heads in among.items():
            is_figure = own[field].is_number or own[field].kind in {DAY, VALUE}
            if one := _meant(heads, is_exact=is_exact, is_figure=is_figure):
                found[field] = one.at, one.unit
    return found


class _Named(NamedTuple):
    """A head that names a column: without its unit, that unit, the words over it, and the column in which its cell begins."""

    at: int
    bare: str
    unit: str
    over: str
    begins: int


def _meant(heads: Sequence[_Named], *, is_exact: bool, is_figure: bool) -> _Named | None:
    """The first of the heads that name a column by themselves or by their end; None if others end otherwise, or mean other figures.

    Words over it make a figure another's; those that differ, or a head that recurs, leave open which is meant, but not one in two units.
    A text is still one: 建设计划 over 项目名称.
    """
    fit = [one for one in heads if not is_others(one.over, one.bare)] or ([] if is_figure else heads)
    if not fit or (not is_exact and len({one.bare for one in fit}) > 1):
        return None
    same = [one for one in fit if one.bare == fit[0].bare]
    is_sure = len({one.over for one in same}) == 1 and len({one.unit for one in same}) == len({one.begins for one in same})
    return fit[0] if not is_figure or is_sure else None
