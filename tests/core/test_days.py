"""The same day of another month."""

import datetime as dt

import pytest

from greendistrict.core.days import months_later


@pytest.mark.parametrize(
    ("day", "months", "reached"),
    [
        (dt.date(2026, 1, 15), 1, dt.date(2026, 2, 15)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2027, 12, 31), 2, dt.date(2028, 2, 29)),
        (dt.date(2028, 2, 29), 12, dt.date(2029, 2, 28)),
        (dt.date(2028, 2, 29), 48, dt.date(2032, 2, 29)),
        (dt.date(2026, 12, 1), 0, dt.date(2026, 12, 1)),
        (dt.date(2026, 1, 31), -2, dt.date(2025, 11, 30)),
        (dt.date(2026, 12, 31), -12, dt.date(2025, 12, 31)),
    ],
)
def test_the_day_of_another_month_is_the_same_or_the_last(day, months, reached):
    assert months_later(day, months) == reached
