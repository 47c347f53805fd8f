"""Duties as they are computed: who owes what to whom by when, why, and which record meets it. Pure shapes and the registry."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """State of an obligation on a day; always in words on the page."""

    OPEN = "待办"
    OVERDUE = "逾期"
    MET = "已完成"
    MET_LATE = "逾期完成"
    WAIVED = "免报"


class Obligation(NamedTuple):
    """One thing owed; ``key`` never changes. A tuple, because a list of the city makes one for each duty of every titled district."""

    key: str
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

    def state(self, today: dt.date) -> State:
        """State on ``today``; the due day itself is still open."""
        if self.waived:
            return State.WAIVED
        if self.met_on is not None:
            return State.MET if self.met_on <= self.due else State.MET_LATE
        return State.OVERDUE if today > self.due else State.OPEN

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, in time or late."""
        return self.met_on is None and not self.waived

    def is_overdue(self, today: dt.date) -> bool:
        """Whether it is still to be done and its day is over."""
        return self.met_on is None and today > self.due and not self.waived


class Yearly(NamedTuple):
    """What every titled district owes alike for a year, if it held its title by the end of it; met by a record of the kind ``records``.

    ``page`` names the page of such a record, ``unopened`` is the address where there is none yet.
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

    def key_of(self, district: int) -> str:
        """Key of the obligation of one district."""
        return f"{self.key}:{district}:{self.year}"


Collector = Callable[[dt.date, Collection[int] | None], Iterable[Obligation]]
YearlyDuties = Callable[[dt.date], list[Yearly]]
_collectors: dict[str, Collector] = {}
_yearly: dict[str, YearlyDuties] = {}


def register(rule: str, collector: Collector, yearly: YearlyDuties | None = None) -> None:
    """Take a duty in: ``collector(today, only)`` yields every obligation of the rule that is open or was met lately.

    ``only`` narrows it to some districts. Where all districts owe alike, ``yearly(today)`` tells the same obligations without making them.
    """
    _collectors[rule] = collector
    if yearly is not None:
        _yearly[rule] = yearly


def collectors() -> dict[str, Collector]:
    """Registered duties by rule."""
    return dict(_collectors)


def yearly_duties() -> dict[str, YearlyDuties]:
    """Those of them that all titled districts have alike, by rule."""
    return dict(_yearly)
