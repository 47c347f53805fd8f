"""Consumption per interval, day and month from the readings of one meter, in exact fractions; times at which a meter is read (pure).

A reading at ``at`` is either the consumption of the interval that begins there or, for a cumulative meter, the register value at that
moment. If readings are missing between two register values, the consumption is spread evenly over the intervals between them and counts
as estimated. ``services.readings`` computes the same sums in SQL; tests compare both.

Meters are read in Beijing time, which has no summer time since 1992.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from carbon.metering.enums import Estimation, MeterInterval
from greendistrict.core.clock import SHANGHAI

SECONDS = {MeterInterval.QUARTER: 900, MeterInterval.HALF: 1800, MeterInterval.HOUR: 3600, MeterInterval.DAY: 86_400}
FIRST_DAY = dt.date(1992, 1, 1)  # summer time was last kept in 1991
MONTHS = 12


def midnight(day: dt.date) -> dt.datetime:
    """Start of a day in Beijing time."""
    return dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)


def month_of(moment: dt.datetime) -> dt.date:
    """First day of the month that contains a moment."""
    return moment.astimezone(SHANGHAI).date().replace(day=1)


def next_month(day: dt.date) -> dt.date:
    """First day of the next month."""
    return dt.date(day.year + day.month // MONTHS, day.month % MONTHS + 1, 1)


def is_on_grid(interval: str, moment: dt.datetime) -> bool:
    """Whether a meter with this interval is read at this moment."""
    local = moment.astimezone(SHANGHAI)
    passed = local - midnight(local.date())
    if interval == MeterInterval.MONTH:
        return local.day == 1 and not passed
    return not passed % dt.timedelta(seconds=SECONDS[MeterInterval(interval)])


def steps_between(interval: str, first: dt.datetime, last: dt.datetime) -> int:
    """Number of intervals between two moments of the grid."""
    if interval == MeterInterval.MONTH:
        one, other = month_of(first), month_of(last)
        return (other.year - one.year) * MONTHS + other.month - one.month
    return (last - first) // dt.timedelta(seconds=SECONDS[MeterInterval(interval)])


def moved(interval: str, moment: dt.datetime, steps: int) -> dt.datetime:
    """The moment ``steps`` intervals later."""
    if interval == MeterInterval.MONTH:
        day = month_of(moment)
        years, month = divmod(day.month - 1 + steps, MONTHS)
        return midnight(dt.date(day.year + years, month + 1, 1))
    return moment.astimezone(SHANGHAI) + steps * dt.timedelta(seconds=SECONDS[MeterInterval(interval)])


def expected(interval: str, first: dt.datetime, last: dt.datetime) -> int:
    """Number of intervals that begin in ``[first, last)``; both are midnights (for a monthly meter of any day)."""
    if last <= first:
        return 0
    if interval != MeterInterval.MONTH:
        return steps_between(interval, first, last)
    start = month_of(first) if is_on_grid(interval, first) else next_month(month_of(first))
    end = month_of(last) if is_on_grid(interval, last) else next_month(month_of(last))
    return max(0, (end.year - start.year) * MONTHS + end.month - start.month)


@dataclass(frozen=True)
class MeterSpec:
    """Properties of a meter that the calculation needs."""

    interval: str
    unit: str
    cumulative: bool = True
    multiplier: Decimal = Decimal(1)
    digits: int | None = None
    begins: dt.date = dt.date(1992, 1, 1)
    ends: dt.date | None = None
    seasonal: bool = False


@dataclass(frozen=True, slots=True)
class ReadingPoint:
    """One stored or new reading."""

    at: dt.datetime
    value: Decimal
    estimated: str = Estimation.MEASURED.value


@dataclass(frozen=True, slots=True)
class IntervalUse:
    """Consumption of the interval that begins at ``at``, in the meter's unit."""

    at: dt.datetime
    amount: Fraction
    estimated: bool


@dataclass
class UseSum:
    """Consumption of a day or month, and the number of measured and estimated intervals in it."""

    amount: Fraction = Fraction(0)
    measured: int = 0
    estimated: int = 0
    estimated_amount: Fraction = Fraction(0)

    @property
    def is_known(self) -> bool:
        """Whether any interval of the day or month has a value; without one the amount is not 0 but unknown."""
        return bool(self.measured or self.estimated)

    def add(self, use: IntervalUse) -> None:
        """Add one interval."""
        self.amount += use.amount
        if use.estimated:
            self.estimated += 1
            self.estimated_amount += use.amount
        else:
            self.measured += 1


def step_of(spec: MeterSpec, before: Decimal, after: Decimal) -> Decimal:
    """Increase of a register. A lower value means it wrapped round after ``spec.digits`` digits; without known digits the increase is 0."""
    if after >= before:
        return after - before
    return after - before + 10**spec.digits if spec.digits else Decimal(0)


def uses(spec: MeterSpec, points: Sequence[ReadingPoint]) -> Iterator[IntervalUse]:
    """Consumption of each interval, from readings in time order. The last register value begins no interval."""
    multiplier = Fraction(spec.multiplier)
    if not spec.cumulative:
        for point in points:
            yield IntervalUse(point.at, Fraction(point.value) * multiplier, bool(point.estimated))
        return
    for one, other in pairwise(points):
        count = steps_between(spec.interval, one.at, other.at)
        share = Fraction(step_of(spec, one.value, other.value)) * multiplier / count
        guessed = count > 1 or bool(one.estimated or other.estimated)
        for number in range(count):
            yield IntervalUse(moved(spec.interval, one.at, number), share, guessed)


def by_month(found: Iterable[IntervalUse]) -> dict[dt.date, UseSum]:
    """Sums keyed by the first day of the month."""
    sums: dict[dt.date, UseSum] = {}
    for use in found:
        sums.setdefault(month_of(use.at), UseSum()).add(use)
    return sums


def by_day(found: Iterable[IntervalUse]) -> dict[dt.date, UseSum]:
    """Sums by day."""
    sums: dict[dt.date, UseSum] = {}
    for use in found:
        sums.setdefault(use.at.date(), UseSum()).add(use)
    return sums
