"""Columns of a review, of the list of reviews, which names no expert, and of the hours of experts."""

import datetime as dt
from typing import Any

from assessments.reviews.enums import ReviewState
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import AgreedScore, Draw, ExpertScore, PanelMember, Review
from assessments.reviews.selectors.panels import FeeLine
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, DaysLeftColumn, MomentColumn, StateColumn
from greendistrict.core import workdays


def days_left(row: Any, today: dt.date) -> int | None:
    """Working days left for scoring; none outside it."""
    return workdays.current().left(today, row.score_due) if row.status == ReviewState.SCORING and row.score_due else None


REVIEW_COLUMNS = Columns(
    Review,
    title=TextColumn(label="评审对象", source="about_title", width=44),
    number=TextColumn(label="编号", source="about_number", width=16, css="gd-nowrap"),
    district=TextColumn(label="城区", source="table__district__name", width=34),
    status=StateColumn(REVIEW.state, width=14, css="gd-state"),
    accepted=NumberColumn("", label="已接受专家", shown=0, width=10),
    handed_in=NumberColumn("", label="已交评分", shown=0, width=10),
    left=DaysLeftColumn("评分剩余", days_left, ("status", "score_due")),
    score_due=DayColumn(),
    planned_due=DayColumn(),
    planned_meeting=DayColumn(),
    meeting_place=TextColumn(),
    conclusion=ChoiceColumn(empty="", width=14, radio=True),
    star=ChoiceColumn(empty="请选择"),
    star_reason=TextColumn(rows=2, most=2000),
    opinion=TextColumn(rows=14, most=20_000),
)
MEMBER = Columns(PanelMember, reason=TextColumn(rows=3))
DRAWN = Columns(Draw, reason=TextColumn(rows=2))
AGREED = Columns.of(AgreedScore, "reason", "dissent", "comment_kind")
SCORE = Columns.of(ExpertScore, "judgement", "comment", "comment_kind", comment=TextColumn(width=44, most=32_767))
SHOWN = ("district", "status", "accepted", "handed_in")
REVIEW_LIST = ListTable(
    REVIEW_COLUMNS, "title", "number", *SHOWN, "left", "conclusion", caption="专家评审", demo="table__district__is_demo",
    exported=("number", "title", *SHOWN, "score_due", "conclusion"),
)  # fmt: skip
CONCLUDED_LIST = ListTable(REVIEW_COLUMNS, "title", "number", "conclusion", caption="形成结论的评审")  # as its district reads it
EXPERT = TextColumn(source="expert__user__name", label="姓名")
FEE_TOTALS = ListTable(
    Columns(
        FeeLine,
        name=EXPERT,
        employer=TextColumn(label="工作单位", width=30),
        panels=NumberColumn("次", label="参加评审", shown=0),
        hours=NumberColumn("小时", label="工时合计", shown=1),
        unnoted=NumberColumn("次", label="未登记工时", shown=0),
    ),
    "name", "employer", "panels", "hours", "unnoted", caption="工时合计", key="expert__pk", demo="expert__is_demo",
)  # fmt: skip
FEE_PANELS = ListTable(
    Columns(
        PanelMember,
        name=EXPERT,
        title=ComputedColumn("评审", lambda member, _: member.review.subject.get("title", ""), width=30),
        number=ComputedColumn("编号", lambda member, _: member.review.subject.get("number", ""), width=16),
        concluded_at=MomentColumn(source="review__concluded_at", by_day=True),
        chair=FlagColumn(),
        hours=NumberColumn("小时", shown=1, empty=""),
    ),
    "name", "title", "number", "concluded_at", "chair", "hours", caption="逐次评审", demo="expert__is_demo",
)  # fmt: skip
