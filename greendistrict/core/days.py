"""A day as it is written for people, and the same day of another month."""

import datetime as dt
from calendar import monthrange

MONTHS = 12


def day_in_words(day: dt.date) -> str:
    """Day as on every page and paper, e.g. 2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def months_later(day: dt.date, months: int) -> dt.date:
    """Same day so many months later, or earlier where negative; the last day of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
