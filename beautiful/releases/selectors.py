"""Published progress as frozen, and a preview of what would be published now.

Also here: Permissions on releases.
"""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from beautiful.frame.programme import programme
from beautiful.plans.content import quarter_end
from beautiful.plans.models import QUARTERS, ActionPlan, PlannedTask, QuarterlyProgress
from beautiful.plans.questions import Quarter
from beautiful.plans.rules import coordinates, reads_all
from beautiful.plans.selectors.plans import READ_WITH, QuarterValue, amber_from, quarter_values, waiting_for_check
from beautiful.releases.models import ProgressRelease
from districts.releases.models import LIVE
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.days import day_in_words
from greendistrict.core.number_parsing import plain


def may_release(held: HeldPosts) -> bool:
    """People who edit the plans release and withdraw."""
    return coordinates(held)


def may_preview(held: HeldPosts) -> bool:
    """The city may see what is published or would be."""
    return reads_all(held)


def quarters_over(plan: ActionPlan, today: dt.date) -> list[Quarter]:
    """Past quarters of the plan, newest first; after a roll-over those that had ended on its day, later ones belong to the next plan."""
    last = plan.rolled_on or today
    return [(year, quarter) for year in plan.years for quarter in QUARTERS if quarter_end(year, quarter) <= last][::-1]


def to_freeze(plan: ActionPlan, quarter: Quarter) -> dict[str, Any]:
    """Public content of a quarter: the ten areas with tasks, owners, targets and checked values, without texts of reports.

    The tasks are as in force when the quarter ended. Four queries.
    """
    amber = amber_from()
    rows = list(plan.planned.select_related("task", "owner", "plan").prefetch_related(*READ_WITH).order_by("task__number"))
    tops = {row.task_id for row in rows if row.task.city_task_id is None}
    shown = [row for row in rows if row.task.city_task_id not in tops]
    below = {top: [row for row in rows if row.task.city_task_id == top] for top in tops}
    tasks = {}
    for row in shown:
        values = quarter_values(row, below.get(row.task_id, []), amber, confirmed=True)
        tasks[row.pk] = _task(row, quarter, next((value for value in values if value.quarter == quarter), None))
    areas = [
        {"name": area.name, "group": area.group_name, "tasks": [tasks[row.pk] for row in shown if row.task.area == area.key]}
        for area in programme().areas
    ]
    return {"plan": str(plan), "basis": plan.basis, "areas": areas}


def _task(row: PlannedTask, quarter: Quarter, found: QuarterValue | None) -> dict[str, Any]:
    content = row.content_on(quarter_end(*quarter))
    value = "" if found is None or found.value is None else f"{plain(found.value)} {content.unit}".strip()
    return {
        "number": row.task.number,
        "title": content.title,
        "owner": content.owner,
        "target": content.target_text,
        "due_on": day_in_words(content.due_on),
        "reported": found is not None,
        "value": value,
        "parts": f"区任务合计，{found.reported}/{found.asked}已报" if found is not None and found.is_sum else "",
        "light": found.light.words if found is not None else "",
        "colour": found.light.colour if found is not None else "",
    }


def waiting_for(plan: ActionPlan, quarter: Quarter) -> list[QuarterlyProgress]:
    """Reports on the quarter that nobody has checked, which a release leaves out."""
    year, number = quarter
    return list(waiting_for_check().filter(planned__plan=plan, year=year, quarter=number))


def live_release(plan: ActionPlan, quarter: Quarter) -> ProgressRelease | None:
    """The release of a quarter that is not withdrawn; None if there is none."""
    year, number = quarter
    return ProgressRelease.objects.filter(LIVE, plan=plan, year=year, quarter=number).first()


def releases_of(plan: ActionPlan) -> list[ProgressRelease]:
    """All releases of a plan including withdrawn ones, newest first."""
    return list(ProgressRelease.objects.filter(plan=plan).select_related("released_by", "withdrawn_by"))


def released() -> QuerySet[ProgressRelease]:
    """Current releases, real before fictional, newest quarter first."""
    releases = ProgressRelease.objects.filter(LIVE).select_related("plan")
    return releases.order_by("plan__is_demo", "-year", "-quarter", "-pk")


def withdrawn() -> QuerySet[ProgressRelease]:
    """Public data of withdrawn releases: quarter, day and reason."""
    releases = ProgressRelease.objects.filter(withdrawn_at__isnull=False).select_related("plan")
    return releases.order_by("plan__is_demo", "-withdrawn_at", "-pk")
