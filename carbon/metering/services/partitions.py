"""Partitions of the readings, one for each month: made ahead by a nightly job, and on demand before readings of other months are written.

The portal's role owns no tables (core/rights.py); a function of the owner makes them (carbon/migrations, docs/adr/0019).
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection

from carbon.metering.intervals import next_month
from greendistrict.core import clock

AHEAD = 3


def ensure(months: Iterable[dt.date]) -> int:
    """Make the partitions of these months where they are missing. Returns how many were made."""
    wanted = sorted({month.replace(day=1) for month in months})
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(carbon_make_reading_partition(month)) FROM unnest(%s::date[]) AS month", [wanted])
        (made,) = cursor.fetchone() or (0,)
    return int(made)


def make_ahead() -> int:
    """Partitions of this month and the next ones."""
    months = [clock.today().replace(day=1)]
    for _ in range(AHEAD):
        months.append(next_month(months[-1]))
    return ensure(months)
