"""Columns of a line of a panel's opinion."""

from assessments.opinions.models import PanelOpinion
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn

LINE = Columns.of(
    PanelOpinion, "number", "field", "item_title", "text", "kind", "body", "reply", "note", "status",
    reply=TextColumn(rows=3, most=4000), note=TextColumn(rows=2),
)  # fmt: skip
