"""All duties of the table, by the functions that yield them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from beautiful.plans.models import REPORTERS
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from obligations import (
    assessment_terms,
    authority_duties,
    case_terms,
    city_duties,
    disclosure_terms,
    expiries,
    filing_terms,
    inspection_visits,
    keeper_duties,
    notice_terms,
    opinion_terms,
    plan_quarters,
    record_terms,
    remedy_terms,
    review_terms,
    stage_assessment,
    watches,
)
from obligations.duties import Collector, Obligation, YearlyDuty
from obligations.matter_rows import MatterRows, together
from obligations.way import Day
from obligations.yearly_duties import CARBON, OPERATION, SELF_CHECKS

OfBodies = Callable[[Day], Iterable[Obligation]]


def everybody(held: HeldPosts) -> bool:  # noqa: ARG001 -- one of the functions that say whose posts duties concern
    """Default of ``concerns``: duties concern every post."""
    return True


def _is_inside(held: HeldPosts) -> bool:
    """City and secretariat (the sides of ``matters.INSIDE``)."""
    return held.is_city or held.has(Role.SECRETARIAT)


class Family(NamedTuple):
    """Duties based on records: ``collect(day, only)`` yields open ones and recently met ones.

    ``day.on`` is any day, past or future; a record counts by its own day (filed, decided), not by that of entry. ``only`` restricts it to
    some districts, leaving out the city's own duties. A kind yielded by several collectors is named by each of them. ``tables`` are read
    together with those of other families. ``concerns`` tells for which posts there is anything to read; others skip it.
    """

    collect: Collector
    kinds: Collection[str]
    tables: Collection[MatterRows] = ()
    concerns: Callable[[HeldPosts], bool] = everybody


# Owed by all titled districts alike, year by year.
YEARLY: Mapping[str, YearlyDuty] = {duty.kind.key: duty for duty in (SELF_CHECKS, OPERATION, CARBON)}
FAMILIES = (
    Family(stage_assessment.collect, (stage_assessment.MATERIAL.key, stage_assessment.RECTIFY.key)),
    Family(case_terms.collect, case_terms.KINDS, case_terms.TABLES),
    Family(notice_terms.collect, notice_terms.KINDS, notice_terms.TABLES, _is_inside),
    Family(remedy_terms.collect, remedy_terms.KINDS, remedy_terms.TABLES, _is_inside),
    Family(disclosure_terms.collect, disclosure_terms.KINDS, disclosure_terms.TABLES, lambda held: held.is_city),
    Family(opinion_terms.collect, opinion_terms.KINDS, opinion_terms.TABLES),
    Family(review_terms.collect, review_terms.KINDS, review_terms.TABLES, lambda held: _is_inside(held) or held.has(Role.EXPERT)),
    Family(filing_terms.collect, filing_terms.KINDS, filing_terms.TABLES),
    Family(assessment_terms.collect, assessment_terms.KINDS, assessment_terms.TABLES),
    Family(record_terms.collect, (record_terms.KIND,), record_terms.TABLES),
    Family(city_duties.collect_held, (city_duties.HOLD.key, city_duties.POST.key), (city_duties.EVALUATIONS,)),
    Family(inspection_visits.collect_visits, (inspection_visits.VISIT.key,), (inspection_visits.INSPECTIONS,), _is_inside),
    Family(city_duties.collect_mechanisms, (city_duties.MECHANISMS.key,)),
    Family(authority_duties.collect_key_areas, (authority_duties.KEY_AREA.key,), (authority_duties.KEY_AREAS,)),
)
# Owed by leading bodies or the city for no district, and the posts they can concern; the city sees all, others those of their own bodies.
OF_BODIES: tuple[tuple[OfBodies, Callable[[HeldPosts], bool]], ...] = (
    (authority_duties.collect, lambda held: held.has(Role.AUTHORITY)),
    (city_duties.collect_yearly, lambda held: held.is_city),
    (city_duties.collect_draws, lambda held: held.is_city),
    (city_duties.collect_disclosure_reports, lambda held: held.is_city),
    (plan_quarters.collect, lambda held: held.has(*REPORTERS)),
    (expiries.collect_expiries, lambda held: held.is_city),
    (expiries.collect_terms, lambda held: bool(held.admin_of)),
)
# Of system keepers, who see no business data: shown on the operations page, not in the list.
OF_KEEPERS: tuple[OfBodies, ...] = (keeper_duties.collect,)
# Not on the list yet (future ones, or ones without records), so that today's pages skip them.
UNLISTED: tuple[Collector, ...] = (
    authority_duties.collect_unrecorded,
    expiries.collect_coming,
    city_duties.collect_coming,
    city_duties.collect_unrecorded,
)
# Watched items with a date, also shown in the calendar, and all: on a page of their own and in the weekly summary, not in the list.
DATED_WATCHES: tuple[Collector, ...] = (watches.collect,)
WATCHES: tuple[Collector, ...] = (*DATED_WATCHES, watches.collect_ready)


def of_bodies(held: HeldPosts | None = None) -> list[OfBodies]:
    """Collectors of duties that belong to no district; with posts, only those that can concern them."""
    return [collect for collect, concerns in OF_BODIES if held is None or concerns(held)]


def of_records(day: Day, only: Collection[int] | None, *, kinds: Collection[str] = (), held: HeldPosts | None = None) -> list[Obligation]:
    """Obligations of families that yield one of ``kinds`` (default all) and concern the given posts.

    No query if ``only`` is empty; the tables of all families are read in one statement.
    """
    if only is not None and not only:
        return []
    asked = [one for one in FAMILIES if (not kinds or not set(one.kinds).isdisjoint(kinds)) and (held is None or one.concerns(held))]
    with together([table for one in asked for table in one.tables]):
        return [row for one in asked for row in one.collect(day, only)]
