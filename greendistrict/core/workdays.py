"""Working days by the official holiday arrangement; years without one have the statutory holidays and are marked 暂定."""

import datetime as dt
import hashlib
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Self

from django.db import transaction

from greendistrict.core import memoisation, request_id
from greendistrict.core.days import day_in_words
from greendistrict.core.django_internals import Compiled
from greendistrict.core.models import CalendarDay, CalendarYear

DAY = dt.timedelta(days=1)
SATURDAY = 5
WEEK, WORKWEEK = 7, 5
FIRST_STATUTORY, LAST_STATUTORY = 2025, 2100  # the decree as amended in 2024, and the last year of the lunar table
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))  # 元旦, 劳动节, 国庆节
PROVISIONAL = "（暂定）"


@cache
def statutory_holidays(year: int) -> frozenset[dt.date]:
    """Holidays of a year by 第二条 of 全国年节及纪念日放假办法; days off in exchange are known from the arrangement only.

    Empty for years before the decree as amended in 2024 and beyond the lunar table.
    """
    if not FIRST_STATUTORY <= year <= LAST_STATUTORY:
        return frozenset()
    from borax.calendars.lunardate import LunarDate, TermUtils  # type: ignore[import-untyped]  # noqa: PLC0415 -- needed for few years

    new_year = LunarDate(year, 1, 1).to_solar_date()
    moving = [LunarDate(year, month, day).to_solar_date() for month, day in ((5, 5), (8, 15))]  # 端午节, 中秋节
    spring = [new_year + DAY * shift for shift in range(-1, 3)]  # 除夕 to 初三
    fixed = [dt.date(year, month, day) for month, day in FIXED_HOLIDAYS]
    return frozenset([*fixed, *spring, TermUtils.day_start_from_term(year, "清明"), *moving])


@dataclass(frozen=True)
class SpecialDay:
    """A day named by the arrangement, or working differently than its weekday."""

    date: dt.date
    working: bool
    name: str


class Remaining(int):
    """Number of working days until a day, negative after it. ``calendar``: calendar days, which distinguish the cases of 0 working days."""

    calendar: int

    def __new__(cls, working: int, calendar: int) -> Self:
        """Create from the numbers of working days and calendar days."""
        made = super().__new__(cls, working)
        made.calendar = calendar
        return made

    def __getnewargs__(self) -> tuple[int, int]:  # type: ignore[override]  # pickled with both
        return int(self), self.calendar

    def __eq__(self, other: object) -> bool:
        return int(self) == other and (not isinstance(other, Remaining) or self.calendar == other.calendar)

    def __hash__(self) -> int:
        return hash(int(self))


@dataclass(frozen=True)
class WorkCalendar:
    """Working-day calendar: ``special`` maps named days to "is worked"; ``official`` holds the years with an arrangement."""

    special: Mapping[dt.date, bool] = field(default_factory=dict)
    official: frozenset[int] = frozenset()
    _rest: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _worked: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Copy the mapping and index the days that differ from their weekday."""
        own = dict(self.special)
        object.__setattr__(self, "special", MappingProxyType(own))
        object.__setattr__(self, "_rest", tuple(sorted(d.toordinal() for d, on in own.items() if not on and d.weekday() < SATURDAY)))
        object.__setattr__(self, "_worked", tuple(sorted(d.toordinal() for d, on in own.items() if on and d.weekday() >= SATURDAY)))

    def is_working(self, day: dt.date) -> bool:
        """Whether offices work on ``day``."""
        known = self.special.get(day)
        if known is not None:
            return known
        return day.weekday() < SATURDAY and not (self.is_provisional(day.year) and day in statutory_holidays(day.year))

    def is_provisional(self, year: int) -> bool:
        """Whether ``year`` has no official arrangement yet, so that its working days read 暂定."""
        return year not in self.official

    def add(self, day: dt.date, count: int) -> dt.date:
        """The day ``count`` working days after ``day`` (before it if negative, ``day`` if 0); ``day`` is not counted."""
        step = dt.timedelta(math.copysign(1, count))
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is before ``start``."""
        if end < start:
            return -self.between(end, start)
        assumed = sum(start < day <= end for year in range(start.year, end.year + 1) for day in self._assumed(year))
        return self._until(end) - self._until(start) - assumed

    def left(self, today: dt.date, due: dt.date) -> Remaining:
        """Remaining time from ``today`` until ``due``."""
        return Remaining(self.between(today, due), (due - today).days)

    def roll_forward(self, day: dt.date) -> dt.date:
        """``day`` if it is a working day, otherwise the next working day."""
        while not self.is_working(day):
            day += DAY
        return day

    def _until(self, day: dt.date) -> int:
        """Working days from the calendar's first Monday up to and including ``day``, before assumed holidays; for differences only."""
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal, WEEK)  # ordinal 1 is a Monday
        weekdays = weeks * WORKWEEK + min(rest, WORKWEEK)
        return weekdays - bisect_right(self._rest, ordinal) + bisect_right(self._worked, ordinal)

    def _assumed(self, year: int) -> list[dt.date]:
        """Weekdays that nobody works in a year without an arrangement."""
        if not self.is_provisional(year):
            return []
        return [day for day in statutory_holidays(year) if day.weekday() < SATURDAY and day not in self.special]


@dataclass
class _Cache:
    """The calendar last read by this process."""

    stamp: tuple[tuple[int, str], ...] | None = None
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


_cache = _Cache()
_shown: ContextVar[tuple[str, WorkCalendar | None]] = ContextVar("request, and the calendar that it has read last", default=("", None))


def current() -> WorkCalendar:
    """Calendar of the database: one small query, and a second one if an arrangement changed since the last read."""
    calendar = memoisation.once(_read)
    _shown.set((request_id.current(), calendar))
    return calendar


def term_in_words(day: dt.date) -> str:
    """Last day of a term as text, marked 暂定 if the holidays of its year are not arranged; by the calendar that the request has read."""
    request, calendar = _shown.get()
    if calendar is None or not request or request is not request_id.current():  # the same text may come with another request
        calendar = current()
    return f"{day_in_words(day)}{PROVISIONAL if calendar.is_provisional(day.year) else ''}"


def _read() -> WorkCalendar:
    stamp = tuple(YEARS.read())
    if stamp != _cache.stamp:
        special = dict(CalendarDay.objects.values_list("date", "working"))
        _cache.calendar = WorkCalendar(special, frozenset(year for year, _ in stamp))
        _cache.stamp = stamp
    return _cache.calendar


YEARS = Compiled(lambda: CalendarYear.objects.order_by("year").values_list("year", "digest"))


def reset() -> None:
    """Forget the cached calendar."""
    _cache.stamp = None


def digest(days: Iterable[SpecialDay]) -> str:
    """SHA-256 over the days in order of date, in hex."""
    lines = sorted(f"{day.date.isoformat()} {int(day.working)} {day.name}" for day in days)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@transaction.atomic
def replace_year(*, year: int, days: Iterable[SpecialDay], source: str) -> bool:
    """Replace the official arrangement of ``year``; returns whether anything changed.

    Raises ``ValueError`` when a day lies in another year.
    """
    given = list(days)
    if strays := [day.date.isoformat() for day in given if day.date.year != year]:
        msg = f"days outside {year}: {', '.join(strays)}"
        raise ValueError(msg)
    mark = digest(given)
    if CalendarYear.objects.filter(year=year, digest=mark, source=source).exists():
        return False
    CalendarDay.objects.filter(date__year=year).delete()
    CalendarDay.objects.bulk_create([CalendarDay(date=d.date, working=d.working, name=d.name, source=source) for d in given])
    CalendarYear.objects.update_or_create(year=year, defaults={"digest": mark, "source": source})
    return True
