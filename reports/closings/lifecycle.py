"""State machine of the closing of a year (年度关账): open → closed; a correction reopens it and closes it as the next edition.

Also here: Permissions on closings of years.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal
from greendistrict.policy.parameters import default_mark
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from reports.closings.models import ClosingState
from reports.closings.registry import receipts_day


def reads_closings(held: HeldPosts) -> bool:
    """Whether the user may read closings: the city, because they cover all districts."""
    return held.is_city


def closes_years(held: HeldPosts, _closing: Model) -> bool:
    """Whether the user may close and reopen a year: 审定."""
    return held.has(Role.CITY_DIRECTOR)


DIRECTOR = Seat("city_director", "市级审定", closes_years)


def receipts_over(question: Question) -> Iterable[Refusal]:
    """Refuse until the last day of receipt is over, because receipts until then still count."""
    closing: Any = question.obj
    day = receipts_day(closing.year)
    if question.today <= day:
        yield Refusal(f"收件截止日{day_in_words(day)}{default_mark('snapshot.closes')}（含当日）过后才能关账")


YEAR_CLOSING = Machine(
    name="year_closing",
    title="年度关账",
    model="reports.YearClosing",
    initial=ClosingState.OPEN,
    states=(
        State(ClosingState.OPEN, "未关账", tone="info"),
        State(ClosingState.CLOSED, "已关账", tone="success"),
        State(ClosingState.CORRECTING, "更正中", tone="warning"),
    ),
    transitions=(
        Transition(
            "close",
            "关账",
            (ClosingState.OPEN, ClosingState.CORRECTING),
            ClosingState.CLOSED,
            (DIRECTOR,),
            guards=(receipts_over,),
            message="冻结本年度全部数据，成为新的一版，报告从此以这一版为准；以后只能更正，不能改动",
            confirm=True,
            tone="primary",
        ),
        Transition(
            "correct",
            "更正",
            (ClosingState.CLOSED,),
            ClosingState.CORRECTING,
            (DIRECTOR,),
            message="重新打开本年度，报告改为未关账；再次关账成为下一版，附变化清单，原来各版保留",
            reason_required=True,
            page="reports:closing_correct",
        ),
        Transition(
            "keep",
            "不作更正",
            (ClosingState.CORRECTING,),
            ClosingState.CLOSED,
            (DIRECTOR,),
            message="恢复最近一版，不产生新的一版",
        ),
    ),
)
