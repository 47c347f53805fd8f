"""Schedule of key projects: planned and actual dates, and delays."""

import datetime as dt
from dataclasses import dataclass

from districts.common.enums import ProjectState
from districts.projects.models import KeyProject
from districts.projects.selectors.as_of_day import ProjectOnDay
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import ScheduleBar, schedule


@dataclass(frozen=True)
class Slip:
    """Delay of a key project or work, as text and in days."""

    name: str
    what: str
    days: int


def gantt_of(projects: list[KeyProject], today: dt.date) -> ChartDrawing | None:
    """Schedule of projects with planned months, planned above actual; None if there are none."""
    rows = [
        ScheduleBar(
            project.name,
            (project.planned_start, project.planned_finish),
            (project.started_on, project.finished_on or project.in_use_on or today) if project.started_on else None,
            late=bool(slips_of(project, today)),
        )
        for project in projects
        if project.planned_start and project.planned_finish
    ]
    return ChartDrawing(schedule, rows, today=today, title="近期重点项目计划与实际") if rows else None


def slips_of(project: KeyProject | ProjectOnDay, today: dt.date) -> list[Slip]:
    """Delays: begun or finished later than planned, or overdue; a state without a day is not a delay."""
    begun = project.started_on or (project.planned_start if project.state != ProjectState.PLANNED else None)
    over = project.state in (ProjectState.COMPLETED, ProjectState.IN_USE)
    done = project.finished_on or project.in_use_on or (project.planned_finish if over else None)
    pairs = (("开工", project.planned_start, begun), ("竣工", project.planned_finish, done))
    return [
        Slip(project.name, f"{what}晚于计划" if actual else f"计划{what}日已过，尚未{what}", (seen - planned).days)
        for what, planned, actual in pairs
        if planned and (seen := actual or today) > planned
    ]
