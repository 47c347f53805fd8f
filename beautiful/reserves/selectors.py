"""Read reserve projects: visibility, screening, sums by library, tasks."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse

from beautiful.frame.programme import programme
from beautiful.plans.rules import coordinates, reads_all
from beautiful.reserves import rules
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import EDITABLE, FUNDING, HELD, ReadinessAnswer, ReserveProject, ReserveState
from beautiful.reserves.screening import ScreenedRule, screened, screening
from districts.projects.linked_matters import LinkedMatter
from districts.projects.models import KeyProject
from districts.projects.selectors import key_projects_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

VALUES = ("content", "effect", "starts_on", "ends_on", *FUNDING, "funding_note", "readiness")
WORDS = {
    ReserveState.DRAFT.value: "编写储备项目",
    ReserveState.RETURNED.value: "修改退回的储备项目",
    ReserveState.SUBMITTED.value: "初筛储备项目",
}


def reserves_visible_to(viewer: Viewer) -> QuerySet[ReserveProject]:
    """The city sees submitted projects, partners admitted ones; proposers also see all projects of their own body."""
    projects = ReserveProject.objects.select_related("proposer", "key_project__district", "opened_by", "submitted_by")
    held = viewer.held
    if not rules.may_read_reserves(held):
        return projects.none()
    condition = Q(proposer__in=rules.proposes_for(held))
    if reads_all(held):
        condition |= ~Q(number="")
    if held.has(Role.PARTNER):
        condition |= Q(status__in=HELD)
    return projects.filter(condition)


def bodies_for(viewer: Viewer) -> QuerySet[Organisation]:
    """Bodies for which the person proposes."""
    return Organisation.objects.filter(pk__in=rules.proposes_for(viewer.held)).order_by("name_pinyin", "pk")


def key_projects_for(viewer: Viewer, project: ReserveProject) -> QuerySet[KeyProject]:
    """Visible key projects that may be linked; real and fictional ones are never mixed."""
    found = key_projects_visible_to(viewer).filter(district__is_demo=project.is_demo)
    return found.select_related("district").order_by("district__name_pinyin", "name", "pk")


def opens_key_project(viewer: Viewer, project: ReserveProject) -> bool:
    """Whether the person may open the linked key project."""
    linked = project.key_project_id
    return linked is not None and key_projects_visible_to(viewer).filter(pk=linked).exists()


def linked_to(viewer: Viewer, project: KeyProject) -> list[LinkedMatter]:
    """Projects of the libraries in the person's sight that are linked to a key project, for its page."""
    label = f"储备项目（{programme().mark}）"
    return [
        LinkedMatter(
            label, one.title, f"{one.number}　{one.pool}".strip(), RESERVE.state(one.status), reverse("beautiful:reserve", args=[one.pk])
        )
        for one in reserves_visible_to(viewer).filter(key_project=project)
    ]


def findings_of(project: ReserveProject) -> list[ScreenedRule]:
    """Every rule of its library, and whether it is met now."""
    return screened({name: getattr(project, name) for name in VALUES}, project.pool)


def fact_screened(project: ReserveProject, _today: dt.date) -> list[ScreenedRule]:
    """``findings_of`` as a fact for the steps."""
    return findings_of(project)


def readiness_of(project: ReserveProject) -> list[tuple[str, str]]:
    """Questions and answers as text."""
    words = dict(ReadinessAnswer.choices)
    return [(point.label, str(words.get(project.readiness.get(point.key, ""), "未填"))) for point in screening().readiness]


@dataclass(frozen=True)
class LibrarySum:
    """Number and funds (万元) of the admitted projects of a library; None if none states any funds."""

    pool: str
    projects: int
    listed: int
    fiscal: Decimal | None
    social: Decimal | None
    other: Decimal | None


def library_sums(rows: Iterable[ReserveProject]) -> list[LibrarySum]:
    """The three libraries with their sums, including empty ones."""
    held = [row for row in rows if row.status in HELD]
    sums = []
    for pool in programme().pools:
        projects = [row for row in held if row.pool == pool]
        money = {name: [getattr(row, name) for row in projects if getattr(row, name) is not None] for name in FUNDING}
        funds = {name: sum(stated, Decimal()) if stated else None for name, stated in money.items()}
        sums.append(LibrarySum(pool, len(projects), sum(row.status == ReserveState.LISTED for row in projects), **funds))
    return sums


@among(lambda: ReserveProject.objects.filter(status__in=(ReserveState.SUBMITTED, *EDITABLE)))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: projects waiting for this person; one query."""
    waiting = Q(pk__in=())
    held = viewer.held
    if coordinates(held):
        waiting |= Q(status=ReserveState.SUBMITTED) & ~Q(submitted_by=viewer.person)
    if bodies := rules.proposes_for(held):
        waiting |= Q(proposer__in=bodies, status__in=EDITABLE)
    if waiting == Q(pk__in=()):
        return []
    rows = ReserveProject.objects.filter(waiting).select_related("proposer").order_by("opened_at", "pk")
    return [
        Task(
            title=WORDS[project.status],
            subject=project.title,
            link=reverse("beautiful:reserve", args=[project.pk]),
            since=project.opened_at,
            kind=f"reserve_project.{project.status}",
            is_demo=project.is_demo,
        )
        for project in rows
    ]
