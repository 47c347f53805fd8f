"""Terms of requests for government information: the city replies within the days of 政府信息公开条例."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, EXTEND_DISCLOSURE
from obligations.duties import How, Obligation
from obligations.matter_rows import MatterRows, Row, Since, rows_of
from obligations.matters import BY_CITY, OFFICER, Day, Matter, OwedTerm, is_listed, owed
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.rules import reply_term

KINDS = ("disclosure_reply",)


def _requests(since: Since) -> QuerySet[DisclosureRequest]:
    waits = Q(replied_on__isnull=True, given_up_at__isnull=True) & (Q(asked_at__isnull=True) | Q(completed_at__isnull=False))
    return DisclosureRequest.objects.filter(waits | Q(replied_on__gte=since.day))


REQUESTS = MatterRows(
    DisclosureRequest._meta.label_lower,
    _requests,
    ("pk", "number", "filed_at", "completed_at", "extended_at", "replied_on", "redo_from", "redo_by", "is_demo"),
    is_live=lambda row, since: row["replied_on"] is None or row["replied_on"] >= since.day,
    days=("replied_on", "redo_from", "redo_by"),
    moments=("filed_at", "completed_at", "extended_at"),
    place="",
)
TABLES = (REQUESTS,)


def collect(on: dt.date, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Replies that the city owes on a day, and those that were met in the year before."""
    day = Day(on)
    found = (_of_request(row, day) for row in rows_of(REQUESTS, day.since, only) if _begun(row) <= on)
    return (one for one in found if is_listed(one, day))


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def _begun(row: Row) -> dt.date:
    """Day from which the term counts: of the outcome that asks for another reply, of the completed request, or of the request."""
    begun: dt.date = row["redo_from"] or _day(row["completed_at"] or row["filed_at"])
    return begun


def _of_request(row: Row, day: Day) -> Obligation:
    begun, agreed = _begun(row), row["extended_at"] and _day(row["extended_at"])
    longer = bool(agreed and agreed <= day.on) and row["redo_from"] is None
    done = row["replied_on"] if row["replied_on"] and row["replied_on"] <= day.on else None
    page = reverse("outreach:disclosure", args=[row["pk"]])
    matter = Matter("disclosure", row["pk"], None, "", row["is_demo"], None, "", (), f"政府信息公开申请{row['number']}", page)
    rule = f"{ANSWER_DISCLOSURE.cite}，{ANSWER_DISCLOSURE.words}"
    extended = f"{day_in_words(agreed)}经同意延长{EXTEND_DISCLOSURE.words}" if longer and agreed else ""
    how = How(f"{day_in_words(begun)}{_came(row)}", rule, "", extended)
    due = row["redo_by"] or reply_term(begun, day.terms.calendar, extended=longer)
    term = OwedTerm("disclosure_reply", "", "答复", due, how, done, seen_by=BY_CITY, to="申请人", is_default=False)
    return owed(matter, OFFICER, term)


def _came(row: Row) -> str:
    if row["redo_from"]:
        return "答复被撤销，责令重新答复"
    return "收到补正的申请（第三十条）" if row["completed_at"] else "收到申请"
