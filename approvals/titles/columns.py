"""Columns of a reconsideration, suit or appeal."""

from approvals.titles.models.remedy_record import WORDS, RemedyRecord
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn

REMEDY = Columns(
    RemedyRecord,
    filer=ChoiceColumn(radio=True),
    body=TextColumn(),
    number=TextColumn(),
    filed_on=DayColumn(),
    served_on=DayColumn(),
    reply_number=TextColumn(),
    replied_on=DayColumn(),
    judgment=ChoiceColumn(radio=True),
    late_ground=TextColumn(),
    outcome=ChoiceColumn(),
    outcome_number=TextColumn(),
    outcome_on=DayColumn(),
    outcome_words=TextColumn(rows=3, most=WORDS),
    redo_by=DayColumn(),
)
