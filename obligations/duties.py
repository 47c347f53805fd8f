"""Obligations as computed data: debtor, creditor, due date, reason, fulfilling record; and the registry of duties. Pure."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from assessments.self_checks.enums import SelfCheckState
from assessments.yearly_reports.enums import YearlyReportState
from greendistrict.core.registry import Registry
from greendistrict.policy import tracked_duties

RECEIVED = frozenset({SelfCheckState.RECEIVED, YearlyReportState.RECEIVED})
RETURNED = frozenset({SelfCheckState.RETURNED, YearlyReportState.RETURNED})


class ObligationState(StrEnum):
    """State of an obligation on a day; always in words on the page."""

    OPEN = "待办"
    OVERDUE = "逾期"
    MET = "已完成"
    MET_LATE = "逾期完成"
    WAIVED = "免报"


class DutyKind(NamedTuple):
    """One kind of duty that is tracked: its key in addresses, its words, the rule it stands on."""

    key: str
    label: str
    rule: str


class Obligation(NamedTuple):
    """One thing owed; ``key`` never changes. A tuple, because a list of the city makes one for each duty of every titled district.

    ``organisation`` names who owes it (``debtor_ids``), ``organisation_id`` is the body whose people prepare it in the portal.
    ``record`` is what was begun for it, ``status`` how far that is; both are empty where nothing was ever opened.
    """

    key: str
    kind: str
    rule: str
    cite: str
    title: str
    district_id: int
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

    def state(self, today: dt.date) -> ObligationState:
        """State on ``today``; the due day itself is still open."""
        if self.waived:
            return ObligationState.WAIVED
        if self.met_on is not None:
            return ObligationState.MET if self.met_on <= self.due else ObligationState.MET_LATE
        return ObligationState.OVERDUE if today > self.due else ObligationState.OPEN

    @property
    def is_received(self) -> bool:
        """Whether the city has received what was handed in."""
        return self.status in RECEIVED

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, in time or late."""
        return self.met_on is None and not self.waived

    def is_overdue(self, today: dt.date) -> bool:
        """Whether it is still to be done and its day is over."""
        return self.met_on is None and today > self.due and not self.waived


OWN_TERMS = ("rectify",)  # kinds whose matter has its own step for more time, so that one day has one decision behind it


def is_decided_elsewhere(key: str) -> bool:
    """Whether more time for the obligation of this key is decided in the matter it hangs on."""
    return key.partition(":")[0] in OWN_TERMS


class YearlyKey(NamedTuple):
    """Parts of the key of a yearly obligation."""

    kind: str
    district: int
    year: int


def yearly_key(key: str) -> YearlyKey | None:
    """Parts of a key that ``Yearly.key_of`` made; None for any other."""
    kind, _, rest = key.partition(":")
    district, _, year = rest.partition(":")
    return YearlyKey(kind, int(district), int(year)) if district.isdecimal() and year.isdecimal() else None


class Record(NamedTuple):
    """What a district has begun for a yearly duty: its key, how far it is, when it was handed in (None while it is not)."""

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

    def key_of(self, district: int) -> str:
        """Key of the obligation of one district."""
        return f"{self.key}:{district}:{self.year}"


Collector = Callable[[dt.date, Collection[int] | None], Iterable[Obligation]]
Rows = tuple[str, tuple[Any, ...]]  # a statement with its parameters
Records = Callable[[Collection[int], Collection[int] | None], Mapping[tuple[int, int], Record]]


@dataclass(frozen=True)
class YearlyDuty:
    """A duty that all titled districts have alike.

    ``asked(today)`` are the years reported on that are on the list that day, ``dues(years)`` gives the day each falls due (those before
    the portal was in use are left out), ``records(years, only)`` what was begun, by district and year. ``rows`` are all its records as SQL
    (kind, id, district_id, year, met), for the one statement that counts them.
    """

    kind: DutyKind
    asked: Callable[[dt.date], Collection[int]]
    dues: Callable[[Collection[int]], list[Yearly]]
    records: Records
    rows: Rows


_collectors: Registry[Collector] = Registry("duties that hang on records")
_kinds: Registry[DutyKind] = Registry("kinds of duties")
_yearly: Registry[YearlyDuty] = Registry("yearly duties")


def register(collector: Collector, *kinds: DutyKind) -> None:
    """Register duties based on records of their own: ``collector(today, only)`` yields open ones and those met lately.

    ``only`` narrows it to some districts.
    """
    for kind in kinds:
        _kinds.register(kind.key, kind)
        tracked_duties.register(kind.key, kind.rule, kind.label)
    _collectors.register(kinds[0].key, collector)


def register_yearly(duty: YearlyDuty) -> None:
    """Register a duty that all titled districts have."""
    _kinds.register(duty.kind.key, duty.kind)
    _yearly.register(duty.kind.key, duty)
    tracked_duties.register(duty.kind.key, duty.kind.rule, duty.kind.label)


def kinds() -> dict[str, DutyKind]:
    """Every kind of duty that is tracked, by key, in the order of their registration."""
    return dict(_kinds.by_key)


def collectors() -> list[Collector]:
    """Collectors of duties that hang on records of their own."""
    return list(_collectors)


def yearly_duties() -> dict[str, YearlyDuty]:
    """Duties that all titled districts have alike, by kind."""
    return dict(_yearly.by_key)
