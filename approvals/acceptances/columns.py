"""Columns of a site visit."""

from approvals.acceptances.models import SiteVisit
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TextColumn

VISIT = Columns(
    SiteVisit, planned_on=DayColumn(), place=TextColumn(), members=TextColumn(rows=3, most=1000), note=TextColumn(rows=4, most=2000)
)
