"""Rows of the case list, read as plain values in one query together with the data for their due dates."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from approvals.cases.disclosure import state_outside
from approvals.cases.enums import CaseState
from approvals.cases.lifecycle.machines import state_of_kind
from approvals.cases.models.cases import Case, Correction
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.cases.selectors.cases import WITH_DUE, day_of, receipt_due
from approvals.cases.selectors.decided_terms import DecidedTerms
from approvals.cases.suspension import working_days
from approvals.common.enums import CaseKind
from districts.common.enums import DistrictType, Star
from greendistrict.core import workdays
from greendistrict.policy.parameters import Parameters
from greendistrict.workflow.machine import State

KIND_WORDS, TYPE_WORDS, STAR_WORDS = ({one.value: str(one.label) for one in kind} for kind in (CaseKind, DistrictType, Star))
ASKS_FOR_STAR = {CaseKind.APPLICATION, CaseKind.ACCEPTANCE}
FIELDS = (
    "pk", "kind", "number", "status", "star_asked", "submitted_at", "sent_at", "accepted_at", "district__name", "district__is_demo",
    "district__type", "applicant__name", "loss__hearing_due", "review",
)  # fmt: skip
Asked = Sequence[Mapping[str, str | None]]


class CaseRow(NamedTuple):
    """One row as stored. ``rounds`` (corrections) and ``questions`` are lists of {asked, answered, due} in ISO 8601."""

    pk: int
    kind: str
    number: str | None
    status: str
    star_asked: int | None
    submitted_at: dt.datetime | None
    sent_at: dt.datetime | None
    accepted_at: dt.datetime | None
    district: str
    is_demo: bool
    type: str
    applicant: str
    hearing_due: dt.date | None
    review: int | None
    rounds: Asked
    questions: Asked

    @property
    def words(self) -> dict[str, str]:
        """Kind, type and star in words; only applications and acceptances have a requested star."""
        star = STAR_WORDS[self.star_asked] if self.star_asked else "未定" if self.kind in ASKS_FOR_STAR else "—"
        return {"kind": KIND_WORDS[self.kind], "type": TYPE_WORDS.get(self.type, ""), "star": star}

    def state(self, *, inside: bool) -> State:
        """State as shown to the city (``inside``) or outside."""
        state = state_of_kind(self.kind, self.status)
        return state if inside else state_outside(self.kind, state)

    def due(self, settings: Parameters, calendar: workdays.WorkCalendar, today: dt.date, decided: DecidedTerms) -> dt.date | None:
        """Last day of the current step, computed like ``selectors.cases.due_of``."""
        if self.status == CaseState.CORRECTING:
            return dt.date.fromisoformat(str(self.rounds[-1]["due"])) if self.rounds else None
        if self.kind == CaseKind.LOSS:
            return self.hearing_due if self.status == CaseState.HEARING else None
        if self.pk in decided:
            return decided[self.pk]
        if self.status not in WITH_DUE or self.sent_at is None or self.review is not None:
            return None
        spans = [(_day(one["asked"]) or today, _day(one["answered"]) or today) for one in (*self.rounds, *self.questions)]
        return receipt_due(day_of(self.sent_at), settings, calendar, working_days(spans, calendar))


def _day(moment: str | None) -> dt.date | None:
    return day_of(dt.datetime.fromisoformat(moment)) if moment else None


def row_values(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """One tuple per case in the field order of ``CaseRow``; one query."""
    rounds = Correction.objects.filter(case=OuterRef("pk")).order_by("round")
    questions = PreReviewQuestion.objects.filter(case=OuterRef("pk")).order_by("pk")
    return cases.annotate(
        _rounds=ArraySubquery(rounds.values(json=JSONObject(asked="issued_at", answered="answered_at", due="due"))),
        _questions=ArraySubquery(questions.values(json=JSONObject(asked="asked_at", answered="answered_at"))),
    ).values_list(*FIELDS, "_rounds", "_questions")
