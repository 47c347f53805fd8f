"""The database's clock, for times that two hosts compare: retries, signs of life, sessions, what others are sent.

It is asked once a minute and counted on by this machine's monotonic clock, which nobody sets. Days of the business and of the record stay
with ``clock``; where a clock file sets business time, as trials do, this follows it.
"""

import datetime as dt
import logging
import platform
import threading
import time

from django.conf import settings
from django.db import Error, connection

from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.leases import DatabaseTime
from greendistrict.core.models import HostClock

logger = logging.getLogger(__name__)
ASK_SECONDS = 60.0
NAMED_FOR = dt.timedelta(minutes=5)
TOLERANCE = 5.0  # seconds by which a host may differ before it is named
_lock = threading.Lock()
_known: list[tuple[float, float]] = []  # monotonic time of asking, and the database's seconds since 1970 then


def timestamp() -> float:
    """Seconds since 1970 by the database's clock, by this machine's own as long as the database cannot be asked."""
    asked = time.monotonic()
    if not _known or asked - _known[0][0] >= ASK_SECONDS:
        ask()
    return _known[0][1] + time.monotonic() - _known[0][0] if _known else time.time()


def now() -> dt.datetime:
    """The same as a moment in Shanghai; business time where that was set to something else."""
    if settings.CLOCK_FILE or clock.is_set():
        return clock.now()
    return dt.datetime.fromtimestamp(timestamp(), tz=clock.SHANGHAI)


def ask() -> float | None:
    """Ask the database, and name this host if its clock is wrong; returns by how many seconds it is ahead, None without a timely answer.

    It is asked past Django's own cursor, since nobody's query caused it; a transaction that failed, or no database, leaves the last answer.
    """
    with _lock:
        try:
            connection.ensure_connection()
            if connection.needs_rollback:
                return None
            before, wall = time.monotonic(), time.time()
            (there,) = connection.connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
            took = time.monotonic() - before
        except Exception as error:  # noqa: BLE001 -- psycopg's own errors as well, and a test that forbids the database
            logger.debug("the database's clock was not read: %s", error)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            return None
        _known[:] = [(before + took / 2, float(there))]
        off = wall + took / 2 - float(there)
    if took >= TOLERANCE:
        return None
    _name(off)
    return off


def _name(off: float) -> None:
    """Name this host on 运行状况 while its clock is wrong."""
    if abs(off) <= TOLERANCE:
        return
    logger.error("the clock of this host is %.0f s off the database's", off)
    try:
        found = {"seconds": off, "seen_at": DatabaseTime()}
        HostClock.objects.update_or_create(host=fitted(HostClock, "host", platform.node()), defaults=found)
    except Error as error:
        logger.warning("the clock of this host was not noted: %s", error)


def wrong_hosts() -> list[HostClock]:
    """Hosts whose clock was wrong within the last minutes; each of their processes says so once a minute."""
    return list(HostClock.objects.filter(seen_at__gte=DatabaseTime() - NAMED_FOR))
