"""Monthly partitions of the readings table: created ahead by a nightly job, and on demand for readings of other months.

The portal's database role owns no tables (core/rights.py); a function of the owner creates partitions (carbon/migrations, docs/adr/0019).
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection

from carbon.metering.intervals import next_month
from greendistrict.core import clock

AHEAD = 3


def ensure(months: Iterable[dt.date]) -> int:
    """Create missing partitions for these months. Returns how many were created."""
    wanted = sorted({month.replace(day=1) for month in months})
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(carbon_make_reading_partition(month)) FROM unnest(%s::date[]) AS month", [wanted])
        (made,) = cursor.fetchone() or (0,)
    return int(made)


def make_ahead() -> int:
    """Create the partitions of this month and the next ones."""
    months = [clock.today().replace(day=1)]
    for _ in range(AHEAD):
        months.append(next_month(months[-1]))
    return ensure(months)
