"""Content of a task on a day: a quarter is read against what was in force on its last day (pure).

Also here: Traffic light of a task: value of a quarter compared with a straight line from start to target (pure). Which quarters the owner
of a task must report, and from which day the term of each counts (pure). The limit of amber is the setting ``amber_progress`` of the
indicator systems, so that both lights mean the same. A quarter inside the plan's three years is due once it is over, if the task ran in
it. Its term counts from the end of the quarter, from the issue of the plan if that came later, or from the adjustment that made the
quarter due.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from districts.indicator_systems.target_path import AMBER, GREEN, NONE, RED, Light
from greendistrict.core.days import day_in_words
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up

LAST_MONTH = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}


@dataclass(frozen=True)
class TaskPath:
    """Start and target value of a task, with their days."""

    starts_on: dt.date
    due_on: dt.date
    start: Decimal
    target: Decimal

    def due_by(self, day: dt.date) -> Fraction:
        """Value of the path on a day; the target from its day on."""
        days = (self.due_on - self.starts_on).days
        gone = min(max((day - self.starts_on).days, 0), days)
        share = Fraction(gone, days) if days else Fraction(1)
        return Fraction(self.start) + (Fraction(self.target) - Fraction(self.start)) * share


def quarter_end(year: int, quarter: int) -> dt.date:
    """Last day of a quarter."""
    return dt.date(year, *LAST_MONTH[quarter])


def light_of(path: TaskPath | None, value: Decimal | None, on: dt.date, amber_from: Fraction) -> Light:
    """Light of a value on a day; none without a quantified target or a value."""
    if path is None:
        return Light(NONE, "没有数量目标，不作判断")
    if value is None:
        return Light(NONE, "未报数值")
    due = path.due_by(on)
    asked = due - Fraction(path.start)
    done = Fraction(value) - Fraction(path.start)
    words = plain(half_up(due))
    if not asked or done / asked >= 1:
        return Light(GREEN, "达到路径" if on < path.due_on else "达到目标", words)
    share = done / asked
    said = f"完成应有进展的{int(share * 100)}%" if share > 0 else "没有进展"
    close = share >= amber_from
    return Light(AMBER if close else RED, f"{'略落后' if close else '落后'}于路径，{said}", words)


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


NUMBERS = ("start_value", "target_value")
DAYS = ("starts_on", "due_on")


@dataclass(frozen=True)
class TaskContent:
    """Everything of a planned task that an adjustment can change, except its partners; the owner by name."""

    title: str
    target_text: str
    unit: str
    start_value: Decimal | None
    target_value: Decimal | None
    starts_on: dt.date
    due_on: dt.date
    owner: str

    @property
    def path(self) -> TaskPath | None:
        """Target path of a quantified task; None for other tasks."""
        if self.start_value is None or self.target_value is None:
            return None
        return TaskPath(self.starts_on, self.due_on, self.start_value, self.target_value)

    @property
    def target_in_words(self) -> str:
        """The target with its number, if it has one, and its day."""
        path = self.path
        number = f"的{plain(path.target)} {self.unit}" if path else "完成"
        return f"{self.target_text}（{day_in_words(self.due_on)}{number}）"

    def has_target_of(self, other: "TaskContent") -> bool:
        """Whether both ask for the same: target, unit and path."""
        return (self.target_text, self.unit, self.path) == (other.target_text, other.unit, other.path)


class Adjusted(NamedTuple):
    """Fields changed by a decision of a day, as recorded: ``{field: (before, after)}``."""

    on: dt.date
    changed: Mapping[str, tuple[str, str]]


def content_on(day: dt.date, present: TaskContent, adjusted: Sequence[Adjusted]) -> TaskContent:
    """Content in force on a day; ``adjusted`` in the order of recording.

    A decision counts from its day. Of the decisions up to the day the one recorded last holds, as it does for the present content.
    """
    found: dict[str, str] = {}
    for one in adjusted:
        for name, (before, after) in one.changed.items():
            found.setdefault(name, before)
            if one.on <= day:
                found[name] = after
    return replace(present, **{name: _read(name, text) for name, text in found.items()})


def _read(name: str, text: str) -> Any:
    if name in NUMBERS:
        return Decimal(text) if text else None
    return dt.date.fromisoformat(text) if name in DAYS else text
