"""Columns of an inspection and of its findings."""

from assessments.inspections.models import Inspection, InspectionFinding
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn

LONGEST = 2000
INSPECTION_COLUMNS = Columns(
    Inspection,
    mode=ChoiceColumn(radio=True),
    basis=TextColumn(),
    inspected_on=DayColumn(),
    team=TextColumn(),
    summary=TextColumn(rows=4, most=LONGEST),
)
FINDING_COLUMNS = Columns(
    InspectionFinding,
    text=TextColumn(rows=2, most=LONGEST),
    severity=ChoiceColumn(),
    demand=TextColumn(rows=2, most=LONGEST),
    due=DayColumn(),
)
