"""Columns of the file of a loss of title, and of a city assessment recorded from paper."""

from approvals.losses.models import LossFile, RecordedAssessment
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn

MOST = 4000
LOSS = Columns(
    LossFile,
    facts=TextColumn(rows=6, most=MOST),
    basis=TextColumn(rows=3, most=MOST),
    not_implemented=TextColumn(rows=5, most=MOST),
    intent_number=TextColumn(),
    intent_served_on=DayColumn(),
    statement=TextColumn(rows=8, most=MOST),
    considered=TextColumn(rows=6, most=MOST),
    legal_opinion=TextColumn(rows=6, most=MOST),
    minutes_number=TextColumn(),
    discussed_on=DayColumn(),
    discussed_by=TextColumn(),
    discussion=TextColumn(rows=4, most=MOST),
    remedies=TextColumn(rows=4, most=MOST),
    served_on=DayColumn(),
    served_to=TextColumn(),
)
RECORDED = Columns(RecordedAssessment, kind=ChoiceColumn(), concluded_on=DayColumn(), source=TextColumn())
