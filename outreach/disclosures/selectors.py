"""Read requests for information: visibility, look-up by receipt, last day of the reply, remedies, tasks."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.cases.document_numbers import NumberedPaper
from approvals.remedies.rules import RemedyWay, all_ways, way_taken
from approvals.remedies.selectors import awaited, task_of, waiting
from assessments.common.owed_papers import Deadline, deadline
from districts.common.enums import World
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import workdays
from greendistrict.core.workdays import WorkCalendar
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings
from greendistrict.policy.statutes import THIRD_PARTY
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from outreach.common.receipts import digest_of
from outreach.disclosures.models import GIVING, DisclosureProgress, DisclosureRemedy, DisclosureRequest, IssuedPaper
from outreach.disclosures.rules import (
    days_counted_out,
    first_remedies,
    may_read_disclosures,
    may_reply_disclosures,
    serve_term,
    term_of,
    third_party_days,
)

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
REMEDY_REPLY_NUMBERS = NumberedPaper(DisclosureRemedy, "reply_number", DisclosureRemedy.objects.all, str)
DONE = (DisclosureProgress.ANSWERED, DisclosureProgress.GIVEN_UP)


def disclosures_visible_to(viewer: Viewer) -> QuerySet[DisclosureRequest]:
    """All of them for the city, none for others."""
    rows = DisclosureRequest.objects.all()
    return rows if may_read_disclosures(viewer.held) else rows.none()


def due_of(row: DisclosureRequest, calendar: WorkCalendar | None = None) -> dt.date | None:
    """Last day of a reply still owed; None while the request is incomplete."""
    return term_of(row, calendar or workdays.current()) if row.progress in OWED else None


def opinion_of(row: DisclosureRequest) -> dict[str, Any]:
    """Last day for the opinion of a third party, and the working days that the term of the reply does not count for it."""
    calendar = workdays.current()
    return {
        "opinion_until": third_party_days(row).last_day(calendar),
        "counted_out": days_counted_out(row, calendar),
        "asking": THIRD_PARTY,
    }


def serve_deadline(row: DisclosureRequest) -> Deadline | None:
    """Last day on which the service of a reply is registered, as its obligation was moved; None where it is registered or waived."""
    if row.replied_on is None or row.served_on is not None:
        return None
    usual = serve_term(row.replied_on, TermSettings(parameters.load(), workdays.current()))
    found = deadline(f"disclosure_serve:disclosure-{row.pk}", usual)
    return None if found.waived else found


def files_of(row: DisclosureRequest) -> QuerySet[Evidence]:
    """Files given with the reply, in order of upload; documents of remedies are not among them."""
    return Evidence.objects.filter(owner=subject_of(row), kind=GIVEN).order_by("pk")


def papers_issued(row: DisclosureRequest) -> list[IssuedPaper]:
    """Letters that are on record as issued about the request."""
    said = {
        IssuedPaper.COMPLETION: row.asked_at,
        IssuedPaper.EXTENSION: row.extended_at,
        IssuedPaper.OPINION: row.opinion_asked_on,
        IssuedPaper.REPLY: row.replied_at,
    }
    return [paper for paper, moment in said.items() if moment is not None]


def paper_title(row: DisclosureRequest, paper: IssuedPaper) -> str:
    """Title of the scan of a letter; a reply bears its number, since one that was set aside is followed by another."""
    return f"{paper.label}（{row.reply_number}）" if paper == IssuedPaper.REPLY else str(paper.label)


def scans_of(row: DisclosureRequest) -> QuerySet[Evidence]:
    """Signed scans of the letters about the request, also of replies that were set aside, in order of upload."""
    return Evidence.objects.filter(owner=subject_of(row), kind__in=IssuedPaper.labels).order_by("pk")


def files_given(row: DisclosureRequest) -> QuerySet[Evidence]:
    """Files the asker actually gets: only with a reply that gives information, and no classified ones."""
    given = row.progress == DisclosureProgress.ANSWERED and row.outcome in GIVING
    rows = files_of(row).exclude(confidentiality=Confidentiality.CLASSIFIED)
    return rows if given else rows.none()


def remedies_of(row: DisclosureRequest) -> QuerySet[DisclosureRemedy]:
    """Remedies against its replies, newest first."""
    return row.remedies.select_related("after", "request").order_by("-filed_on", "-pk")


def ways_of(row: DisclosureRequest, remedies: Iterable[DisclosureRemedy]) -> list[RemedyWay]:
    """Remedies open to the asker: the first ones once the reply's service is recorded, and those that follow ``remedies`` of this reply."""
    if row.replied_on is None:
        return []
    same = [remedy for remedy in remedies if (remedy.against_number, remedy.against_on) == (row.reply_number, row.replied_on)]
    return all_ways(row.served_on, first_remedies(row), same, workdays.current())


def way_of(remedy: DisclosureRemedy) -> RemedyWay | None:
    """Term within which this remedy had to be filed; None if the service of the reply is not recorded."""
    return way_taken(remedy, remedy.reply_served_on, workdays.current())


def disclosure_remedies_visible_to(viewer: Viewer) -> QuerySet[DisclosureRemedy]:
    """Remedies of visible requests."""
    return DisclosureRemedy.objects.filter(request__in=disclosures_visible_to(viewer)).select_related("request", "after", "scan")


def disclosure_of_receipt(code: str) -> DisclosureRequest | None:
    """The request with this receipt code; None if there is none."""
    return DisclosureRequest.objects.filter(digest=digest_of(code)).first()


def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: requests waiting for a reply (one task, real and fictional apart), not completed or not served, and remedies."""
    return [*_request_tasks(viewer), *_remedy_tasks(viewer)]


@among(lambda: awaited(DisclosureRemedy.objects.all()))
def _remedy_tasks(viewer: Viewer) -> Iterable[Task]:
    for row in waiting(DisclosureRemedy.objects.select_related("request"), viewer.held.roles, Role.CITY_CHECKER):
        yield task_of(row, f"{row.request} {row.number}", reverse("outreach:disclosure_remedy", args=[row.pk]))


def _undone() -> QuerySet[DisclosureRequest]:
    return DisclosureRequest.objects.filter(_OPEN & Q(given_up_at__isnull=True) | ~_OPEN & Q(served_on__isnull=True))


@among(_undone)
def _request_tasks(viewer: Viewer) -> list[Task]:
    if not may_reply_disclosures(viewer.held):
        return []
    undone = list(_undone().order_by("filed_at", "pk"))
    owed = [row for row in undone if row.progress in OWED]
    lapsed = [row for row in undone if row.progress == DisclosureProgress.INCOMPLETE and row.asked_until and viewer.today > row.asked_until]
    unserved = [row for row in undone if row.replied_at is not None]
    return [*_replies(owed), *map(_lapsed, lapsed), *(_unserved(row, term.day) for row in unserved if (term := serve_deadline(row)))]


def _lapsed(row: DisclosureRequest) -> Task:
    page = reverse("outreach:disclosure", args=[row.pk])
    return Task("政府信息公开申请逾期未补正", str(row), page, since=row.asked_at or row.filed_at, kind="disclosure", is_demo=row.is_demo)


def _unserved(row: DisclosureRequest, due: dt.date) -> Task:
    page = reverse("outreach:disclosure", args=[row.pk])
    return Task("政府信息公开答复待登记送达", str(row), page, since=row.replied_at, due=due, kind="disclosure_serve", is_demo=row.is_demo)


def _replies(owed: list[DisclosureRequest]) -> Iterator[Task]:
    calendar = workdays.current()
    for world in World:
        rows = [row for row in owed if row.is_demo == (world == World.DEMO)]
        if not rows:
            continue
        first = min(rows, key=lambda row: (term_of(row, calendar), row.pk))
        listed = f"{reverse('outreach:disclosure_list')}?world={world.value}"
        link = reverse("outreach:disclosure", args=[first.pk]) if len(rows) == 1 else listed
        due = term_of(first, calendar)
        yield Task(
            f"政府信息公开申请待答复{len(rows)}件",
            str(first),
            link,
            since=first.filed_at,
            due=due,
            kind="disclosure",
            is_demo=first.is_demo,
        )


def replied_before(moment: dt.datetime) -> QuerySet[DisclosureRequest]:
    """Requests filed before a moment, answered or given up, without a pending remedy; for deletion after the retention period."""
    done = DisclosureRequest.objects.filter(Q(replied_at__isnull=False) | Q(given_up_at__isnull=False), filed_at__lt=moment)
    return done.exclude(remedies__closed_at__isnull=True, remedies__isnull=False)


def files_before(moment: dt.datetime) -> list[Evidence]:
    """Files of requests and remedies that are deleted with them."""
    owners = [subject_of(row) for row in replied_before(moment).only("pk")]
    return list(Evidence.objects.filter(owner__in=owners))


def filed_since(moment: dt.datetime, **where: Any) -> int:
    """Number of requests filed since a moment, for the daily limit."""
    return DisclosureRequest.objects.filter(filed_at__gte=moment, **where).count()
