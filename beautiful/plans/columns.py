"""Columns of plans, of tasks, of their content in a plan, of reports and of adjustments."""

from beautiful.plans.models import FIRST_YEAR, LAST_YEAR, NEW, ActionPlan, ActionTask, PlannedTask, QuarterlyProgress, TaskAdjustment
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import (
    ChoiceColumn,
    DayColumn,
    NumberColumn,
    RelatedColumn,
    TextColumn,
    WholeColumn,
    YearColumn,
)
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn

PLAN = Columns(
    ActionPlan,
    name=ComputedColumn("计划", lambda plan, _: str(plan), css=""),
    standing=StateColumn(label="状态"),
    basis=TextColumn(empty="—"),
    issued_on=DayColumn(),
    tasks=WholeColumn(label="任务（含区任务）", most=10_000),
)
PLAN_LIST = ListTable(PLAN, *PLAN, caption="三年行动计划", demo="is_demo")
TASK = Columns(ActionTask, area=ChoiceColumn(asked=True), phrase=ChoiceColumn(empty="不对应原文"), vanguard=ChoiceColumn(empty="不限"))
NUMBER = NumberColumn(signed=True)
PLANNED = Columns.of(
    PlannedTask, "title", "target_text", "unit", "start_value", "target_value", "starts_on", "due_on", "owner", "partners",
    title=TextColumn(example="演示任务（虚构）"), start_value=NUMBER, target_value=NUMBER,
)  # fmt: skip
PLANNED_TOLD = Columns(  # by the API
    PlannedTask,
    plan=RelatedColumn(),
    number=TextColumn(source="task__number", example="MS-2026-0001"),
    area=ChoiceColumn(source="task__area"),
    vanguard=ChoiceColumn(source="task__vanguard", empty="不限"),
    owner=TextColumn(source="owner__name", label="责任单位", example="演示协同部门（虚构）"),
    target=TextColumn(source="target_text", example="三年建成120公里（虚构）"),
    came=TextColumn(label="怎样进入这一轮计划", example=NEW),
    **PLANNED.without("target_text", "owner", "partners"),
    outcome=ChoiceColumn(empty="没有滚动"),
)
PERIOD = Columns(QuarterlyProgress, year=YearColumn(least=FIRST_YEAR, most=LAST_YEAR, example=2026), quarter=WholeColumn(least=1, most=4))
REPORTED = Columns(QuarterlyProgress, value=NUMBER, text=TextColumn(rows=4, most=2000), problems=TextColumn(rows=3, most=2000))
ADJUSTED = Columns.of(TaskAdjustment, "decided_on", "basis", "reason")
