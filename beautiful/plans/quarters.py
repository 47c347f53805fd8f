"""Which quarters the owner of a task must report, and from which day the term of each counts (pure).

A quarter inside the plan's three years is due once it is over, if the task ran in it. Its term counts from the end of the quarter,
from the issue of the plan if that came later, or from the adjustment that made the quarter due.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from beautiful.plans.path import LAST_MONTH, quarter_end

DAY = dt.timedelta(days=1)


class CountedFrom(StrEnum):
    """Event from which the term of a quarter counts."""

    END = "季度结束"
    ISSUED = "计划印发"
    ADJUSTED = "任务调整"


class DayChange(NamedTuple):
    """An adjustment that moved the first or last day of a task, or changed its owner (both days empty)."""

    on: dt.date
    starts_before: dt.date | None = None
    ends_before: dt.date | None = None


class AskedQuarter(NamedTuple):
    """A quarter to report, the day from which its term counts, and the event on that day."""

    year: int
    quarter: int
    since: dt.date
    what: CountedFrom

    @property
    def opens(self) -> dt.date:
        """The day after the quarter is over."""
        return quarter_end(self.year, self.quarter) + DAY


@dataclass(frozen=True)
class ReportedTask:
    """Data of a task that decide which quarters are due; after ``rolled_on`` nothing can be reported in this plan."""

    starts_on: dt.date
    due_on: dt.date
    years: range
    issued_on: dt.date
    rolled_on: dt.date | None = None
    changes: Sequence[DayChange] = ()

    def quarters_asked(self, on: dt.date) -> Iterator[AskedQuarter]:
        """Quarters due by a day, oldest first, reported or not."""
        for year in self.years:
            for quarter in LAST_MONTH:
                end = quarter_end(year, quarter)
                if end < on and self.starts_on <= end and quarter_start(year, quarter) <= self.due_on:
                    brought = [change.on for change in self.changes if self._brings(change, quarter_start(year, quarter), end)]
                    days = [(end, CountedFrom.END), (self.issued_on, CountedFrom.ISSUED), *((day, CountedFrom.ADJUSTED) for day in brought)]
                    since, what = max(days, key=lambda one: one[0])
                    asked = AskedQuarter(year, quarter, since, what)
                    if asked.since <= on:
                        yield asked

    @staticmethod
    def _brings(change: DayChange, start: dt.date, end: dt.date) -> bool:
        """Whether an adjustment made the quarter due for its owner: it was outside the task's days before, or the owner changed."""
        if change.starts_before is None and change.ends_before is None:
            return True
        before, after = change.starts_before, change.ends_before
        return bool((before and end < before) or (after and start > after))

    def closed_by(self, on: dt.date) -> bool:
        """Whether the plan was rolled over by a day, so that its unreported quarters are no longer owed."""
        return self.rolled_on is not None and self.rolled_on <= on


def quarter_start(year: int, quarter: int) -> dt.date:
    """First day of a quarter."""
    return dt.date(year, LAST_MONTH[quarter][0] - 2, 1)
