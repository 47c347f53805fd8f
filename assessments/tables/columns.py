"""Columns of a clause in a score table, besides its value, and of its table."""

from assessments.tables.models import ScoreRow
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn, YearColumn

REASON = TextColumn(width=20)
SCORE_CELLS = Columns.of(
    ScoreRow, "build_state", "exclusion_reason", "absent_reason", "explanation",
    exclusion_reason=REASON, absent_reason=REASON, explanation=TextColumn(width=30, most=4000),
)  # fmt: skip
SCORE_ROW = Columns(
    ScoreRow,
    **SCORE_CELLS,
    item=TextColumn(source="item_id", example="7.2.7"),
    year=YearColumn(source="table__year", example=2026),
    purpose=ChoiceColumn(source="table__purpose", example="self_check"),
    stage=ChoiceColumn(source="table__stage"),
)
