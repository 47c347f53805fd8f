"""Visible panel opinions on cases, and open opinions (cases and stage assessments) as desk tasks."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, DateField, F, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.urls import reverse

from approvals.cases.selectors.cases import cases_visible_to
from approvals.opinions.lifecycle import GONE
from approvals.opinions.models import ReviewOpinion
from assessments.common.enums import CommentKind
from assessments.opinions.lifecycle import ENDED
from assessments.opinions.models import OpinionState, PanelOpinion
from assessments.opinions.rules import answers_for
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import LiveFigure
from assessments.stage_assessments.models import StageOpinion, StageState
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.django_internals import Compiled
from greendistrict.workflow.history import as_it_was
from greendistrict.workflow.task_rows import TaskRows
from greendistrict.workflow.todo import Task


def opinions_visible_to(viewer: Viewer) -> QuerySet[ReviewOpinion]:
    """Opinions a person may see: those of visible cases, and those assigned to a body for which the person replies."""
    return ReviewOpinion.objects.filter(Q(case__in=cases_visible_to(viewer)) | Q(organisation_id__in=answers_for(viewer.held)))


@dataclass(frozen=True)
class _List:
    """Names of the columns in which one kind of assessed object stores its opinions."""

    model: type[PanelOpinion]
    applicant: str
    ended: frozenset[str]
    page: str
    due: Combinable

    def counted(self, chosen: Q) -> QuerySet[Any]:
        """Number of chosen opinions per assessed object, in columns common to all kinds."""
        matter = self.model.MATTER
        rows = self.model._default_manager.filter(chosen).exclude(**{f"{matter}__status__in": self.ended}).order_by()
        columns = {"at": "id", "known": "number", "place": "district__name", "demo": "district__is_demo"}
        named = {name: F(f"{matter}__{column}") for name, column in columns.items()}
        grouped = rows.values(page=Value(self.page, CharField()), last=self.due, **named)
        return grouped.annotate(count=Count("pk"), musts=Count("pk", filter=Q(kind=CommentKind.MUST)), since=Min("drawn_up_at"))


class OpinionOnDay(NamedTuple):
    """An opinion with its state as of a day; ``matter`` names the assessed object."""

    opinion: ReviewOpinion | StageOpinion
    matter: str
    state: OpinionState


def opinions_on(districts: Collection[int], year: int, day: dt.date) -> dict[int, list[OpinionOnDay]]:
    """By district id: opinions on cases and stage assessments of ``year``, and earlier ones not closed by ``day``; two queries."""
    cases = ReviewOpinion.objects.filter(case__district__in=districts).select_related("case__district")
    stages = StageOpinion.objects.filter(stage__district__in=districts).select_related("stage__district")
    rows: list[ReviewOpinion | StageOpinion] = [*cases.order_by("drawn_up_at", "pk"), *stages.order_by("drawn_up_at", "pk")]
    opinions: dict[int, list[OpinionOnDay]] = {}
    for row in rows:
        drawn_up, state = _day_of(row.drawn_up_at), state_on(row, day)
        if drawn_up <= day and (state != OpinionState.CLOSED or drawn_up.year == year):
            opinions.setdefault(row.matter.district_id, []).append(OpinionOnDay(_as_it_was(row, state), str(row.matter), state))
    return opinions


def _as_it_was(opinion: ReviewOpinion | StageOpinion, state: OpinionState) -> ReviewOpinion | StageOpinion:
    """An opinion in an earlier state, without a later reply or check."""
    later: dict[str, Any] = {"checked_at": None} if state != OpinionState.CLOSED else {}
    if state == OpinionState.OPEN:
        later |= {"reply": "", "replied_at": None}
    return as_it_was(opinion, status=state, **later)


def _day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def state_on(opinion: PanelOpinion, day: dt.date) -> OpinionState:
    """State of an opinion at the end of ``day``."""
    if opinion.status == OpinionState.CLOSED and opinion.checked_at and _day_of(opinion.checked_at) <= day:
        return OpinionState.CLOSED
    return OpinionState.REPLIED if opinion.replied_at and _day_of(opinion.replied_at) <= day else OpinionState.OPEN


MENDED_BY = Case(When(stage__status=StageState.RECTIFYING, then=F("stage__rectify_due")), output_field=DateField())
LISTS = (
    _List(ReviewOpinion, "case__applicant_id", GONE, "approvals:case_opinions", Value(None, DateField())),
    _List(StageOpinion, "stage__district__applicant_id", ENDED, "assessments:stage_opinions", MENDED_BY),
)


def _in_state(state: OpinionState) -> TaskRows:
    return TaskRows(*(lambda kind=kind: kind.model._default_manager.filter(status=state) for kind in LISTS))


OPEN = _in_state(OpinionState.OPEN)
ANSWERED = _in_state(OpinionState.REPLIED)


def opinion_tasks(viewer: Viewer) -> Iterable[Task]:
    """Desk tasks, one per case or stage assessment: replies of the responsible body, verification by officers and secretariat.

    An opinion that is not assigned to a body in the portal waits for the applicant's reply.
    """
    held = viewer.held
    if OPEN.exist and (bodies := answers_for(held)):
        applicants = held.organisations_as(Role.PREPARER, Role.REVIEWER)
        whose = (Q(organisation_id__in=bodies) | Q(organisation=None, **{f"{kind.applicant}__in": applicants}) for kind in LISTS)
        yield from (_task("评审意见待答复", row) for row in _counted("open", whose))
    if held.has(Role.CITY_OFFICER, Role.SECRETARIAT) and ANSWERED.exist:
        yield from (_task("评审意见待复核", row) for row in REPLIED.read())


def _counted(status: str, whose: Iterable[Q]) -> QuerySet[Any, Any]:
    """Number of opinions in a state per assessed object, for cases and stage assessments, oldest first."""
    first, *others = [kind.counted(Q(status=status) & chosen) for kind, chosen in zip(LISTS, whose, strict=True)]
    return first.union(*others, all=True).order_by("since", "page", "at")


REPLIED = Compiled(lambda: _counted("replied", (Q() for _ in LISTS)))


def _task(words: str, row: Mapping[str, Any]) -> Task:
    musts = f"，其中须修改{row['musts']}条" if row["musts"] else ""
    return Task(
        title=f"{words}{row['count']}条{musts}",
        subject=f"{row['place']} {row['known']}",
        link=reverse(row["page"], args=[row["at"]]),
        since=row["since"],
        due=row["last"],
        kind="case",
        is_demo=row["demo"],
        rests_on="rectify.days" if row["last"] else "",
    )


def _closed(check: SelfCheck, today: dt.date) -> str:
    """How many opinions of the year are closed and how many of all are open, in words; empty if there are none."""
    found = opinions_on({check.district_id}, check.year, today).get(check.district_id, [])
    if not found:
        return ""
    closed = sum(one.state == OpinionState.CLOSED for one in found)
    return f"评审意见{len(found)}条（{check.year}年度提出的和其他未办结的），已办结{closed}条，未办结{len(found) - closed}条"


CLOSED = LiveFigure("opinions", "评审意见", frozenset({"management", "plan"}), _closed)
