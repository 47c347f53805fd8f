"""Columns of a table on paper, from those that are declared beside their model."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn
from reports.composition.blocks import PaperColumn
from reports.composition.enums import ColumnKind

DASH = "—"


def paper_columns(columns: Columns, *widths: int | None) -> list[PaperColumn]:
    """Declared columns with their widths in mm (None: what is left); the first heads its rows. A missing value is a dash."""
    return [
        PaperColumn(column.label, width, ColumnKind.NUMBER, column.shown, column.unit, missing=DASH)
        if isinstance(column, NumberColumn)
        else PaperColumn(column.label, width, ColumnKind.TEXT if at else ColumnKind.NAME, missing=DASH)
        for at, (column, width) in enumerate(zip(columns.values(), widths, strict=True))
    ]
