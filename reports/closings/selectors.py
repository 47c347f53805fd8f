"""Closings of years as reports and pages read them."""

import datetime as dt
from dataclasses import dataclass

from greendistrict.core import clock
from reports.closings.days import edition_in_force
from reports.closings.differences import FigureChange


@dataclass(frozen=True)
class Closing:
    """A closed year: its edition in force, when it was closed, its two days, and what changed against the edition before."""

    year: int
    edition: int
    closed_on: dt.date
    snapshot_day: dt.date
    closes_on: dt.date
    reason: str
    changes: tuple[FigureChange, ...]
    digest: str


def closing_of(year: int) -> Closing | None:
    """The closing in force of a year; None while it is not closed."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    return Closing(
        year=year,
        edition=edition.number,
        closed_on=edition.closed_at.astimezone(clock.SHANGHAI).date(),
        snapshot_day=edition.snapshot_day,
        closes_on=edition.closes_on,
        reason=edition.reason,
        changes=tuple(FigureChange(*row) for row in edition.changes),
        digest=edition.digest,
    )
