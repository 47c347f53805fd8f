"""Leases in tests: nobody waits half a minute to see one run out."""

import datetime as dt

from greendistrict.core.leases import DatabaseTime
from greendistrict.core.models import Lease


def run_out() -> None:
    """Whoever has a lease has not been heard of since; what was handed over did not arrive."""
    Lease.objects.update(until=DatabaseTime() - dt.timedelta(seconds=1))
