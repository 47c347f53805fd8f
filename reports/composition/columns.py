"""Columns of a table on paper, from those that are declared beside their model."""

from greendistrict.columns.kinds import DeclaredColumn, NumberColumn
from reports.composition.blocks import PaperColumn
from reports.composition.enums import ColumnKind

DASH = "—"


def paper_column(column: DeclaredColumn, width: int | None = None, *, heads: bool = False) -> PaperColumn:
    """A declared column ``width`` mm wide, which ``heads`` its rows or not; a missing figure or day reads as on pages, or as a dash."""
    if isinstance(column, NumberColumn):
        return PaperColumn(column.label, width, ColumnKind.NUMBER, column.shown, column.unit, missing=DASH)
    return PaperColumn(column.label, width, ColumnKind.NAME if heads else ColumnKind.TEXT, missing=DASH)
