"""Columns of a clause in a score table, besides its value."""

from assessments.tables.models import ScoreRow
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn

SCORE_CELLS = Columns.of(ScoreRow, "build_state", "exclusion_reason", "absent_reason", "explanation", explanation=TextColumn(most=4000))
