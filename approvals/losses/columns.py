"""Columns of the file of a loss of title, of a city assessment recorded from paper, and of losses under way."""

import datetime as dt
from typing import Any

from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import Case
from approvals.losses.models import LossFile, RecordedAssessment
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TermColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn
from greendistrict.policy.parameters import default_word

MOST = 4000
LOSS = Columns.of(
    LossFile,
    "facts", "basis", "not_implemented", "intent_number", "intent_served_on", "statement", "considered", "legal_opinion", "minutes_number",
    "discussed_on", "discussed_by", "discussion", "remedies", "served_on", "served_way", "served_to",
    basis=TextColumn(rows=3, most=MOST),
    not_implemented=TextColumn(rows=5, most=MOST),
    statement=TextColumn(rows=8, most=MOST),
    **dict.fromkeys(("facts", "considered", "legal_opinion"), TextColumn(rows=6, most=MOST)),
    **dict.fromkeys(("discussion", "remedies"), TextColumn(rows=4, most=MOST)),
)  # fmt: skip
RECORDED = Columns.of(RecordedAssessment, "kind", "concluded_on", "source")


def due_mark(row: Any, _today: dt.date) -> str:
    """默认值 as long as the day is that of a setting which the city has not confirmed."""
    served, due = row.loss__intent_served_on, row.loss__hearing_due
    return default_word("hearing_days", since=served, due=due) if due else ""


LOSS_LIST = ListTable(
    Columns(
        Case,
        number=TextColumn(css="gd-nowrap"),
        district=TextColumn(source="district__name", label="城区"),
        heading=TextColumn(source="loss__heading", label="事由"),
        state=ComputedColumn("状态", lambda case, _today: [state_of(case)]),
        hearing_due=TermColumn(source="loss__hearing_due"),
        due_mark=ComputedColumn("期限标注", due_mark, ("loss__intent_served_on", "loss__hearing_due")),
    ),
    "number", "district", "heading", "state", "hearing_due+due_mark", caption="正在办理的取消和撤销", demo="is_demo",
)  # fmt: skip
