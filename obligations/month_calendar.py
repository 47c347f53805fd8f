"""Month calendar of obligations: weeks with rest days, exchanged working days and due obligations (pure)."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from greendistrict.core.integers import whole
from greendistrict.core.workdays import WorkCalendar
from obligations.duties import Obligation
from obligations.selectors import YEARS_FORESEEN

FIRST_YEAR = 2021
SHOWN_GROUPS = 4
WEEKEND = 5
MONTHS = 12
IS_OPEN, BY_NAME = attrgetter("is_open"), attrgetter("district", "key")


class DayGroup(NamedTuple):
    """Obligations of one kind due on a day: count, open and overdue ones, and the first by district name."""

    kind: str
    title: str
    number: int
    open: int
    overdue: int
    first: Obligation


@dataclass(frozen=True)
class MonthDay:
    """A day of the page: ``mark`` is 休 or 班, ``name`` a holiday; days of neighbouring months have no entries."""

    date: dt.date
    in_month: bool
    is_today: bool
    mark: str = ""
    name: str = ""
    groups: tuple[DayGroup, ...] = ()

    @property
    def shown(self) -> tuple[DayGroup, ...]:
        """Groups that fit in the cell."""
        return self.groups[:SHOWN_GROUPS]

    @property
    def more(self) -> int:
        """Number of obligations in groups that do not fit."""
        return sum(group.number for group in self.groups[SHOWN_GROUPS:])


def month_asked(text: str, today: dt.date) -> dt.date:
    """First day of the month ``2027-03``; of the current month if it is invalid or out of range."""
    asked, _, number = text.partition("-")
    year, month = whole(asked, 0), whole(number, 0)
    if 1 <= month <= MONTHS and FIRST_YEAR <= year <= today.year + YEARS_FORESEEN:
        return dt.date(year, month, 1)
    return today.replace(day=1)


def moved(first: dt.date, months: int) -> str:
    """The month that is ``months`` later, as used in URLs."""
    year, month = divmod(first.year * MONTHS + first.month - 1 + months, MONTHS)
    return f"{year}-{month + 1:02d}"


def weeks_of(
    first: dt.date, rows: Iterable[Obligation], *, today: dt.date, working: WorkCalendar, names: Mapping[dt.date, str]
) -> list[list[MonthDay]]:
    """Weeks (Monday to Sunday) with due obligations; ``names`` are the holidays."""
    by_day: dict[dt.date, list[Obligation]] = defaultdict(list)
    for row in rows:
        by_day[row.due].append(row)

    def day(date: dt.date) -> MonthDay:
        in_month = date.month == first.month
        groups = _groups(by_day.get(date, ()), is_past=today > date) if in_month else ()
        mark = "休" if not working.is_working(date) else "班" if date.weekday() >= WEEKEND else ""
        return MonthDay(date, in_month, date == today, mark, names.get(date, ""), groups)

    return [[day(date) for date in week] for week in calendar.Calendar().monthdatescalendar(first.year, first.month)]


def _groups(rows: Iterable[Obligation], *, is_past: bool) -> tuple[DayGroup, ...]:
    """Groups of the obligations of one day; after it each open one is overdue."""
    alike: dict[tuple[str, str], list[Obligation]] = defaultdict(list)
    for row in rows:
        alike[row.kind, row.title].append(row)
    found = []
    for (kind, title), group in alike.items():
        still = sum(map(IS_OPEN, group))
        found.append(DayGroup(kind, title, len(group), still, still if is_past else 0, min(group, key=BY_NAME)))
    return tuple(sorted(found, key=lambda group: (-group.overdue, not group.open, group.title)))
