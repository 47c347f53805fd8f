"""Columns of an opinion of the public."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn
from outreach.opinions.models import PublicOpinion

OPINION = Columns(
    PublicOpinion,
    about=ChoiceColumn(),
    text=TextColumn(rows=6, most=2000),
    name=TextColumn(autocomplete="name"),
    contact=TextColumn(most=100),
    reply=TextColumn(rows=5, most=2000),
    aside_reason=TextColumn(),
    summary=TextColumn(rows=3),
    answer_summary=TextColumn(rows=3),
)
