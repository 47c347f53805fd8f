"""What a district's plan wanted by a day: plots, municipal works and key projects with what of it is missing."""

import datetime as dt
from collections.abc import Iterable, Sequence

from assessments.stage_assessments.verdict import PlannedKind, PlanOnDay
from districts.common.enums import ProjectState
from districts.plot_changes.selectors import plots_of
from districts.plots.selectors.as_of_day import UNFIT, PlotOnDay
from districts.plots.standing import LATE_LABELS, late_dates
from districts.projects.columns import is_late_work
from districts.projects.selectors import ProjectOnDay, WorkOnDay, projects_on, works_on
from greendistrict.core.days import day_in_words

PLANNED = {"acquisition": "planned_acquisition", "start": "planned_start", "finish": "planned_finish"}
FINISHED = (ProjectState.COMPLETED, ProjectState.IN_USE)
Wanted = tuple[str, Sequence[dt.date | None], str]  # name, planned days, what is missing


def plan_on_day(district: int, day: dt.date) -> PlanOnDay:
    """Buildable plots, works and key projects with a planned day before ``day``, as they were at its end."""
    plots = [plot for plot in plots_of(district, day) if plot.buildable]
    works, projects = works_on([district], day).get(district, []), projects_on([district], day).get(district, [])
    return PlanOnDay(
        day,
        (
            _kind("地块", "个", day, (_plot(plot, day) for plot in plots)),
            _kind("市政设施", "项", day, (_work(work, day) for work in works)),
            _kind("重点项目", "个", day, (_project(project, day) for project in projects)),
        ),
    )


def _kind(title: str, counter: str, day: dt.date, rows: Iterable[Wanted]) -> PlannedKind:
    found = list(rows)
    due = [(name, missing) for name, planned, missing in found if any(on and on < day for on in planned)]
    undated = sum(1 for _, planned, _ in found if not any(planned))
    short = tuple(f"{title}{name}：{missing}" for name, missing in due if missing)
    return PlannedKind(title, counter, len(due), short, undated, len(found) - len(due) - undated)


def _plot(plot: PlotOnDay, day: dt.date) -> Wanted:
    missed = "、".join(f"{LATE_LABELS[kind]}（计划{day_in_words(getattr(plot, PLANNED[kind]))}）" for kind in late_dates(plot, day))
    unfit = "建成，不符合绿色生态要求" if plot.state == UNFIT else ""
    return plot.number, [getattr(plot, name) for name in PLANNED.values()], missed or unfit


def _work(work: WorkOnDay, day: dt.date) -> Wanted:
    missed = is_late_work(work, day) and work.planned_finish
    return work.name, [work.planned_finish], f"建成逾期（计划{day_in_words(missed)}）" if missed else ""


def _project(project: ProjectOnDay, day: dt.date) -> Wanted:
    steps = (
        ("开工", project.planned_start, project.state != ProjectState.PLANNED),
        ("竣工", project.planned_finish, project.state in FINISHED),
    )
    missed = "、".join(f"{what}逾期（计划{day_in_words(on)}）" for what, on, reached in steps if on and on < day and not reached)
    return project.name, [project.planned_start, project.planned_finish], missed
