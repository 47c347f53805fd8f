"""Which quarters of a task are due, and from which day: first and last day, issue, roll-over and adjustments."""

import datetime as dt

import pytest

from beautiful.plans.content import CountedFrom, DayChange, ReportedTask

FAR = dt.date(2035, 1, 1)


def task(**more):
    given = {
        "starts_on": dt.date(2026, 1, 1),
        "due_on": dt.date(2026, 12, 31),
        "years": range(2026, 2029),
        "issued_on": dt.date(2026, 1, 10),
    }
    return ReportedTask(**given | more)


def asked(found, on=FAR):
    return [(one.year, one.quarter) for one in found.quarters_asked(on)]


@pytest.mark.parametrize(
    ("day", "quarters"),
    [
        ((2026, 3, 31), []),
        ((2026, 4, 1), [(2026, 1)]),
        ((2026, 12, 31), [(2026, 1), (2026, 2), (2026, 3)]),
        ((2027, 1, 1), [(2026, 1), (2026, 2), (2026, 3), (2026, 4)]),
    ],
)
def test_a_quarter_is_asked_for_from_the_day_after_its_end(day, quarters):
    assert asked(task(), dt.date(*day)) == quarters


@pytest.mark.parametrize(
    ("begins", "ends", "quarters"),
    [
        ((2026, 3, 31), (2026, 4, 1), [(2026, 1), (2026, 2)]),  # a day in a quarter is enough
        ((2026, 4, 1), (2026, 6, 30), [(2026, 2)]),
        ((2026, 10, 1), (2027, 1, 1), [(2026, 4), (2027, 1)]),
        ((2025, 1, 1), (2026, 3, 31), [(2026, 1)]),  # years before the plan are not of it
        ((2028, 12, 31), (2029, 6, 30), [(2028, 4)]),
    ],
)
def test_a_task_is_asked_for_from_its_first_quarter_to_its_last(begins, ends, quarters):
    assert asked(task(starts_on=dt.date(*begins), due_on=dt.date(*ends))) == quarters


def test_a_plan_issued_late_asks_for_the_quarters_before_from_its_issue():
    late = task(issued_on=dt.date(2026, 5, 20))
    assert asked(late, dt.date(2026, 5, 19)) == []
    first, second, *_ = late.quarters_asked(FAR)
    assert (first.since, first.what) == (dt.date(2026, 5, 20), CountedFrom.ISSUED)
    assert (second.since, second.what) == (dt.date(2026, 6, 30), CountedFrom.END)


def test_a_later_end_brings_its_quarters_from_the_decision_and_leaves_those_before():
    longer = task(due_on=dt.date(2026, 12, 31), changes=[DayChange(dt.date(2026, 11, 5), ends_before=dt.date(2026, 6, 30))])
    told = [(one.quarter, one.since, one.what, one.opens) for one in longer.quarters_asked(FAR)]
    assert told == [
        (1, dt.date(2026, 3, 31), CountedFrom.END, dt.date(2026, 4, 1)),
        (2, dt.date(2026, 6, 30), CountedFrom.END, dt.date(2026, 7, 1)),
        (3, dt.date(2026, 11, 5), CountedFrom.ADJUSTED, dt.date(2026, 10, 1)),
        (4, dt.date(2026, 12, 31), CountedFrom.END, dt.date(2027, 1, 1)),
    ]
    assert asked(longer, dt.date(2026, 11, 4)) == [(2026, 1), (2026, 2)]


def test_an_earlier_beginning_brings_its_quarters_from_the_decision():
    earlier = task(changes=[DayChange(dt.date(2026, 8, 3), starts_before=dt.date(2026, 7, 1))])
    assert [one.since for one in earlier.quarters_asked(FAR)][:3] == [dt.date(2026, 8, 3), dt.date(2026, 8, 3), dt.date(2026, 9, 30)]


def test_a_quarter_that_the_days_of_before_touched_is_not_brought():
    ended_before = task(changes=[DayChange(dt.date(2026, 11, 5), ends_before=dt.date(2026, 7, 1))])
    began_before = task(changes=[DayChange(dt.date(2026, 11, 5), starts_before=dt.date(2026, 3, 31))])
    ends = [dt.date(2026, 3, 31), dt.date(2026, 6, 30), dt.date(2026, 9, 30), dt.date(2026, 12, 31)]
    assert [[one.since for one in found.quarters_asked(FAR)] for found in (ended_before, began_before)] == [ends, ends]


def test_a_new_owner_is_asked_from_the_day_of_the_decision():
    handed = task(changes=[DayChange(dt.date(2026, 4, 9))])
    assert [one.since for one in handed.quarters_asked(FAR)][:2] == [dt.date(2026, 4, 9), dt.date(2026, 6, 30)]
    assert [asked(handed, dt.date(2026, 4, day)) for day in (8, 9)] == [[], [(2026, 1)]]


def test_a_rolled_plan_is_closed_from_its_day():
    rolled = task(rolled_on=dt.date(2027, 1, 20))
    assert [rolled.closed_by(dt.date(2027, 1, day)) for day in (19, 20)] == [False, True]
    assert not task().closed_by(FAR)
