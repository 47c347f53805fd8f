"""Data shown on the work desk."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, Count, Q, When
from django.urls import reverse

from approvals.cases.lifecycle import state_of
from approvals.cases.selectors.cases import cases_visible_to
from assessments.common.enums import BuildState, YearlyReportKind
from assessments.findings.selectors.check import RowFinding, findings_of
from assessments.reviews.enums import ON_PANEL, MemberState, ReviewState
from assessments.reviews.models import PanelMember
from assessments.reviews.selectors.workspace import LAST_SCORES
from assessments.score_page.selectors.table_page import Totals, totals_of
from assessments.score_page.selectors.table_rows import live_sheet
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.self_checks.report import SECTIONS
from assessments.self_checks.selectors.self_checks import OPEN_STATES, report_findings, self_checks_visible_to
from assessments.yearly_reports.kinds import REPORT_SPECS, report_dues
from districts.common.enums import TITLED, UNTITLED_STAGES
from districts.file.rules import may_edit_district
from districts.file.selectors.visibility import districts_of
from districts.overview.selectors.tabs import stage_bar
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.notifications.selectors import UNREAD
from greendistrict.policy import parameters
from greendistrict.workflow.machine import State
from greendistrict.workflow.timeline import LAST_STEP
from obligations.open_counts import Owed, overdue_count, owed_in_sight
from obligations.selectors import in_sight
from portal.city import selectors as city
from portal.frame.context import Figures
from portal.recent_steps import selectors as recent_steps
from portal.todo.selectors import TaskItem, Todo, due_items, dues_of, task_items, todo_of
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob

# Counters of the page frame (待办, 消息, 到期), cached for a minute or until a step is taken.
#
# The frame is on every page, so it never computes a figure that is not cached; it shows none instead. A page needs one small query for
# the frame, and none if nothing is cached.

KEPT_SECONDS = 12 * 3600
FRESH_SECONDS = 60
STAMP = f"SELECT concat(({LAST_STEP}), ' ', ({LAST_SCORES})), ({UNREAD})"


@dataclass(frozen=True)
class _Kept:
    """Cached figures with the day, the time, the last logged step and the seats of their computation."""

    todo: int
    due: int
    day: dt.date
    at: float
    step: str


def _key(viewer: Viewer) -> str:
    return f"portal:figures:{viewer.person}"


def _stamp(viewer: Viewer) -> tuple[str, int]:
    """(last log step, last scores handed in and seats held; unread messages) in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [viewer.person])
        step, unread = cursor.fetchone()
    return f"{step} {viewer.held.sight}", unread


def keep(viewer: Viewer, *, todo: int, due: int) -> Figures:
    """Cache figures computed by a page; returns them with the number of unread messages."""
    step, unread = _stamp(viewer)
    now = viewer.moment
    cache.set(_key(viewer), _Kept(todo, due, now.date(), now.timestamp(), step), KEPT_SECONDS)
    viewer.user.__dict__["_figures"] = figures = Figures(todo, due, unread)
    return figures


def figures_of(viewer: Viewer) -> Figures | None:
    """Figures of the frame, read once per request; None until the work desk was opened."""
    if "_figures" not in viewer.user.__dict__:
        viewer.user.__dict__["_figures"] = _read(viewer)
    figures: Figures | None = viewer.user.__dict__["_figures"]
    return figures


def _read(viewer: Viewer) -> Figures | None:
    kept: _Kept | None = cache.get(_key(viewer))
    if kept is None:
        return None
    step, unread = _stamp(viewer)
    now = viewer.moment
    if kept.step == step and kept.day == now.date() and 0 <= now.timestamp() - kept.at < FRESH_SECONDS:
        return Figures(kept.todo, kept.due, unread)
    return keep(viewer, todo=len(todo_of(viewer)), due=overdue_count(viewer.at(now.date())))


# Work desk by role: tasks, deadlines, recent events, and parts for single roles.

SHOWN, SHOWN_DUE, SHOWN_OTHERS, SHOWN_COMING, MOST, SHOWN_DISTRICTS, SHOWN_FINDINGS = 6, 4, 4, 2, 100, 8, 4
APPLICANT_SIDE = (Role.PREPARER, Role.REVIEWER, Role.CONSULTANT)
BUILD_PARTS = (
    ("part-a", BuildState.DONE.label, BuildState.DONE),
    ("part-c", BuildState.GOING.label, BuildState.GOING),
    ("part-d", BuildState.NOT_STARTED.label, BuildState.NOT_STARTED),
    ("part-e", "建设情况未填", ""),
)
DISTRICT_SIDE = (*APPLICANT_SIDE, Role.AUTHORITY, Role.BUREAU)


@dataclass
class Desk:
    """Data of the page; parts that do not apply to the user's roles are empty. ``todo`` and ``due`` are complete; only a part is shown.

    There may be thousands of tasks, so only those shown are built (``shown_tasks``).
    """

    todo: Todo = field(default_factory=Todo)
    due: list[TaskItem] = field(default_factory=list)
    happened: list[recent_steps.RecentStep] = field(default_factory=list)
    overview: city.Overview | None = None
    districts: list[dict[str, Any]] = field(default_factory=list)
    more_districts: int = 0
    checks: list["OpenCheck"] = field(default_factory=list)
    panels: list[dict[str, Any]] = field(default_factory=list)
    is_keeper: bool = False
    is_without_post: bool = False
    is_expert: bool = False
    carbon: "CarbonDue | None" = None
    has_due: bool = True
    registers: bool = False
    may_apply: bool = False

    @property
    def is_demo(self) -> bool:
        """Whether anything shown is demo data."""
        cards = [card["district"].is_demo for card in self.districts]
        panels = [panel["review"].table.district.is_demo for panel in self.panels]
        due = (item.is_demo for item in self.due)
        return bool(self.overview and self.overview.is_demo) or self.todo.is_demo or any((*due, *cards, *panels))


def desk_of(viewer: Viewer) -> Desk:
    """Desk of one user; account managers see nothing of the programme's matters."""
    held, today, now = viewer.held, viewer.today, viewer.now
    if held.is_keeper or not held.roles:
        todo = todo_of(now)
        keep(now, todo=len(todo), due=0)
        return Desk(todo=todo, is_keeper=held.is_keeper, is_without_post=not held.roles)
    calendar = workdays.current()
    alone = held.roles <= {Role.EXPERT, Role.VERIFIER}
    owed = Owed(today) if alone else owed_in_sight(viewer)  # first, because tasks are found among what it reads
    todo = todo_of(now)
    keep(now, todo=len(todo), due=owed.overdue())
    undated = alone and any(task.due is None for task in todo.few)
    desk = Desk(
        todo=replace(todo, dues=dues_of(now, in_sight(viewer) if undated else owed.single)),
        due=due_items(owed.open_counts, today, calendar),
        happened=recent_steps.lately(now, SHOWN),
        is_expert=held.has(Role.EXPERT),
        has_due=not alone,
    )
    if held.is_city:
        desk.overview = city.overview(now, owed)
    if held.has(*DISTRICT_SIDE):
        desk.districts, desk.more_districts = _cards(now, _most_urgent(owed))
        desk.registers = held.has(Role.PREPARER) and not desk.districts
        untitled = any(card["district"].stage in UNTITLED_STAGES for card in desk.districts)
        desk.may_apply = held.has(Role.PREPARER) and (untitled or bool(desk.more_districts))
    if held.has(*APPLICANT_SIDE):
        desk.checks = _open_checks(now)
    if held.has(Role.EXPERT):
        desk.panels = _panels(now)
    if held.has(Role.VERIFIER):
        desk.carbon = _carbon_due(today)
    return desk


def shown_tasks(desk: Desk, today: dt.date, *, whole: bool) -> list[TaskItem]:
    """The most urgent tasks, or all of them, with the working days left."""
    tasks = desk.todo.first(None if whole else SHOWN) if desk.todo else []
    return task_items(tasks, today, workdays.current()) if tasks else []


class ShownDue(NamedTuple):
    """Duties with a day on the desk: those of the person's seats and those of others, each the most urgent of so many."""

    own: list[TaskItem]
    own_count: int
    others: list[TaskItem]
    others_count: int
    others_late: int


def shown_due(desk: Desk, tasks: Sequence[TaskItem] = ()) -> ShownDue:
    """The most urgent duties without those that the tasks beside them show; long overdue ones leave room for those due next.

    A task shows a duty if it leads to the same page by the same day, and no other duty does.
    """
    own, others = [item for item in desk.due if not item.is_others], [item for item in desk.due if item.is_others]
    told = {place for task in tasks if (place := _place(task))}
    alone = {place for place, number in Counter(map(_place, own)).items() if number == 1}
    own = [item for item in own if _place(item) not in told & alone]
    return ShownDue(_first(own, SHOWN_DUE), len(own), _first(others, SHOWN_OTHERS), len(others), sum(map(_is_late, others)))


def _place(item: TaskItem) -> tuple[str, int] | None:
    """Page and days left; None of what has no page or shows no days."""
    return (item.link.partition("#")[0], item.days) if item.link and item.days is not None else None


def _is_late(item: TaskItem) -> bool:
    return isinstance(item.days, workdays.Remaining) and item.days.calendar < 0


def _first(items: list[TaskItem], most: int) -> list[TaskItem]:
    late = list(filter(_is_late, items))
    coming = items[len(late) :]
    return [*late[: max(most - min(len(coming), SHOWN_COMING), 0)], *coming][:most]


class CarbonDue(NamedTuple):
    """The verification report due next: year, last day, and whether the city has not confirmed that day yet."""

    year: int
    due: dt.date
    is_default: bool


def _carbon_due(today: dt.date) -> CarbonDue:
    dues = report_dues((today.year - 1, today.year))
    year = today.year - 1 if dues[YearlyReportKind.CARBON, today.year - 1] >= today else today.year
    is_default = parameters.load()[REPORT_SPECS[YearlyReportKind.CARBON].setting].is_default
    return CarbonDue(year, dues[YearlyReportKind.CARBON, year], is_default)


def _most_urgent(owed: Owed) -> int | None:
    """The district of the duty of one's own that falls due first; None without one."""
    mine = ((row.due, row.district_id) for row in owed.single if row.is_open and row.district_id and row.key not in owed.others)
    return min(mine, default=(None, None))[1]


def _cards(viewer: Viewer, urgent: int | None) -> tuple[list[dict[str, Any]], int]:
    """Own districts with their stage bars, the most urgent one first, then titled ones, and the number of further ones."""
    own = districts_of(viewer).filter(guideline_area=False)
    place = Case(When(pk=urgent or 0, then=0), When(stage__in=TITLED, then=1), default=2)
    rows = list(own.order_by(place, "name_pinyin", "pk")[: SHOWN_DISTRICTS + 1])
    cards = [{"district": district, "stages": stage_bar(district)} for district in rows[:SHOWN_DISTRICTS]]
    return cards, own.count() - SHOWN_DISTRICTS if len(rows) > SHOWN_DISTRICTS else 0


class DeskSection(NamedTuple):
    """A part of the bar of construction states, in units of a bar 1000 wide."""

    css: str
    label: str
    number: int
    x: str
    width: str


@dataclass(frozen=True)
class OpenCheck:
    """A self-check in progress in the user's organisation: progress, construction states, rows that need work."""

    check: SelfCheck
    state: State
    totals: Totals
    sections: tuple[int, int]
    built: list[DeskSection]
    findings: list[RowFinding]
    more: int
    editable: bool

    @property
    def address(self) -> str:
        """URL of its score table."""
        return reverse("assessments:score_table", args=[self.check.table_id])


def _open_checks(viewer: Viewer) -> list[OpenCheck]:
    """The oldest self-check the user's organisation still works on, for who signs the one that waits for a signature, from live rows."""
    mine = self_checks_visible_to(viewer).filter(district__in=districts_of(viewer), status__in=(*OPEN_STATES, SelfCheckState.SIGNING))
    signed_first = Case(When(status=SelfCheckState.SIGNING, then=0 if viewer.held.has(Role.REVIEWER) else 2), default=1)
    check = mine.select_related("table__planned", "table__previous").order_by(signed_first, "year", "pk").first()
    return [] if check is None else [_open_check(viewer, check)]


def _open_check(viewer: Viewer, check: SelfCheck) -> OpenCheck:
    sheet = live_sheet(check.table)
    rows, scored = sheet.rows, sheet.scored
    editable = check.status in OPEN_STATES and may_edit_district(viewer.held, check.district)
    found = findings_of(check.table, scored, rows, viewer.today) if editable else []  # a list to fill in, for who fills in
    findings = [finding for finding in found if finding.item_id]
    missing = len(report_findings(check))
    states = [row.build_state for row in rows.values() if row.item_id in scored.table.items and not row.exclusion_reason]
    return OpenCheck(
        check=check,
        state=SELF_CHECK.state(check.status),
        totals=totals_of(sheet),
        sections=(len(SECTIONS) - missing, len(SECTIONS)),
        built=_bar(states) if check.table.building else [],
        findings=sorted(findings, key=lambda one: not one.blocks)[:SHOWN_FINDINGS],
        more=max(len(findings) - SHOWN_FINDINGS, 0),
        editable=editable,
    )


def _bar(states: list[str]) -> list[DeskSection]:
    """Bar of construction states, rows without a state last."""
    parts, x = [], 0.0
    for css, label, key in BUILD_PARTS:
        width = 1000 * states.count(key) / max(len(states), 1)
        parts.append(DeskSection(css, label, states.count(key), f"{x:.1f}", f"{max(width - 3, 0):.1f}"))
        x += width
    return parts


def _panels(viewer: Viewer) -> list[dict[str, Any]]:
    """Own panel memberships with own progress; both counts in one query."""
    seats_held = (
        PanelMember.objects.filter(expert__user=viewer.person, state__in=ON_PANEL)
        .select_related("review__table__district")
        .annotate(assigned=Count("assignments"), judged=Count("assignments", filter=~Q(assignments__score__judgement="")))
        .order_by("-invited_at", "-pk")
    )
    return [
        {
            "member": member,
            "review": member.review,
            "assigned": vars(member)["assigned"],
            "judged": vars(member)["judged"],
            "href": reverse(_page_of(member), args=[member.review_id]),
        }
        for member in seats_held
    ]


def _page_of(member: PanelMember) -> str:
    if member.state == MemberState.INVITED:
        return "assessments:review_invitation"
    pages: dict[str, str] = {ReviewState.SCORING: "assessments:review_workspace", ReviewState.MEETING: "assessments:review_meeting"}
    return pages.get(member.review.status, "assessments:review")


@dataclass(frozen=True)
class StartedMatter:
    """Something the user started: kind, name, state, time."""

    title: str
    subject: str
    state: str
    tone: str
    at: dt.datetime
    href: str
    is_demo: bool


def started_by(viewer: Viewer) -> list[StartedMatter]:
    """Cases started, self-checks handed up, reports requested, newest first; only those the user may still open."""
    cases = cases_visible_to(viewer).filter(created_by=viewer.person).select_related("district").order_by("-created_at", "-pk")[:MOST]
    checks = self_checks_visible_to(viewer).filter(handed_up_by=viewer.person).order_by("-opened_at", "-pk")[:MOST]
    jobs = ExportJob.objects.filter(askers__user=viewer.person).select_related("district")[:MOST]
    rows = []
    for case in cases:
        state, subject = state_of(case), f"{case.district.name}{f'　{case.number}' if case.number else ''}"
        href = reverse("approvals:case", args=[case.pk])
        rows.append(StartedMatter(case.get_kind_display(), subject, state.label, state.tone, case.created_at, href, case.district.is_demo))
    for check in checks:
        state, href = SELF_CHECK.state(check.status), reverse("assessments:selfcheck", args=[check.pk])
        at = check.filed_at or check.opened_at
        rows.append(StartedMatter("年度自查", str(check), state.label, state.tone, at, href, check.district.is_demo))
    for job in jobs:
        state_label, href = str(JobState(job.state).label), reverse("reports:job", args=[job.pk])
        rows.append(StartedMatter("报告", job.label, state_label, job.state_tone, job.requested_at, href, job.is_demo))
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST]


def day_words(day: dt.date) -> str:
    """Date and weekday."""
    return f"{day_in_words(day)}　星期{'一二三四五六日'[day.weekday()]}"
