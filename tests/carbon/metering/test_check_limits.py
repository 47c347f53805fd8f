"""Limits of each reading check: the last value without a fault and the first with one, with text, time span and line."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from carbon.metering.checks import NewReading, above_parent, check
from carbon.metering.consumption import MeterSpec, ReadingPoint, moved
from carbon.metering.enums import FaultKind, MeterInterval
from carbon.metering.reading_file import reading_of
from greendistrict.core.clock import SHANGHAI
from greendistrict.core.number_parsing import NumberError

NOW = dt.datetime(2026, 7, 1, tzinfo=SHANGHAI)
START = dt.datetime(2026, 1, 1, tzinfo=SHANGHAI)
REGISTER = MeterSpec(MeterInterval.HOUR, "kWh")
SIX_DIGITS = MeterSpec(MeterInterval.HOUR, "kWh", digits=6)
PER_HOUR = MeterSpec(MeterInterval.HOUR, "kWh", cumulative=False)
USUAL = range(0, 110, 10)  # ten steps of ten


def hour(number):
    return moved(MeterInterval.HOUR, START, number)


def new(values, first=0, interval=MeterInterval.HOUR):
    """Readings one after another, those of ``None`` left out; the line is the number of the interval."""
    return [
        NewReading(first + number, moved(interval, START, first + number), Decimal(str(value)))
        for number, value in enumerate(values)
        if value is not None
    ]


def stored(values, first=0):
    return [ReadingPoint(row.at, row.value) for row in new(values, first)]


def found(spec, rows, known=(), now=NOW):
    return check(spec, rows, known, now=now)


def told(spec, rows, known=()):
    """Kind, whether refused, first and last hour and line of each fault."""
    hours = {hour(number): number for number in range(400)}
    return [(one.kind, one.refused, hours[one.first], hours[one.last], one.line) for one in found(spec, rows, known).faults]


GAP, NEGATIVE, ROLLOVER, SPIKE, STUCK = FaultKind.GAP, FaultKind.NEGATIVE, FaultKind.ROLLOVER, FaultKind.SPIKE, FaultKind.STUCK
NEAR = [999_850 + value for value in USUAL]  # the end of a register of six digits
LIMITS = {
    "six digits show no seventh": [
        (SIX_DIGITS, new([999_999]), (), []), (SIX_DIGITS, new([1_000_000]), (), [(ROLLOVER, True, 0, 0, 0)]),
    ],
    "nothing below nought is read": [(PER_HOUR, new([0]), (), []), (PER_HOUR, new(["-0.5"]), (), [(NEGATIVE, True, 0, 0, 0)])],
    "five steps make something usual and those without use are none of them": [
        (REGISTER, new([0, 10, 20, 30, 131]), (), []), (REGISTER, new([0] * 10 + [10, 20, 30, 131]), (), []),
        (REGISTER, new([0, 10, 20, 30, 40, 141]), (), [(SPIKE, False, 5, 5, 5)]),
        (PER_HOUR, new([0] * 10 + [10, 10, 10, 101]), (), []), (PER_HOUR, new([1, 1, 1, 1, 11]), (), [(SPIKE, False, 4, 4, 4)]),
    ],
    "what jumps and falls back is refused down to where it came from": [
        (REGISTER, new([*USUAL, 900, 100]), (), [(SPIKE, True, 11, 11, 11)]),
        (REGISTER, new([*USUAL, 900, 900]), (), [(SPIKE, False, 11, 11, 11)]),
        (REGISTER, new([*USUAL, 900, 99]), (), [(SPIKE, False, 11, 11, 11), (NEGATIVE, True, 12, 12, 12)]),
    ],
    "a spike is told where one end of it is new": [
        (REGISTER, new([100], first=10), stored([*range(0, 100, 10), None, 201]), [(SPIKE, False, 11, 11, None)]),
        (REGISTER, new([310], first=12), stored([*range(0, 110, 10), 300]), []),
        (PER_HOUR, new([10], first=12), stored([10] * 11 + [500]), []),
    ],
    "a register rolls over by ten times the usual at most": [
        (SIX_DIGITS, new([*NEAR, 50]), (), [(ROLLOVER, False, 10, 11, 11)]),
        (SIX_DIGITS, new([*NEAR, 51]), (), [(NEGATIVE, True, 11, 11, 11)]),
        (SIX_DIGITS, new([*NEAR, None, None, 250]), (), [(ROLLOVER, False, 10, 13, 13), (GAP, False, 10, 13, 13)]),
    ],
    "a stored reading that went back is built upon": [(REGISTER, new([60], first=3), stored([100, 200, 50]), [])],
    "no use again and again is no fault of a meter of intervals": [(PER_HOUR, new([0] * 200), (), [])],
    "two readings far apart and stored ones before are a run as well": [
        (REGISTER, new([5, *[None] * 71, 5]), (), [(GAP, False, 0, 72, 72), (STUCK, False, 0, 72, 72)]),
        (REGISTER, new([5] * 3, first=70), stored([5] * 70), [(STUCK, False, 0, 72, 72)]),
        (REGISTER, new([6, 7], first=80), stored([*[5] * 79, 6]), []),
    ],
}  # fmt: skip


@pytest.mark.parametrize("cases", LIMITS.values(), ids=LIMITS)
def test_limits(cases):
    for spec, rows, known, faults in cases:
        assert told(spec, rows, known) == faults


def test_what_was_read_now_is_not_in_the_future():
    rows = new([1, 2])
    assert found(REGISTER, rows, now=hour(1)).faults == []
    (fault,) = found(REGISTER, rows, now=hour(1) - dt.timedelta(seconds=1)).faults
    assert (fault.kind, fault.words, fault.refused) == (FaultKind.FUTURE, "2026-01-01 01:00晚于现在", True)


def test_another_unit_is_rounded_to_three_places_and_an_unknown_one_refused():
    rows = [NewReading(1, hour(0), Decimal(10), "MJ"), NewReading(2, hour(1), Decimal(10), "斤")]
    seen = found(PER_HOUR, rows)
    assert [row.value for row in seen.accepted] == [Decimal("2.778")]
    converted, unknown = ("10MJ换算成2.778kWh（保留3位小数）", False), ("没有单位“斤”，登记的是kWh", True)
    assert [(fault.words, fault.refused) for fault in seen.faults] == [converted, unknown]


@pytest.mark.parametrize("unit", ["度", "KWH", "千瓦时", "kWh"])
def test_another_name_of_the_same_unit_is_no_conversion(unit):
    seen = found(PER_HOUR, [NewReading(1, hour(0), Decimal(10), unit)])
    assert ([row.value for row in seen.accepted], seen.faults) == ([Decimal(10)], [])


def test_only_another_zone_than_that_of_beijing_is_told():
    rows = [NewReading(at, hour(at), Decimal(at), offset=dt.timedelta(hours=at)) for at in (7, 8, 9)]
    assert told(REGISTER, rows) == [(FaultKind.CLOCK, False, at, at, at) for at in (7, 9)]


def test_the_same_moment_twice_counts_once_and_another_value_is_refused():
    rows = [*new([5, 6]), NewReading(7, hour(1), Decimal(6)), NewReading(8, hour(1), Decimal(9))]
    seen = found(REGISTER, rows)
    assert [row.value for row in seen.accepted] == [5, 6]
    assert [(fault.words, fault.refused, fault.line) for fault in seen.faults] == [
        ("与第1行相同，计一次", False, 7),
        ("与第1行同一时刻而数值不同，保留第1行的6", True, 8),
    ]


def test_a_reading_has_fifteen_digits_before_and_three_behind_the_point():
    assert reading_of(1, "2026-01-01", "999999999999999.999").value == Decimal("999999999999999.999")
    for wrong in ("1000000000000000", "0.0001"):
        with pytest.raises(NumberError, match="15位整数、3位小数"):
            reading_of(1, "2026-01-01", wrong)


def test_ten_times_the_usual_is_quiet_and_more_is_told():
    assert told(REGISTER, new([*USUAL, 200])) == []
    assert told(PER_HOUR, new([10] * 10 + [100])) == []
    for spec, values, words in (
        (REGISTER, [*USUAL, 201], "2026-01-01 11:00前一个间隔用量101，平常10"),
        (PER_HOUR, [10] * 10 + [101], "2026-01-01 10:00用量101，平常10"),
    ):
        seen = found(spec, new(values))
        (fault,) = seen.faults
        assert (fault.kind, fault.words, fault.refused, len(seen.accepted)) == (FaultKind.SPIKE, words, False, len(values))


@pytest.mark.parametrize(("quiet", "busy", "most"), [(70, 25, 75), (70, 60, 100), (70, 3, 10)])
def test_three_times_a_busy_interval_is_quiet_and_a_hundred_times_the_usual_is_not(quiet, busy, most):
    """The night is the usual, working hours are many times it."""
    day = [1] * quiet + [busy] * 30
    assert told(PER_HOUR, new([*day, most])) == []
    assert told(PER_HOUR, new([*day, most + 1])) == [(FaultKind.SPIKE, False, 100, 100, 100)]


@pytest.mark.parametrize(("of", "spikes"), [(9, 2), (10, 3), (19, 3), (20, 4), (100, 12)])
def test_the_largest_tenth_and_two_more_may_be_spikes(of, spikes):
    def spikes_of(more):
        seen = found(PER_HOUR, new([1] * (of - more) + [20] * more)).faults
        return sum(one.kind == FaultKind.SPIKE for one in seen)

    assert (spikes_of(spikes), spikes_of(spikes + 1)) == (spikes, 0)


def test_a_register_may_roll_over_in_a_busy_hour():
    steps = [1] * 70 + [25] * 30
    values = [sum(steps[:at]) % 1_000_000 for at in range(101)]
    shifted = [(value + 1_000_000 - values[80] + 5) % 1_000_000 for value in values]
    assert [kind for kind, *_ in told(SIX_DIGITS, new(shifted))] == [FaultKind.ROLLOVER]


def test_a_step_over_missed_readings_counts_by_the_interval():
    """Thirty in three hours are ten in one."""
    by_three = [value for step in range(7) for value in (step * 30, None, None)]
    kinds = [kind for kind, *_ in told(REGISTER, new([*by_three[:-2], 281]))]
    assert (kinds.count(FaultKind.SPIKE), kinds.count(FaultKind.GAP)) == (1, 6)
    assert [kind for kind, *_ in told(REGISTER, new([*USUAL, None, None, 250]))] == [FaultKind.GAP]


def test_without_a_usual_step_a_register_rolls_over_by_half_its_digits_at_most():
    (fault,) = found(SIX_DIGITS, new([900_000, 400_000])).faults
    assert (fault.kind, fault.words) == (FaultKind.ROLLOVER, "2026-01-01 01:00示数从900000翻转到400000，用量500000")
    assert told(SIX_DIGITS, new([900_000, 400_001])) == [(FaultKind.NEGATIVE, True, 1, 1, 1)]


def test_what_follows_for_the_same_reason_is_one_fault_behind_whatever_was_told_before():
    rows = [*new([*USUAL, 250, 30, 40]), NewReading(99, hour(20), Decimal(300), "m3")]
    unit, spike, back = found(REGISTER, rows).faults
    assert [(one.kind, one.count) for one in (unit, spike, back)] == [(FaultKind.UNIT, 1), (FaultKind.SPIKE, 1), (FaultKind.NEGATIVE, 2)]
    assert (back.first, back.last) == (hour(12), hour(13))
    assert told(REGISTER, new([-5, 100, 50])) == [(FaultKind.NEGATIVE, True, 0, 0, 0), (FaultKind.NEGATIVE, True, 2, 2, 2)]


def test_one_missing_reading_is_a_gap_where_one_end_of_it_is_new():
    (fault,) = found(REGISTER, new([0, None, 2])).faults
    assert fault.words == "2026-01-01 00:00与2026-01-01 02:00之间缺1个读数"
    assert told(REGISTER, new([2], first=2), stored([0])) == [(FaultKind.GAP, False, 0, 2, 2)]
    assert told(REGISTER, new([0]), stored([2], first=2)) == [(FaultKind.GAP, False, 0, 2, 0)]
    assert told(REGISTER, new([3], first=3), stored([0, None, 2])) == []


@pytest.mark.parametrize("again", [0, 2])
def test_a_refused_reading_beside_a_good_one_of_its_moment_fills_no_gap(again):
    rows = [NewReading(9, hour(again), Decimal(1), "m3"), *new([0, None, 2])]
    assert [kind for kind, *_ in told(REGISTER, rows)] == [FaultKind.UNIT, FaultKind.GAP]


@pytest.mark.parametrize(("interval", "limit"), [
    (MeterInterval.QUARTER, 288), (MeterInterval.HALF, 144), (MeterInterval.HOUR, 72), (MeterInterval.DAY, 14), (MeterInterval.MONTH, 4),
])  # fmt: skip
@pytest.mark.parametrize(("cumulative", "value"), [(True, 0), (True, 70), (False, 1)])
def test_a_meter_is_stuck_from_its_number_of_intervals_on(interval, limit, cumulative, value):
    spec = MeterSpec(interval, "kWh", cumulative=cumulative)
    assert found(spec, new([value] * limit, interval=interval)).faults == []
    last = moved(interval, START, limit)
    (fault,) = found(spec, new([value] * (limit + 1), interval=interval)).faults
    assert (fault.kind, fault.refused, fault.first, fault.last) == (FaultKind.STUCK, False, START, last)
    assert fault.words == f"2026-01-01 00:00至{last:%Y-%m-%d %H:%M}读数一直是{value}"


def test_sub_meters_may_count_two_per_cent_more_and_months_in_a_row_are_one_fault():
    months = [dt.date(2026, month, 1) for month in range(1, 7)]
    parent = dict.fromkeys(months, Fraction(100))
    assert above_parent(parent, [dict.fromkeys(months, Fraction(51))] * 2, unit="kWh") == []
    more = {month: Fraction(102) + (Fraction(1, 1000) if month.month != 2 else 0) for month in months}
    alone, run = above_parent(parent, [more], unit="kWh")
    assert (alone.words, alone.count, alone.refused) == ("2026年1月分表合计102.001kWh，总表100kWh", 1, False)
    assert (run.count, run.first, run.last) == (4, *(dt.datetime(2026, month, 1, tzinfo=SHANGHAI) for month in (3, 6)))
