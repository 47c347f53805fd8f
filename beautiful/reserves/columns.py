"""Columns of a project of the reserve libraries."""

from beautiful.reserves.models import FUNDING, ReserveProject
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, RelatedColumn, TextColumn

PROPOSAL = Columns(
    ReserveProject,
    pool=ChoiceColumn(asked=True),
    area=ChoiceColumn(asked=True),
    title=TextColumn(),
    key_project=RelatedColumn(empty="不连接"),
    content=TextColumn(rows=4, most=4000),
    effect=TextColumn(rows=3, most=4000),
    starts_on=DayColumn(),
    ends_on=DayColumn(),
    **dict.fromkeys(FUNDING, NumberColumn("万元")),
    funding_note=TextColumn(),
    proposer=RelatedColumn(),
    listed_on=DayColumn(),
    listed_basis=TextColumn(),
)
PROPOSAL_OPENED = PROPOSAL.part("proposer", "pool", "area", "title")
PROPOSAL_ENTERED = PROPOSAL.without("proposer", "listed_on", "listed_basis")
PROPOSAL_LISTED = PROPOSAL.part("listed_on", "listed_basis")
