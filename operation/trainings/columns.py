"""Columns of a training session."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn, WholeColumn
from operation.trainings.models import TrainingSession

PEOPLE = 1_000_000
TRAINING = Columns(
    TrainingSession,
    tier=ChoiceColumn(),
    title=TextColumn(),
    planned_on=DayColumn(),
    held_on=DayColumn(),
    hours=NumberColumn("学时", shown=1),
    invited=WholeColumn("人", most=PEOPLE),
    attended=WholeColumn("人", most=PEOPLE),
    material=TextColumn(),
    rating=NumberColumn("%"),
    result=TextColumn(rows=3),
)
