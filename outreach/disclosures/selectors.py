"""Requests for information in sight, by receipt, with the last day of their reply, and those that wait for one."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.cases.document_numbers import NumberedPaper
from approvals.remedies.rules import RemedyWay, first_ways, later_ways, way_taken
from approvals.remedies.selectors import task_of, waiting
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import subject_of
from greendistrict.core import clock, workdays
from greendistrict.core.workdays import WorkCalendar
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.workflow.todo import Task
from outreach.common.receipts import digest_of
from outreach.disclosures.enums import GIVING, DisclosureProgress
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from outreach.disclosures.rules import first_remedies, may_read_disclosures, may_reply_disclosures, term_of

_OPEN, _LACKING = Q(replied_at__isnull=True), Q(asked_at__isnull=False, completed_at__isnull=True)
STANDING: Mapping[str, Q] = {
    DisclosureProgress.AWAITED: _OPEN & ~_LACKING & Q(extended_at__isnull=True),
    DisclosureProgress.EXTENDED: _OPEN & ~_LACKING & Q(extended_at__isnull=False),
    DisclosureProgress.INCOMPLETE: _OPEN & _LACKING & Q(given_up_at__isnull=True),
    DisclosureProgress.ANSWERED: ~_OPEN,
    DisclosureProgress.GIVEN_UP: _OPEN & Q(given_up_at__isnull=False),
}
OWED = (DisclosureProgress.AWAITED, DisclosureProgress.EXTENDED)
GIVEN = "依申请公开的信息"
REMEDY_REPLY_NUMBERS = NumberedPaper(DisclosureRemedy, lambda number: DisclosureRemedy.objects.filter(reply_number=number), str)
DONE = (DisclosureProgress.ANSWERED, DisclosureProgress.GIVEN_UP)


def disclosures_visible_to(user: User) -> QuerySet[DisclosureRequest]:
    """All of them for the city, none for others."""
    rows = DisclosureRequest.objects.all()
    return rows if may_read_disclosures(user) else rows.none()


def disclosures_matching(user: User, conditions: Mapping[str, Any]) -> QuerySet[DisclosureRequest]:
    """Those in sight under the conditions of the list: the work list first, what waits longest on top, then the newest."""
    found = disclosures_visible_to(user)
    for word in str(conditions.get("q") or "").split():
        found = found.filter(Q(number__icontains=word) | Q(wanted__icontains=word) | Q(reply_number__icontains=word))
    if outcome := conditions.get("outcome"):
        found = found.filter(outcome=outcome)
    standing = conditions.get("standing") or ""
    if standing not in STANDING:
        return found.order_by("-filed_at", "-pk")
    found = found.filter(STANDING[standing])
    return found.order_by("-filed_at", "-pk") if standing in DONE else found.order_by("filed_at", "pk")


def due_of(row: DisclosureRequest, calendar: WorkCalendar | None = None) -> dt.date | None:
    """Last day of a reply that is still owed; None while the request is incomplete."""
    return term_of(row, calendar or workdays.current()) if row.progress in OWED else None


def files_of(row: DisclosureRequest) -> QuerySet[Evidence]:
    """Files that are handed over with the reply, in the order they came; papers of its remedies are none of them."""
    return Evidence.objects.filter(owner=subject_of(row), kind=GIVEN).order_by("pk")


def files_given(row: DisclosureRequest) -> QuerySet[Evidence]:
    """The same as far as the asker gets them: with a reply that gives information, none that is classified."""
    given = row.progress == DisclosureProgress.ANSWERED and row.outcome in GIVING
    rows = files_of(row).exclude(confidentiality=Confidentiality.CLASSIFIED)
    return rows if given else rows.none()


def remedies_of(row: DisclosureRequest) -> QuerySet[DisclosureRemedy]:
    """Reconsiderations and suits against its replies, newest first."""
    return row.remedies.select_related("after", "request").order_by("-filed_on", "-pk")


def ways_of(row: DisclosureRequest, remedies: Iterable[DisclosureRemedy]) -> list[RemedyWay]:
    """Ways against the reply that stands, of ``remedies`` those after it; the first ones once its service is recorded."""
    if row.replied_on is None:
        return []
    same = [one for one in remedies if (one.against_number, one.against_on) == (row.reply_number, row.replied_on)]
    calendar = workdays.current()
    return [*first_ways(row.served_on, first_remedies(row), calendar), *later_ways(same, calendar)]


def way_of(remedy: DisclosureRemedy) -> RemedyWay | None:
    """The days within which this one had to be filed; None where no service of the reply is recorded."""
    return way_taken(remedy, remedy.reply_served_on, workdays.current())


def disclosure_remedies_visible_to(user: User) -> QuerySet[DisclosureRemedy]:
    """Those of requests that the person may open."""
    return DisclosureRemedy.objects.filter(request__in=disclosures_visible_to(user)).select_related("request", "after", "scan")


def disclosure_of_receipt(code: str) -> DisclosureRequest | None:
    """The request whose receipt bears this secret code."""
    return DisclosureRequest.objects.filter(digest=digest_of(code)).first()


def tasks_for(user: User) -> list[Task]:
    """Requests that wait for the officer's reply, as one task; those whose asker let the days of completing them pass; remedies."""
    return [*_request_tasks(user), *_remedy_tasks(user)]


def _remedy_tasks(user: User) -> Iterable[Task]:
    for row in waiting(DisclosureRemedy.objects.select_related("request"), posts_of(user).roles, Role.CITY_CHECKER):
        yield task_of(row, f"{row.request} {row.number}", reverse("outreach:disclosure_remedy", args=[row.pk]))


def _request_tasks(user: User) -> list[Task]:
    if not may_reply_disclosures(user):
        return []
    undone = list(DisclosureRequest.objects.filter(_OPEN & Q(given_up_at__isnull=True)).order_by("filed_at", "pk"))
    owed = [row for row in undone if row.progress in OWED]
    lapsed = [row for row in undone if row.progress == DisclosureProgress.INCOMPLETE and clock.today() > _until(row)]
    return [*_replies(owed), *(_lapsed(row) for row in lapsed)]


def _until(row: DisclosureRequest) -> dt.date:
    return row.asked_until or clock.today()


def _lapsed(row: DisclosureRequest) -> Task:
    page = reverse("outreach:disclosure", args=[row.pk])
    return Task("政府信息公开申请逾期未补正", str(row), page, since=row.asked_at or row.filed_at, kind="disclosure", is_demo=row.is_demo)


def _replies(owed: list[DisclosureRequest]) -> list[Task]:
    if not owed:
        return []
    calendar = workdays.current()
    first = min(owed, key=lambda row: (term_of(row, calendar), row.pk))
    link = reverse("outreach:disclosure", args=[first.pk]) if len(owed) == 1 else reverse("outreach:disclosure_list")
    title = f"政府信息公开申请待答复{len(owed)}件"
    due = term_of(first, calendar)
    return [Task(title, str(first), link, since=first.filed_at, due=due, kind="disclosure", is_demo=first.is_demo)]


def replied_before(moment: dt.datetime) -> QuerySet[DisclosureRequest]:
    """Requests filed before a moment that were answered or given up, and that no reconsideration or suit is about any more."""
    done = DisclosureRequest.objects.filter(Q(replied_at__isnull=False) | Q(given_up_at__isnull=False), filed_at__lt=moment)
    return done.exclude(remedies__closed_at__isnull=True, remedies__isnull=False)


def files_before(moment: dt.datetime) -> list[Evidence]:
    """Files handed over with them and papers of their remedies: they go with the request."""
    owners = [subject_of(row) for row in replied_before(moment).only("pk")]
    return list(Evidence.objects.filter(owner__in=owners))


def filed_since(moment: dt.datetime, **where: Any) -> int:
    """How many came since a moment, for the bounds of a day."""
    return DisclosureRequest.objects.filter(filed_at__gte=moment, **where).count()
