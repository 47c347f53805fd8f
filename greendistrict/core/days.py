"""A day as it is written for people."""

import datetime as dt


def day_in_words(day: dt.date) -> str:
    """Day as on every page and paper, e.g. 2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"
