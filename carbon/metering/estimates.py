"""Estimate missing readings from their neighbours; each estimate is marked with its method (pure functions)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from carbon.metering.checks import PLACES
from carbon.metering.consumption import MeterSpec, ReadingPoint, moved, step_of, steps_between
from carbon.metering.enums import Estimation
from greendistrict.core.rounding import half_up

WEEK = dt.timedelta(days=7)
METHODS = (Estimation.LINEAR, Estimation.LAST_WEEK)


def missing_between(spec: MeterSpec, one: ReadingPoint, other: ReadingPoint) -> list[dt.datetime]:
    """Times between two readings at which a reading is missing."""
    return [moved(spec.interval, one.at, number) for number in range(1, steps_between(spec.interval, one.at, other.at))]


def linear(spec: MeterSpec, one: ReadingPoint, other: ReadingPoint) -> list[ReadingPoint]:
    """Linear interpolation between two readings, taking register wrap-around into account."""
    moments = missing_between(spec, one, other)
    rise = Fraction(step_of(spec, one.value, other.value)) if spec.cumulative else Fraction(other.value - one.value)
    found = []
    for number, at in enumerate(moments, start=1):
        value = half_up(Fraction(one.value) + rise * number / (len(moments) + 1), PLACES)
        found.append(ReadingPoint(at, value % 10**spec.digits if spec.cumulative and spec.digits else value, Estimation.LINEAR.value))
    return found


def last_week(moments: Sequence[dt.datetime], known: Mapping[dt.datetime, Decimal]) -> list[ReadingPoint]:
    """Consumption of the same intervals one week earlier, where known; only for meters that report consumption per interval."""
    return [ReadingPoint(at, known[at - WEEK], Estimation.LAST_WEEK.value) for at in moments if at - WEEK in known]
