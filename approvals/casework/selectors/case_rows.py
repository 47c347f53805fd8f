"""Rows of the case list, read as plain values in one query together with the data for their due dates."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from approvals.cases.disclosure import state_outside
from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.lifecycle import state_of_kind
from approvals.cases.models.cases import Case, Correction
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.cases.rules import is_city
from approvals.cases.selectors.cases import DecidedTerms, day_of, decided_terms, receipt_due
from approvals.cases.terms import working_days
from approvals.common.enums import CaseKind
from districts.file.models.district import AdministrativeArea
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.policy import parameters
from greendistrict.workflow.machine import State

Asked = Sequence[Mapping[str, str | None]]


class CaseRow(NamedTuple):
    """One row as stored, with state and working days left as its reader sees them (``seen_by``).

    ``rounds_asked`` (corrections) and ``questions_asked`` are lists of {asked, answered, due} in ISO 8601.
    """

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
    loss__hearing_due: dt.date | None
    review: int | None
    rounds_asked: Asked
    questions_asked: Asked
    areas: Sequence[str]
    state: State | None = None
    left: int | None = None

    def due(
        self, handled: Callable[[dt.date, int], dt.date], calendar: workdays.WorkCalendar, today: dt.date, decided: DecidedTerms
    ) -> dt.date | None:
        """Last day of the current step, computed like ``selectors.cases.due_of``; ``handled`` is ``receipt_due`` by day and days held."""
        if self.status == CaseState.CORRECTING:
            return dt.date.fromisoformat(str(self.rounds_asked[-1]["due"])) if self.rounds_asked else None
        if self.kind == CaseKind.LOSS:
            return self.loss__hearing_due if self.status == CaseState.HEARING else None
        if self.pk in decided:
            return decided[self.pk]
        if self.status not in AT_RECEIPT or self.sent_at is None or self.review is not None:
            return None
        spans = [(_day(one["asked"]) or today, _day(one["answered"]) or today) for one in (*self.rounds_asked, *self.questions_asked)]
        return handled(day_of(self.sent_at), working_days(spans, calendar) if spans else 0)


def _day(moment: str | None) -> dt.date | None:
    return day_of(dt.datetime.fromisoformat(moment)) if moment else None


def row_values(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """One tuple per case in the field order of ``CaseRow``; one query."""
    rounds = Correction.objects.filter(case=OuterRef("pk")).order_by("round")
    questions = PreReviewQuestion.objects.filter(case=OuterRef("pk")).order_by("pk")
    return cases.annotate(
        rounds_asked=ArraySubquery(rounds.values(json=JSONObject(asked="issued_at", answered="answered_at", due="due"))),
        questions_asked=ArraySubquery(questions.values(json=JSONObject(asked="asked_at", answered="answered_at"))),
        areas=ArraySubquery(AdministrativeArea.objects.filter(districts=OuterRef("district")).values("name")),
    ).values_list(*(name for name in CaseRow._fields if name not in CaseRow._field_defaults))


def seen_by(viewer: Viewer, values: Iterable[Sequence[Any]]) -> list[CaseRow]:
    """Rows with state and working days left; the city sees other states than those outside."""
    settings, calendar, today, inside = parameters.load(), workdays.current(), viewer.today, is_city(viewer.held)
    rows, found = [CaseRow(*one) for one in values], []
    decided = decided_terms(today) if any(row.status in AT_RECEIPT for row in rows) else {}
    handled, until = cache(lambda sent, asked: receipt_due(sent, settings, calendar, asked)), cache(lambda due: calendar.left(today, due))
    for row in rows:
        due, state = row.due(handled, calendar, today, decided), state_of_kind(row.kind, row.status)
        left = until(due) if due else None
        found.append(row._replace(state=state if inside else state_outside(row.kind, state), left=left))
    return found
