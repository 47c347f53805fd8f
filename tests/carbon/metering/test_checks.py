"""Reading checks: ten planted faults are found once each, clean data give none, and a rollover is calculated correctly."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon.metering.checks import CHECKS, NewReading, check
from carbon.metering.consumption import FIRST_DAY, MeterSpec, ReadingPoint, UseSum, by_day, by_month, step_of, uses
from carbon.metering.enums import Estimation, FaultKind, MeterInterval
from carbon.metering.estimates import last_week, linear
from greendistrict.core.clock import SHANGHAI

NOW = dt.datetime(2026, 7, 1, tzinfo=SHANGHAI)
START = dt.datetime(2026, 3, 1, tzinfo=SHANGHAI)
REGISTER = MeterSpec(MeterInterval.HOUR, "kWh", digits=6)
PER_HOUR = MeterSpec(MeterInterval.HOUR, "kWh", cumulative=False)
HOUR = dt.timedelta(hours=1)


def register(hours=240, first=1000):
    """A register that goes on by 3 to 12 each hour, more by day."""
    found, value = [], Decimal(first)
    for number in range(hours):
        found.append(NewReading(number + 2, START + number * HOUR, value))
        value += 3 + (number % 24) % 10
    return found


def per_hour(hours=240):
    return [NewReading(number + 2, START + number * HOUR, Decimal(3 + (number % 24) % 10)) for number in range(hours)]


def changed(rows, place, **values):
    return [replace(row, **values) if number == place else row for number, row in enumerate(rows)]


def spike(rows):
    return [replace(row, value=row.value + 5000) if number >= 100 else row for number, row in enumerate(rows)]


def stuck(rows):
    """The register stands for 80 hours and then goes on as before."""
    lost = rows[130].value - rows[50].value
    return [
        replace(row, value=row.value if number < 50 else rows[50].value if number <= 130 else row.value - lost)
        for number, row in enumerate(rows)
    ]


PLANTED = {
    "gap": (FaultKind.GAP, REGISTER, lambda rows: rows[:50] + rows[53:]),
    "spike": (FaultKind.SPIKE, REGISTER, spike),
    "misread": (FaultKind.SPIKE, REGISTER, lambda rows: changed(rows, 100, value=rows[100].value + 5000)),
    "rollover": (FaultKind.ROLLOVER, REGISTER, lambda rows: [replace(row, value=(row.value + 998_500) % 10**6) for row in rows]),
    "unit": (FaultKind.UNIT, REGISTER, lambda rows: changed(rows, 30, unit="m3")),
    "dip": (FaultKind.NEGATIVE, replace(REGISTER, digits=None), lambda rows: changed(rows, 100, value=rows[90].value)),
    "negative": (FaultKind.NEGATIVE, PER_HOUR, lambda rows: changed(rows, 100, value=Decimal(-4))),
    "stuck": (FaultKind.STUCK, REGISTER, stuck),
    "twice": (FaultKind.DUPLICATE, REGISTER, lambda rows: [*rows, replace(rows[77], line=999)]),
    "clock": (FaultKind.CLOCK, REGISTER, lambda rows: changed(rows, 40, offset=dt.timedelta(hours=9))),
    "future": (FaultKind.FUTURE, REGISTER, lambda rows: [*rows, NewReading(999, NOW + HOUR, rows[-1].value)]),
}


@pytest.mark.parametrize(("kind", "spec", "plant"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found_once_and_nothing_beside_it(kind, spec, plant):
    rows = plant(register() if spec.cumulative else per_hour())
    if kind == FaultKind.FUTURE:
        rows = [replace(row, at=row.at + (NOW - START) - 240 * HOUR) if row.line != 999 else row for row in rows]
    found = check(spec, rows, now=NOW).faults
    assert [fault.kind for fault in found] == [kind], [fault.words for fault in found]
    assert found[0].words


OF_THE_FILE = {FaultKind.ASIDE, FaultKind.CODE, FaultKind.TERM, FaultKind.UNREADABLE}


def test_ten_kinds_are_planted_here_and_every_kind_is_explained():
    assert {kind for kind, _, _ in PLANTED.values()} | {FaultKind.PARENT} == set(FaultKind) - OF_THE_FILE
    assert [one.kind for one in CHECKS if not one.words] == []
    assert {one.kind for one in CHECKS} == set(FaultKind)


@pytest.mark.parametrize(("spec", "rows"), [(REGISTER, register(2000)), (PER_HOUR, per_hour(2000))])
def test_clean_data_are_quiet(spec, rows):
    found = check(spec, rows, now=NOW)
    assert (found.faults, found.accepted) == ([], rows)


def test_a_night_without_sun_and_a_summer_without_heat_are_quiet():
    sun = [replace(row, value=Decimal(max(0, 8 - abs(12 - row.at.hour)))) for row in per_hour(500)]
    assert check(PER_HOUR, sun, now=NOW).faults == []
    heat = [replace(row, value=Decimal(77)) for row in register(500)]
    assert check(replace(REGISTER, seasonal=True), heat, now=NOW).faults == []


def office(at):
    """A night watch of 15, working hours of 120, half as much again in the heat; nobody there for a week."""
    works = at.weekday() < 5 and 8 <= at.hour < 19 and not dt.date(2026, 5, 1) <= at.date() <= dt.date(2026, 5, 7)
    return 15 + at.hour % 3 if not works else 120 + at.hour + (60 if at.month == 6 else 0)


def school(at):
    """Four outside the lessons, eighty in them."""
    return 80 + at.hour if at.weekday() < 5 and 7 <= at.hour < 17 else 4


def boiler(at):
    """Seventy times as much in a cold month."""
    return 21 + at.hour if at.month == 3 else Decimal("0.3") + at.hour % 3


@pytest.mark.parametrize("load", [office, school, boiler])
@pytest.mark.parametrize("spec", [REGISTER, PER_HOUR])
def test_loads_that_rest_most_of_the_time_are_quiet(spec, load):
    rows, state = [], Decimal(0)
    for number in range(2900):
        at = START + number * HOUR
        rows.append(NewReading(number + 2, at, state if spec.cumulative else Decimal(load(at))))
        state += load(at)
    assert check(spec, rows, now=NOW).faults == []
    wrong = spike(rows) if spec.cumulative else changed(rows, 100, value=rows[100].value * 1000)
    assert [fault.kind for fault in check(spec, wrong, now=NOW).faults] == [FaultKind.SPIKE]


def test_a_changed_meter_is_one_fault_however_many_readings_follow():
    rows = register()
    fallen = [replace(row, value=row.value - rows[100].value) if number >= 100 else row for number, row in enumerate(rows)]
    found = check(replace(REGISTER, digits=None), fallen, now=NOW)
    assert [(fault.kind, fault.count, fault.refused) for fault in found.faults] == [(FaultKind.NEGATIVE, 140, True)]
    assert len(found.accepted) == 100


def test_readings_outside_the_term_and_off_the_grid_are_refused():
    spec = replace(REGISTER, begins=dt.date(2026, 3, 2), ends=dt.date(2026, 3, 9))
    found = check(spec, register(), now=NOW)
    assert {fault.kind for fault in found.faults} == {FaultKind.TERM}
    # The state of the register as the last day ends belongs to it.
    assert (found.accepted[0].at.day, found.accepted[-1].at) == (2, dt.datetime(2026, 3, 10, tzinfo=SHANGHAI))
    off = changed(register(), 40, at=START + 40 * HOUR + dt.timedelta(minutes=7))
    assert [(fault.kind, fault.refused) for fault in check(REGISTER, off, now=NOW).faults] == [(FaultKind.CLOCK, True)]


VALUES = st.decimals(min_value=0, max_value=99_999, places=3)


@given(VALUES, VALUES, st.integers(5, 9))
def test_a_register_that_rolls_over_counts_what_ran(before, used, digits):
    spec = replace(REGISTER, digits=digits)
    full = Decimal(10) ** digits
    start = full - 1 - before % (full - 1)
    assert step_of(spec, start, (start + used) % full) == used % full


@given(st.lists(VALUES, min_size=2, max_size=60), st.sets(st.integers(1, 57), max_size=20))
def test_what_a_register_used_is_the_same_whatever_readings_are_missed(steps, missed):
    points, value = [], Decimal(0)
    for number, step in enumerate(steps):
        points.append(ReadingPoint(START + number * HOUR, value))
        value += step
    kept = [point for number, point in enumerate(points) if number not in missed or number in (0, len(points) - 1)]
    spec = replace(REGISTER, digits=None, multiplier=Decimal(40))
    whole, parts = list(uses(spec, points)), list(uses(spec, kept))
    assert sum(use.amount for use in whole) == sum(use.amount for use in parts) == Fraction(points[-1].value) * 40
    assert [use.at for use in whole] == [use.at for use in parts]
    assert sum(use.estimated for use in parts) >= len(points) - len(kept)


def test_estimates_are_marked_with_how_they_were_made():
    one, other = ReadingPoint(START, Decimal(999_990)), ReadingPoint(START + 4 * HOUR, Decimal(30))
    made = linear(REGISTER, one, other)
    assert [(point.value, point.estimated) for point in made] == [(Decimal(0), "linear"), (Decimal(10), "linear"), (Decimal(20), "linear")]
    week = dt.timedelta(days=7)
    assert last_week([START, START + HOUR], {START - week: Decimal(5)}) == [ReadingPoint(START, Decimal(5), "last_week")]


LAST_DAY = dt.datetime(2026, 1, 31, 22, tzinfo=SHANGHAI)


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
        (LAST_DAY, 60, False), (LAST_DAY + HOUR, 80, True), (LAST_DAY + 2 * HOUR, 10, False),
    ]  # fmt: skip
    assert by_month(found) == {
        dt.date(2026, 1, 1): UseSum(Fraction(140), 1, 1, Fraction(80)),
        dt.date(2026, 2, 1): UseSum(Fraction(10), 1, 0, Fraction(0)),
    }


def test_a_register_counts_its_steps_and_what_it_misses_is_an_estimate_shared_evenly():
    spec = MeterSpec(MeterInterval.HOUR, "kWh", multiplier=Decimal(2))
    found = list(uses(spec, points(10, 13, None, None, 20, 21)))
    assert [(use.amount, use.estimated) for use in found] == [(6, False), *[(Fraction(14, 3), True)] * 3, (2, False)]
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
