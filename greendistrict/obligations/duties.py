"""Duties as they are computed: who owes what to whom by when, why, and which record meets it. Pure shapes and the registry."""

import datetime as dt
from collections.abc import Callable, Iterable
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
    """One thing owed; ``key`` never changes. A tuple, because the city's desk makes one for each duty of every titled district."""

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


Collector = Callable[[dt.date], Iterable[Obligation]]
_collectors: dict[str, Collector] = {}


def register(rule: str, collector: Collector) -> None:
    """Take a duty in: ``collector(today)`` yields every obligation of the rule that is open or was met lately."""
    _collectors[rule] = collector


def collectors() -> dict[str, Collector]:
    """Registered duties by rule."""
    return dict(_collectors)
