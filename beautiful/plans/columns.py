"""Columns of plans, of tasks, of their content in a plan, of reports and of adjustments."""

from beautiful.plans.models import ActionPlan, ActionTask, PlannedTask, QuarterlyProgress, TaskAdjustment
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn

PLAN = Columns(
    ActionPlan,
    name=ComputedColumn("计划", lambda plan, _: str(plan), css=""),
    standing=StateColumn(label="状态"),
    basis=TextColumn(empty="—"),
    issued_on=DayColumn(),
    tasks=WholeColumn(label="任务", most=10_000),
)
PLAN_LIST = ListTable(PLAN, *PLAN, caption="三年行动计划", demo="is_demo")
TASK = Columns(ActionTask, area=ChoiceColumn(asked=True), phrase=ChoiceColumn(empty="不对应原文"), vanguard=ChoiceColumn(empty="不限"))
NUMBER = NumberColumn(signed=True)
PLANNED = Columns.of(
    PlannedTask, "title", "target_text", "unit", "start_value", "target_value", "starts_on", "due_on", "owner", "partners",
    start_value=NUMBER, target_value=NUMBER,
)  # fmt: skip
PLANNED_TOLD = Columns(
    PlannedTask,
    number=TextColumn(source="task__number"),
    area=ChoiceColumn(source="task__area"),
    vanguard=ChoiceColumn(source="task__vanguard", empty="不限"),
    owner=TextColumn(source="owner__name", label="责任单位"),
    **PLANNED.without("target_text", "owner", "partners"),
    outcome=ChoiceColumn(empty="没有滚动"),
)
REPORTED = Columns(QuarterlyProgress, value=NUMBER, text=TextColumn(rows=4, most=2000), problems=TextColumn(rows=3, most=2000))
ADJUSTED = Columns.of(TaskAdjustment, "decided_on", "basis", "reason")
