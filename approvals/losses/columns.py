"""Columns of the file of a loss of title, and of a city assessment recorded from paper."""

from approvals.losses.models import LossFile, RecordedAssessment
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn

MOST = 4000
LOSS = Columns.of(
    LossFile,
    "facts", "basis", "not_implemented", "intent_number", "intent_served_on", "statement", "considered", "legal_opinion", "minutes_number",
    "discussed_on", "discussed_by", "discussion", "remedies", "served_on", "served_to",
    basis=TextColumn(rows=3, most=MOST),
    not_implemented=TextColumn(rows=5, most=MOST),
    statement=TextColumn(rows=8, most=MOST),
    **dict.fromkeys(("facts", "considered", "legal_opinion"), TextColumn(rows=6, most=MOST)),
    **dict.fromkeys(("discussion", "remedies"), TextColumn(rows=4, most=MOST)),
)  # fmt: skip
RECORDED = Columns.of(RecordedAssessment, "kind", "concluded_on", "source")
