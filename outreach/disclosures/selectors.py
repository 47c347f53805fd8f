"""Requests for information in sight, by receipt, with the last day of their reply, and those that wait for one."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.cases.selectors.cases import day_of
from greendistrict.accounts.models import User
from greendistrict.core import workdays
from greendistrict.core.workdays import WorkCalendar
from greendistrict.workflow.todo import Task
from outreach.common.receipts import digest_of
from outreach.disclosures.enums import DisclosureProgress
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.rules import may_read_disclosures, may_reply_disclosures, reply_term

STANDING: Mapping[str, Q] = {
    DisclosureProgress.AWAITED: Q(replied_at__isnull=True, extended_at__isnull=True),
    DisclosureProgress.EXTENDED: Q(replied_at__isnull=True, extended_at__isnull=False),
    DisclosureProgress.ANSWERED: Q(replied_at__isnull=False),
}


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
    return found.order_by("-filed_at", "-pk") if standing == DisclosureProgress.ANSWERED else found.order_by("filed_at", "pk")


def term_of(row: DisclosureRequest, calendar: WorkCalendar) -> dt.date:
    """Last day of the reply, as extended."""
    return reply_term(day_of(row.filed_at), calendar, extended=row.extended_at is not None)


def due_of(row: DisclosureRequest, calendar: WorkCalendar | None = None) -> dt.date | None:
    """Last day of a reply that is still owed."""
    if row.progress == DisclosureProgress.ANSWERED:
        return None
    return term_of(row, calendar or workdays.current())


def disclosure_of_receipt(code: str) -> DisclosureRequest | None:
    """The request whose receipt bears this secret code."""
    return DisclosureRequest.objects.filter(digest=digest_of(code)).first()


def tasks_for(user: User) -> list[Task]:
    """Requests that wait for the officer's reply, as one task."""
    if not may_reply_disclosures(user):
        return []
    waiting = list(DisclosureRequest.objects.filter(replied_at__isnull=True).order_by("filed_at", "pk"))
    if not waiting:
        return []
    calendar = workdays.current()
    first = min(waiting, key=lambda row: (term_of(row, calendar), row.pk))
    link = reverse("outreach:disclosure", args=[first.pk]) if len(waiting) == 1 else reverse("outreach:disclosure_list")
    title = f"政府信息公开申请待答复{len(waiting)}件"
    due = term_of(first, calendar)
    return [Task(title, str(first), link, since=first.filed_at, due=due, kind="disclosure", is_demo=first.is_demo)]


def replied_before(moment: dt.datetime) -> QuerySet[DisclosureRequest]:
    """Requests filed before a moment that were answered."""
    return DisclosureRequest.objects.filter(replied_at__isnull=False, filed_at__lt=moment)


def filed_since(moment: dt.datetime, **where: Any) -> int:
    """How many came since a moment, for the bounds of a day."""
    return DisclosureRequest.objects.filter(filed_at__gte=moment, **where).count()
