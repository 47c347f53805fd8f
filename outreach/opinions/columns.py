"""Columns of an opinion of the public, and the city's list of opinions."""

import datetime as dt
from typing import Any

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, FlagColumn, TermColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, LeftColumn, MomentColumn, StateColumn
from greendistrict.policy.parameters import default_word
from outreach.opinions.models import PublicOpinion


def due_mark(row: Any, _today: dt.date) -> str:
    """默认值 as long as the day is that of a setting which the city has not confirmed."""
    return default_word("objection_reply_days", since=row.filed_at, due=row.due) if row.due else ""


OPINION = Columns(
    PublicOpinion,
    number=TextColumn(css="gd-nowrap"),
    about=ChoiceColumn(),
    district=TextColumn(source="district__name"),
    text=TextColumn(rows=6, most=2000),
    name=TextColumn(autocomplete="name"),
    contact=TextColumn(most=100),
    may_publish=FlagColumn(tick=True),
    reply=TextColumn(rows=5, most=2000),
    aside_reason=TextColumn(),
    summary=TextColumn(rows=3),
    answer_summary=TextColumn(rows=3),
    said=TextColumn(source="source__text", label="意见", brief=60),
    filed_at=MomentColumn(by_day=True),
    progress=StateColumn(label="办理情况"),
    due=TermColumn(label="答复期限"),
    due_mark=ComputedColumn("期限标注", due_mark, ("due", "filed_at")),
    left=LeftColumn(label="剩余时间"),
    told=ComputedColumn(
        "摘要",
        lambda row, _today: "已公开" if row.published_at else "同意公开" if row.may_publish else "不公开",
        ("published_at", "may_publish"),
    ),
)
OPINION_LIST = ListTable(
    OPINION, "number", "about+district", "said", "filed_at", "progress", "due+due_mark", "left", "told", caption="公众意见", demo="is_demo"
)
