"""Columns of a stage assessment."""

from assessments.stage_assessments.models.stage import StageAssessment
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TextColumn

LONGEST = 4000
JUDGED = Columns(
    StageAssessment,
    visited_on=DayColumn(),
    visit_note=TextColumn(rows=3, most=LONGEST),
    opinion=TextColumn(rows=5, most=LONGEST),
)
RECTIFIED = Columns(StageAssessment, rectification=TextColumn(rows=6, most=LONGEST))
