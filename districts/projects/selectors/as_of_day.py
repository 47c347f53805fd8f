"""Key projects and municipal works as they were on a day, with totals; later events are removed."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from districts.common.enums import ProjectState, WorkState
from districts.plots.selectors.as_of_day import until
from districts.projects.columns import is_late_work
from districts.projects.models import KeyProject, Work

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
    found: dict[int, list[ProjectOnDay]] = {}
    for row in KeyProject.objects.filter(district__in=districts).order_by("planned_start", "name", "pk"):
        found.setdefault(row.district_id, []).append(project_on(row, day))
    return found


def project_on(row: KeyProject, day: dt.date) -> ProjectOnDay:
    """A key project as it was at the end of ``day``."""
    reached = {name: until(getattr(row, name), day) for name in REACHED_ON.values()}
    undone = [state for state, name in REACHED_ON.items() if getattr(row, name) and not reached[name]]
    return ProjectOnDay(
        name=row.name,
        category=row.category,
        investment=row.investment,
        planned_start=row.planned_start,
        planned_finish=row.planned_finish,
        state=_before(ProjectState(row.state), undone),
        **reached,
    )


def _before(held: ProjectState, undone: Iterable[ProjectState]) -> ProjectState:
    """The state if the ``undone`` states and all later ones had not been reached."""
    order = list(ProjectState)
    return order[min([order.index(held), *(order.index(state) - 1 for state in undone)])]


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
    for row in Work.objects.filter(district__in=districts).order_by("name", "pk"):
        work = WorkOnDay(row.name, row.kind, row.main, row.length_m, row.planned_finish, until(row.built_on, day), row.state_on(day))
        found.setdefault(row.district_id, []).append(work)
    return found


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
