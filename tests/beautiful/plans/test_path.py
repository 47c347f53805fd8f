"""The light of a task follows a straight line from start to target."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from beautiful.plans.content import TaskPath, light_of, quarter_end

HALF = Fraction(1, 2)
UP = TaskPath(dt.date(2026, 1, 1), dt.date(2028, 12, 31), Decimal(0), Decimal(1095))
DOWN = TaskPath(dt.date(2026, 1, 1), dt.date(2026, 12, 31), Decimal(40), Decimal(30))


@pytest.mark.parametrize(
    ("path", "value", "on", "colour"),
    [
        (UP, 364, dt.date(2026, 12, 31), "green"), (UP, 363, dt.date(2026, 12, 31), "amber"), (UP, 182, dt.date(2026, 12, 31), "amber"),
        (UP, 181, dt.date(2026, 12, 31), "red"), (UP, 1095, dt.date(2028, 12, 31), "green"), (UP, 1094, dt.date(2030, 3, 31), "amber"),
        (UP, 0, dt.date(2026, 1, 1), "green"), (DOWN, 30, dt.date(2026, 12, 31), "green"), (DOWN, 35, dt.date(2026, 12, 31), "amber"),
        (DOWN, 41, dt.date(2026, 12, 31), "red"), (UP, None, dt.date(2026, 12, 31), ""), (None, 5, dt.date(2026, 12, 31), ""),
    ],
)  # fmt: skip
def test_colour(path, value, on, colour):
    assert light_of(path, None if value is None else Decimal(value), on, HALF).colour == colour


@pytest.mark.parametrize(
    ("value", "on", "words"),
    [
        ("182", dt.date(2026, 12, 31), "略落后于路径，完成应有进展的50%"),
        ("363.9", dt.date(2026, 12, 31), "略落后于路径，完成应有进展的99%"),
        ("-1", dt.date(2026, 12, 31), "落后于路径，没有进展"),
        ("0", dt.date(2026, 12, 31), "落后于路径，没有进展"),
        ("1095", dt.date(2028, 12, 31), "达到目标"),
    ],
)
def test_words_say_what_the_path_asks(value, on, words):
    assert light_of(UP, Decimal(value), on, HALF).words == words


def test_what_is_due_before_the_first_day_at_a_year_end_and_on_a_path_of_one_day():
    day = dt.date(2026, 5, 1)
    assert [DOWN.due_by(dt.date(2025, 12, day)) for day in (1, 31)] == [40, 40]
    assert light_of(UP, Decimal(182), dt.date(2026, 12, 31), HALF).due == "364"
    assert TaskPath(day, day, Decimal(1), Decimal(9)).due_by(day) == 9


def test_ends_of_quarters():
    assert [quarter_end(2026, number).isoformat() for number in (1, 2, 3, 4)] == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]
