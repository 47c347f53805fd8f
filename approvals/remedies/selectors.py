"""Reconsiderations and suits in sight, the days of both ways, what stands against an outcome, and who waits for whom."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.document_numbers import NumberedPaper
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.common.enums import CaseKind
from approvals.titles.enums import RemedyKind, RemedyState
from approvals.titles.models.publicity import Title
from approvals.titles.models.remedies import Remedy
from approvals.titles.selectors import against_restoring
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import workdays
from greendistrict.core.errors import Refusal
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.statutes import ANSWER_RECONSIDERATION, ANSWER_SUIT, ASK_RECONSIDERATION, SUE, StatutoryTerm
from greendistrict.workflow.todo import Task

REMEDY_NUMBERS = NumberedPaper(Remedy, lambda number: Remedy.objects.filter(reply_number=number), str)
ANSWER: dict[str, StatutoryTerm] = {RemedyKind.REVIEW: ANSWER_RECONSIDERATION, RemedyKind.SUIT: ANSWER_SUIT}


def remedies_visible_to(user: User) -> QuerySet[Remedy]:
    """Those of cases that the person may open."""
    return Remedy.objects.filter(case__in=cases_visible_to(user)).select_related("case__district", "case__applicant", "scan")


def remediable(case: Case) -> bool:
    """Whether there is a decision that a reconsideration or suit can be about."""
    return case.decided_on is not None


def answer_term(kind: str, served: dt.date, calendar: WorkCalendar) -> dt.date:
    """Last day of the city's reply or statement of defence."""
    return ANSWER[kind].last_day(served, calendar)


@dataclass(frozen=True)
class RemedyWay:
    """A way against a decision: its name, the last day to take it, and how that day is reached."""

    name: str
    until: dt.date
    explained: str


def ways_of(case: Case) -> list[RemedyWay]:
    """Both ways against a decision that was served; empty before its service is recorded."""
    served = case.loss.served_on if case.kind == CaseKind.LOSS else None
    if served is None:
        return []
    calendar, terms = workdays.current(), ((RemedyKind.REVIEW, ASK_RECONSIDERATION), (RemedyKind.SUIT, SUE))
    return [RemedyWay(str(kind.label), term.last_day(served, calendar), term.explained(served, "送达")) for kind, term in terms]


def ended_title(case: Case) -> Title | None:
    """The title that this case has ended; None before its announcement, and once the title stands again."""
    return case.ended_titles.select_related("district").order_by("pk").first()


def against(remedy: Remedy) -> list[Refusal]:
    """Why an outcome that gives a title back cannot be followed."""
    title = ended_title(remedy.case) if remedy.restores else None
    return against_restoring(title) if title else []


def remedy_tasks(user: User) -> Iterable[Task]:
    """Desk tasks: replies that the officer owes, outcomes that the director confirms."""
    roles = posts_of(user).roles
    waiting = Remedy.objects.none()
    if Role.CITY_OFFICER in roles:
        waiting |= Remedy.objects.filter(status=RemedyState.OPEN, replied_on__isnull=True)
    if Role.CITY_DIRECTOR in roles:
        waiting |= Remedy.objects.filter(status=RemedyState.FOUND)
    calendar = workdays.current()
    for row in waiting.select_related("case__district").order_by("served_on", "pk"):
        found = row.status == RemedyState.FOUND
        yield Task(
            title=f"{row.get_kind_display()}{'结果待审定' if found else '待答复'}",
            subject=f"{row.case.district.name} {row.number}",
            link=reverse("approvals:remedy", args=[row.pk]),
            since=row.recorded_at,
            due=None if found else answer_term(row.kind, row.served_on, calendar),
            kind="remedy",
            is_demo=row.is_demo,
        )
