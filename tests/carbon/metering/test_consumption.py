"""Consumption of intervals, days and months, calculated by hand; ``test_sums`` compares the database with these functions."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from carbon.metering.consumption import MeterSpec, ReadingPoint, UseSum, by_day, by_month, step_of, uses
from carbon.metering.enums import Estimation, MeterInterval
from carbon.metering.intervals import FIRST_DAY
from greendistrict.core.clock import SHANGHAI

LAST_DAY = dt.datetime(2026, 1, 31, 22, tzinfo=SHANGHAI)
HOUR = dt.timedelta(hours=1)


def points(*values, estimated=()):
    """Readings hour by hour over the end of a month; nothing where ``None`` stands."""
    return [
        ReadingPoint(LAST_DAY + number * HOUR, Decimal(value), Estimation.LINEAR if number in estimated else "")
        for number, value in enumerate(values)
        if value is not None
    ]


def test_a_meter_without_more_said_counts_once_and_from_the_first_day_of_the_grid():
    spec = MeterSpec(MeterInterval.HOUR, "kWh")
    assert (spec.cumulative, spec.multiplier, spec.digits, spec.begins, spec.ends) == (True, 1, None, FIRST_DAY, None)
    assert spec.seasonal is False
    assert UseSum() == UseSum(Fraction(0), 0, 0, Fraction(0))


def test_a_meter_of_intervals_counts_each_reading_with_its_multiplier():
    spec = MeterSpec(MeterInterval.HOUR, "kWh", cumulative=False, multiplier=Decimal(40))
    found = list(uses(spec, points("1.5", "2", "0.25", estimated={1})))
    assert [(use.at, use.amount, use.estimated) for use in found] == [
        (LAST_DAY, 60, False),
        (LAST_DAY + HOUR, 80, True),
        (LAST_DAY + 2 * HOUR, 10, False),
    ]
    assert by_month(found) == {
        dt.date(2026, 1, 1): UseSum(Fraction(140), 1, 1, Fraction(80)),
        dt.date(2026, 2, 1): UseSum(Fraction(10), 1, 0, Fraction(0)),
    }


def test_a_register_counts_its_steps_and_what_it_misses_is_an_estimate_shared_evenly():
    spec = MeterSpec(MeterInterval.HOUR, "kWh", multiplier=Decimal(2))
    found = list(uses(spec, points(10, 13, None, None, 20, 21)))
    assert [(use.amount, use.estimated) for use in found] == [
        (6, False),
        (Fraction(14, 3), True),
        (Fraction(14, 3), True),
        (Fraction(14, 3), True),
        (2, False),
    ]
    assert by_day(found) == {
        dt.date(2026, 1, 31): UseSum(6 + Fraction(14, 3), 1, 1, Fraction(14, 3)),
        dt.date(2026, 2, 1): UseSum(2 + Fraction(28, 3), 1, 2, Fraction(28, 3)),
    }


def test_a_step_is_an_estimate_when_either_end_of_it_is_one():
    spec = MeterSpec(MeterInterval.HOUR, "kWh")
    assert [use.estimated for use in uses(spec, points(0, 1, 2, 3, estimated={1}))] == [True, True, False]
    total = by_month(uses(spec, points(0, 1, 3, estimated={0})))[dt.date(2026, 1, 1)]
    assert total == UseSum(Fraction(3), 1, 1, Fraction(1))


def test_estimates_of_one_day_add_up():
    spec = MeterSpec(MeterInterval.HOUR, "kWh", cumulative=False)
    early = [ReadingPoint(LAST_DAY - number * HOUR, Decimal(number), "given") for number in (3, 2, 1)]
    assert by_day(uses(spec, early)) == {dt.date(2026, 1, 31): UseSum(Fraction(6), 0, 3, Fraction(6))}
    assert by_day(uses(spec, points(4, 5))) == {dt.date(2026, 1, 31): UseSum(Fraction(9), 2, 0, Fraction(0))}


def test_a_register_without_known_digits_never_goes_back_and_one_with_them_begins_again():
    spec = MeterSpec(MeterInterval.HOUR, "kWh")
    assert (step_of(spec, Decimal(9), Decimal(3)), step_of(spec, Decimal(3), Decimal(3))) == (0, 0)
    known = MeterSpec(MeterInterval.HOUR, "kWh", digits=3)
    assert (step_of(known, Decimal(998), Decimal(3)), step_of(known, Decimal(3), Decimal(998))) == (5, 995)
