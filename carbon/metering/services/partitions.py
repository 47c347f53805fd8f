"""Monthly partitions of the readings table: created ahead by a nightly job, and on demand for readings of other months.

The portal's database role owns no tables (core/rights.py); a function of the owner creates partitions (carbon/migrations, docs/adr/0019).
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection

from carbon.metering.intervals import next_month
from greendistrict.core import clock

AHEAD = 3
FIRST_YEAR, LAST_YEAR = 1992, 2199  # as the function in the database has them


def ensure(months: Iterable[dt.date]) -> int:
    """Create missing partitions for these months. Returns how many were created.

    Everybody else who needs one of them waits until the end of the transaction: ask before the transaction that writes the readings.
    """
    wanted = sorted({month.replace(day=1) for month in months})
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(carbon_make_reading_partition(month)) FROM unnest(%s::date[]) AS month", [wanted])
        (made,) = cursor.fetchone() or (0,)
    return int(made)


def months_of(moments: Iterable[dt.datetime]) -> list[dt.date]:
    """Months, in local time, of moments that a partition can have."""
    days = {moment.astimezone(clock.SHANGHAI).date().replace(day=1) for moment in moments}
    return sorted(day for day in days if FIRST_YEAR <= day.year <= LAST_YEAR)


def make_ahead() -> int:
    """Create the partitions of this month and the next ones."""
    months = [clock.today().replace(day=1)]
    for _ in range(AHEAD):
        months.append(next_month(months[-1]))
    return ensure(months)
