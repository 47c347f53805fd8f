"""Reading self-checks: who sees which, what still blocks, what waits for whom."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from assessments.calendar import Window, self_check_due, self_check_windows
from assessments.enums import Purpose
from assessments.lifecycle.selfcheck import SELF_CHECK
from assessments.models import ScoreTable, SelfCheck
from assessments.report import SECTIONS
from assessments.rules import tables as rules
from assessments.selectors.check import Finding
from assessments.selectors.tables import findings, score_tables_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import Seats, seats
from greendistrict.core import clock
from greendistrict.workflow.todo import Task

OPEN_STATES = ("draft", "returned")
FILED_STATES = ("countersigning", "filed", "received")


def self_checks_visible_to(user: User) -> QuerySet[SelfCheck]:
    """Self-checks whose table the person sees; city and secretariat see of every one how far it is, never unsubmitted values."""
    held = seats(user)
    checks = SelfCheck.objects.select_related("district", "table", "table__district", "table__edition")
    if held.is_city or held.has(Role.SECRETARIAT):
        return checks
    return checks.filter(table__in=score_tables_visible_to(user).order_by().values("pk"))


def report_findings(check: SelfCheck) -> list[Finding]:
    """Missing sections of the report; all of them block."""
    missing = [section for section in SECTIONS if not str(check.report.get(section.key, "")).strip()]
    return [Finding(f"自评报告“{section.title}”未填", blocks=True, chapter=section.key) for section in missing]


def all_findings(check: SelfCheck) -> list[Finding]:
    """Everything the check before submission finds, table and report, what blocks first."""
    found = [*findings(check.table), *report_findings(check)]
    return sorted(found, key=lambda one: not one.blocks)


def blocking_texts(found: Iterable[Finding]) -> list[str]:
    """What blocks, in words that stand alone."""
    return [f"{one.item_id} {one.title}：{one.text}" if one.item_id else one.text for one in found if one.blocks]


def is_late(check: SelfCheck, due: dt.date, today: dt.date) -> bool:
    """Whether it was filed after its day, or is not filed and the day is over; late is allowed and marked 逾期."""
    filed = clock_date(check.filed_at)
    return filed > due if check.status in FILED_STATES and filed else today > due


def is_overdue(table: ScoreTable) -> bool:
    """Whether a table that is still being filled in for a self-check is past its day: it is saved all the same, and marked 逾期."""
    if table.purpose != Purpose.SELF_CHECK or table.year is None or table.status not in rules.EDITABLE:
        return False
    today = clock.today()
    return today.year > table.year and today > self_check_due(table.year)


def late_condition(windows: Mapping[int, Window], today: dt.date) -> Q:
    """The condition of ``is_late`` for the years given, as a query."""
    filed = Q(status__in=FILED_STATES)
    condition = Q(pk__in=())
    for year, window in windows.items():
        after = dt.datetime.combine(window.due + dt.timedelta(days=1), dt.time(), tzinfo=clock.SHANGHAI)
        late = filed & Q(filed_at__gte=after)
        condition |= Q(year=year) & (late | ~filed if today > window.due else late)
    return condition


def clock_date(moment: dt.datetime | None) -> dt.date | None:
    """Business date of a moment."""
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


@dataclass(frozen=True)
class ListedCheck:
    """A line of the list."""

    check: SelfCheck
    status: str
    tone: str
    due: dt.date
    late: bool
    total: str


def listed(checks: Iterable[SelfCheck], windows: Mapping[int, Window]) -> list[ListedCheck]:
    """Lines of the list; the total is that of the last submission, so that nobody reads unsubmitted figures."""
    today, lines = clock.today(), []
    for check in checks:
        due, state = windows[check.year].due, SELF_CHECK.state(check.status)
        total = str(check.table.result.get("total") or "") if check.table.submitted_at else ""
        lines.append(ListedCheck(check, state.label, state.tone, due, is_late(check, due, today), total))
    return lines


def tasks_for(user: User) -> list[Task]:
    """Self-checks that wait for this person now: to fill in, sign, countersign, receive."""
    held = seats(user)
    if not held.has(Role.PREPARER, Role.CONSULTANT, Role.REVIEWER, Role.AUTHORITY, Role.CITY_OFFICER):
        return []
    waiting = [(check, _task_words(user, check)) for check in _may_wait(user, held)]
    windows = self_check_windows(check.year for check, found in waiting if found)
    return [
        _task(check, *found, due=windows[check.year].receipt if check.status == "filed" else windows[check.year].due)
        for check, found in waiting
        if found
    ]


def _may_wait(user: User, held: Seats) -> QuerySet[SelfCheck]:
    """Self-checks that could wait for this person; the city's officer waits for filed ones only."""
    checks = self_checks_visible_to(user).exclude(status="received")
    if not held.is_city:
        return checks
    told = ("status", "year", "opened_at", "filed_at", "district__name", "district__is_demo")
    return checks.filter(status="filed").select_related(None).select_related("district").only(*told)


def _task_words(user: User, check: SelfCheck) -> tuple[str, str] | None:
    """(title, kind) of what this person has to do, or None."""
    if check.status in OPEN_STATES:
        title = "按退回意见补充自查" if check.status == "returned" else "填报年度自查"
        return (title, "fill") if rules.may_edit_table(user, check.table) else None
    if check.status == "signing":
        return ("审核签发年度自查", "sign") if rules.signs(user, check) else None
    if check.status == "countersigning":
        return ("会签年度自查", "countersign") if rules.countersigns(user, check) else None
    return ("接收年度自查", "receive") if rules.is_city_officer(user, check) else None


def _task(check: SelfCheck, title: str, kind: str, *, due: dt.date) -> Task:
    return Task(
        title=title,
        subject=str(check),
        link=reverse("assessments:selfcheck", args=[check.pk]),
        since=check.filed_at if kind == "receive" else check.opened_at,
        due=due,
        kind=f"self_check.{kind}",
        is_demo=check.district.is_demo,
    )
