"""Reading plans: visibility, tasks by area with their lights, sums of districts, history of a task."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans import rules
from beautiful.plans.models import REPORTERS, YEARS, ActionPlan, PlannedTask, QuarterlyProgress
from beautiful.plans.path import last_ended_quarter, light_of, quarter_end
from districts.indicator_systems.selectors.progress import amber_limits
from districts.indicator_systems.target_path import Light
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.workflow.todo import Task

OWNERS = (OrganisationKind.CITY, OrganisationKind.PARTNER, OrganisationKind.AUTHORITY)
Quarter = tuple[int, int]


def plans_visible_to(user: User) -> QuerySet[ActionPlan]:
    """The city sees every plan, its partners and the bodies of districts those that were issued."""
    found = ActionPlan.objects.select_related("next")
    if rules.reads_all(user):
        return found
    return found.filter(issued_on__isnull=False) if rules.may_read_plans(user) else found.none()


def planned_visible_to(user: User) -> QuerySet[PlannedTask]:
    """The city sees every task, partners those of issued plans, bodies of districts their own, those beside and the city tasks above."""
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
    """Reports on tasks in sight."""
    return QuarterlyProgress.objects.filter(planned__in=planned_visible_to(user).values("pk"))


def owners(*, is_demo: bool) -> QuerySet[Organisation]:
    """Bodies that may own a task; fiction and reality never mix."""
    return Organisation.objects.filter(kind__in=OWNERS, is_demo=is_demo).order_by("name_pinyin", "pk")


@dataclass(frozen=True)
class QuarterValue:
    """The value of a quarter: the owner's own, or the sum of district tasks with how many of them have reported."""

    quarter: Quarter
    value: Decimal | None
    light: Light
    reported: int = 0
    asked: int = 0

    @property
    def is_sum(self) -> bool:
        """Whether it is summed up from district tasks."""
        return self.asked > 0

    @property
    def lacks(self) -> int:
        """How many district tasks have not reported."""
        return self.asked - self.reported


@dataclass(frozen=True)
class TaskLine:
    """A task of a plan with its district tasks and the newest quarter that was reported."""

    planned: PlannedTask
    latest: QuarterValue | None
    below: "tuple[TaskLine, ...]" = ()


def amber_from() -> Fraction:
    """Where amber ends, as in the indicator systems."""
    return amber_limits()[0].progress


def quarter_values(planned: PlannedTask, below: Sequence[PlannedTask], amber: Fraction) -> list[QuarterValue]:
    """Values by quarter. A task with district tasks of its unit has their sum; its rows carry ``progress`` already."""
    parts = _summed_parts(planned, below)
    if not parts:
        return [QuarterValue(row.key, row.value, _light(planned, row.key, row.value, amber)) for row in planned.progress.all()]
    reports = [{row.key: row.value for row in part.progress.all() if row.value is not None} for part in parts]
    return [_summed(planned, key, reports, amber) for key in sorted({key for one in reports for key in one})]


def _summed_parts(planned: PlannedTask, below: Sequence[PlannedTask]) -> list[PlannedTask]:
    """District tasks whose values make up that of the city task."""
    return [one for one in below if one.path is not None and one.unit == planned.unit] if planned.path is not None else []


def _summed(planned: PlannedTask, key: Quarter, reports: Sequence[Mapping[Quarter, Decimal]], amber: Fraction) -> QuarterValue:
    values = [one[key] for one in reports if key in one]
    total = sum(values, Decimal())
    return QuarterValue(key, total, _light(planned, key, total, amber), len(values), len(reports))


def _light(planned: PlannedTask, key: Quarter, value: Decimal | None, amber: Fraction) -> Light:
    return light_of(planned.path, value, quarter_end(*key), amber)


def lines_of(plan: ActionPlan, user: User) -> list[TaskLine]:
    """Tasks of a plan in sight, those of districts below their city task where that is in sight. A sum is the same whoever looks."""
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
    return rows.prefetch_related("progress").order_by("task__number")


def _line(planned: PlannedTask, below: Sequence[PlannedTask], amber: Fraction, seen: Collection[int]) -> TaskLine:
    values = quarter_values(planned, below, amber)
    own = tuple(_line(one, (), amber, seen) for one in below if one.pk in seen)
    return TaskLine(planned, values[-1] if values else None, own)


def by_area(lines: Sequence[TaskLine]) -> list[tuple[BeautyArea, list[TaskLine]]]:
    """The ten areas with their lines; one without a task stands there too."""
    return [(area, [line for line in lines if line.planned.task.area == area.key]) for area in programme().areas]


def tally(lines: Sequence[TaskLine]) -> dict[str, int]:
    """How many lines have each light; ``none``: no light."""
    found = dict.fromkeys(("green", "amber", "red", "none"), 0)
    for line in lines:
        found[(line.latest.light.colour if line.latest else "") or "none"] += 1
    return found


def all_below(planned: PlannedTask) -> list[PlannedTask]:
    """Every district task of a city task in its plan, whoever looks."""
    return list(_with_progress().filter(plan=planned.plan_id, task__city_task=planned.task_id))


def history_of(planned: PlannedTask, user: User) -> list[PlannedTask]:
    """The task in every plan in sight, oldest first, with its reports and adjustments."""
    rows = planned_visible_to(user).filter(task=planned.task_id).order_by("plan__first_year", "pk")
    return list(rows.prefetch_related("progress__reported_by", "adjustments__recorded_by"))


def has_own_value(planned: PlannedTask) -> bool:
    """Whether its owner reports a value: it has a path, and no district task whose values are summed up."""
    return planned.path is not None and not _summed_parts(planned, all_below(planned))


def files_by_report(reports: Sequence[QuarterlyProgress]) -> dict[int, list[Evidence]]:
    """Files of each report, in one query."""
    subjects = {subject_of(row): row.pk for row in reports}
    found: dict[int, list[Evidence]] = {row.pk: [] for row in reports}
    for file in Evidence.objects.filter(owner__in=list(subjects)).order_by("uploaded_at", "pk"):
        found[subjects[file.owner]].append(file)
    return found


def plan_rows(user: User) -> QuerySet[Any]:
    """Plans in sight with the number of their tasks."""
    return plans_visible_to(user).annotate(tasks=Count("planned")).order_by("-first_year", "-pk")


def tasks_for(user: User) -> list[Task]:
    """Tasks whose owner has not reported the newest quarter that is over; those summed up from districts are reported there. One query."""
    if not posts_of(user).has(*REPORTERS):
        return []
    today = clock.today()
    year, quarter = last_ended_quarter(today)
    ended = quarter_end(year, quarter)
    found = PlannedTask.objects.filter(owner__in=rules.bodies_of(user), outcome="", starts_on__lte=ended, plan__issued_on__lte=today)
    found = found.filter(plan__first_year__lte=year, plan__first_year__gt=year - YEARS)
    reported = QuarterlyProgress.objects.filter(planned=OuterRef("pk"), year=year, quarter=quarter)
    below = PlannedTask.objects.filter(plan=OuterRef("plan"), task__city_task=OuterRef("task"))
    rows = found.exclude(Exists(reported)).exclude(Exists(below)).select_related("task", "plan").order_by("task__number")
    return [_task(row, year, quarter) for row in rows]


def _task(row: PlannedTask, year: int, quarter: int) -> Task:
    ended = dt.datetime.combine(quarter_end(year, quarter), dt.time(), tzinfo=clock.SHANGHAI)
    return Task(
        title=f"报送{year}年第{quarter}季度进展",
        subject=str(row),
        link=reverse("beautiful:task_report", args=[row.pk]),
        since=ended + dt.timedelta(days=1),
        kind="beautiful.quarter",
        is_demo=row.is_demo,
    )
