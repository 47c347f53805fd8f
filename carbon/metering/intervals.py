"""Times at which a meter is read (the grid), in Beijing time, which has no summer time since 1992 (pure functions)."""

import datetime as dt

from carbon.metering.enums import MeterInterval
from greendistrict.core.clock import SHANGHAI

SECONDS = {MeterInterval.QUARTER: 900, MeterInterval.HALF: 1800, MeterInterval.HOUR: 3600, MeterInterval.DAY: 86_400}
FIRST_DAY = dt.date(1992, 1, 1)  # summer time was last kept in 1991
MONTHS = 12


def midnight(day: dt.date) -> dt.datetime:
    """Start of a day in Beijing time."""
    return dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)


def month_of(moment: dt.datetime) -> dt.date:
    """First day of the month that contains a moment."""
    return moment.astimezone(SHANGHAI).date().replace(day=1)


def next_month(day: dt.date) -> dt.date:
    """First day of the next month."""
    return dt.date(day.year + day.month // MONTHS, day.month % MONTHS + 1, 1)


def is_on_grid(interval: str, moment: dt.datetime) -> bool:
    """Whether a meter with this interval is read at this moment."""
    local = moment.astimezone(SHANGHAI)
    passed = local - midnight(local.date())
    if interval == MeterInterval.MONTH:
        return local.day == 1 and not passed
    return not passed % dt.timedelta(seconds=SECONDS[MeterInterval(interval)])


def steps_between(interval: str, first: dt.datetime, last: dt.datetime) -> int:
    """Number of intervals between two moments of the grid."""
    if interval == MeterInterval.MONTH:
        one, other = month_of(first), month_of(last)
        return (other.year - one.year) * MONTHS + other.month - one.month
    return (last - first) // dt.timedelta(seconds=SECONDS[MeterInterval(interval)])


def moved(interval: str, moment: dt.datetime, steps: int) -> dt.datetime:
    """The moment ``steps`` intervals later."""
    if interval == MeterInterval.MONTH:
        day = month_of(moment)
        years, month = divmod(day.month - 1 + steps, MONTHS)
        return midnight(dt.date(day.year + years, month + 1, 1))
    return moment.astimezone(SHANGHAI) + steps * dt.timedelta(seconds=SECONDS[MeterInterval(interval)])


def expected(interval: str, first: dt.datetime, last: dt.datetime) -> int:
    """Number of intervals that begin in ``[first, last)``; both are midnights (for a monthly meter of any day)."""
    if last <= first:
        return 0
    if interval != MeterInterval.MONTH:
        return steps_between(interval, first, last)
    start = month_of(first) if is_on_grid(interval, first) else next_month(month_of(first))
    end = month_of(last) if is_on_grid(interval, last) else next_month(month_of(last))
    return max(0, (end.year - start.year) * MONTHS + end.month - start.month)
