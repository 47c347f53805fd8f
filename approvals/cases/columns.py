"""Columns of a case, with the lists of cases, of endorsements, objections and papers that an officer enters."""

import datetime as dt
from typing import Any

from approvals.cases.models.cases import Case, Endorsement, PaperEntry
from approvals.cases.models.correspondence import Objection
from approvals.common.enums import CaseKind
from districts.common.enums import Star
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, LeftColumn, MomentColumn, StateColumn

ASKS_FOR_STAR = {CaseKind.APPLICATION, CaseKind.ACCEPTANCE}


def star_words(row: Any, _today: dt.date) -> str:
    """The star that was asked for; only applications and acceptances ask for one."""
    if row.star_asked:
        return str(Star(row.star_asked).label)
    return "未定" if row.kind in ASKS_FOR_STAR else "—"


CASE = Columns(
    Case,
    district=TextColumn(source="district__name", label="城区", width=34),
    number=TextColumn(empty="未提交", css="gd-nowrap", width=16),
    kind=ChoiceColumn(css="gd-nowrap", width=10),
    areas=ComputedColumn("所在区", lambda row, _today: "、".join(row.areas), ("areas",), width=20),
    type=ChoiceColumn(source="district__type", css="gd-nowrap"),
    applicant=TextColumn(source="applicant__name", label="申报主体", width=34),
    star=ComputedColumn("申报星级", star_words, ("kind", "star_asked"), width=10),
    state=StateColumn(label="状态", width=20),
    left=LeftColumn(label="剩余时间"),
    submitted=MomentColumn(source="submitted_at", by_day=True, width=14),
    accepted=MomentColumn(source="accepted_at", by_day=True, width=14),
    decided_on=DayColumn(width=14),
    decision_number=TextColumn(width=24),
    star_asked=ChoiceColumn(empty="未定"),
    endorsement_mode=ChoiceColumn(radio=True),
    originals_note=TextColumn(rows=3),
    recheck_on=DayColumn(),
    recheck_note=TextColumn(rows=3),
)
CASE_LIST = ListTable(
    CASE, "district", "number", "kind", "type", "applicant", "star", "state", "left", "submitted", "accepted",
    caption="办件，按建立先后", demo="district__is_demo", order=("-created_at", "-pk"),
    sorts={"district": "district__name_pinyin", "number": "number", "submitted": "submitted_at", "accepted": "accepted_at"},
    exported=("number", "district", "kind", "areas", "type", "applicant", "star", "state", "submitted", "accepted", "decided_on",
              "decision_number"),
)  # fmt: skip
CASES_OF_DISTRICT = ListTable(CASE, "number", "kind", "state", "submitted", "accepted", "decided_on", caption="办件")
ENDORSEMENT = Columns.of(Endorsement, "approval_number", "approval_on", "letter_number", "letter_on")
ENTRY = Columns.of(PaperEntry, "way", "received_on", "on_behalf", "note", way=ChoiceColumn(radio=True), note=TextColumn(rows=2))
OBJECTION = Columns(Objection, name=TextColumn(), text=TextColumn(rows=5, most=2000), reply=TextColumn(rows=3, most=2000))
