"""Columns of an inspection, of its list and of its findings."""

import datetime as dt
from typing import Any

from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection, InspectionFinding
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn

LONGEST = 2000


def planned_mark(row: Any, _today: dt.date) -> str:
    """That it is planned and not held yet."""
    return "计划" if row.planned_on is not None and not row.summary.strip() else ""


VISIT = Columns(
    Inspection,
    district=TextColumn(source="district__name", label="城区", width=34),
    mode=ChoiceColumn(radio=True),
    basis=TextColumn(width=40),
    inspected_on=DayColumn(),
    team=TextColumn(),
    summary=TextColumn(rows=4, most=LONGEST),
    number=TextColumn(width=16, empty="发出后编号"),
    status=StateColumn(INSPECTION.state, INSPECTION.choices, width=14, css="gd-state"),
    planned=ComputedColumn("计划", planned_mark, ("planned_on", "summary")),
    total=NumberColumn("", label="问题", shown=0),
    left=NumberColumn("", label="未销号", shown=0),
)
VISIT_ENTERED = VISIT.part("mode", "basis", "inspected_on", "team", "summary")
INSPECTION_LIST = ListTable(
    VISIT, "district", "inspected_on+planned", "mode", "number", "status", "total", "left",
    caption="监督检查", demo="district__is_demo",
    exported=("district", "inspected_on", "planned", "mode", "number", "status", "basis", "total", "left"),
)  # fmt: skip
FINDING_ENTERED = Columns(
    InspectionFinding,
    text=TextColumn(rows=2, most=LONGEST),
    severity=ChoiceColumn(),
    demand=TextColumn(rows=2, most=LONGEST),
    due=DayColumn(),
)
