"""What the city asked districts to add to their records, by its day; it is done once nothing that was asked is missing unanswered."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from approvals.record_requests.gaps import WantedRecord, is_among, missing_of
from approvals.record_requests.models import RecordRequest, RequestedRecord
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.addresses import reverse
from greendistrict.workflow.history import day_of_text
from obligations.duties import Actors, Obligation, ReaderSide
from obligations.matter_rows import DISTRICT, MatterRows, Row, Since, rows_of
from obligations.matters import Debtor, Matter, OwedTerm, done_by, owed
from obligations.titled_districts import leading_of
from obligations.way import Day, How

KIND = "record_request"
READ_BY = frozenset({ReaderSide.OWN, ReaderSide.CITY, ReaderSide.SECRETARIAT, ReaderSide.PARTNER})  # those who read 补录进度
SAID = JSONObject(key=F("key"), words=F("words"), answered=F("answered_at"))
LINES = RequestedRecord.objects.filter(request=OuterRef("pk")).order_by("pk").values_list(SAID)


def _asked(since: Since) -> QuerySet[Any]:
    rows = RecordRequest.objects.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=since.moment))
    annotated: QuerySet[Any] = rows.annotate(leading=leading_of("district_id"), asked=ArraySubquery(LINES))
    return annotated


REQUESTS = MatterRows(
    RecordRequest._meta.label_lower,
    _asked,
    ("pk", *DISTRICT, "due", "asked_at", "withdrawn_at", "leading", "asked"),
    is_live=lambda row, since: row["withdrawn_at"] is None or row["withdrawn_at"] >= since.moment,
    days=("due",),
    moments=("asked_at", "withdrawn_at"),
)
TABLES = (REQUESTS,)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Requests of which something is left on a day; a finished one leaves the list, as no day on which a record was added is kept."""
    rows = rows_of(REQUESTS, day.since, only)
    latest = {row["district_id"]: row for row in rows if row["withdrawn_at"] is None}.values()  # any before it has ended
    waiting = {row["district_id"]: row["pk"] for row in latest if any(line["answered"] is None for line in row["asked"])}
    missing = missing_of(list(waiting), day.today) if waiting else {}
    for row in rows:
        withdrawn = done_by(day.on, row["withdrawn_at"])
        if done_by(day.on, row["asked_at"]) is None or withdrawn is not None:
            continue
        is_asked = waiting.get(row["district_id"]) == row["pk"]
        left = list(_left(row, day.on, missing.get(row["district_id"], ()) if is_asked else ()))
        if left:
            yield _obligation(row, left)


def _left(row: Row, on: dt.date, missing: Sequence[WantedRecord]) -> Iterator[Mapping[str, Any]]:
    """Lines that were neither there nor answered on a day: missing still, or answered or withdrawn after it."""
    for line in row["asked"]:
        answered = day_of_text(line["answered"])
        if answered > on if answered else row["withdrawn_at"] or is_among(line["key"], missing):
            yield line


def _obligation(row: Row, left: Sequence[Mapping[str, Any]]) -> Obligation:
    about = (row["district_id"], row["district__name"], row["district__is_demo"])
    applicant, leading = row["district__applicant_id"], tuple(row["leading"])
    named = (applicant, row["district__applicant__name"] or "")
    matter = Matter("request", row["pk"], *about, *named, leading, "补录：", reverse("portal:record_request", args=[row["pk"]]))
    bodies = () if applicant is None else (applicant,)
    debtor = Debtor(matter.applicant, Actors((Role.PREPARER,), bodies), bodies, applicant, leading)
    what = f"{left[0]['words']}{f'等{len(left)}项' if len(left) > 1 else ''}"
    asked = row["asked_at"].astimezone(clock.SHANGHAI).date()
    how = How(f"{Day.words(asked)}请补录", f"请求定于{Day.words(row['due'])}")
    return owed(matter, debtor, OwedTerm(KIND, "", what, row["due"], how, seen_by=READ_BY, is_default=False))
