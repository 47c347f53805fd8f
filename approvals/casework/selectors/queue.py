"""Cases waiting for a person, counted and sorted in the database and made tasks only where shown; rows of the case list.

A city post may have thousands of waiting cases, of which its desk shows the first few. Whether they wait for the post depends only on
kind and state, and their last day on the day they arrived. Two groups are small and evaluated case by case: cases with correction
rounds or questions (their last days differ), and cases of an applicant (the turn depends on its posts).

Rows of the case list are read as plain values in one query together with the data for their due dates.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Value, When, prefetch_related_objects
from django.db.models.functions import Collate, TruncDate
from django.urls import reverse

from approvals.cases.disclosure import state_outside
from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.lifecycle import state_of, state_of_kind
from approvals.cases.models.cases import CLOSED_STATES, Case, Correction
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.cases.rules import EDITABLE, is_city
from approvals.cases.selectors.cases import (
    ROUNDS,
    DecidedTerms,
    cases_visible_to,
    decided_terms,
    due_of,
    pages_of,
    receipt_due,
    turn_of,
    turns,
)
from approvals.common.duties import duties
from approvals.common.enums import LossGround
from assessments.reviews.enums import ENDED_STATES
from districts.file.models.district import AdministrativeArea, ConsultantMandate
from districts.file.rules import mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.django_internals import Compiled
from greendistrict.core.memoisation import Kept
from greendistrict.policy import parameters
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.machine import State
from greendistrict.workflow.todo import Task


class CaseRow(NamedTuple):
    """One row as stored, with state and working days left as its reader sees them (``seen_by``)."""

    pk: int
    kind: str
    number: str | None
    status: str
    star_asked: int | None
    submitted_at: dt.datetime | None
    sent_at: dt.datetime | None
    accepted_at: dt.datetime | None
    decided_on: dt.date | None
    decision_number: str
    district__name: str
    district__is_demo: bool
    district__type: str
    applicant__name: str
    district_id: int
    review: int | None
    areas: Sequence[str]
    state: State | None = None
    left: int | None = None


def row_values(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """One tuple per case in the field order of ``CaseRow``; one query."""
    return cases.annotate(
        areas=ArraySubquery(AdministrativeArea.objects.filter(districts=OuterRef("district")).values("name")),
    ).values_list(*(name for name in CaseRow._fields if name not in CaseRow._field_defaults))


def seen_by(viewer: Viewer, values: Iterable[Sequence[Any]]) -> list[CaseRow]:
    """Rows with state and working days left to the first open duty; the city sees other states than those outside."""
    calendar, today, inside = workdays.current(), viewer.today, is_city(viewer.held)
    rows = [CaseRow(*one) for one in values]
    first: dict[str, dt.date] = {}
    for duty in duties().open_on_pages(viewer, {row.district_id for row in rows if row.status not in CLOSED_STATES}):
        first.setdefault(duty.page, duty.due)
    until, found = cache(lambda due: calendar.left(today, due)), []
    for row in rows:
        state = state_of_kind(row.kind, row.status)
        days = [first[page] for page in pages_of(row.pk, row.review) if page in first]
        left = until(min(days)) if days else None
        found.append(row._replace(state=state if inside else state_outside(row.kind, state), left=left))
    return found


CITY_TURN = {
    Role.CITY_OFFICER: "city_officer",
    Role.CITY_CHECKER: "city_checker",
    Role.CITY_LEGAL: "city_legal",
    Role.CITY_DIRECTOR: "city_director",
    Role.SECRETARIAT: "secretariat",
}
# Columns that a task shows, and columns from which its last day and turn are computed.
COLUMNS = (
    *("kind", "number", "status", "applicant", "handed_by", "created_at", "submitted_at", "sent_at", "accepted_at", "decided_on"),
    *("district__name", "district__is_demo", "loss__hearing_due", "loss__ground", "review"),
)
# Sorted like the texts of the tasks, independent of the database collation.
BY_WORDS = (Collate("district__name", "C"), Collate("number", "C").asc(nulls_first=True), F("pk"))


class DueGroup(NamedTuple):
    """Cases with the same last day (None: no last day): their arrival days, number, and whether any is demonstration data."""

    due: dt.date | None
    days: list[dt.date]
    number: int
    is_demo: bool


class _TurnsByState:
    """Cases whose turn depends on kind and state alone, and statements about them, kept by all that they depend on: posts and day."""

    def __init__(self, viewer: Viewer, whole: Q, decided: DecidedTerms) -> None:
        self._viewer, self._whole, self._decided = viewer, whole, decided

    @cached_property
    def rows(self) -> Any:  # annotated with ``came`` and ``asked``, which the type stubs cannot express
        """With ``came`` (day of arrival, for those with a last day) and ``asked`` (applicant asked, or term decided)."""
        timed = Q(status__in=AT_RECEIPT, sent_at__isnull=False, review__isnull=True)
        asked = Q(pk__in=Correction.objects.order_by().values("case")) | Q(pk__in=PreReviewQuestion.objects.order_by().values("case"))
        asked = asked | Q(pk__in=list(self._decided)) if self._decided else asked
        return (
            _open_to(self._viewer)
            .filter(self._whole)
            .annotate(
                came=models.Case(When(timed, then=TruncDate("sent_at", tzinfo=clock.SHANGHAI)), default=None),
                asked=models.Case(When(timed & asked, then=Value(True)), default=Value(False)),
            )
        )

    def numbers(self) -> list[tuple[Any, bool, int, bool]]:
        """Day of arrival, whether asked, number of cases, whether any is fictional."""
        return self._kept("numbers", self._numbers).read()

    def _numbers(self) -> QuerySet[Case, Any]:
        counted = self.rows.order_by().values_list("came", "asked")
        found: QuerySet[Case, Any] = counted.annotate(number=Count("pk"), fiction=BoolOr("district__is_demo"))
        return found

    def shown(self) -> Any:
        """Those never asked, with the columns of a task."""
        return self.rows.filter(asked=False).select_related("district", "loss").only(*COLUMNS)

    def first_of(self, group: "DueGroup", most: int) -> list[Case]:
        """The first of one group by their words."""
        if group.due is None:
            return self._kept(most, lambda: self.shown().order_by(*BY_WORDS)[:most]).read()
        within = self._kept(
            ("within", most), lambda *days: self.shown().filter(came__range=days).order_by(*BY_WORDS)[:most], dt.date.min, dt.date.max
        )
        return within.read(min(group.days), max(group.days))  # a later arrival is never due earlier, so no other group lies between

    def _kept(self, what: Hashable, build: Callable[..., QuerySet[Any, Any]], *marks: Hashable) -> Compiled:
        if self._decided:
            return Compiled(build, *marks)
        posts = tuple((post.role, post.organisation_id, post.organisation.parent_id) for post in self._viewer.held.posts)
        return _STATEMENTS.get((self._viewer.today, posts, what), lambda: Compiled(build, *marks))


_STATEMENTS: Kept[Compiled] = Kept(200)


@dataclass(frozen=True)
class Queue:
    """Cases waiting for one person: tasks evaluated case by case, and the other cases (``plain``) as groups."""

    today: dt.date
    tasks: list[Task] = field(default_factory=list)
    groups: list[DueGroup] = field(default_factory=list)
    plain: _TurnsByState | None = None

    @property
    def count(self) -> int:
        """Number of waiting cases."""
        return len(self.tasks) + sum(group.number for group in self.groups)

    @property
    def is_demo(self) -> bool:
        """Whether any of them is demonstration data."""
        return any(group.is_demo for group in self.groups) or any(task.is_demo for task in self.tasks)

    def first(self, most: int | None = None) -> list[Task]:
        """The most urgent tasks in order, at most ``most`` (None: all); one query."""
        plain = _tasks(self._cases(self.plain, most), set(), {}, self.today) if self.groups and self.plain else ()
        found = [*self.tasks, *plain]
        return sorted(found, key=lambda task: task.order)[:most]

    def _cases(self, plain: _TurnsByState, most: int | None) -> list[Case]:
        """The first plain cases in task order, read from as few groups as needed."""
        if most is None:
            return list(plain.shown())
        chosen, found = [], 0
        for group in self.groups:
            if found < most:
                chosen.append(group)
                found += group.number
        if len(chosen) == 1:
            return plain.first_of(chosen[0], most)
        cases = plain.shown()
        if all(group.due for group in chosen):
            cases = cases.filter(came__in=[day for group in chosen for day in group.days])
        return list(cases.order_by(_rank(chosen), *BY_WORDS)[:most])


def _rank(groups: list[DueGroup]) -> models.Case:
    """Sort position of a case by its group; groups without a last day come last."""
    places = [When(came__in=group.days, then=Value(place)) for place, group in enumerate(groups) if group.due]
    return models.Case(*places, default=Value(len(groups)))


def queue_of(viewer: Viewer) -> Queue:
    """Open cases waiting for the person; a constant number of queries."""
    held = viewer.held
    whole, weighed = _of_city(_city_parties(held)), _waiting(_weighed_parties(held))
    decided = decided_terms(viewer.today) if whole else {}
    plain = _TurnsByState(viewer, whole, decided) if whole else None
    groups, apart = _grouped(plain) if plain else ([], False)
    one_by_one = weighed
    if plain is not None:
        one_by_one = Q(weighed & ~whole) if weighed else Q()
        one_by_one = one_by_one | Q(pk__in=plain.rows.filter(asked=True).values("pk")) if apart else one_by_one
    tasks = _one_by_one(viewer, held, _open_to(viewer).filter(one_by_one), decided) if one_by_one else []
    return Queue(viewer.today, tasks, groups, plain)


def _open_to(viewer: Viewer) -> QuerySet[Case]:
    return cases_visible_to(viewer).exclude(status__in=CLOSED_STATES)


def _grouped(plain: _TurnsByState) -> tuple[list[DueGroup], bool]:
    """The groups of those never asked; whether any case was."""
    rows = plain.numbers()
    settings, calendar, apart = parameters.load(), workdays.current(), False
    by_due: dict[dt.date | None, list[tuple[dt.date, int, bool]]] = defaultdict(list)
    for day, was_asked, count, is_demo in rows:
        apart = apart or was_asked
        if not was_asked:
            by_due[receipt_due(day, settings, calendar) if day else None].append((day, count, is_demo))
    groups = [
        DueGroup(due, [day for day, _, _ in parts], sum(count for _, count, _ in parts), any(demo for _, _, demo in parts))
        for due, parts in sorted(by_due.items(), key=lambda pair: pair[0] or dt.date.max)
    ]
    return groups, apart


def _one_by_one(viewer: Viewer, held: HeldPosts, found: QuerySet[Case], decided: DecidedTerms) -> list[Task]:
    mandated = _mandated(held)
    cases = [case for case in found.select_related("district", "loss").only(*COLUMNS) if _is_turn(held, viewer, case, mandated)]
    return _tasks(cases, _with_what_was_asked(cases, found), decided, viewer.today)


def _tasks(cases: list[Case], asked: set[int], decided: DecidedTerms, today: dt.date) -> list[Task]:
    """Tasks of the cases. ``asked``: ids of cases with correction rounds or questions; ``decided``: last days changed by decision."""
    settings, calendar = parameters.load(), workdays.current()
    page = reverse("approvals:case", args=[0]).removesuffix("0/")
    return [_task(case, due_of(case, settings, calendar, today, asked=case.pk in asked, decided=decided), page) for case in cases]


def _with_what_was_asked(cases: list[Case], found: QuerySet[Case]) -> set[int]:
    """Prefetch rounds and questions for the cases that have any; returns their ids.

    A prefetch builds a queryset for each case, and nearly all waiting cases were never asked anything.
    """
    if not cases:
        return set()
    keys = found.order_by().values("pk")
    rounds, questions = (model.objects.filter(case__in=keys).order_by().values_list("case") for model in (Correction, PreReviewQuestion))
    asked = {key for (key,) in rounds.union(questions)}
    prefetch_related_objects([case for case in cases if case.pk in asked], Prefetch("corrections", ROUNDS), "questions")
    return asked


def _waiting(parties: set[str]) -> Q:
    """Condition: one of the parties has to act on the case; an empty ``Q`` if there is none."""
    condition = Q()
    found: dict[str, list[str]] = defaultdict(list)
    for kind, state, waiting in turns():
        if parties & set(waiting):
            found[kind].append(state)
    for kind, states in found.items():
        condition |= Q(kind=kind, status__in=states)
    return condition


def _of_city(parties: set[str]) -> Q:
    """``_waiting`` for posts of the city. Without running reviews for the secretariat, because reviews have tasks of their own."""
    condition = _waiting(parties - {"secretariat"})
    if "secretariat" in parties:
        running = Q(status=CaseState.REVIEWING, review__isnull=False) & ~Q(review__status__in=ENDED_STATES)
        condition |= _waiting({"secretariat"}) & ~running
    return condition


def _city_parties(held: HeldPosts) -> set[str]:
    """Party keys of the person whose turn depends on kind and state alone."""
    return {party for role, party in CITY_TURN.items() if role in held.roles}


def _weighed_parties(held: HeldPosts) -> set[str]:
    """Party keys of the person whose turn must be evaluated case by case."""
    parties = set()
    if held.has(Role.CITY_CHECKER) and not all(map(is_directors, ("grant", *LossGround))):
        parties.add("city_director")  # of these only cases whose decision the settings leave to 审核 are kept
    if held.has(Role.PREPARER, Role.CONSULTANT):
        parties.add("preparer")  # a consultant fills in together with the preparer
    if held.has(Role.REVIEWER):
        parties.add("reviewer")
    if held.has(Role.AUTHORITY):
        parties.add("authority")
    return parties


def _mandated(held: HeldPosts) -> frozenset[int]:
    """Districts for which the person's consulting bodies currently have a mandate."""
    bodies = held.organisations_as(Role.CONSULTANT)
    rows = (
        ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=bodies)
        if bodies
        else ConsultantMandate.objects.none()
    )
    return frozenset(rows.values_list("district", flat=True))


def _is_turn(held: HeldPosts, viewer: Viewer, case: Case, mandated: frozenset[int]) -> bool:
    waiting = turn_of(case)
    if "preparer" in waiting and case.status in EDITABLE and case.district_id in mandated:
        return True
    if any(party in waiting for role, party in CITY_TURN.items() if role in held.roles):
        return True
    if "authority" in waiting:
        return held.has(Role.AUTHORITY)
    if case.status == CaseState.SIGNING and case.handed_by_id == viewer.person:
        return False
    roles = [role for party, role in (("preparer", Role.PREPARER), ("reviewer", Role.REVIEWER)) if party in waiting]
    return case.applicant_id in held.organisations_as(*roles)


def _task(case: Case, due: dt.date | None, page: str) -> Task:
    state = state_of(case)
    return Task(
        title=f"{case.get_kind_display()}：{state.label}",
        subject=f"{case.district.name}{f' {case.number}' if case.number else ''}",
        link=f"{page}{case.pk}/",
        since=case.accepted_at or case.sent_at or case.submitted_at or case.created_at,
        due=due,
        kind="case",
        is_demo=case.is_demo,
    )
