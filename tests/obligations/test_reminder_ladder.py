"""The reminder ladder for all days around a due date, with a long holiday in the calendar."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greendistrict.core.workdays import WorkCalendar
from obligations.reminder_ladder import Ladder, climbed, rung_on

DAY = dt.timedelta(days=1)
DUE = dt.date(2027, 3, 31)
LADDER = Ladder(before=(30, 10, 3), on_day=True, after=(5,), then=("本单位负责人", "实施主体", "市级经办"))
ARRANGED = frozenset({2027})  # without days off beside weekends, unless named
WEEKDAYS = WorkCalendar({}, ARRANGED)
HOLIDAY = WorkCalendar({dt.date(2027, 3, 22) + DAY * number: False for number in range(5)}, ARRANGED)


def test_rungs_stand_in_order_and_climb_at_the_distance_of_the_last():
    assert LADDER.rungs() == [
        (-30, "before-30", ""), (-10, "before-10", ""), (-3, "before-3", ""), (0, "on-day", ""), (5, "after-5", ""),
        (10, "escalate-1", "本单位负责人"), (15, "escalate-2", "实施主体"), (20, "escalate-3", "市级经办"),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "key"), [
    (dt.date(2027, 2, 16), None), (dt.date(2027, 2, 17), "before-30"), (dt.date(2027, 3, 16), "before-30"),
    (dt.date(2027, 3, 17), "before-10"), (dt.date(2027, 3, 26), "before-3"), (dt.date(2027, 3, 28), "before-3"), (DUE, "on-day"),
    (dt.date(2027, 4, 6), "on-day"), (dt.date(2027, 4, 7), "after-5"), (dt.date(2027, 4, 14), "escalate-1"),
    (dt.date(2030, 1, 1), "escalate-3"),
])  # fmt: skip
def test_rung_of_a_day(day, key):
    found = rung_on(LADDER, DUE, day, WEEKDAYS)
    assert (found.key if found else None) == key


def test_distance_is_counted_in_working_days():
    day = dt.date(2027, 3, 10)
    assert rung_on(LADDER, DUE, day, WEEKDAYS).key == "before-30"
    assert rung_on(LADDER, DUE, day, HOLIDAY).key == "before-10"


def test_matter_climbs_and_those_below_stay_told():
    assert climbed(LADDER, "after-5") == ()
    assert climbed(LADDER, "escalate-1") == ["本单位负责人"]
    assert climbed(LADDER, "escalate-3") == ["本单位负责人", "实施主体", "市级经办"]


ladders = st.builds(
    Ladder,
    before=st.lists(st.integers(1, 40), max_size=4, unique=True).map(tuple),
    on_day=st.booleans(),
    after=st.lists(st.integers(1, 20), max_size=3, unique=True).map(tuple),
    then=st.sampled_from([(), ("本单位负责人",), ("本单位负责人", "实施主体", "市级经办")]),
)
rest = st.dictionaries(st.integers(-60, 60).map(lambda number: DUE + DAY * number), st.booleans(), max_size=20)


@given(ladders, rest)
def test_one_rung_a_day_and_never_a_step_back(ladder, special):
    calendar = WorkCalendar(special)
    order = [key for _, key, _ in ladder.rungs()]
    assert len(order) == len(set(order))
    seen = []
    for number in range(-120, 200):
        rung = rung_on(ladder, DUE, DUE + DAY * number, calendar)
        if rung is not None:
            assert rung.day <= DUE + DAY * number
            seen.append(order.index(rung.key))
    assert seen == sorted(seen)
    assert not order or seen[-1] == len(order) - 1
