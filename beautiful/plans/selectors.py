"""Read plans: visibility, tasks by area with traffic lights, sums of district tasks, history of a task, quarters owed."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.urls import reverse

from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans import rules
from beautiful.plans.content import DAYS, TaskContent
from beautiful.plans.models import REPORTERS, ActionPlan, PlannedTask, QuarterlyProgress, TaskAdjustment, changed_fields
from beautiful.plans.path import light_of, quarter_end
from beautiful.plans.quarters import AskedQuarter, DayChange, ReportedTask
from districts.indicator_systems.selectors.progress import amber_limits
from districts.indicator_systems.target_path import NONE, Light
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.compiled import CompiledFor
from greendistrict.documents.models import Evidence
from greendistrict.workflow.todo import Task

OWNERS = (OrganisationKind.CITY, OrganisationKind.PARTNER, OrganisationKind.AUTHORITY)
Quarter = tuple[int, int]
Reports = Mapping[int, Mapping[Quarter, QuarterlyProgress]]  # by task and quarter
READ_WITH = ("progress", "adjustments")


def plans_visible_to(user: User) -> QuerySet[ActionPlan]:
    """The city sees every plan; partners and bodies of districts see issued ones."""
    found = ActionPlan.objects.select_related("next")
    if rules.reads_all(user):
        return found
    return found.filter(issued_on__isnull=False) if rules.may_read_plans(user) else found.none()


def planned_visible_to(user: User) -> QuerySet[PlannedTask]:
    """The city sees every task, partners those of issued plans, bodies of districts tasks they own or partner in, and city tasks above."""
    found = PlannedTask.objects.select_related("plan__next", "task__city_task", "owner", "previous")
    if rules.reads_all(user):
        return found
    issued = found.filter(plan__issued_on__isnull=False)
    if posts_of(user).has(Role.PARTNER):
        return issued
    if not rules.may_read_plans(user):
        return found.none()
    mine = rules.bodies_of(user)
    own = PlannedTask.objects.filter(Q(owner__in=mine) | Q(partners__in=mine))
    above = PlannedTask.objects.filter(owner__in=mine).values("task__city_task")
    return issued.filter(Q(pk__in=own.values("pk")) | Q(task__in=above))


def progress_visible_to(user: User) -> QuerySet[QuarterlyProgress]:
    """Reports on visible tasks."""
    return QuarterlyProgress.objects.filter(planned__in=planned_visible_to(user).values("pk"))


def owners(*, is_demo: bool) -> QuerySet[Organisation]:
    """Bodies that may own a task; real and fictional ones are never mixed."""
    return Organisation.objects.filter(kind__in=OWNERS, is_demo=is_demo).order_by("name_pinyin", "pk")


@dataclass(frozen=True)
class QuarterValue:
    """Value of a quarter: the owner's own, or the sum of district tasks with the number of those that reported.

    ``content`` was in force when the quarter ended; ``is_earlier`` tells that its target was adjusted since.
    """

    quarter: Quarter
    value: Decimal | None
    light: Light
    content: TaskContent
    is_earlier: bool = False
    reported: int = 0
    asked: int = 0

    @property
    def is_sum(self) -> bool:
        """Whether the value is a sum of district tasks."""
        return self.asked > 0

    @property
    def lacks(self) -> int:
        """Number of district tasks without a report."""
        return self.asked - self.reported


@dataclass(frozen=True)
class TaskLine:
    """A task of a plan with its district tasks and the newest reported quarter."""

    planned: PlannedTask
    latest: QuarterValue | None
    below: "tuple[TaskLine, ...]" = ()


def amber_from() -> Fraction:
    """Limit of amber, as in the indicator systems."""
    return amber_limits()[0].progress


def quarter_values(planned: PlannedTask, below: Sequence[PlannedTask], amber: Fraction) -> list[QuarterValue]:
    """Values by quarter, each read against the content in force on its last day. ``READ_WITH`` must be prefetched.

    The value of a city task with district tasks of the same unit is their sum.
    """
    reports = {one.pk: {row.key: row for row in one.progress.all()} for one in (planned, *below)}
    keys = sorted({key for one in reports.values() for key in one})
    return [found for key in keys if (found := _quarter_value(planned, below, key, reports, amber))]


def _quarter_value(
    planned: PlannedTask, below: Sequence[PlannedTask], key: Quarter, reports: Reports, amber: Fraction
) -> QuarterValue | None:
    """Value of one quarter; None without a report that counts."""
    end = quarter_end(*key)
    content = planned.content_on(end)
    made = partial(QuarterValue, key, content=content, is_earlier=not content.has_target_of(planned.content))
    parts = _summed_parts(planned, below, end)
    if not parts:
        own = reports[planned.pk].get(key)
        return made(value=own.value, light=light_of(content.path, own.value, end, amber)) if own else None
    found = [row.value for part in parts if (row := reports[part.pk].get(key)) and row.value is not None]
    if not found:
        return None
    total = sum(found, Decimal())
    light = light_of(content.path, total, end, amber)
    if len(found) < len(parts):
        light = Light(NONE, "区任务未报齐，不判灯", light.due)
    return made(value=total, light=light, reported=len(found), asked=len(parts))


def _summed_parts(planned: PlannedTask, below: Sequence[PlannedTask], on: dt.date) -> list[PlannedTask]:
    """District tasks whose values of a quarter that ended on a day are summed for the city task."""
    own = planned.content_on(on)
    return [one for one in below if (part := one.content_on(on)).path is not None and part.unit == own.unit] if own.path is not None else []


def lines_of(plan: ActionPlan, user: User) -> list[TaskLine]:
    """Visible tasks of a plan, district tasks below their city task if that is visible. Sums do not depend on the reader."""
    amber = amber_from()
    below: dict[int | None, list[PlannedTask]] = {}
    everything = list(_with_progress().filter(plan=plan))
    seen = set(planned_visible_to(user).filter(plan=plan).order_by().values_list("pk", flat=True))
    tops = {one.task_id for one in everything if one.pk in seen and one.task.city_task_id is None}
    for one in everything:
        below.setdefault(one.task.city_task_id, []).append(one)
    shown = [one for one in everything if one.pk in seen and one.task.city_task_id not in tops]
    return [_line(one, below.get(one.task_id, []), amber, seen) for one in shown]


def _with_progress() -> QuerySet[PlannedTask]:
    rows = PlannedTask.objects.select_related("plan__next", "task", "owner", "previous")
    return rows.prefetch_related(*READ_WITH).order_by("task__number")


def _line(planned: PlannedTask, below: Sequence[PlannedTask], amber: Fraction, seen: Collection[int]) -> TaskLine:
    values = quarter_values(planned, below, amber)
    own = tuple(_line(one, (), amber, seen) for one in below if one.pk in seen)
    return TaskLine(planned, values[-1] if values else None, own)


def by_area(lines: Sequence[TaskLine]) -> list[tuple[BeautyArea, list[TaskLine]]]:
    """The ten areas with their tasks, including areas without any."""
    return [(area, [line for line in lines if line.planned.task.area == area.key]) for area in programme().areas]


def tally(lines: Sequence[TaskLine]) -> dict[str, int]:
    """Number of tasks by traffic light; ``none`` means no light."""
    found = dict.fromkeys(("green", "amber", "red", "none"), 0)
    for line in lines:
        found[(line.latest.light.colour if line.latest else "") or "none"] += 1
    return found


def _flat(lines: Sequence[TaskLine]) -> list[PlannedTask]:
    return [planned for line in lines for planned in (line.planned, *(one.planned for one in line.below))]


def problems_of(lines: Sequence[TaskLine]) -> list[QuarterlyProgress]:
    """Newest report of each task if it names problems; problems solved in a later quarter are left out."""
    newest = [list(planned.progress.all())[-1:] for planned in _flat(lines)]
    return [row for rows in newest for row in rows if row.problems]


def rolled_words(lines: Sequence[TaskLine]) -> tuple[str, str]:
    """Text about how the tasks came into the plan and what the roll-over decided; empty before a roll-over."""
    came = Counter(planned.came for planned in _flat(lines))
    ended = Counter(planned.get_outcome_display() for planned in _flat(lines) if planned.outcome)
    return tuple("，".join(f"{word}{count}项" for word, count in one.items()) for one in (came, ended))  # type: ignore[return-value]


def all_below(planned: PlannedTask) -> list[PlannedTask]:
    """All district tasks below a city task in its plan, visible to the reader or not."""
    return list(_with_progress().filter(plan=planned.plan_id, task__city_task=planned.task_id))


def with_values(found: Sequence[PlannedTask]) -> list[tuple[PlannedTask, list[QuarterValue]]]:
    """Tasks with prefetched reports and partners, and their values by quarter; sums do not depend on the reader.

    Four queries, none where nothing is asked.
    """
    if not found:
        return []
    read = _with_progress().select_related("task__city_task").prefetch_related("partners")
    rows = {row.pk: row for row in read.filter(pk__in=[one.pk for one in found])}
    below: dict[tuple[int, int], list[PlannedTask]] = {}
    for row in _with_progress().filter(plan__in={one.plan_id for one in found}, task__city_task__in={one.task_id for one in found}):
        below.setdefault((row.plan_id, row.task.city_task_id or 0), []).append(row)
    amber = amber_from()
    return [(row, quarter_values(row, below.get((row.plan_id, row.task_id), ()), amber)) for row in (rows[one.pk] for one in found)]


def history_of(planned: PlannedTask, user: User) -> list[PlannedTask]:
    """The task in every visible plan, oldest first, with reports, adjustments and the evaluations that led to them."""
    rows = planned_visible_to(user).filter(task=planned.task_id).order_by("plan__first_year", "pk")
    return list(rows.prefetch_related("progress__reported_by", "adjustments__recorded_by", "adjustments__evaluations__evaluation"))


def units_of_own_values(planned: PlannedTask, quarters: Iterable[Quarter]) -> dict[Quarter, str]:
    """Unit of each quarter of which the owner reports a value, as in force when the quarter ended.

    The task was quantified then, and not the sum of district tasks; other quarters are left out.
    """
    prefetch_related_objects([planned], "adjustments")
    below = all_below(planned)
    ends = {key: quarter_end(*key) for key in quarters}
    contents = {key: planned.content_on(end) for key, end in ends.items() if not _summed_parts(planned, below, end)}
    return {key: content.unit for key, content in contents.items() if content.path is not None}


def files_by_report(reports: Sequence[QuarterlyProgress]) -> dict[int, list[Evidence]]:
    """Files of each report, in one query."""
    subjects = {subject_of(row): row.pk for row in reports}
    found: dict[int, list[Evidence]] = {row.pk: [] for row in reports}
    for file in Evidence.objects.filter(owner__in=list(subjects)).order_by("uploaded_at", "pk"):
        found[subjects[file.owner]].append(file)
    return found


def plan_rows(user: User) -> QuerySet[Any]:
    """Visible plans with the number of their tasks."""
    return plans_visible_to(user).annotate(tasks=Count("planned")).order_by("-first_year", "-pk")


# Roles that report for an owner, by its kind; holders are in the owner or in bodies below it. For the city: the officer.
REPORTS = {
    OrganisationKind.AUTHORITY: (Role.AUTHORITY, Role.BUREAU),
    OrganisationKind.PARTNER: (Role.PARTNER,),
    OrganisationKind.CITY: (Role.CITY_OFFICER,),
}


class TaskOwed(NamedTuple):
    """A task with reporting duties: who acts for its owner, which quarters are due, first report of each quarter.

    ``joined`` is the first day on which somebody held a post that reports for the owner.
    """

    pk: int
    name: str
    owner_id: int
    owner: str
    kind: str
    bodies: tuple[int, ...]
    joined: dt.date | None
    days: ReportedTask
    filed: Mapping[Quarter, dt.date]
    is_demo: bool

    @property
    def roles(self) -> tuple[Role, ...]:
        """Posts that report for the owner."""
        return REPORTS[OrganisationKind(self.kind)]

    @property
    def is_of_authority(self) -> bool:
        """Whether the owner is a leading body of districts."""
        return self.kind == OrganisationKind.AUTHORITY

    def unreported(self, on: dt.date) -> list[AskedQuarter]:
        """Quarters owed on a day, oldest first; none once the plan was rolled over."""
        if self.days.closed_by(on):
            return []
        return [one for one in self.days.quarters_asked(on) if (one.year, one.quarter) not in self.filed]


def tasks_owed(since: dt.date, owners: Collection[int] | None = None) -> list[TaskOwed]:
    """Tasks of issued plans not rolled over by a day, of some owners or all; one query.

    Left out are city tasks that are sums of district tasks, and tasks without a number above district tasks: the districts report.
    """
    return [_owed(row) for row in OWED.read(owners, dt.datetime.combine(since, dt.time(), clock.SHANGHAI))]


def _reported(owners: Collection[int] | None, since: dt.datetime) -> QuerySet[PlannedTask]:
    """Queryset behind ``tasks_owed``."""
    found = PlannedTask.objects.filter(plan__issued_on__isnull=False)
    found = found.filter(Q(plan__next__isnull=True) | Q(plan__next__made_at__gte=since))
    if owners is not None:
        found = found.filter(owner__in=owners)
    below = PlannedTask.objects.filter(plan=OuterRef("plan"), task__city_task=OuterRef("task"))
    summed = below.filter(start_value__isnull=False, unit=OuterRef("unit"))
    found = found.exclude(Q(start_value__isnull=False) & Exists(summed)).exclude(Q(start_value__isnull=True) & Exists(below))
    return found.annotate(**_told()).select_related("plan__next", "task", "owner").order_by("task__number", "plan")


OWED = CompiledFor(_reported, dt.datetime(1, 1, 1, tzinfo=dt.UTC))  # read by every page with duties; building it takes 4 ms


def _told() -> dict[str, Any]:
    """Columns about reports, adjustments and people of a task, read in the same statement."""
    reports = QuarterlyProgress.objects.filter(planned=OuterRef("pk")).order_by()
    adjusted = TaskAdjustment.objects.filter(planned=OuterRef("pk")).order_by()
    own = Q(organisation=OuterRef("owner")) | Q(organisation__parent=OuterRef("owner"))
    posts = Post.objects.filter(own, role__in={role for roles in REPORTS.values() for role in roles})
    return {
        "told_reports": ArraySubquery(reports.values_list(JSONObject(year=F("year"), quarter=F("quarter"), at=F("filed_at")))),
        "told_changes": ArraySubquery(adjusted.values_list(JSONObject(on=F("decided_on"), changes=F("changes")))),
        "told_bodies": ArraySubquery(Organisation.objects.filter(parent=OuterRef("owner")).order_by().values("pk")),
        "told_joined": Subquery(posts.order_by("valid_from").values("valid_from")[:1]),
    }


def _owed(row: PlannedTask) -> TaskOwed:
    told = vars(row)
    issued = row.plan.issued_on or dt.date.max
    changes = [change for one in told["told_changes"] for change in _changes(dt.date.fromisoformat(one["on"]), one["changes"])]
    return TaskOwed(
        pk=row.pk,
        name=str(row),
        owner_id=row.owner_id,
        owner=row.owner.name,
        kind=row.owner.kind,
        bodies=(row.owner_id, *told["told_bodies"]),
        joined=told["told_joined"],
        days=ReportedTask(row.starts_on, row.due_on, row.plan.years, issued, row.plan.rolled_on, changes),
        filed={(one["year"], one["quarter"]): _day_of(dt.datetime.fromisoformat(one["at"])) for one in told["told_reports"]},
        is_demo=row.is_demo,
    )


def _day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def _changes(on: dt.date, lines: Sequence[Mapping[str, str]]) -> list[DayChange]:
    """Changes of days and owner of a task, parsed from the recorded lines of an adjustment."""
    changed = changed_fields(lines)
    days = [dt.date.fromisoformat(changed[name][0]) if name in changed else None for name in DAYS]
    found = [DayChange(on)] if "owner" in changed else []
    return [*found, DayChange(on, *days)] if any(days) else found


def tasks_for(user: User) -> list[Task]:
    """Work-desk tasks: past quarters without a report, of tasks for whose owner the person reports. One query."""
    held = posts_of(user)
    if not held.has(*REPORTERS):
        return []
    today = clock.today()
    found = tasks_owed(today, rules.bodies_of(user))
    mine = [one for one in found if not held.organisations_as(*one.roles).isdisjoint(one.bodies)]
    return [_task(one, asked) for one in mine for asked in one.unreported(today)]


def _task(owed: TaskOwed, asked: AskedQuarter) -> Task:
    return Task(
        title=f"报送{asked.year}年第{asked.quarter}季度进展",
        subject=owed.name,
        link=report_page(owed.pk, (asked.year, asked.quarter)),
        since=dt.datetime.combine(asked.opens, dt.time(), tzinfo=clock.SHANGHAI),
        kind="beautiful.quarter",
        is_demo=owed.is_demo,
    )


def report_page(planned: int, quarter: Quarter) -> str:
    """URL of the report form of a quarter."""
    return f"{reverse('beautiful:task_report', args=[planned])}?period={period_of(quarter)}"


def period_of(quarter: Quarter) -> str:
    """A quarter as in URLs and forms, such as ``2026-4``."""
    return f"{quarter[0]}-{quarter[1]}"
