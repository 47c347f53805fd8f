"""Obligations as computed data (debtor, creditor, due date, derivation, fulfilling record), and the registry of duties (pure)."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import TextChoices

from assessments.self_checks.enums import SelfCheckState
from assessments.yearly_reports.enums import YearlyReportState
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.registry import Registry
from greendistrict.policy import tracked_duties
from obligations.duty_table import OF_DISTRICT, DutyKind, is_waivable
from obligations.enums import ObligationState
from obligations.matter_rows import MatterRows, together
from obligations.way import NO_WORDS, Day, How

RECEIVED = frozenset({SelfCheckState.RECEIVED, YearlyReportState.RECEIVED})
RETURNED = frozenset({SelfCheckState.RETURNED, YearlyReportState.RETURNED})


NO_DISTRICT = "不分城区"
ANSWERED = "answered"  # in the query string of a list: obligations of the reader's own bodies
UNMET_STATES = frozenset({ObligationState.UPCOMING, ObligationState.DUE, ObligationState.OVERDUE})


class Actors(NamedTuple):
    """Who acts for the debtor: holders of ``roles`` in ``bodies`` (None: anywhere), and the named ``people``."""

    roles: tuple[str, ...] = ()
    bodies: tuple[int, ...] | None = ()
    people: tuple[int, ...] = ()


class ReaderSide(TextChoices):
    """Sides that may read an obligation besides those who act. Other participants of a district (its bureaus) are ``OTHERS``.

    ``DECIDING`` are people of the city who decide on extensions and therefore read what they decide about.
    """

    OWN = "own"
    OTHERS = "others"
    CITY = "city"
    SECRETARIAT = "secretariat"
    PARTNER = "partner"
    DECIDING = "deciding"


NOBODY, EVERYONE = Actors(), frozenset(ReaderSide)


class Obligation(NamedTuple):
    """One thing owed; ``key`` never changes. A tuple for speed: the city's list has one for each duty of every titled district.

    ``kind``: key of its declaration (``duty_table``). A watch is shown and summed up only.
    Who owes and acts: ``organisation`` names the debtor (``debtor_ids``); ``organisation_id`` is the body whose people prepare it in the
    portal, ``actors`` their roles. ``authority_ids``: leading bodies of the district if its side owes it, empty if the city does.
    ``district_id`` is empty for duties of the city that belong to no district.

    State: ``record`` is what was begun for it and ``status`` how far that is; both are empty if nothing was opened. Before ``opens`` it
    cannot be done yet. ``is_recorded`` is False if the portal has no record: due before the first day in use, or a body without users.
    ``asked_on``: last day of a repeated request, so that a missed reminder can be sent later.
    Who reads: ``seen_by`` are sides that may read it besides those who act; internal steps of the city are hidden from the district, and
    experts' obligations (shown by number) are for the secretariat, answers and scores also for those who decide on extensions.
    Links: with ``is_link_open`` every reader may open its page, otherwise the page is asked. ``followed_at`` is the page for city and
    secretariat if only the debtor may open ``link``.
    """

    key: str
    kind: str
    rule: str
    cite: str
    title: str
    district_id: int | None
    district: str
    organisation_id: int | None
    organisation: str
    to: str
    due: dt.date
    link: str = ""
    met_on: dt.date | None = None
    authority_ids: tuple[int, ...] = ()
    is_default_date: bool = True
    is_demo: bool = False
    waived: bool = False
    debtor_ids: tuple[int, ...] = ()
    carried_by: str = ""
    year: int = 0
    record: int | None = None
    status: str = ""
    opens: dt.date | None = None
    how: How = NO_WORDS
    is_watch: bool = False
    is_recorded: bool = True
    actors: Actors = NOBODY
    seen_by: frozenset[ReaderSide] = EVERYONE
    is_link_open: bool = False
    followed_at: str = ""
    asked_on: dt.date | None = None

    def state(self, today: dt.date) -> ObligationState:
        """State on ``today``; the due day itself is still open."""
        if not self.is_recorded:
            return ObligationState.NONE
        if self.waived:
            return ObligationState.WAIVED
        if self.met_on is not None:
            return ObligationState.MET if self.met_on <= self.due else ObligationState.LATE
        if today > self.due:
            return ObligationState.OVERDUE
        return ObligationState.UPCOMING if self.opens is not None and today < self.opens else ObligationState.DUE

    @property
    def place(self) -> str:
        """Name of the district in lists."""
        return self.district or NO_DISTRICT

    @property
    def carrier(self) -> str:
        """Who prepares it for the debtor; empty if the debtor does."""
        return self.carried_by if self.carried_by != self.organisation else ""

    @property
    def owner(self) -> str:
        """The district, or the body that owes it independently of a district."""
        return self.district or self.organisation

    @property
    def answering_bodies(self) -> frozenset[int]:
        """Bodies responsible for it: debtor, preparer, and the district's leading bodies."""
        own = () if self.organisation_id is None else (self.organisation_id,)
        return frozenset((*self.debtor_ids, *self.authority_ids, *own))

    @property
    def is_received(self) -> bool:
        """Whether the city has received what was handed in."""
        return self.status in RECEIVED

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, in time or overdue."""
        return self.met_on is None and not self.waived and self.is_recorded

    @property
    def decision_words(self) -> str:
        """Label of the link to a decision about it."""
        return "免报或延期" if is_waivable(self.kind) else "延期"

    @property
    def is_of_district(self) -> bool:
        """Whether an applicant or leading body owes it for a district, so that it counts in the district's record."""
        return self.kind in OF_DISTRICT

    def is_overdue(self, today: dt.date) -> bool:
        """Whether it is still to be done after its due date."""
        return self.met_on is None and today > self.due and not self.waived and self.is_recorded


def of_kind(kind: DutyKind, key: str, title: str, due: dt.date, to: str) -> Obligation:
    """An obligation of a kind towards ``to`` that belongs to no district; the debtor must still be set."""
    return Obligation(f"{kind.key}:{key}", kind.key, kind.rule, kind.cite, title, None, "", None, "", to, due)


# Kinds whose extensions are decided in their matter, so that each day has one decision; statutory terms belong here too.
OWN_TERMS, BY_LAW = ("rectification", "correction", "hearing"), ("disclosure_reply", "remedy_reply")


def is_decided_elsewhere(key: str) -> bool:
    """Whether extensions of this obligation are decided in its matter instead of here."""
    return key.partition(":")[0] in OWN_TERMS + BY_LAW


class YearlyKey(NamedTuple):
    """Parts of the key of a yearly obligation."""

    kind: str
    district: int
    year: int


def yearly_key(key: str) -> YearlyKey | None:
    """Parts of a key made by ``Yearly.key_of``; None for any other key."""
    kind, _, rest = key.partition(":")
    district, _, year = rest.partition(":")
    return YearlyKey(kind, int(district), int(year)) if district.isdecimal() and year.isdecimal() else None


class Record(NamedTuple):
    """What a district has begun for a yearly duty: key, status, and when it was handed in (None if not)."""

    pk: int
    status: str
    handed_in: dt.datetime | None


class Yearly(NamedTuple):
    """A yearly duty of all districts with a title by the end of the year, met by a record of the kind ``records``.

    ``page`` names the page of such a record, ``unopened`` is the address where there is none yet. ``by_authorities``: owed by the
    leading bodies, prepared by the applicant's people.
    """

    rule: str
    cite: str
    title: str
    key: str
    records: str
    year: int
    due: dt.date
    page: str
    unopened: str
    by_authorities: bool = False
    opens: dt.date | None = None
    how: How = NO_WORDS
    is_default: bool = True

    def key_of(self, district: int) -> str:
        """Key of the obligation of one district."""
        return f"{self.key}:{district}:{self.year}"


Collector = Callable[[Day, Collection[int] | None], Iterable[Obligation]]
Rows = tuple[str, tuple[Any, ...]]  # a statement with its parameters
Records = Callable[[Collection[int], Collection[int] | None], Mapping[tuple[int, int], Record]]


@dataclass(frozen=True)
class YearlyDuty:
    """A duty that applies to all titled districts.

    ``asked(today)``: reporting years listed that day. ``dues(years)``: due dates (without those before the portal was in use).
    ``records(years, only)``: what was begun, by district and year. ``rows``: all its records as SQL (kind, id, district_id, year, met),
    for the statement that counts them. ``model`` (label) and ``handed_in`` (states) tell how a record stood on a past day.
    """

    kind: DutyKind
    asked: Callable[[dt.date], Collection[int]]
    dues: Callable[[Collection[int]], list[Yearly]]
    records: Records
    rows: Rows
    model: str
    handed_in: Collection[str]


OfBodies = Callable[[Day], Iterable[Obligation]]


class Family(NamedTuple):
    """Duties based on records: collector, kinds, tables read, and the posts that may read any of them."""

    collect: Collector
    kinds: frozenset[str]
    tables: tuple[MatterRows, ...]
    concerns: Callable[[HeldPosts], bool]


class Watch(NamedTuple):
    """Collector of watched items, and whether they have a date."""

    collect: Collector
    is_dated: bool


class BodyDuties(NamedTuple):
    """Collector of duties that belong to no district, and the posts they can concern."""

    collect: OfBodies
    concerns: Callable[[HeldPosts], bool]


_of_bodies: Registry[BodyDuties] = Registry("duties of bodies", entry="duties of bodies and the city in no district; whom they concern")
_of_keepers: Registry[OfBodies] = Registry("duties of the system keeper", entry="duties of the system keeper, for the page of operations")
_unlisted: Registry[Collector] = Registry("unlisted duties", entry="rows of a duty that are on no list yet: to come, or without any record")
_watches: Registry[Watch] = Registry("watched items", entry="what is watched in districts: on no list, never sent one by one")
_families: Registry[Family] = Registry("duties that hang on records", entry="duties that hang on records of their own")
_kinds: Registry[DutyKind] = Registry("kinds of duties", entry="every kind of duty, by its key")
_yearly: Registry[YearlyDuty] = Registry("yearly duties", entry="a duty that all districts with a title have alike, year by year")


def everybody(held: HeldPosts) -> bool:  # noqa: ARG001 -- one of the functions that say whose posts duties concern
    """Default of ``concerns``: duties concern every post."""
    return True


def register(
    collector: Collector, *kinds: DutyKind, tables: Collection[MatterRows] = (), concerns: Callable[[HeldPosts], bool] = everybody
) -> None:
    """Register duties based on records: ``collector(day, only)`` yields open ones and recently met ones.

    ``day.on`` is any day, past or future; a record counts by its own day (filed, decided), not by that of entry. ``only`` restricts it to
    some districts, leaving out the city's own duties. A kind yielded by several collectors is passed by each of them. ``tables`` are read
    together with those of other collectors. ``concerns`` tells for which posts the collector has anything to read; others skip it.
    """
    _declare(kind for kind in kinds if kind.key not in _kinds.by_key)
    _families.register(kinds[0].key, Family(collector, frozenset(kind.key for kind in kinds), tuple(tables), concerns))


def _declare(kinds: Iterable[DutyKind]) -> None:
    for kind in kinds:
        _kinds.register(kind.key, kind)
        tracked_duties.register(kind.key, kind.rule, kind.label)


def register_of_bodies(collector: OfBodies, *kinds: DutyKind, concerns: Callable[[HeldPosts], bool]) -> None:
    """Register duties of leading bodies or of the city that belong to no district: ``collector(day)`` yields those of a day.

    The city sees them all, others those of their own bodies; the collector runs only if the reader's posts can be concerned.
    """
    _declare(kinds)
    _of_bodies.register(kinds[0].key, BodyDuties(collector, concerns))


def register_of_keepers(collector: OfBodies, *kinds: DutyKind) -> None:
    """Register duties of system keepers, who see no business data: shown on the operations page, not in the list."""
    _declare(kinds)
    _of_keepers.register(kinds[0].key, collector)


def register_watch(collector: Collector, *kinds: DutyKind, is_dated: bool = True) -> None:
    """Register watched items: shown on their own page and summed up weekly, not in the list.

    Dated ones also appear in the calendar.
    """
    _declare(kinds)
    _watches.register(kinds[0].key, Watch(collector, is_dated))


def register_unlisted(key: str, collector: Collector) -> None:
    """Register obligations that are not on the list yet (future ones, or ones without records), so that today's pages skip them."""
    _unlisted.register(key, collector)


def unlisted() -> list[Collector]:
    """Collectors registered by ``register_unlisted``."""
    return list(_unlisted)


def of_keepers() -> list[OfBodies]:
    """Collectors of system keepers' duties."""
    return list(_of_keepers)


def watches(*, dated: bool = False) -> list[Collector]:
    """Collectors of watched items; optionally only dated ones."""
    return [watch.collect for watch in _watches if watch.is_dated or not dated]


def of_bodies(held: HeldPosts | None = None) -> list[OfBodies]:
    """Collectors of duties that belong to no district; with posts, only those that can concern them."""
    return [duties.collect for duties in _of_bodies if held is None or duties.concerns(held)]


def register_yearly(duty: YearlyDuty) -> None:
    """Register a duty of all titled districts."""
    _declare([duty.kind])
    _yearly.register(duty.kind.key, duty)


def kinds() -> dict[str, DutyKind]:
    """All tracked kinds of duties by key, in order of registration."""
    return dict(_kinds.by_key)


def of_records(day: Day, only: Collection[int] | None, *, kinds: Collection[str] = (), held: HeldPosts | None = None) -> list[Obligation]:
    """Obligations of record-based families that yield one of ``kinds`` (default all) and concern the given posts.

    No query if ``only`` is empty; the tables of all families are read in one statement.
    """
    if only is not None and not only:
        return []
    asked = [one for one in _families if (not kinds or not one.kinds.isdisjoint(kinds)) and (held is None or one.concerns(held))]
    with together([table for one in asked for table in one.tables]):
        return [row for one in asked for row in one.collect(day, only)]


def yearly_duties() -> dict[str, YearlyDuty]:
    """Duties of all titled districts, by kind."""
    return dict(_yearly.by_key)
