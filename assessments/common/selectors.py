"""Which matters a person sees, and lists that mix opened matters with owed ones that nobody has opened."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django.db.models import Q, QuerySet

from assessments.common.owed_papers import NOT_BEGUN, OF_REPORT, REPORT_OF, UnopenedPaper
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer

# Lists that merge opened papers with those owed but never opened.

Line = TypeVar("Line")
Entry = int | UnopenedPaper


class OfDistrict(Protocol):
    """Protocol of a list row about one district."""

    @property
    def district_id(self) -> int: ...  # noqa: D102


DistrictRow = TypeVar("DistrictRow", bound=OfDistrict)


def chosen_unopened(rows: Sequence[UnopenedPaper], chosen: Mapping[str, Any], today: dt.date) -> list[UnopenedPaper]:
    """Unopened papers that match the filter: year, status, lateness, kind and words of the district (one query)."""
    if chosen.get("status") not in (None, "", NOT_BEGUN):
        return []
    kind, year, late = chosen.get("kind"), chosen.get("year"), chosen.get("late")
    found = [row for row in rows if (not year or row.year == year) and (not kind or row.kind == OF_REPORT[kind])]
    found = [row for row in found if not late or row.is_late(today) == (late == "late")]
    return of_named_districts(found, chosen.get("q", ""))


def of_named_districts(rows: list[DistrictRow], text: str) -> list[DistrictRow]:
    """Rows whose district matches every word of ``text``; one query, none without text."""
    words = text.lower().split()
    if not words or not rows:
        return rows
    named = District.objects.filter(pk__in={row.district_id for row in rows})
    for word in words:
        named = named.filter(search_text__contains=word)
    keys = set(named.values_list("pk", flat=True))
    return [row for row in rows if row.district_id in keys]


def merged(papers: QuerySet[Any], unopened: Sequence[UnopenedPaper]) -> list[Entry]:
    """Sorted keys of opened and unopened papers: newest year first, then district by pinyin, then kind.

    A paper that was opened since the unopened ones were read stands once.
    """
    pinyin = dict(District.objects.filter(pk__in={row.district_id for row in unopened}).values_list("pk", "name_pinyin"))
    kind = "kind" if any(field.name == "kind" for field in papers.model._meta.get_fields()) else None
    names = ("pk", "year", "district__name_pinyin", "district_id", *([kind] if kind else []))
    keyed: dict[tuple[Any, ...], Entry] = {
        (-row.year, pinyin[row.district_id], row.district_id, *([REPORT_OF[row.kind]] if kind else [])): row for row in unopened
    }
    for pk, year, name, district, *rest in papers.order_by().values_list(*names):
        keyed[-year, name, district, *rest] = pk
    return [keyed[key] for key in sorted(keyed)]


def lines_of(
    entries: Sequence[Entry],
    papers: QuerySet[Any],
    listed: Callable[[list[Any]], Sequence[Line]],
    listed_unopened: Callable[[UnopenedPaper], Line],
) -> list[Line]:
    """List lines of the entries in the same order; the papers are read by one query."""
    keys = [entry for entry in entries if isinstance(entry, int)]
    found = papers.in_bulk(keys)
    lines = dict(zip(keys, listed([found[key] for key in keys]), strict=True))
    return [lines[entry] if isinstance(entry, int) else listed_unopened(entry) for entry in entries]


# Query conditions for matters of the districts that a person works for.


def own_people(viewer: Viewer) -> Q:
    """Condition for matters of districts the user fills in or signs for, as the applicant or its authorised consultant."""
    held = viewer.held
    mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=held.organisations_as(Role.CONSULTANT))
    return Q(district__applicant__in=held.organisations_as(Role.PREPARER, Role.REVIEWER)) | Q(district__mandates__in=mandates.values("pk"))


def own_side(viewer: Viewer) -> Q:
    """As ``own_people``, plus matters of the districts led by the body that the user works for as 区专门机构."""
    return own_people(viewer) | Q(district__authorities__in=bodies_as(viewer.held, Role.AUTHORITY))
