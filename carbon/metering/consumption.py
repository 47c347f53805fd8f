"""Consumption per interval, day and month from the readings of one meter, in exact fractions (pure).

A reading at ``at`` is either the consumption of the interval that begins there or, for a cumulative meter, the register value at that
moment. If readings are missing between two register values, the consumption is spread evenly over the intervals between them and counts
as estimated. ``services.aggregates`` computes the same sums in SQL; tests compare both.
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
