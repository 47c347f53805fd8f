"""Waivers and extensions of an obligation for its reader, those that wait for their check, and the desk of the second person."""

from collections.abc import Iterable
from dataclasses import replace

from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.second_person import check_tasks, may_check
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from obligations.models import Exemption
from obligations.selectors import in_sight


def decided_on(viewer: Viewer, key: str) -> list[tuple[Exemption, bool]]:
    """Waivers and extensions of an obligation, latest first, and whether the person may check each."""
    rows = Exemption.objects.filter(obligation=key).select_related("decided_by", "checked_by", "returned_by")
    return [(row, may_check(viewer.held, row)) for row in rows]


def waivers_waiting(keys: Iterable[str]) -> dict[str, Exemption]:
    """Waiver that nobody has checked yet, of each given obligation key that has one."""
    return {row.obligation: row for row in Exemption.objects.waiting().filter(obligation__in=list(keys))}


@among(Exemption.objects.waiting)
def waiver_tasks(viewer: Viewer) -> list[Task]:
    """Waivers that the person may check, each with its matter; no query for people outside the city."""
    tasks = check_tasks(viewer.user, Exemption.objects.waiting())
    owed = {row.key: row for row in in_sight(viewer)} if tasks else {}
    return [
        replace(task, subject=f"{row.place}：{row.title}", is_demo=row.is_demo) if (row := owed.get(task.subject)) else task
        for task in tasks
    ]
