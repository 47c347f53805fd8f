"""Columns and cells of a table on paper, from the columns that are declared beside their model."""

from typing import Any, cast

from greendistrict.columns.base import NOTHING
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn
from reports.composition.blocks import Cell, PaperColumn
from reports.composition.enums import ColumnKind

DASH = "—"
ORDINAL = PaperColumn("序号", 12)


def paper_columns(columns: Columns, *widths: int | None, named: str = "") -> tuple[PaperColumn, ...]:
    """Declared columns with their widths in mm (None: what is left); the first or the one ``named`` heads its rows.

    What is printed for no value is said by the column, else it is a dash.
    """
    head = named or next(iter(columns))
    found = []
    for (name, column), width in zip(columns.items(), widths, strict=True):
        kind = ColumnKind.NAME if name == head else ColumnKind.NUMBER if column.is_figure else ColumnKind.TEXT
        digits = column.shown if isinstance(column, NumberColumn) else 0
        found.append(PaperColumn(column.label, width, kind, digits, column.unit, column.empty or DASH))
    return tuple(found)


def paper_cells(columns: Columns, row: Any, **other: Any) -> tuple[Cell, ...]:
    """Cells of a row: figures and days as such, all else in words, None for no value; ``other`` replaces values."""
    values = ((column, other.get(name, column.of(row))) for name, column in columns.items())
    return tuple(None if value in NOTHING else cast("Cell", column.exported(value)) for column, value in values)


def paper_sums(columns: Columns, *beside: Cell, **sums: Cell) -> tuple[Cell, ...]:
    """The last line of a table: what is said or summed under the named columns, then the cells of columns ``beside`` them.

    Raises ``KeyError`` for a name that is none of the columns.
    """
    if unknown := set(sums) - set(columns):
        raise KeyError(*unknown)
    return (*(sums.get(name, "") for name in columns), *beside)
