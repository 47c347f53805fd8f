"""Cases with steps, documents and time spans, as they were at the end of a day."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse

from approvals.cases.enums import Deed
from approvals.cases.lifecycle import steps_that
from approvals.cases.models.cases import CLOSED_STATES, Case, Correction, PaperEntry
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.cases.procedure import ANNOUNCED_ON
from approvals.cases.terms import Span, working_days
from approvals.common.enums import CaseKind
from approvals.opinions.models import ReviewOpinion
from approvals.requests.models import ExtensionRequest, ExtensionState
from approvals.titles.enums import CONFIRMED_REMEDIES, RESTORING
from approvals.titles.models.remedies import Remedy, standing_outcome
from assessments.common.enums import CommentKind
from assessments.opinions.models import OpinionState
from assessments.reviews.models import Draw
from districts.file.models.district import District
from greendistrict.core.days import day_in_words
from greendistrict.workflow.declaration import procedure_named
from greendistrict.workflow.history import Passed, Stay, changed_since, day_of_text, passed, stays, steps_column
from obligations.duties import EVERYONE, ReaderSide
from obligations.matter_rows import MatterRows, Since, moved_since, rows_of
from obligations.matters import INSIDE, Matter
from obligations.titled_districts import leading_of
from obligations.way import Day

OWN_ALONE, SENT_TO_CITY, CITY_ALONE = (
    frozenset({ReaderSide.OWN}),
    frozenset({ReaderSide.OWN, ReaderSide.CITY}),
    frozenset({ReaderSide.CITY}),
)
READABLE = EVERYONE - {ReaderSide.OTHERS}
COLUMNS = (
    *("pk", "kind", "number", "status", "district_id", "applicant_id", "decided_on"),
    *("district__name", "district__is_demo", "applicant__name", "review_id", "review__conclusion"),
    *("loss__hearing_due", "loss__intent_served_on", "loss__served_on", "loss__statement_on", "loss__acceptance_id"),
    *(ANNOUNCED_ON, "leading", "bodies", "steps", "rounds", "asked", "drawn", "musts", "longer", "papers", "contested"),
)


def _rows(model: type[Model], condition: Q | None = None, **columns: str) -> ArraySubquery:
    """Subquery: rows of a model that belong to the case, as JSON, oldest first."""
    found = model._default_manager.filter(condition or Q(), case=OuterRef("pk")).order_by("pk")
    return ArraySubquery(found.values_list(JSONObject(**{name: F(column) for name, column in columns.items()})))


def _cases(since: Since) -> QuerySet[Case]:
    """Cases that are open or were moved recently."""
    live = ~Q(status__in=CLOSED_STATES) | Exists(changed_since(Case, since.moment))
    cases = Case.objects.filter(live, number__isnull=False)
    leading = District.authorities.through.objects.filter(district_id=OuterRef("district_id")).order_by("organisation_id")
    draws = Draw.objects.filter(review__table=OuterRef("table_id"), drawn_at__isnull=False).order_by("drawn_at", "pk")
    musts = {"first": "drawn_up_at", "last": "replied_at", "status": "status", "review": "review_id"}
    stayed = {"earlier": "earlier_stays", "first": "stayed_on", "last": "stay_ended_on"}
    outcomes = {"kind": "kind", "outcome": "outcome", "on": "outcome_on", "appealed": "appealed_on", "first_outcome": "after__outcome"}
    longer = {"deadline": "deadline", "was": "was_due", "until": "until", "at": "decided_at"}
    return cases.annotate(
        leading=leading_of("district_id"),
        bodies=ArraySubquery(leading.values("organisation__name")),
        steps=steps_column(Case),
        rounds=_rows(Correction, number="round", first="issued_at", last="answered_at", due="due"),
        asked=_rows(PreReviewQuestion, first="asked_at", last="answered_at"),
        musts=_rows(ReviewOpinion, Q(kind=CommentKind.MUST), **musts),
        drawn=ArraySubquery(draws.values("drawn_at")),
        longer=_rows(ExtensionRequest, Q(status=ExtensionState.GRANTED), **longer),
        contested=_rows(Remedy, None, status="status", **stayed, **outcomes),
        papers=_rows(PaperEntry, action="action", received="received_on", entered="entered_at"),
    )


CASES = MatterRows(
    *(Case._meta.label_lower, _cases, COLUMNS),
    is_live=lambda row, since: row["status"] not in CLOSED_STATES or moved_since(row["steps"], since),
    days=("decided_on", "loss__hearing_due", "loss__intent_served_on", "loss__served_on", "loss__statement_on", ANNOUNCED_ON),
)


class CaseHistory:
    """One case as it was at the end of a day."""

    def __init__(self, row: Mapping[str, Any], day: Day) -> None:
        """Build from a row of ``CASES``."""
        self.row, self.day = row, day
        self.kind = row["kind"]

    @cached_property
    def steps(self) -> list[Passed]:
        """Steps, each with the day that counts for it."""
        return passed(self.row["steps"], self._own_day)

    def _own_day(self, action: str, recorded: dt.date) -> dt.date:
        step = procedure_named(CaseKind(self.kind).machine_name).steps.get(action)
        if step and step.own_day:
            return self.row[step.own_day] or recorded
        if action.startswith("enter_"):
            came = [one for one in self.row["papers"] if f"enter_{one['action']}" == action and day_of_text(one["entered"]) == recorded]
            return dt.date.fromisoformat(came[-1]["received"]) if came else recorded
        return recorded

    def stays(self, *states: str) -> list[Stay]:
        """Periods in one of these states, up to the day."""
        return stays(self.steps, states, self.day.on)

    def day_of(self, actions: Collection[str]) -> dt.date | None:
        """Day of the last of these steps taken by the day; None if there is none."""
        return next((step.on for step in reversed(self.steps) if step.action in actions and step.on <= self.day.on), None)

    @cached_property
    def matter(self) -> Matter:
        """Properties shared by all obligations of the case."""
        row = self.row
        about = (row["district_id"], row["district__name"], row["district__is_demo"], row["applicant_id"], row["applicant__name"])
        name, page = f"{CaseKind(self.kind).label}{row['number']}", reverse("approvals:case", args=[row["pk"]])
        return Matter("case", row["pk"], *about, tuple(row["leading"]), name, page, row["status"])

    def first_of(self, actions: Collection[str], since: dt.date, until: dt.date | None) -> dt.date | None:
        """Day of the first of these steps within a period, taken by the day."""
        last = min(until or self.day.on, self.day.on)
        return next((step.on for step in self.steps if step.action in actions and since <= step.on <= last), None)

    @property
    def drawn(self) -> list[dt.date]:
        """Days on which a panel was drawn or appointed, earliest first."""
        return [day for moment in self.row["drawn"] if (day := day_of_text(moment)) is not None]

    @property
    def opinions(self) -> dict[int, list[tuple[dt.date, dt.date | None]]]:
        """Binding opinions by panel with the days of issue and answer; an answer that was sent back does not count."""
        opinions: dict[int, list[tuple[dt.date, dt.date | None]]] = {}
        for one in self.row["musts"]:
            first = day_of_text(one["first"])
            if first is not None:
                answered = None if one["status"] == OpinionState.OPEN else day_of_text(one["last"])
                opinions.setdefault(one["review"], []).append((first, answered))
        return opinions

    def seen_by(self, since: dt.date) -> frozenset[ReaderSide]:
        """Sides that may read what began on a day: secretariat and partners from receipt on; loss or change of a title, only the city."""
        accepted = next((step.on for step in self.steps if step.action in steps_that(Deed.ACCEPTS)), None)
        if self.kind in {CaseKind.LOSS, CaseKind.CHANGE} or accepted is None or since < accepted:
            return SENT_TO_CITY
        return READABLE

    @property
    def inside(self) -> frozenset[ReaderSide]:
        """Sides that may read internal steps."""
        return CITY_ALONE if self.kind in {CaseKind.LOSS, CaseKind.CHANGE} else INSIDE

    def held(self, until: dt.date) -> list[Span]:
        """Periods up to a day in which the applicant had to answer, which stop the city's term."""
        return self._spans([*self.row["rounds"], *self.row["asked"]], until)

    def asked(self, until: dt.date) -> list[Span]:
        """Periods up to a day in which binding opinions lay with the district."""
        rows = self.row["musts"]
        return self._spans([row if row["status"] != OpinionState.OPEN else {**row, "last": None} for row in rows], until)

    @cached_property
    def stayed(self) -> list[Span]:
        """Periods up to the day in which a reconsideration or suit stayed the decision; one that lasts ends on the day."""
        earlier = [{"first": stay["on"], "last": stay["ended_on"]} for remedy in self.row["contested"] for stay in remedy["earlier"]]
        return self._spans([*earlier, *self.row["contested"]], self.day.on)

    def is_carried_out(self, met_on: dt.date | None) -> bool:
        """Whether what follows from the decision was done, or has to be: neither while it is stayed nor after it was set aside."""
        return not self.is_void(met_on) and (met_on is not None or not any(self._lasts(remedy) for remedy in self.row["contested"]))

    def is_void(self, met_on: dt.date | None) -> bool:
        """Whether the decision was set aside before what follows from it was done."""
        return self.set_aside_on is not None and (met_on is None or met_on > self.set_aside_on)

    def _lasts(self, remedy: Mapping[str, Any]) -> bool:
        first, last = day_of_text(remedy["first"]), day_of_text(remedy["last"])
        return first is not None and first <= self.day.on and (last is None or last > self.day.on)

    def stayed_days(self, since: dt.date, until: dt.date | None) -> int:
        """Working days after a day in which the decision was stayed, up to the day on which what follows from it was done."""
        last_day = until or self.day.on
        spans = [(max(first, since), min(last, last_day)) for first, last in self.stayed if last > since and first < last_day]
        return working_days(spans, self.day.terms.calendar)

    @cached_property
    def set_aside_on(self) -> dt.date | None:
        """Day on which a reconsideration or suit set the decision aside, as of the day; None if none has."""
        for one in self.row["contested"]:
            found = standing_outcome(one["kind"], one["outcome"], is_appealed=one["appealed"] is not None, first=one["first_outcome"])
            on = day_of_text(one["on"])
            if one["status"] in CONFIRMED_REMEDIES and found in RESTORING and on is not None and on <= self.day.on:
                return on
        return None

    @staticmethod
    def _spans(rows: Iterable[Mapping[str, Any]], until: dt.date) -> list[Span]:
        spans = []
        for row in rows:
            first, last = day_of_text(row["first"]), day_of_text(row["last"])
            if first is not None and first <= until:
                spans.append((first, min(last, until) if last else until))
        return spans

    def extended(self, deadline: str, due: dt.date) -> tuple[dt.date, str]:
        """Extended deadline as of the day, and the decision that extended it as text."""
        words = ""
        for one in reversed(self.row["longer"]):
            decided = day_of_text(one["at"])
            if one["deadline"] != deadline or dt.date.fromisoformat(one["until"]) != due:
                continue
            if decided and decided > self.day.on:
                due = dt.date.fromisoformat(one["was"])
            elif not words:
                words = f"经审定自{day_in_words(dt.date.fromisoformat(one['was']))}延期"
        return due, words


def histories(day: Day, only: Collection[int] | None) -> list[CaseHistory]:
    """Cases that may have obligations on the day."""
    return [CaseHistory(row, day) for row in rows_of(CASES, day.since, only)]
