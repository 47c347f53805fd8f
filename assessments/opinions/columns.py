"""Columns of a line of a panel's opinion."""

from assessments.opinions.models import PanelOpinion
from greendistrict.columns.declared import Columns

LINE = Columns.of(PanelOpinion, "number", "field", "item_title", "text", "kind", "body", "reply", "note", "status")
