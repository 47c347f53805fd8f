"""Columns of a management body."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TextColumn, WholeColumn
from operation.bodies.models import ManagementBody

BODY = Columns(
    ManagementBody,
    name=TextColumn(),
    duties=TextColumn(rows=3),
    basis=TextColumn(),
    set_up_on=DayColumn(),
    staff=WholeColumn("人", most=100_000),
)
