"""PortalOutage rule: downtime near a deadline moves it, by the settings ``outage``. Pure."""

import datetime as dt
from typing import NamedTuple

from greendistrict.core.clock import SHANGHAI
from greendistrict.core.workdays import WorkCalendar

DAY = dt.timedelta(days=1)


class OutagePeriod(NamedTuple):
    """Time during which the portal could not be used; aware moments, ``ended`` after ``began``."""

    began: dt.datetime
    ended: dt.datetime


class OutageRule(NamedTuple):
    """Which downtime counts, and by how much it moves a deadline.

    ``least``: shortest time that counts; ``near``: working days up to and including the due day that are looked at; ``more``: working days
    that the deadline moves on, counted from the due day or from the end of the outage, whichever is later.
    """

    least: dt.timedelta
    near: int
    more: int


def midnight(day: dt.date) -> dt.datetime:
    """Beginning of a day in Shanghai."""
    return dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)


def is_near(due: dt.date, period: OutagePeriod, rule: OutageRule, calendar: WorkCalendar) -> bool:
    """Whether the outage took at least ``rule.least`` of the last ``rule.near`` working days before the end of ``due``."""
    began = max(period.began, midnight(calendar.add(due, 1 - rule.near)))
    ended = min(period.ended, midnight(due + DAY))
    return ended - began >= rule.least


def moved_days(period: OutagePeriod, rule: OutageRule, calendar: WorkCalendar) -> dict[dt.date, dt.date]:
    """Due days that the outage moves, each with the day it moves to; always a working day."""
    first, last = period.began.astimezone(SHANGHAI).date(), period.ended.astimezone(SHANGHAI).date()
    reach = (calendar.add(last, rule.near) - first).days
    days = (first + number * DAY for number in range(reach + 1))
    return {day: calendar.add(max(day, last), rule.more) for day in days if is_near(day, period, rule, calendar)}
