"""Terms of requests for government information: the city replies within the days of 政府信息公开条例."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, EXTEND_DISCLOSURE
from obligations.duties import How, Obligation, ReaderSide
from obligations.matter_rows import MatterRows, Row, Since, rows_of
from obligations.matters import OFFICER, Day, Matter, OwedTerm, is_listed, owed
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.rules import reply_term

KINDS = ("disclosure_reply",)
BY_CITY = frozenset({ReaderSide.CITY})


def _requests(since: Since) -> QuerySet[DisclosureRequest]:
    return DisclosureRequest.objects.filter(Q(replied_on__isnull=True) | Q(replied_on__gte=since.day))


REQUESTS = MatterRows(
    DisclosureRequest._meta.label_lower,
    _requests,
    ("pk", "number", "filed_at", "extended_at", "replied_on", "is_demo"),
    is_live=lambda row, since: row["replied_on"] is None or row["replied_on"] >= since.day,
    days=("replied_on",),
    moments=("filed_at", "extended_at"),
    place="",
)
TABLES = (REQUESTS,)


def collect(on: dt.date, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Replies that the city owes on a day, and those that were met in the year before."""
    day = Day(on)
    found = (_of_request(row, day) for row in rows_of(REQUESTS, day.since, only) if _day(row["filed_at"]) <= on)
    return (one for one in found if is_listed(one, day))


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def _of_request(row: Row, day: Day) -> Obligation:
    filed, agreed = _day(row["filed_at"]), row["extended_at"] and _day(row["extended_at"])
    longer = bool(agreed and agreed <= day.on)
    done = row["replied_on"] if row["replied_on"] and row["replied_on"] <= day.on else None
    page = reverse("outreach:disclosure", args=[row["pk"]])
    matter = Matter("disclosure", row["pk"], None, "", row["is_demo"], None, "", (), f"政府信息公开申请{row['number']}", page)
    rule = f"{ANSWER_DISCLOSURE.cite}，{ANSWER_DISCLOSURE.words}"
    extended = f"{day_in_words(agreed)}经同意延长{EXTEND_DISCLOSURE.words}" if longer and agreed else ""
    how = How(f"{day_in_words(filed)}收到申请", rule, "", extended)
    due = reply_term(filed, day.terms.calendar, extended=longer)
    term = OwedTerm("disclosure_reply", "", "答复", due, how, done, seen_by=BY_CITY, to="申请人", is_default=False)
    return owed(matter, OFFICER, term)
