"""Columns of a table on paper, from those that are declared beside their model."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DeclaredColumn, NumberColumn
from reports.composition.blocks import PaperColumn
from reports.composition.enums import ColumnKind

DASH = "—"


def paper_columns(columns: Columns, *widths: int | None) -> list[PaperColumn]:
    """Declared columns with their widths in mm (None: what is left); the first heads its rows. A missing value is a dash."""
    found = zip(columns.values(), widths, strict=True)
    return [_paper_column(column, width, heads=not at) for at, (column, width) in enumerate(found)]


def _paper_column(column: DeclaredColumn, width: int | None, *, heads: bool) -> PaperColumn:
    if isinstance(column, NumberColumn):
        return PaperColumn(column.label, width, ColumnKind.NUMBER, column.shown, column.unit, missing=DASH)
    return PaperColumn(column.label, width, ColumnKind.NAME if heads else ColumnKind.TEXT, missing=DASH)
