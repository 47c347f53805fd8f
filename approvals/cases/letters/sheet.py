"""Structure of a draft letter, and text that several letters share."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from districts.file.models.parties import DesignatedBody
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.in_force import policies, policy_in_force
from greendistrict.policy.types import Policy
from greendistrict.workflow import timeline

BLANK = "＿＿＿＿＿＿"
CLAUSES = {CaseKind.APPLICATION: "八（一）", CaseKind.ACCEPTANCE: "八（三）", CaseKind.CHANGE: ""}


@dataclass(frozen=True)
class Letter:
    """One letter: heading, number, addressee, paragraphs, optional table, closing lines, day, copies (抄送)."""

    title: str
    to: str
    paragraphs: tuple[str, ...]
    number: str = ""
    heads: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    closing: tuple[str, ...] = ()
    day: dt.date | None = None
    by: str = ""
    copied_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter; ``action`` is the step at which the office needs it."""

    key: str
    title: str
    ready: Callable[[Case], bool]
    readable_outside: Callable[[Case], bool]
    write: Callable[[Case], Letter]
    actions: tuple[str, ...] = ()


def policy_of(day: dt.date | None = None) -> Policy:
    """Policy in force on the day, else the newest."""
    try:
        return policy_in_force(day or clock.today())
    except NoPolicyInForce:
        return policies()[-1]


def basis(case: Case, day: dt.date | None = None) -> str:
    """《title》（code）clause."""
    policy = policy_of(day)
    return f"《{policy.title}》（{policy.code}）{CLAUSES.get(CaseKind(case.kind), '')}"


def signed_by(day: dt.date | None = None) -> str:
    """Issuing office."""
    return policy_of(day).lead


def day_of(moment: dt.datetime | None) -> dt.date | None:
    """Day of a moment in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def designated(case: Case, day: dt.date | None = None) -> tuple[str, ...]:
    """Names of the 区专门机构 of the district's authorities on a day (五（二）); today without one."""
    on = day or clock.today()
    bodies = DesignatedBody.objects.filter(authority__in=case.district.authorities.all(), since__lte=on).exclude(until__lt=on)
    return tuple(dict.fromkeys(bodies.order_by("authority_id", "pk").values_list("name", flat=True)))


def filed(case: Case) -> str:
    """Submitted papers in words."""
    return f"{case.district.name}绿色生态城区{case.get_kind_display()}"


def reason_of(case: Case, *actions: str) -> str:
    """Reason given with the newest of these steps; a blank before that."""
    given = [record.reason for record in timeline.of_subject(case) if record.action in actions and record.reason]
    return given[-1] if given else BLANK


def numbered(number: str, day: dt.date | None) -> str:
    """Number and day of a paper, with blanks for missing ones."""
    return f"{number or BLANK}（{cn_date(day) or BLANK}）"
