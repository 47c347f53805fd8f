"""Columns of a story: what it tells, all of it needed for its submission."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from outreach.stories.models import SUMMARY, TEXT, Story

CONTENT = Columns(
    Story,
    title=TextColumn(),
    summary=TextColumn(rows=3, most=SUMMARY),
    measures=TextColumn(rows=8, most=TEXT),
    results=TextColumn(rows=5, most=TEXT),
    conditions=TextColumn(rows=4, most=TEXT),
    source=TextColumn(),
)
