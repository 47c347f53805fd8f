"""Columns of mechanisms and meetings."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn, WholeColumn
from operation.mechanisms.models import MechanismMeeting, MechanismRecord

RECORD = Columns(
    MechanismRecord,
    mechanism=ChoiceColumn(),
    standing=ChoiceColumn(),
    lead=TextColumn(),
    members=TextColumn(),
    basis=TextColumn(),
    established_on=DayColumn(),
)
MEETING = Columns(
    MechanismMeeting,
    mechanism=ChoiceColumn(),
    title=TextColumn(),
    held_on=DayColumn(),
    attended=WholeColumn("人", most=1_000_000),
    outcome=TextColumn(rows=3),
)
