"""Columns and cells common to the tables of the report."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from greendistrict.core.days import day_in_words
from reports.city.sources import CityFigure
from reports.composition.blocks import UNKNOWN, Cell, PaperColumn, PaperTable
from reports.composition.enums import ColumnKind

NAMES = 3
PAGE, PAGE_WIDE = 156, 240  # mm between the margins
Columns = tuple[PaperColumn, ...]


def number(title: str, width: int | None = None, *, digits: int = 2, unit: str = "", missing: str = UNKNOWN) -> PaperColumn:
    """A column of numbers."""
    return PaperColumn(title, width, ColumnKind.NUMBER, digits, unit, missing)


def name(title: str, width: int | None = None) -> PaperColumn:
    """The first column, which names the row."""
    return PaperColumn(title, width, ColumnKind.NAME)


def text(title: str, width: int | None = None) -> PaperColumn:
    """A column of text."""
    return PaperColumn(title, width)


def table(
    caption: str,
    columns: Sequence[PaperColumn],
    rows: Iterable[tuple[Cell, ...]],
    *,
    key: str,
    total: tuple[Cell, ...] = (),
    empty: str = "本年度没有记录。",
    note: str = "",
    wide: bool = False,
) -> PaperTable:
    """A table with its key in the figures file, scaled to the page width."""
    found = tuple(rows)
    # The columns scaled in proportion to fill the page.
    page = PAGE_WIDE if wide else PAGE
    whole = sum(column.width or 0 for column in columns)
    return PaperTable(
        caption,
        tuple(replace(column, width=(column.width or 0) * page // whole) for column in columns),
        found,
        total if found else (),
        empty,
        note,
        key,
    )


def value_words(figure: CityFigure) -> str:
    """A figure with its unit; 未查明 if unknown."""
    return "未查明" if figure.value is None else f"{plain(figure.value)}{figure.unit}"


def source(what: str, day: dt.date) -> str:
    """Line below a picture: where its figures come from, and as of which day."""
    return f"资料来源：{what}；截至{day_in_words(day)}。"


def plain(value: Decimal | int) -> str:
    """A number without trailing zeros."""
    return str(value) if isinstance(value, int) else f"{value.normalize():f}"


def guessed(value: Cell, *, inferred: bool) -> Cell:
    """A cell with the mark of what is inferred."""
    words = day_in_words(value) if isinstance(value, dt.date) else value
    return f"{words}（推定）" if inferred and value else value


def guesses(rows: Iterable[tuple[str, bool]], what: str) -> str:
    """Note that names the rows whose ``what`` is inferred; empty without any."""
    names = "、".join(name for name, inferred in rows if inferred)
    return f"{what}为推定的：{names}。" if names else ""


def star_note(*, reference: bool) -> str:
    """What the column of stars says; a score under an unofficial edition gives an inferred one."""
    return f"星级{'为推定' if reference else '按城区自查的得分得出'}；试点处于建设期，不作星级结论。"


def several(names: Sequence[str], most: int = NAMES) -> str:
    """Names in a sentence, only the first few if there are many."""
    return f"{'、'.join(names[:most])}等{len(names)}个" if len(names) > most else "、".join(names)
