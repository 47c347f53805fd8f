"""Read plans: visibility, tasks by area with traffic lights, sums of district tasks, history of a task, quarters owed."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.urls import reverse

from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans import rules
from beautiful.plans.content import TaskContent, light_of, quarter_end
from beautiful.plans.models import ActionPlan, PlannedTask, QuarterlyProgress
from beautiful.plans.questions import Quarter
from districts.indicator_systems.selectors import amber_limits
from districts.indicator_systems.target_path import NONE, Light
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.documents.models import Evidence

OWNERS = (OrganisationKind.CITY, OrganisationKind.PARTNER, OrganisationKind.AUTHORITY)
Reports = Mapping[int, Mapping[Quarter, QuarterlyProgress]]  # by task and quarter
READ_WITH = ("progress", "adjustments")
HISTORY = (
    "progress__reported_by", "progress__confirmed_by", "progress__corrections__corrected_by", "progress__corrections__reported_by",
    "adjustments__recorded_by", "adjustments__evaluations__evaluation",
)  # fmt: skip


def plans_visible_to(viewer: Viewer) -> QuerySet[ActionPlan]:
    """The city sees every plan; partners and bodies of districts see issued ones."""
    plans = ActionPlan.objects.select_related("next")
    held = viewer.held
    if rules.reads_all(held):
        return plans
    return plans.filter(issued_on__isnull=False) if rules.may_read_plans(held) else plans.none()


def planned_visible_to(viewer: Viewer) -> QuerySet[PlannedTask]:
    """The city sees every task, partners those of issued plans, bodies of districts tasks they own or partner in, and city tasks above."""
    tasks = PlannedTask.objects.select_related("plan__next", "task__city_task", "owner", "previous")
    held = viewer.held
    if rules.reads_all(held):
        return tasks
    issued = tasks.filter(plan__issued_on__isnull=False)
    if held.has(Role.PARTNER):
        return issued
    if not rules.may_read_plans(held):
        return tasks.none()
    mine = rules.bodies_of(held)
    own = PlannedTask.objects.filter(Q(owner__in=mine) | Q(partners__in=mine))
    above = PlannedTask.objects.filter(owner__in=mine).values("task__city_task")
    return issued.filter(Q(pk__in=own.values("pk")) | Q(task__in=above))


def progress_visible_to(viewer: Viewer) -> QuerySet[QuarterlyProgress]:
    """Reports on visible tasks."""
    return QuarterlyProgress.objects.filter(planned__in=planned_visible_to(viewer).values("pk"))


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


def quarter_values(planned: PlannedTask, below: Sequence[PlannedTask], amber: Fraction, *, confirmed: bool = False) -> list[QuarterValue]:
    """Values by quarter, each read against the content in force on its last day. ``READ_WITH`` must be prefetched.

    The value of a city task with district tasks of the same unit is their sum. ``confirmed``: of checked reports only.
    """
    reports = {one.pk: {row.key: row for row in one.progress.all() if row.confirmed_at or not confirmed} for one in (planned, *below)}
    keys = sorted({key for report in reports.values() for key in report})
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
        light = Light(NONE, "区任务未报齐，不作判断", light.due)
    return made(value=total, light=light, reported=len(found), asked=len(parts))


def _summed_parts(planned: PlannedTask, below: Sequence[PlannedTask], on: dt.date) -> list[PlannedTask]:
    """District tasks whose values of a quarter that ended on a day are summed for the city task."""
    own = planned.content_on(on)
    return [one for one in below if (part := one.content_on(on)).path is not None and part.unit == own.unit] if own.path is not None else []


def lines_of(plan: ActionPlan, viewer: Viewer) -> list[TaskLine]:
    """Visible tasks of a plan, district tasks below their city task if that is visible. Sums do not depend on the reader."""
    amber = amber_from()
    below: dict[int | None, list[PlannedTask]] = {}
    everything = list(_with_progress().filter(plan=plan))
    seen = set(planned_visible_to(viewer).filter(plan=plan).order_by().values_list("pk", flat=True))
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


def history_of(planned: PlannedTask, viewer: Viewer) -> list[PlannedTask]:
    """The task in every visible plan, oldest first, with reports, adjustments and the evaluations that led to them."""
    rows = planned_visible_to(viewer).filter(task=planned.task_id).order_by("plan__first_year", "pk")
    return list(rows.prefetch_related(*HISTORY))


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
    files: dict[int, list[Evidence]] = {row.pk: [] for row in reports}
    for file in Evidence.objects.filter(owner__in=list(subjects)).order_by("uploaded_at", "pk"):
        files[subjects[file.owner]].append(file)
    return files


def plan_rows(viewer: Viewer) -> QuerySet[Any]:
    """Visible plans with the number of their tasks."""
    seen = Count("planned", filter=Q(planned__in=planned_visible_to(viewer).order_by().values("pk")))
    return plans_visible_to(viewer).annotate(tasks=seen).order_by("-first_year", "-pk")


def waiting_for_check() -> QuerySet[QuarterlyProgress]:
    """Reports that nobody has checked, oldest first."""
    reports = QuarterlyProgress.objects.filter(confirmed_at__isnull=True)
    return reports.select_related("planned__plan", "planned__task", "planned__owner").order_by("reported_at", "pk")


def report_page(planned: int, quarter: Quarter) -> str:
    """URL of the report form of a quarter."""
    return f"{reverse('beautiful:task_report', args=[planned])}?period={period_of(quarter)}"


def period_of(quarter: Quarter) -> str:
    """A quarter as in URLs and forms, such as ``2026-4``."""
    return f"{quarter[0]}-{quarter[1]}"
