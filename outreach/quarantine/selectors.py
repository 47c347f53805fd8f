"""Read filings that wait apart: visibility, filter, last days, the task of the desk.

Also here: Permissions on filings that wait apart.
"""

import datetime as dt

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from approvals.cases.selectors.cases import day_of
from approvals.cases.terms import OBJECTION, objection_term
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.dates import TermSettings
from greendistrict.policy.statutes import ANSWER_DISCLOSURE
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from outreach.common.models import FilingKind, HeldFiling
from outreach.opinions.selectors import term_settings


def may_read_held(held: HeldPosts) -> bool:
    """Only the city."""
    return bool(held.roles & CITY)


def may_decide_held(held: HeldPosts) -> bool:
    """The city's officer, who handles all that the public files."""
    return held.has(Role.CITY_OFFICER)


def held_visible_to(viewer: Viewer) -> QuerySet[HeldFiling]:
    """All of them for the city, none for others; what it encrypts is not shown before it is let through."""
    rows = HeldFiling.objects.select_related("notice", "district", "event").defer("words")
    return rows if may_read_held(viewer.held) else rows.none()


def with_neighbours(found: QuerySet[HeldFiling]) -> QuerySet[HeldFiling]:
    """Annotates ``near``: how many wait from the same network."""
    alike = HeldFiling.objects.filter(network=OuterRef("network"), closed_at__isnull=True).order_by()
    return found.annotate(near=Coalesce(Subquery(alike.values("network").annotate(n=Count("pk")).values("n")), 0))


def due_of(kind: str, came: dt.datetime, terms: TermSettings) -> dt.date | None:
    """Last day of the answer, counted from the day it came; None for a sign-up."""
    if kind == FilingKind.OPINION:
        return objection_term(day_of(came), terms)
    return ANSWER_DISCLOSURE.last_day(day_of(came), terms.calendar) if kind == FilingKind.DISCLOSURE else None


def _open() -> QuerySet[HeldFiling]:
    return HeldFiling.objects.filter(closed_at__isnull=True)


@among(_open)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: one a kind for all that waits, real and fictional apart, due as the first of them."""
    if not may_decide_held(viewer.held):
        return []
    waiting = _open().order_by("kind", "is_demo")
    counted = list(waiting.values("kind", "is_demo").annotate(number=Count("pk"), first=Min("filed_at")))
    terms = term_settings() if counted else None
    return [
        Task(
            f"待核对来件{one['number']}件",
            FilingKind(one["kind"]).label,
            f"{reverse('outreach:held_list')}?kind={one['kind']}",
            since=one["first"],
            due=terms and due_of(one["kind"], one["first"], terms),
            kind="held_filing",
            is_demo=one["is_demo"],
            rests_on="" if one["kind"] == FilingKind.DISCLOSURE else OBJECTION,
        )
        for one in counted
    ]


def closed_before(moment: dt.datetime) -> QuerySet[HeldFiling]:
    """Filings that came before a moment and were closed, for deletion after the retention period."""
    return HeldFiling.objects.filter(closed_at__isnull=False, filed_at__lt=moment)
