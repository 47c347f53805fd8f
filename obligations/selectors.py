"""Obligations visible to a person, on any day."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from operator import attrgetter

from django.db.models import CharField, Value
from django.urls import reverse

from assessments.inspections.selectors import inspections_visible_to
from assessments.post_evaluations.selectors import evaluations_visible_to
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.stage_assessments.selectors.stages import stages_visible_to
from assessments.yearly_reports.selectors.yearly_reports import reports_visible_to
from districts.file.rules import may_watch
from districts.file.selectors.visibility import own_keys
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import memoisation
from greendistrict.core.memoisation import held_reads
from greendistrict.policy import parameters
from greendistrict.policy.parameters import first_day_in_use
from obligations.acting import acting_districts
from obligations.collectors import DATED_WATCHES, OF_KEEPERS, UNLISTED, WATCHES, YEARLY, of_bodies, of_records
from obligations.decisions import as_known_on, as_stored_on, decided, decisions
from obligations.duties import EVERYONE, Obligation, ObligationState, ReaderSide, Yearly, YearlyDuty, yearly_key
from obligations.rules import reads_watches
from obligations.titled_districts import bodies_named, names_of, owed_by_all, owing
from obligations.way import Day
from obligations.yearly_duties import stood

YEARS_FORESEEN = 6  # years ahead in calendar and outlook
# Roles that may read every visible self-check, so that links need no check.
WORKING = (Role.SECRETARIAT, Role.PREPARER, Role.REVIEWER)
PAGES_OF_THE_CITY = ("/reports/closings/", "/reports/new/")
BEGUN_AT = "/assessments/owed/"  # pages that whoever sees the obligation may read
OWN_SIDE = (Role.PREPARER, Role.REVIEWER, Role.CONSULTANT, Role.AUTHORITY)


def everything(
    viewer: Viewer, only: Collection[int] | None = None, *, unrecorded: bool = True, kinds: Collection[str] = ()
) -> list[Obligation]:
    """Every obligation of every duty on any day past or future, or those of some districts or kinds, first day first.

    With what is on no list unless it is left out (``unrecorded``): 无记录, what is watched, what the system keeper owes. Settings, titles
    and decisions are those of the day, and a record counts by its own day. What no side of the viewer reads need not be collected.
    """
    day, held = Day.of(viewer), None if viewer.is_portal else viewer.held
    with held_reads(), parameters.as_of(day.on):
        found = list(yearly_owed(day, only, kinds, unrecorded=unrecorded))
        found += of_records(day, only, kinds=kinds, held=held)
        if only is None:
            found += of_all_bodies(day)
        if unrecorded:
            found += [row for collect in (*UNLISTED, *WATCHES) for row in collect(day, only)]
        if unrecorded and only is None:
            found += [row for collect in OF_KEEPERS for row in collect(day)]
        asked = (row for row in found if not kinds or row.kind in kinds)
        return _in_order(decided(as_known_on(day.past, as_stored_on(day.past, asked)) if day.past else asked, decisions(day.past)))


def keepers_due(viewer: Viewer) -> list[Obligation]:
    """Duties of system keepers that are open on a day and may be done, for the operations page."""
    found = (row for collect in OF_KEEPERS for row in collect(Day.of(viewer)))
    return [row for row in found if row.is_recorded and (row.opens is None or viewer.as_of >= row.opens)]


def watched(viewer: Viewer, only: Collection[int] | None = None, *, dated: bool = False) -> list[Obligation]:
    """Watched items of a day, optionally of some districts or only dated ones."""
    with held_reads():
        return _in_order(row for watch in (DATED_WATCHES if dated else WATCHES) for row in watch(Day.of(viewer), only))


def watched_in_sight(viewer: Viewer, only: Collection[int] | None = None, *, dated: bool = False) -> list[Obligation]:
    """Watched items of a day in districts whose duties the person sees, or ``only`` some of them."""
    seen = _seen(viewer, only) if reads_watches(viewer.held) else ()
    return watched(viewer, seen, dated=dated) if seen is None or seen else []


def of_all_bodies(day: Day) -> list[Obligation]:
    """Duties of leading bodies and of the city that belong to no district, before waivers and extensions."""
    return [obligation for collect in of_bodies() for obligation in collect(day)]


def due(viewer: Viewer, only: Collection[int] | None = None, kinds: Collection[str] = ()) -> list[Obligation]:
    """Listed obligations of a day: those of ``everything`` with records in the portal. Every list, desk, page and report starts here."""
    return [row for row in everything(viewer, only, unrecorded=False, kinds=kinds) if is_listed(row, viewer.as_of)]


def is_listed(row: Obligation, today: dt.date) -> bool:
    """Whether it is listed: recorded, and not before it opens, except yearly filings, which are open all year.

    What a body has met independently of a district leaves the list after its day.
    """
    if not row.is_recorded or (row.district_id is None and row.met_on is not None and today > row.due):
        return False
    return row.opens is None or today >= row.opens or row.kind in YEARLY


def owed_on_years(
    years: Collection[int],
    *,
    kinds: Collection[str] = (),
    only: Collection[int] | None = None,
    stood_on: dt.date | None = None,
    known_on: dt.date | None = None,
) -> list[Obligation]:
    """What titled districts owe alike for the years reported on, waivers and extensions applied, most urgent first.

    Of these ``kinds`` or all; by titles (``owing``), records, decisions and settings as they are, or as they ``stood_on`` a day, with the
    names and leading bodies of that day or of the one ``known_on``. Who never opened a report owes it as well. Every page, table and
    report that says who owes and who filed asks here or ``due``.
    """
    with held_reads(), parameters.as_of(stood_on) if stood_on else nullcontext():
        duties = [duty for key, duty in YEARLY.items() if not kinds or key in kinds]
        found: Iterable[Obligation] = [row for duty in duties for row in _of_years(duty, years, only=only, stood_on=stood_on)]
        if stood_on is not None:
            found = as_known_on(known_on or stood_on, as_stored_on(stood_on, found))
        return _in_order(decided(found, decisions(stood_on)))


def _owed_in(years: Collection[int], only: Collection[int] | None) -> list[Obligation]:
    """What titled districts owe alike by days in these calendar years, waivers and extensions applied, in no order.

    What falls due in another year is made where a decision may have moved one of it.
    """
    moved = {(key.kind, key.year) for key in map(yearly_key, decisions()) if key}
    found: list[Obligation] = []
    for kind, duty in YEARLY.items():
        reported = {*range(min(years) - 1, max(years) + 1), *(year for of, year in moved if of == kind)}
        asked = [due.year for due in duty.dues(reported) if due.due.year in years or (kind, due.year) in moved]
        found += _of_years(duty, asked, only=only)
    return [row for row in decided(found, decisions()) if row.due.year in years]


def _of_years(
    duty: YearlyDuty,
    years: Collection[int],
    *,
    only: Collection[int] | None = None,
    stood_on: dt.date | None = None,
    unrecorded: bool = False,
) -> Iterator[Obligation]:
    """A duty of these years, year by year, by titles and records as they ``stood_on`` a day.

    Those of today are made once for a page.
    """
    since = first_day_in_use()
    dues = [due for due in duty.dues(years) if unrecorded or due.due >= since]
    if not dues:
        return
    begun = duty.records([due.year for due in dues], only)
    if stood_on is not None:
        begun = stood(begun, duty.model, duty.handed_in, stood_on)
    made = memoisation.once(_made, memoisation.as_key(only)) if stood_on is None else {}
    for due in dues:
        if due not in made:
            districts = owing(due.year, only, stood_on)
            made[due] = owed_by_all(districts, due, begun, bodies_named(districts) if due.by_authorities else {})
        yield from (row for row in made[due] if unrecorded or row.is_recorded)


def _made(_only: Collection[int] | None) -> dict[Yearly, list[Obligation]]:
    """Rows of yearly duties of some districts, filled as they are asked for."""
    return {}


def yearly_owed(day: Day, only: Collection[int] | None, kinds: Collection[str] = (), *, unrecorded: bool = False) -> Iterator[Obligation]:
    """Yearly duties on the list that day, waivers and extensions not yet applied: of late years all, of earlier ones what is open."""
    for duty in [duty for key, duty in YEARLY.items() if not kinds or key in kinds]:
        late = duty.asked(day.on)
        rows = _of_years(duty, years_since_use(duty, day.on), only=only, stood_on=day.past, unrecorded=unrecorded)
        yield from (row for row in rows if row.year in late or row.is_open)


def years_since_use(duty: YearlyDuty, today: dt.date) -> range:
    """Years whose duty may be listed, from the first that fell due in use, because unfiled ones stay owed."""
    late = duty.asked(today)
    return range(min(*late, first_day_in_use().year - 1), max(late) + 1)


def _in_order(found: Iterable[Obligation]) -> list[Obligation]:
    return sorted(found, key=attrgetter("due", "district", "key"))


def falling_due(viewer: Viewer, year: int) -> list[Obligation]:
    """Visible obligations due in a calendar year, earliest first: listed ones, future ones, and what a body met in time.

    For a year in progress: what will be owed on its last day if nothing else is recorded; for an earlier one what is owed today.
    """
    with held_reads():  # today first: its data are reused for later days
        listed = in_sight(viewer)
        found = {row.key: row for row in (*to_come(viewer, year), *listed)}
    return _in_order(row for row in found.values() if row.due.year == year)


def to_come(viewer: Viewer, *years: int) -> list[Obligation]:
    """Visible obligations due in these calendar years, as of their last days, at the earliest of the viewer's; see ``falling_due``."""
    held = viewer.held
    if held.is_keeper or not held.roles:
        return []
    with held_reads():
        found = _owed_in(years, _seen(viewer, None))
    for year in years:
        found += coming_in_sight(viewer.at(max(dt.date(year, 12, 31), viewer.as_of)), dt.date(year, 1, 1))
    return [row for row in found if row.due.year in years]


def coming_in_sight(viewer: Viewer, since: dt.date | None = None) -> list[Obligation]:
    """Record-based and calendar-based obligations as visible on a future day, if nothing else is recorded; see ``Day.of``."""
    only, day = _seen(viewer, None), Day.of(viewer, since)
    with held_reads(), parameters.as_of(viewer.as_of):
        found = of_records(day, only, held=viewer.held)
        found += of_all_bodies(day) if only is None else []
        rows = [row for row in read_by(viewer.held, decided(found, decisions())) if row.is_recorded]
        return rows if only is None else [*rows, *(row for row in _of_own_bodies(viewer, day) if row.is_recorded)]


def obligation_of(viewer: Viewer, key: str) -> Obligation | None:
    """The visible obligation of a key, including future ones; its link only if the person may open it."""
    held, yearly = viewer.held, yearly_key(key)
    only = {yearly.district} if yearly and yearly.kind in YEARLY else None
    obligation = next((row for row in obligations_visible_to(viewer, only) if row.key == key), None)
    if obligation is not None or held.is_keeper or not held.roles:
        return obligation
    if yearly and only:
        coming = owed_on_years((yearly.year,), kinds=(yearly.kind,), only=_seen(viewer, only))
    else:
        coming = coming_in_sight(viewer.at(dt.date(viewer.as_of.year + YEARS_FORESEEN, 12, 31)))
    return next((row._replace(link="") for row in coming if row.key == key), None)


URGENCY = {ObligationState.OVERDUE: 0, ObligationState.DUE: 1, ObligationState.UPCOMING: 1}


def urgent_first(rows: Iterable[Obligation], today: dt.date) -> list[Obligation]:
    """Overdue ones first, then open ones by day, then met or waived ones."""
    return sorted(rows, key=lambda row: (URGENCY.get(row.state(today), 2), row.due, row.district, row.key))


def bodies_of(rows: Iterable[Obligation]) -> list[tuple[int, str]]:
    """(key, name) of the leading bodies of these rows, in GB/T 2260 order."""
    return list(names_of({body for row in rows for body in row.authority_ids}).items())


def obligations_visible_to(viewer: Viewer, only: Collection[int] | None = None) -> list[Obligation]:
    """City, secretariat and partners see all; others those of districts they are involved in through a post.

    ``only`` restricts the districts. ``link`` is empty if the person may not read the page behind it.
    """
    return opened(viewer, in_sight(viewer, only))


def listed_in(viewer: Viewer, year: str) -> list[Obligation]:
    """``obligations_visible_to``; where the list is asked for one of ``years_in_short``, with every yearly duty of that year."""
    rows, held = obligations_visible_to(viewer), viewer.held
    if year not in map(str, years_in_short(viewer.as_of)) or held.is_keeper or not held.roles:
        return rows
    there = {row.key for row in rows}
    whole = [row for row in owed_on_years([int(year)], only=_seen(viewer, None)) if row.key not in there]
    return [*rows, *opened(viewer, read_by(held, whole))]


def years_in_short(today: dt.date) -> range:
    """Years of which the list has only what is still open, unless it is asked for one of them."""
    return range(first_day_in_use().year - 1, today.year - 1)


def opened(viewer: Viewer, rows: Iterable[Obligation]) -> list[Obligation]:
    """The same obligations with links only to pages that the person may open."""
    rows = list(rows)
    readable = readable_links(viewer, {row.link for row in rows if not (row.is_link_open or row.followed_at)})
    watches = may_watch(viewer.held)

    def beside(row: Obligation) -> str:
        if row.followed_at:
            return row.followed_at if watches else ""
        return row.link if readable is None or row.link in readable else ""

    def link(row: Obligation) -> str:
        page = beside(row)
        return row.link if page == row.link or row.is_link_open or acts(viewer.held, row) else page

    return [row if (page := link(row)) == row.link else row._replace(link=page) for row in rows]


def readable_links(viewer: Viewer, links: Collection[str]) -> Collection[str] | None:
    """Links that the person may open among those of obligations; None: all of them."""
    held = viewer.held
    if held.is_city:
        return None
    if held.has(*WORKING):
        return {link for link in links if not any(page in link for page in PAGES_OF_THE_CITY)}
    lists = {"", reverse("assessments:selfcheck_list"), reverse("assessments:yearly_report_list")}
    lists |= {link for link in links if BEGUN_AT in link}
    if lists.issuperset(links):
        return None
    first, *others = (
        found.order_by().values_list(Value(page, CharField()), "pk")
        for page, found in (
            ("assessments:selfcheck", self_checks_visible_to(viewer)),
            ("assessments:stage", stages_visible_to(viewer)),
            ("assessments:yearly_report", reports_visible_to(viewer)),
            ("assessments:inspection", inspections_visible_to(viewer)),
            ("assessments:post", evaluations_visible_to(viewer)),
        )
    )
    return lists | {reverse(page, args=[pk]) for page, pk in first.union(*others, all=True)}


def sees_all(held: HeldPosts) -> bool:
    """Whether the person sees the obligations of every district."""
    return held.is_city or held.has("secretariat", "partner")


def yearly_in_sight(viewer: Viewer, kinds: Collection[str], only: Collection[int] | None) -> list[Obligation]:
    """Visible yearly duties of these kinds, before waivers and extensions."""
    held = viewer.held
    if held.is_keeper or not held.roles:
        return []
    with held_reads():
        return list(yearly_owed(Day.of(viewer), _seen(viewer, only), kinds))


def _seen(viewer: Viewer, only: Collection[int] | None) -> Collection[int] | None:
    """Districts whose obligations the person sees, of ``only`` some; None: all."""
    if sees_all(viewer.held):
        return only
    return own_keys(viewer, only)


def in_sight(viewer: Viewer, only: Collection[int] | None = None) -> list[Obligation]:
    """Visible obligations with unfiltered links; read once for a page."""
    return viewer.once(_in_sight, memoisation.as_key(only))


def _in_sight(viewer: Viewer, only: Collection[int] | None) -> list[Obligation]:
    held = viewer.held
    if held.is_keeper or not held.roles:
        return []
    with held_reads():
        if sees_all(held):
            return read_by(held, due(viewer, only))
        own = own_keys(viewer, only)
        beside = acting_districts(viewer)
        districts = {*own, *beside} if only is None else {*own, *beside}.intersection(only)
        rows = [row for row in read_by(held, due(viewer, districts)) if row.district_id in own or acts(held, row)]
        if only is not None:
            return rows
        return _in_order([*rows, *(row for row in _of_own_bodies(viewer, Day.of(viewer)) if is_listed(row, viewer.as_of))])


def _of_own_bodies(viewer: Viewer, day: Day) -> list[Obligation]:
    """District-independent obligations of the person's bodies, and those the person acts on."""
    held = viewer.held
    own = [
        row for collect in of_bodies(held) for row in collect(day) if held.organisation_ids.intersection(row.debtor_ids) or acts(held, row)
    ]
    return decided(own, decisions()) if own else []


def read_by(held: HeldPosts, rows: Iterable[Obligation]) -> list[Obligation]:
    """Rows that the person's sides may read, or on which the person acts."""
    sides = sides_of(held)
    return [row for row in rows if row.seen_by is EVERYONE or not sides.isdisjoint(row.seen_by) or acts(held, row)]


def sides_of(held: HeldPosts) -> frozenset[ReaderSide]:
    """Reader sides of the person."""
    found = {ReaderSide.OWN} if held.has(*OWN_SIDE) else set()
    if held.is_city:
        found.add(ReaderSide.CITY)
    found.update(side for role, side in ((Role.SECRETARIAT, ReaderSide.SECRETARIAT), (Role.PARTNER, ReaderSide.PARTNER)) if held.has(role))
    return frozenset(found or {ReaderSide.OTHERS})


def acts(held: HeldPosts, row: Obligation) -> bool:
    """Whether the person acts for the debtor."""
    who = row.actors
    if held.person in who.people:
        return True
    return held.has(*who.roles) if who.bodies is None else not held.organisations_as(*who.roles).isdisjoint(who.bodies)
