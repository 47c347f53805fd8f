"""Selectors of key projects and municipal works."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.db.models import Q, QuerySet

from districts.common.enums import CheckStage, ProjectState, WorkState
from districts.file.models.district import District
from districts.file.rules import bodies_as
from districts.file.selectors.visibility import files_visible_to
from districts.land.green_indicators import show
from districts.plots.check_matrix import check_lines, missing, objecting, stages_reached, waiting
from districts.plots.selectors.as_of_day import until
from districts.plots.selectors.plots import newest
from districts.projects.checks import GreenValues, is_conforming, measure, unbuilt
from districts.projects.columns import is_late_work
from districts.projects.models import KeyProject, Work, WorkIndicator
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import action_labels
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import subject_of
from greendistrict.core import memoisation
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import ScheduleBar, schedule

# Key projects and municipal works as they were on a day, with totals; later events are removed.

# State → field with the day on which it is reached.
REACHED_ON = {ProjectState.IN_USE: "in_use_on", ProjectState.COMPLETED: "finished_on", ProjectState.BUILDING: "started_on"}


@dataclass(frozen=True)
class ProjectOnDay:
    """A key project as it was on a day; later days are left out."""

    name: str
    category: str
    investment: Decimal | None
    planned_start: dt.date | None
    planned_finish: dt.date | None
    started_on: dt.date | None
    finished_on: dt.date | None
    in_use_on: dt.date | None
    state: ProjectState


@dataclass(frozen=True)
class WorkOnDay:
    """A municipal work as it was on a day."""

    name: str
    kind: str
    main: bool
    length_m: Decimal | None
    planned_finish: dt.date | None
    built_on: dt.date | None
    progress: WorkState


ListedWork = TypeVar("ListedWork", Work, WorkOnDay)


@dataclass(frozen=True)
class ProjectTotals:
    """Totals of key projects: known investment in 万元, number without investment, number in each state."""

    investment: Decimal
    uninvested: int
    states: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class WorkTotals:
    """Totals of works: main ones, main ones built, known length in m."""

    main: int
    built: int
    length: Decimal


def projects_on(districts: Collection[int], day: dt.date) -> dict[int, list[ProjectOnDay]]:
    """Key projects by district, ordered by planned start, with states and days as of ``day``: one query for all districts."""
    projects: dict[int, list[ProjectOnDay]] = {}
    for row in KeyProject.objects.filter(district__in=districts).order_by("planned_start", "name", "pk"):
        projects.setdefault(row.district_id, []).append(project_on(row, day))
    return projects


def project_on(row: KeyProject, day: dt.date) -> ProjectOnDay:
    """A key project as it was at the end of ``day``."""
    reached = {name: until(getattr(row, name), day) for name in REACHED_ON.values()}
    return ProjectOnDay(
        name=row.name,
        category=row.category,
        investment=row.investment,
        planned_start=row.planned_start,
        planned_finish=row.planned_finish,
        state=_state_on(row, reached),
        **reached,
    )


def _state_on(row: KeyProject, reached: Mapping[str, dt.date | None]) -> ProjectState:
    """The state of today, unless a day of it or of an earlier state came later: then the last one that was reached."""
    if not any(getattr(row, name) and not day for name, day in reached.items()):
        return ProjectState(row.state)
    return next((state for state, name in REACHED_ON.items() if reached[name]), ProjectState.PLANNED)


def totals_of_projects(projects: Sequence[KeyProject | ProjectOnDay]) -> ProjectTotals:
    """Totals of these projects."""
    counts = Counter(project.state for project in projects)
    return ProjectTotals(
        sum((project.investment or Decimal(0) for project in projects), Decimal(0)),
        sum(project.investment is None for project in projects),
        tuple((str(state.label), counts[state]) for state in ProjectState),
    )


def works_on(districts: Collection[int], day: dt.date) -> dict[int, list[WorkOnDay]]:
    """Works by district, ordered by name, with days as of ``day``: one query for all districts."""
    found: dict[int, list[WorkOnDay]] = {}
    for row in memoisation.once(_works, tuple(sorted(districts))):
        work = WorkOnDay(row.name, row.kind, row.main, row.length_m, row.planned_finish, until(row.built_on, day), row.state_on(day))
        found.setdefault(row.district_id, []).append(work)
    return found


def _works(districts: tuple[int, ...]) -> list[Work]:
    return list(Work.objects.filter(district__in=districts).order_by("name", "pk"))


def works_by_state(works: Iterable[Work], day: dt.date) -> dict[WorkState, set[int]]:
    """Primary keys of works by state at the end of a day; every state has an entry."""
    found: dict[WorkState, set[int]] = {state: set() for state in WorkState}
    for work in works:
        found[work.state_on(day)].add(work.pk)
    return found


def totals_of_works(works: Iterable[Work | WorkOnDay]) -> WorkTotals:
    """Totals of these works."""
    found = list(works)
    main = [work for work in found if work.main]
    built = sum(work.progress == WorkState.BUILT for work in main)
    return WorkTotals(len(main), built, sum((work.length_m or Decimal(0) for work in found), Decimal(0)))


def late_works(works: Iterable[ListedWork], day: dt.date) -> list[ListedWork]:
    """Works planned to be built before ``day`` that are not."""
    return [work for work in works if is_late_work(work, day)]


# Schedule of key projects: planned and actual dates, and delays.


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
            lasts="" if project.finished_on or project.in_use_on else NO_DAY if project.state in DONE else "至今未竣工",
        )
        for project in projects
        if project.planned_start and project.planned_finish
    ]
    return ChartDrawing(schedule, rows, today=today, title="近期重点项目计划与实际") if rows else None


DONE = (ProjectState.COMPLETED, ProjectState.IN_USE)
NO_DAY = "竣工日期未登记"


def slips_of(project: KeyProject | ProjectOnDay, today: dt.date) -> list[Slip]:
    """Delays: begun or finished later than planned, or overdue; a state without a day is not a delay."""
    begun = project.started_on or (project.planned_start if project.state != ProjectState.PLANNED else None)
    done = project.finished_on or project.in_use_on or (project.planned_finish if project.state in DONE else None)
    pairs = (("开工", project.planned_start, begun), ("竣工", project.planned_finish, done))
    return [
        Slip(project.name, f"{what}晚于计划" if actual else f"计划{what}日已过，尚未{what}", (seen - planned).days)
        for what, planned, actual in pairs
        if planned and (seen := actual or today) > planned
    ]


# Visibility of key projects and municipal works.


def key_projects_visible_to(viewer: Viewer) -> QuerySet[KeyProject]:
    """Key projects of districts whose file the person reads."""
    return KeyProject.objects.filter(district__in=files_visible_to(viewer))


def works_visible_to(viewer: Viewer) -> QuerySet[Work]:
    """Municipal works the person may open: of readable files, and of the districts of a bureau."""
    led = District.authorities.through.objects.filter(organisation_id__in=bodies_as(viewer.held, Role.BUREAU)).values("district")
    return Work.objects.filter(Q(district__in=files_visible_to(viewer)) | Q(district__in=led))


# Data of a work's page: requirements with values, checks by department and stage, acceptance, records.

RECORDED = (
    "districts.work_save",
    "districts.work_indicator",
    "districts.work_indicator_drop",
    "districts.work_accept",
    "districts.work_withdraw",
)


class WorkLine(NamedTuple):
    """An indicator for display."""

    row: WorkIndicator
    values: GreenValues
    required: str
    designed: str
    built: str


def _values_of(row: WorkIndicator) -> GreenValues:
    return GreenValues(measure(row.name, row.kind, row.unit), row.required, row.designed, row.built)


def green_values(work: Work) -> list[GreenValues]:
    """Requirements of a work with their values."""
    return [_values_of(row) for row in work.indicators.all()]


def work_page(work: Work) -> dict[str, Any]:
    """Template context without forms; four queries."""
    checks = list(work.checks.select_related("entered_by", "document"))
    lines = []
    for row in work.indicators.all():
        green = _values_of(row)
        lines.append(WorkLine(row, green, *(show(green.known, text) for text in (row.required, row.designed, row.built))))
    values = [line.values for line in lines]
    against = objecting(checks)
    matrix = check_lines(checks, stages_reached(is_begun=work.started_on is not None, is_built=work.built_on is not None))
    return {
        "lines": lines,
        "matrix": matrix,
        "stages": [stage.label for stage in CheckStage],
        "supervision": newest(work.supervision_records.all()),
        "missing_checks": missing(matrix),
        "asked_checks": waiting(matrix),
        "expected": None if not values or unbuilt(values) else is_conforming(values, against),
        "objecting": against,
        "records": [
            {
                "at": record.at,
                "title": action_labels.label_of(record.action),
                "who": record.actor_name,
                "note": str(record.data.get("reason") or record.data.get("indicator") or ""),
            }
            for record in AuditRecord.objects.filter(subject=subject_of(work), action__in=RECORDED).order_by("-pk")[:20]
        ],
    }
