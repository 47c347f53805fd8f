"""Columns of an event."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn, WholeColumn
from operation.events.models import PublicEvent

EVENT = Columns(
    PublicEvent,
    kind=ChoiceColumn(),
    title=TextColumn(),
    held_on=DayColumn(),
    channel=TextColumn(),
    attended=WholeColumn("人", most=100_000_000),
)
