"""Outage rule: unavailability near a deadline moves it, according to the settings ``outage`` (pure)."""

import datetime as dt
from typing import NamedTuple

from greendistrict.core.clock import SHANGHAI
from greendistrict.core.workdays import WorkCalendar

DAY = dt.timedelta(days=1)


class OutagePeriod(NamedTuple):
    """Unavailable period; aware datetimes, ``ended`` after ``began``."""

    began: dt.datetime
    ended: dt.datetime


class OutageRule(NamedTuple):
    """Which outages count, and how far they move a deadline.

    ``least``: minimum duration. ``near``: working days up to and including the due date that are considered. ``more``: working days
    by which the deadline moves, counted from the due date or the end of the outage, whichever is later.
    """

    least: dt.timedelta
    near: int
    more: int


def midnight(day: dt.date) -> dt.datetime:
    """Start of a day in Shanghai time."""
    return dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)


def is_near(due: dt.date, period: OutagePeriod, rule: OutageRule, calendar: WorkCalendar) -> bool:
    """Whether the outage covers at least ``rule.least`` of the last ``rule.near`` working days up to the end of ``due``."""
    began = max(period.began, midnight(calendar.add(due, 1 - rule.near)))
    ended = min(period.ended, midnight(due + DAY))
    return ended - began >= rule.least


def moved_days(period: OutagePeriod, rule: OutageRule, calendar: WorkCalendar) -> dict[dt.date, dt.date]:
    """Due dates moved by the outage with their new day, always a working day."""
    first, last = period.began.astimezone(SHANGHAI).date(), period.ended.astimezone(SHANGHAI).date()
    reach = (calendar.add(last, rule.near) - first).days
    days = (first + number * DAY for number in range(reach + 1))
    return {day: calendar.add(max(day, last), rule.more) for day in days if is_near(day, period, rule, calendar)}
