"""Signs of life of worker processes, stored in the database so that a missing worker is still known."""

import datetime as dt
import logging
import time
from dataclasses import dataclass

from django.db import DatabaseError, connection

from greendistrict.core import database_clock
from greendistrict.core.columns import fitted
from greendistrict.core.models import WorkerHeartbeat

logger = logging.getLogger(__name__)
EVERY_SECONDS = 15
GONE_AFTER = dt.timedelta(seconds=60)
FORGOTTEN_AFTER = dt.timedelta(days=1)
_last: dict[str, float] = {}


@dataclass(frozen=True)
class Worker:
    """A worker process, and whether it gave a sign of life recently."""

    beat: WorkerHeartbeat
    is_alive: bool


def workers(now: dt.datetime) -> list[Worker]:
    """Workers known from the last day; a sign of life in the future stems from before the clock was set back."""
    heartbeats = WorkerHeartbeat.objects.filter(seen_at__gt=now - FORGOTTEN_AFTER)
    return [Worker(beat, abs(now - beat.seen_at) <= GONE_AFTER) for beat in heartbeats]


def beat(name: str, queues: str) -> None:
    """Store a sign of life, at most every ``EVERY_SECONDS``; tolerates a missing database.

    Closes the connection afterwards, because the worker's children are forked from this process.
    """
    first = name not in _last
    if not first and time.monotonic() - _last[name] < EVERY_SECONDS:
        return
    _last[name] = time.monotonic()
    now = database_clock.now()
    values = {"queues": fitted(WorkerHeartbeat, "queues", queues), "seen_at": now, **({"started_at": now} if first else {})}
    try:
        WorkerHeartbeat.objects.update_or_create(name=name, defaults=values, create_defaults={**values, "started_at": now})
    except DatabaseError as error:
        logger.warning("sign of life of %s not written down: %s", name, error)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def stopped(name: str) -> None:
    """Delete the row of a worker that was stopped regularly."""
    _last.pop(name, None)
    try:
        WorkerHeartbeat.objects.filter(name=name).delete()
    except DatabaseError as error:
        logger.warning("end of %s not written down: %s", name, error)
