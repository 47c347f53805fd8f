"""Read evaluations: visibility, tasks, traffic lights of an area's tasks in a year, linked and linkable adjustments.

Also here: Permissions on evaluations: task owners of the area report, the seat 美丽上海统筹 checks, 市级审定 concludes.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from beautiful.evaluations.models import AreaEvaluation, EvaluationStanding, EvaluationUse
from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans.content import quarter_end
from beautiful.plans.models import QUARTERS, REPORTERS, ActionPlan, PlannedTask, TaskAdjustment
from beautiful.plans.rules import bodies_of, coordinates, reads_every_evaluation
from beautiful.plans.selectors.plans import READ_WITH, amber_from, plans_visible_to, quarter_values
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def owns_in(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """Whether the person acts for an owner of a task of the area in the plan."""
    return PlannedTask.objects.filter(plan=evaluation.plan_id, task__area=evaluation.area, owner__in=bodies_of(held)).exists()


def may_report(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """Owners of a task of the area, or the seat, until the check."""
    open_ = evaluation.standing in {EvaluationStanding.REPORTING, EvaluationStanding.CHECKING}
    return open_ and (coordinates(held) or owns_in(held, evaluation))


def may_check(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """The seat, but not the person who reported."""
    return evaluation.standing == EvaluationStanding.CHECKING and coordinates(held) and evaluation.reported_by_id != held.person


def may_conclude(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """市级审定, but not the person who checked."""
    is_director = held.has(Role.CITY_DIRECTOR)
    return evaluation.standing == EvaluationStanding.CONCLUDING and is_director and evaluation.checked_by_id != held.person


def may_use(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """The seat links adjustments to a concluded evaluation."""
    return evaluation.standing == EvaluationStanding.CONCLUDED and coordinates(held)


# Label of a step on the work desk, and the page where it is taken.
STEPS = {
    EvaluationStanding.REPORTING: ("填写跟踪评估的自评", "beautiful:evaluation_report"),
    EvaluationStanding.CHECKING: ("核对跟踪评估的自评", "beautiful:evaluation_check"),
    EvaluationStanding.CONCLUDING: ("作出跟踪评估的结论", "beautiful:evaluation_conclude"),
}


def evaluations_visible_to(viewer: Viewer) -> QuerySet[AreaEvaluation]:
    """City and partners see all of visible plans, bodies of districts those of areas in which they own a task."""
    evaluations = AreaEvaluation.objects.select_related("plan__next").filter(plan__in=plans_visible_to(viewer).values("pk"))
    held = viewer.held
    if reads_every_evaluation(held):
        return evaluations
    mine = PlannedTask.objects.filter(plan=OuterRef("plan"), task__area=OuterRef("area"), owner__in=bodies_of(held))
    return evaluations.filter(Exists(mine))


def areas_to_begin(plan: ActionPlan, today: dt.date) -> dict[int, list[BeautyArea]]:
    """Areas without an evaluation, by past year of the plan, newest first; years without such areas are left out."""
    begun = set(plan.evaluations.values_list("year", "area"))
    over = [year for year in plan.years if year < today.year][::-1]
    left = {year: [area for area in programme().areas if (year, area.key) not in begun] for year in over}
    return {year: areas for year, areas in left.items() if areas}


def areas_with_tasks(plan: ActionPlan) -> set[str]:
    """Keys of the areas in which the plan has a task."""
    return set(plan.planned.order_by().values_list("task__area", flat=True))


def lights_of(evaluation: AreaEvaluation) -> list[dict[str, Any]]:
    """Tasks of the area with their newest report in the year: number, owner, target, value, light.

    Each as in force when the quarter ended, or the year where nothing was reported. Three queries.
    """
    return _lights([evaluation])[evaluation.pk]


def _lights(evaluations: Sequence[AreaEvaluation]) -> dict[int, list[dict[str, Any]]]:
    """``lights_of`` for several evaluations, with the same number of queries."""
    plans, areas = {evaluation.plan_id for evaluation in evaluations}, {evaluation.area for evaluation in evaluations}
    rows = PlannedTask.objects.filter(plan__in=plans, task__area__in=areas).select_related("task", "owner", "plan")
    tasks: dict[tuple[int, str], list[PlannedTask]] = {}
    for row in rows.prefetch_related(*READ_WITH).order_by("task__number"):
        tasks.setdefault((row.plan_id, row.task.area), []).append(row)
    amber = amber_from()
    return {one.pk: _lines(tasks.get((one.plan_id, one.area), []), one.year, amber) for one in evaluations}


def _lines(tasks: Sequence[PlannedTask], year: int, amber: Any) -> list[dict[str, Any]]:
    return [_line(task, [row for row in tasks if row.task.city_task_id == task.task_id], year, amber) for task in tasks]


def lines_of(evaluation: AreaEvaluation) -> list[dict[str, Any]]:
    """The lights frozen at the conclusion, before that the current ones."""
    return lines_of_each([evaluation])[evaluation.pk]


def lines_of_each(evaluations: Sequence[AreaEvaluation]) -> dict[int, list[dict[str, Any]]]:
    """``lines_of`` for several evaluations; the number of queries is constant."""
    open_ = [evaluation for evaluation in evaluations if evaluation.standing != EvaluationStanding.CONCLUDED]
    now = _lights(open_) if open_ else {}
    return {evaluation.pk: now[evaluation.pk] if evaluation.pk in now else list(evaluation.frozen or ()) for evaluation in evaluations}


def uses_of(evaluation: AreaEvaluation) -> list[EvaluationUse]:
    """Adjustments linked to the evaluation, oldest first."""
    return list(evaluation.uses.select_related("adjustment__planned__task", "adjustment__planned__plan", "recorded_by"))


def _line(one: PlannedTask, below: list[PlannedTask], year: int, amber: Any) -> dict[str, Any]:
    of_year = [value for value in quarter_values(one, below, amber, confirmed=True) if value.quarter[0] == year]
    newest = of_year[-1] if of_year else None
    content = newest.content if newest else one.content_on(quarter_end(year, QUARTERS[-1]))
    value = "" if newest is None or newest.value is None else f"{newest.value.normalize():f} {content.unit}".strip()
    return {
        "task": f"{one.task.number}　{content.title}",
        "owner": content.owner,
        "target": content.target_text,
        "quarter": f"第{newest.quarter[1]}季度" if newest else "",
        "value": value,
        "light": newest.light.words if newest else "未报",
        "colour": newest.light.colour if newest else "",
    }


def adjustments_for(evaluation: AreaEvaluation) -> QuerySet[TaskAdjustment]:
    """Adjustments of tasks of the area decided since the conclusion, in this plan or a later one, and not linked yet."""
    if evaluation.concluded_at is None:
        return TaskAdjustment.objects.none()
    since = evaluation.concluded_at.astimezone(clock.SHANGHAI).date()
    adjustments = TaskAdjustment.objects.filter(
        planned__task__area=evaluation.area, planned__plan__is_demo=evaluation.plan.is_demo, decided_on__gte=since
    )
    return adjustments.exclude(evaluations__evaluation=evaluation).select_related("planned__task")


@among(lambda: AreaEvaluation.objects.filter(concluded_at__isnull=True))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: evaluations waiting for this person. Task owners report; the seat does if an area has none. One query."""
    held = viewer.held
    if not held.has(*REPORTERS):
        return []
    of_area = PlannedTask.objects.filter(plan=OuterRef("plan"), task__area=OuterRef("area"))
    reporting = Q(Exists(of_area.filter(owner__in=bodies_of(held))))
    waiting = Q(pk__in=())
    if coordinates(held):
        reporting |= ~Q(Exists(of_area))
        waiting |= Q(reported_at__isnull=False, checked_at__isnull=True) & ~Q(reported_by=viewer.person)
    if held.has(Role.CITY_DIRECTOR):
        waiting |= Q(checked_at__isnull=False, concluded_at__isnull=True) & ~Q(checked_by=viewer.person)
    waiting |= Q(reported_at__isnull=True) & reporting
    return [
        Task(
            title=title,
            subject=str(evaluation),
            link=reverse(page, args=[evaluation.pk]),
            since=evaluation.checked_at or evaluation.reported_at or evaluation.begun_at,
            kind=f"beautiful.evaluation.{evaluation.standing}",
            is_demo=evaluation.is_demo,
        )
        for evaluation in AreaEvaluation.objects.filter(waiting).select_related("plan").order_by("begun_at", "pk")
        for title, page in [STEPS[evaluation.standing]]
    ]
