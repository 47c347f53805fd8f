"""Preview of one decision (waiver or extension) about several obligations (pure)."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import TextChoices

from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.duty_table import is_waivable
from obligations.duties import Obligation, is_decided_elsewhere

MOST_TOGETHER = 200
WAIVER_WAITS = "这一件的免报正等市级另一人核对"
NO_WAIVER = "专家本人办理的事项和补录请求不能免，只能延期"
ELSEWHERE = "这一期限的延期在所属办件或者评估中申请，不在这里办理"


class BatchWay(TextChoices):
    """Kind of decision: waiver, new day, or additional working days."""

    EXTEND_TO = "to", "统一延至一个日期"
    EXTEND_BY = "by", "各自延长若干工作日"
    WAIVE = "waive", "免报"


class BatchWish(NamedTuple):
    """The requested decision with its day or number of working days."""

    way: BatchWay
    extended_to: dt.date | None = None
    days: int | None = None


class BatchItem(NamedTuple):
    """One obligation: its new day (None: waived), or why it is left out."""

    obligation: Obligation
    new_due: dt.date | None = None
    out: str = ""

    @property
    def shown(self) -> str:
        """What the person saw; compared with the current state on confirmation."""
        return f"{self.obligation.key}|{self.obligation.due}|{self.new_due or ''}|{self.out}"


def planned(
    rows: Iterable[Obligation], wish: BatchWish, today: dt.date, working: WorkCalendar, waiting: Collection[str] = ()
) -> list[BatchItem]:
    """Effect of the decision on each obligation; ``waiting`` are the keys whose waiver nobody has checked yet."""
    waived = waiting if wish.way == BatchWay.WAIVE else ()
    return [BatchItem(row, out=WAIVER_WAITS) if row.key in waived else _item(row, wish, today, working) for row in rows]


def _item(row: Obligation, wish: BatchWish, today: dt.date, working: WorkCalendar) -> BatchItem:
    if not row.is_open:
        return BatchItem(row, out=f"{row.state(today).label}，不办理")
    if row.is_watch:
        return BatchItem(row, out="只作关注，不办理")
    if is_decided_elsewhere(row.key):
        return BatchItem(row, out=ELSEWHERE)
    if wish.way == BatchWay.WAIVE:
        return BatchItem(row, out="" if is_waivable(row.kind) else NO_WAIVER)
    new_due = working.roll_forward(wish.extended_to) if wish.extended_to else working.add(row.due, wish.days or 0)
    return BatchItem(row, out=out) if (out := no_extension(row, new_due, today)) else BatchItem(row, new_due)


def no_extension(row: Obligation, new_due: dt.date, today: dt.date) -> str:
    """Why a day is not an extension of an obligation; empty if it is."""
    if new_due <= today:
        return "延期后的日期须在今天之后"
    return "延期后的日期不晚于原期限" if new_due <= row.due else ""
