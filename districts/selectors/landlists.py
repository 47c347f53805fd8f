"""The three lists of a district as fragments: plots (first page), key projects, municipal works."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from districts.enums import ProjectState, Stage
from districts.models import District, KeyProject, Work
from districts.selectors.plotboard import LIST_ROWS, plot_rows, totals_of
from districts.selectors.plotlines import lines_of
from greendistrict.core import clock
from greendistrict.core.charts import Plan, schedule


def is_fixed(district: District) -> bool:
    """Whether a pilot baseline holds rows of the lists; by the stage, as a baseline of thousands of rows is not read for a sentence."""
    return district.stage != Stage.CANDIDATE


def plots_context(district: District) -> dict[str, Any]:
    """``_plots.html``: the first page of plots in the order of their numbers, totals of all."""
    rows = plot_rows(district.plots.order_by("number", "pk")[:LIST_ROWS], clock.today())
    return {
        "district": district,
        "rows": rows,
        "lines": lines_of(district, rows),
        "fixed": is_fixed(district),
        "totals": totals_of(district),
    }


@dataclass(frozen=True)
class Slip:
    """A key project or work that is later than planned, in words and days."""

    name: str
    what: str
    days: int


def key_projects_context(district: District) -> dict[str, Any]:
    """``_key_projects.html``: near-term key projects by planned start, schedule, slips, totals."""
    today = clock.today()
    projects = list(district.key_projects.prefetch_related("plots").order_by("planned_start", "name"))
    return {
        "district": district,
        "projects": projects,
        "fixed": is_fixed(district),
        "project_plan": getattr(district, "key_project_plan", None),
        "gantt": gantt_of(projects, today),
        "slips": [slip for project in projects for slip in slips_of(project, today)],
        "totals": {
            "investment": sum((project.investment or Decimal(0) for project in projects), Decimal(0)),
            "uninvested": sum(project.investment is None for project in projects),
            "states": [(state.label, sum(project.state == state for project in projects)) for state in ProjectState],
        },
    }


def gantt_of(projects: list[KeyProject], today: dt.date) -> SafeString | None:
    """Schedule of the projects whose months are planned, actual below planned; ``None`` while there is none."""
    rows = [
        Plan(
            project.name,
            (project.planned_start, project.planned_finish),
            (project.started_on, project.finished_on or project.in_use_on or today) if project.started_on else None,
            late=bool(slips_of(project, today)),
        )
        for project in projects
        if project.planned_start and project.planned_finish
    ]
    return schedule(rows, today=today, title="近期重点项目计划与实际") if rows else None


def slips_of(project: KeyProject, today: dt.date) -> list[Slip]:
    """Begun or finished later than planned, or not yet though the day has passed; a state told without its day claims no slip."""
    begun = project.started_on or (project.planned_start if project.state != ProjectState.PLANNED else None)
    over = project.state in (ProjectState.COMPLETED, ProjectState.IN_USE)
    done = project.finished_on or project.in_use_on or (project.planned_finish if over else None)
    pairs = (("开工", project.planned_start, begun), ("竣工", project.planned_finish, done))
    return [
        Slip(project.name, f"{what}晚于计划" if actual else f"计划{what}日已过，尚未{what}", (seen - planned).days)
        for what, planned, actual in pairs
        if planned and (seen := actual or today) > planned
    ]


def works_context(district: District) -> dict[str, Any]:
    """``_works.html``: municipal works, main ones counted."""
    works: list[Work] = list(district.works.order_by("name"))
    main = [work for work in works if work.main]
    return {
        "district": district,
        "works": works,
        "fixed": is_fixed(district),
        "totals": {
            "main": len(main),
            "built": sum(work.built_on is not None for work in main),
            "length": sum((work.length_m or Decimal(0) for work in works), Decimal(0)),
        },
        "late_works": [work for work in works if not work.built_on and work.planned_finish and work.planned_finish < clock.today()],
    }
