"""Terms of reconsiderations and suits: the city replies within the days that the laws set."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.remedies.rules import ANSWER, answer_term
from approvals.titles.enums import RemedyKind, RemedySide, RemedyState
from approvals.titles.models.remedies import Remedy
from greendistrict.core.days import day_in_words
from obligations.duties import How, Obligation
from obligations.matter_rows import MatterRows, Row, Since, rows_of
from obligations.matters import INSIDE, OFFICER, Day, Matter, OwedTerm, is_listed, owed

KINDS = ("remedy_reply",)


def _remedies(since: Since) -> QuerySet[Remedy]:
    """Those that wait for a reply or got it since; one that ended before is owed nothing more."""
    waits = Q(replied_on__isnull=True, status=RemedyState.OPEN)
    return Remedy.objects.filter(waits | Q(replied_on__gte=since.day)).exclude(filer=RemedySide.CITY)


REMEDIES = MatterRows(
    Remedy._meta.label_lower,
    _remedies,
    (
        *("pk", "kind", "number", "body", "status", "served_on", "replied_on", "case__district_id", "case__district__name"),
        *("case__district__is_demo", "case__applicant_id", "case__applicant__name"),
    ),
    is_live=lambda row, since: row["replied_on"] is None or row["replied_on"] >= since.day,
    days=("served_on", "replied_on"),
    place="case__district",
)
TABLES = (REMEDIES,)


def collect(on: dt.date, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Replies that the city owes on a day, and those that were given in the year before."""
    day = Day(on)
    found = (_of_remedy(row, day) for row in rows_of(REMEDIES, day.since, only) if row["served_on"] <= on)
    return (one for one in found if is_listed(one, day))


def _of_remedy(row: Row, day: Day) -> Obligation:
    done = row["replied_on"] if row["replied_on"] and row["replied_on"] <= day.on else None
    about = (row["case__district_id"], row["case__district__name"], row["case__district__is_demo"])
    name = f"{RemedyKind(row['kind']).label}{row['number']}"
    page = reverse("approvals:remedy", args=[row["pk"]])
    matter = Matter("remedy", row["pk"], *about, row["case__applicant_id"], row["case__applicant__name"], (), name, page)
    term = ANSWER[row["kind"]]
    how = How(f"{day_in_words(row['served_on'])}收到副本", f"{term.cite}，{term.words}")
    due = answer_term(row["kind"], row["served_on"], day.terms.calendar)
    answer = OwedTerm("remedy_reply", "", "答复", due, how, done, seen_by=INSIDE, to=row["body"], is_default=False)
    return owed(matter, OFFICER, answer)
