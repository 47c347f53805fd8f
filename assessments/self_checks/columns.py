"""Columns of the list of self-checks."""

import datetime as dt

from assessments.common.owed_papers import standing
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors.self_checks import ListedCheck
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn, TermColumn, TextColumn, YearColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn

CHECK_TOLD = Columns(SelfCheck, number=TextColumn(example="ZC-2026-0001"), year=YearColumn(example=2025))  # by the API


def edition_mark(line: ListedCheck, _today: dt.date) -> str:
    """That the score is one by an edition which is not the official standard."""
    return "参考版" if line.total is not None and line.check and not line.check.table.edition.official else ""


CHECK = Columns(
    ListedCheck,
    district=TextColumn(label="城区", width=34),
    year=YearColumn(label="年度", width=8),
    number=TextColumn(source="check__number", width=16, empty="—", css="gd-nowrap"),
    state=ComputedColumn("状态", standing, width=16, css="gd-state"),
    due=TermColumn(label="期限"),
    due_mark=TextColumn(label="期限标注", empty=""),
    filed_at=MomentColumn(source="check__filed_at", css=""),
    received_at=MomentColumn(source="check__received_at", css=""),
    total=NumberColumn("分", label="提交得分", shown=2, empty="—"),
    edition=ComputedColumn("得分标注", edition_mark),
)
CHECK_LIST = ListTable(
    CHECK, "district", "year", "number", "state", "due+due_mark", "filed_at", "total+edition",
    caption="年度自查", key="address", demo="is_demo",
)  # fmt: skip
CHECKS_OF_DISTRICT = ListTable(
    CHECK, "year", "number", "state", "due+due_mark", "filed_at", "received_at", "total+edition", caption="年度自查", key="address"
)
