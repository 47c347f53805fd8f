"""Columns of tasks, of their content in a plan, of reports and of adjustments."""

from beautiful.plans.models import ActionTask, PlannedTask, QuarterlyProgress, TaskAdjustment
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, RelatedColumn, TextColumn

TASK = Columns(ActionTask, area=ChoiceColumn(asked=True), phrase=ChoiceColumn(empty="不对应原文"), vanguard=ChoiceColumn(empty="不限"))
PLANNED = Columns(
    PlannedTask,
    title=TextColumn(),
    target_text=TextColumn(),
    unit=TextColumn(),
    start_value=NumberColumn(signed=True),
    target_value=NumberColumn(signed=True),
    starts_on=DayColumn(),
    due_on=DayColumn(),
    owner=RelatedColumn(),
    partners=RelatedColumn(),
)
REPORTED = Columns(
    QuarterlyProgress, value=NumberColumn(signed=True), text=TextColumn(rows=4, most=2000), problems=TextColumn(rows=3, most=2000)
)
ADJUSTED = Columns(TaskAdjustment, decided_on=DayColumn(), basis=TextColumn(), reason=TextColumn())
