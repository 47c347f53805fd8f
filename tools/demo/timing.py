"""Business times of the demo story, in working days."""

import datetime as dt

from greendistrict.core import clock, workdays

SETTLED_DAYS = 140


def base_year(today: dt.date) -> int:
    """The latest year whose spring (report on the year before, its receipt) is certainly over."""
    return (today - dt.timedelta(days=SETTLED_DAYS)).year


def moment(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    """Business time on the day, or on the next working day."""
    return dt.datetime.combine(workdays.current().roll_forward(day), dt.time(hour, minute), tzinfo=clock.SHANGHAI)


def after(start: dt.datetime, days: int) -> dt.datetime:
    """The same time of day, that many working days later."""
    return dt.datetime.combine(workdays.current().add(start.date(), days), start.timetz())
