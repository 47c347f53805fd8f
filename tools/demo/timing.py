"""Business times of the demo story, in working days."""

import datetime as dt

from greendistrict.core import clock, workdays

SETTLED_DAYS = 140


def base_year(today: dt.date) -> int:
    """The year whose spring (report of the year before, receipt) lies safely in the past."""
    return (today - dt.timedelta(days=SETTLED_DAYS)).year


def moment(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    """Business moment on the day or the next working day."""
    return dt.datetime.combine(workdays.current().roll_forward(day), dt.time(hour, minute), tzinfo=clock.SHANGHAI)


def after(start: dt.datetime, days: int) -> dt.datetime:
    """The same hour, that many working days later."""
    return dt.datetime.combine(workdays.current().add(start.date(), days), start.timetz())
