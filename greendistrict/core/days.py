"""Dates in words, and date arithmetic by months."""

import datetime as dt
from calendar import monthrange

MONTHS = 12


def day_in_words(day: dt.date) -> str:
    """Date as on pages and papers, such as 2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def months_later(day: dt.date, months: int) -> dt.date:
    """Same day ``months`` later (earlier if negative), or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
