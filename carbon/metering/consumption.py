"""What was used in each interval and month, from the readings of one meter, exact; pure.

A value at ``at`` is the use of the interval that begins there, or what the register of a cumulative meter shows at that moment. What was
used between two readings of a register that miss others between them is spread evenly over the missed intervals, which counts as an
estimate. ``services.aggregates`` keeps the same sums in the database; tests compare them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from carbon.metering.enums import Estimation
from carbon.metering.intervals import month_of, moved, steps_between


@dataclass(frozen=True)
class MeterSpec:
    """What the arithmetic has to know of a meter."""

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
    """Use of the interval that begins at ``at``, in the unit of the meter."""

    at: dt.datetime
    amount: Fraction
    estimated: bool


@dataclass
class UseSum:
    """Use of a day or a month, and in how many intervals it was measured and estimated."""

    amount: Fraction = Fraction(0)
    measured: int = 0
    estimated: int = 0
    estimated_amount: Fraction = Fraction(0)

    def add(self, use: IntervalUse) -> None:
        """Count one interval in."""
        self.amount += use.amount
        if use.estimated:
            self.estimated += 1
            self.estimated_amount += use.amount
        else:
            self.measured += 1


def step_of(spec: MeterSpec, before: Decimal, after: Decimal) -> Decimal:
    """What a register went on by; beyond its last digit it begins again at nought. Without known digits it never goes back."""
    if after >= before:
        return after - before
    return after - before + 10**spec.digits if spec.digits else Decimal(0)


def uses(spec: MeterSpec, points: Sequence[ReadingPoint]) -> Iterator[IntervalUse]:
    """Use of each interval from readings in order; the last reading of a register begins none."""
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
    """Sums by the first day of each month."""
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
