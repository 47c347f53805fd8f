"""Terms of requests for government information: the reply within the days of 政府信息公开条例, and the record of its service."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, EXTEND_DISCLOSURE
from obligations.duties import Obligation
from obligations.matter_rows import MatterRows, Row, Since, rows_of
from obligations.matters import BY_CITY, OFFICER, Matter, OwedTerm, is_listed, owed
from obligations.way import Day, How
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.rules import SERVING, ThirdPartyDays, plain_term, reply_term, serve_term

OPINION = ("opinion_asked_on", "opinion_received_on", "opinion_on")
KINDS = ("disclosure_reply", "disclosure_serve")


def _requests(since: Since) -> QuerySet[DisclosureRequest]:
    waits = Q(replied_on__isnull=True, given_up_at__isnull=True) & (Q(asked_at__isnull=True) | Q(completed_at__isnull=False))
    unserved = Q(replied_on__isnull=False, served_on__isnull=True)
    return DisclosureRequest.objects.filter(waits | unserved | Q(served_on__gte=since.day))


REQUESTS = MatterRows(
    DisclosureRequest._meta.label_lower,
    _requests,
    ("pk", "number", "filed_at", "completed_at", "extended_at", "replied_on", "served_on", "redo_from", "redo_by", "is_demo", *OPINION),
    is_live=lambda row, since: row["served_on"] is None or row["served_on"] >= since.day,
    days=("replied_on", "served_on", "redo_from", "redo_by", *OPINION),
    moments=("filed_at", "completed_at", "extended_at"),
    place="",
)
TABLES = (REQUESTS,)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Replies and records of their service that the city owes on a day, and those that were met in the year before."""
    found = (one for row in rows_of(REQUESTS, day.since, only) if _begun(row) <= day.on for one in _of_request(row, day))
    return (one for one in found if is_listed(one, day))


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def _begun(row: Row) -> dt.date:
    """Day from which the term counts: the outcome that orders a new reply, the completed request, or the request."""
    begun: dt.date = row["redo_from"] or _day(row["completed_at"] or row["filed_at"])
    return begun


def _of_request(row: Row, day: Day) -> Iterator[Obligation]:
    page = reverse("outreach:disclosure", args=[row["pk"]])
    matter = Matter("disclosure", row["pk"], None, "", row["is_demo"], None, "", (), f"政府信息公开申请{row['number']}", page)
    yield owed(matter, OFFICER, _reply(row, day))
    replied, served = row["replied_on"], row["served_on"]
    if replied and replied <= day.on:  # the remedies of whoever asked count from the day of service, recorded within the days of a setting
        due, how = serve_term(replied, day.terms), day.how(replied, "答复", SERVING)
        done = served if served and served <= day.on else None
        term = OwedTerm("disclosure_serve", "", "登记送达", due, how, done, seen_by=BY_CITY, to="申请人")
        yield owed(matter, OFFICER, term._replace(is_default=day.is_default(SERVING)))


def _reply(row: Row, day: Day) -> OwedTerm:
    begun, agreed = _begun(row), row["extended_at"] and _day(row["extended_at"])
    longer = bool(agreed and agreed <= day.on) and row["redo_from"] is None
    done = row["replied_on"] if row["replied_on"] and row["replied_on"] <= day.on else None
    rule = f"{ANSWER_DISCLOSURE.cite}，{ANSWER_DISCLOSURE.words}"
    extended = f"{day_in_words(agreed)}经同意延长{EXTEND_DISCLOSURE.words}" if longer and agreed else ""
    came = "收到补正的申请（第三十条）" if row["completed_at"] else "收到申请"
    if row["redo_from"]:
        came = "答复被撤销，责令重新答复"
    opinion, calendar = ThirdPartyDays(*(row[name] for name in OPINION)).known_on(day.on), day.terms.calendar
    due = row["redo_by"] or reply_term(begun, calendar, extended=longer, opinion=opinion)
    if not row["redo_by"] and (apart := opinion.counted_out(begun, plain_term(begun, calendar, extended=longer), calendar)):
        extended = "；".join(filter(None, (extended, f"不含征求第三方意见所需时间，{apart}个工作日")))
    if row["redo_by"]:
        rule = "复议决定或者裁判责令的期限"
    how = How(f"{day_in_words(begun)}{came}", rule, "", extended)
    return OwedTerm("disclosure_reply", "", "答复", due, how, done, seen_by=BY_CITY, to="申请人", is_default=False)
