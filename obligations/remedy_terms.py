"""Terms of reconsiderations and suits: the city replies within the statutory days."""

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.remedies.rules import answer_term, term_of_answer
from approvals.titles.enums import RemedyKind, RemedySide, RemedyState
from approvals.titles.models.remedies import Remedy, RemedyRecord
from greendistrict.core.days import day_in_words
from obligations.duties import Obligation, ReaderSide
from obligations.matter_rows import MatterRows, Row, Since, rows_of
from obligations.matters import BY_CITY, INSIDE, OFFICER, Matter, OwedTerm, is_listed, owed
from obligations.way import Day, How
from outreach.disclosures.models import DisclosureRemedy

R = TypeVar("R", bound=RemedyRecord)
KINDS = ("remedy_reply",)


def _remedies(model: type[R], since: Since) -> QuerySet[R]:
    """Remedies waiting for a reply or replied to since; ended ones are left out."""
    waits = Q(replied_on__isnull=True, status=RemedyState.OPEN)
    return model._default_manager.filter(waits | Q(replied_on__gte=since.day)).exclude(filer=RemedySide.CITY)


def _live(row: Row, since: Since) -> bool:
    return row["replied_on"] is None or row["replied_on"] >= since.day


OWN = ("pk", "kind", "number", "body", "status", "served_on", "replied_on", "simplified", "ordinary_on")
REMEDIES = MatterRows(
    Remedy._meta.label_lower,
    partial(_remedies, Remedy),
    (*OWN, "case__district_id", "case__district__name", "case__district__is_demo", "case__applicant_id", "case__applicant__name"),
    is_live=_live,
    days=("served_on", "replied_on", "ordinary_on"),
    place="case__district",
)
AGAINST_REPLIES = MatterRows(
    DisclosureRemedy._meta.label_lower,
    partial(_remedies, DisclosureRemedy),
    (*OWN, "request__is_demo"),
    is_live=_live,
    days=("served_on", "replied_on", "ordinary_on"),
    place="",
)
TABLES = (REMEDIES, AGAINST_REPLIES)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Replies owed by the city on a day, and those given in the year before it."""
    for row in rows_of(REMEDIES, day.since, only):
        about = (row["case__district_id"], row["case__district__name"], row["case__district__is_demo"])
        applicant, page = (row["case__applicant_id"], row["case__applicant__name"]), reverse("approvals:remedy", args=[row["pk"]])
        yield from _of_remedy(row, Matter("remedy", row["pk"], *about, *applicant, (), _named(row), page), day, INSIDE)
    for row in rows_of(AGAINST_REPLIES, day.since, only):
        page = reverse("outreach:disclosure_remedy", args=[row["pk"]])
        matter = Matter("disclosure_remedy", row["pk"], None, "", row["request__is_demo"], None, "", (), _named(row), page)
        yield from _of_remedy(row, matter, day, BY_CITY)


def _named(row: Row) -> str:
    return f"{RemedyKind(row['kind']).label}{row['number']}"


def _of_remedy(row: Row, matter: Matter, day: Day, seen_by: frozenset[ReaderSide]) -> Iterator[Obligation]:
    if row["served_on"] > day.on:
        return
    done = row["replied_on"] if row["replied_on"] and row["replied_on"] <= day.on else None
    simplified = row["simplified"] and (row["ordinary_on"] is None or row["ordinary_on"] > day.on)
    term = term_of_answer(row["kind"], simplified=simplified)
    how = How(f"{day_in_words(row['served_on'])}收到副本", f"{term.cite}，{term.words}")
    due = answer_term(row["kind"], row["served_on"], day.terms.calendar, simplified=simplified)
    answer = OwedTerm("remedy_reply", "", "答复", due, how, done, seen_by=seen_by, to=row["body"], is_default=False)
    reply = owed(matter, OFFICER, answer)._replace(cite=f"{term.law}{term.article}")
    if is_listed(reply, day):
        yield reply
