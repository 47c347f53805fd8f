"""Evaluations in sight, lights of an area's tasks for a year, adjustments that may be linked."""

from typing import Any

from django.db.models import F, Q, QuerySet

from beautiful.evaluations.models import AreaEvaluation
from beautiful.plans.models import ActionPlan, PlannedTask, TaskAdjustment
from beautiful.plans.rules import bodies_of, reads_all
from beautiful.plans.selectors import amber_from, plans_visible_to, quarter_values
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock


def evaluations_visible_to(user: User) -> QuerySet[AreaEvaluation]:
    """The city and its partners see all of plans in sight, bodies of districts those of areas in which they own a task."""
    found = AreaEvaluation.objects.select_related("plan__next").filter(plan__in=plans_visible_to(user).values("pk"))
    if reads_all(user) or posts_of(user).has(Role.PARTNER):
        return found
    mine = PlannedTask.objects.filter(owner__in=bodies_of(user))
    return found.filter(Q(plan__in=mine.values("plan")), area__in=mine.filter(plan=F("plan")).values("task__area"))


def years_over(plan: ActionPlan) -> list[int]:
    """Years of the plan that are over and not yet evaluated, newest first."""
    begun = set(plan.evaluations.values_list("year", flat=True))
    return [year for year in plan.years if year < clock.today().year and year not in begun][::-1]


def lights_of(evaluation: AreaEvaluation) -> list[dict[str, Any]]:
    """Tasks of the area with the newest quarter of the year that was reported: number, owner, target, value, light. Two queries."""
    rows = PlannedTask.objects.filter(plan=evaluation.plan_id, task__area=evaluation.area).select_related("task", "owner", "plan")
    tasks = list(rows.prefetch_related("progress").order_by("task__number"))
    amber = amber_from()
    return [_line(one, [row for row in tasks if row.task.city_task_id == one.task_id], evaluation.year, amber) for one in tasks]


def _line(one: PlannedTask, below: list[PlannedTask], year: int, amber: Any) -> dict[str, Any]:
    of_year = [value for value in quarter_values(one, below, amber) if value.quarter[0] == year]
    newest = of_year[-1] if of_year else None
    value = "" if newest is None or newest.value is None else f"{newest.value.normalize():f} {one.unit}".strip()
    return {
        "task": str(one),
        "owner": one.owner.name,
        "target": one.target_text,
        "quarter": f"第{newest.quarter[1]}季度" if newest else "",
        "value": value,
        "light": newest.light.words if newest else "未报",
        "colour": newest.light.colour if newest else "",
    }


def adjustments_for(evaluation: AreaEvaluation) -> QuerySet[TaskAdjustment]:
    """Adjustments of tasks of the area decided since the conclusion, in this plan or a later one, that are not linked yet."""
    if evaluation.concluded_at is None:
        return TaskAdjustment.objects.none()
    since = evaluation.concluded_at.astimezone(clock.SHANGHAI).date()
    found = TaskAdjustment.objects.filter(
        planned__task__area=evaluation.area, planned__plan__is_demo=evaluation.plan.is_demo, decided_on__gte=since
    )
    return found.exclude(evaluations__evaluation=evaluation).select_related("planned__task")
