"""Columns of an evaluation, and of a task adjustment that followed from it."""

from beautiful.evaluations.models import AreaEvaluation, EvaluationUse
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, RelatedColumn, TextColumn, YearColumn
from greendistrict.columns.shown import MomentColumn

EVALUATION = Columns(
    AreaEvaluation,
    plan=RelatedColumn(),
    year=YearColumn(example=2026),
    area=ChoiceColumn(example="development"),
    report=TextColumn(rows=6, most=4000),
    reported_at=MomentColumn(),
    check_text=TextColumn(rows=6, most=4000),
    checked_at=MomentColumn(),
    conclusion=ChoiceColumn(empty="未作出", example="partly"),
    conclusion_text=TextColumn(rows=5, most=4000),
    concluded_at=MomentColumn(),
)
USE = Columns(EvaluationUse, adjustment=RelatedColumn(), note=TextColumn())
