"""The review of a year as a workbook."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn
from portal.account_review.selectors import ReviewLine


def _remark(row: Any, _today: dt.date) -> str:
    return row.review.remark if row.review else "" if row.is_owed else "本年新授岗位"


REVIEWED = Columns(
    ReviewLine,
    name=TextColumn(source="person__name"),
    username=TextColumn(source="person__username", width=18),
    posts=ComputedColumn("单位与岗位", lambda row, _today: "；".join(row.posts), ("posts",), width=50),
    last_login=MomentColumn(label="最近登录", width=18),
    factor=TextColumn(label="双因素", width=14),
    outcome=ChoiceColumn(source="review__outcome", empty=""),
    remark=ComputedColumn("说明", _remark, ("review", "is_owed"), width=30),
    reviewer=TextColumn(source="review__reviewed_by__name", label="复核管理员"),
    reviewed_at=MomentColumn(source="review__reviewed_at", width=18),
)
REVIEW_LIST = ListTable(REVIEWED, *REVIEWED, caption="账号", key="person__pk", demo="person__is_demo")


def review_book(year: int, lines: Sequence[ReviewLine], today: dt.date) -> bytes:
    """Workbook of the review; accounts not yet reviewed have an empty outcome."""
    return REVIEW_LIST.book(REVIEW_LIST.rows_of(lines), today, "账号", f"{year}年账号年度复核")
