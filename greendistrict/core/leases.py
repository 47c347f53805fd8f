"""Leases: who is at a piece of background work, in a row that the database's own clock ends.

A lease is taken in one statement and renewed by a thread of its holder, so that the work of a killed process is free within ``SECONDS``,
on whatever host and behind whatever pooler of connections. Times are compared in the database only: a host with a wrong clock neither
loses a lease nor takes one from others.
"""

import contextvars
import logging
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import DateTimeField, Exists, Func, Model, OuterRef, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from greendistrict.core.models import Lease

Row = TypeVar("Row", bound=Model)
logger = logging.getLogger(__name__)
SECONDS = settings.LEASE_SECONDS
RENEW_SECONDS = SECONDS / 6
TAKE = f"""
    INSERT INTO {Lease._meta.db_table} AS held (name, claim, until)
    VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s))
    ON CONFLICT (name) DO UPDATE SET claim = EXCLUDED.claim, until = EXCLUDED.until WHERE held.until < clock_timestamp()
"""  # noqa: S608 -- the name of our table
RENEW = f"""
    UPDATE {Lease._meta.db_table} SET until = clock_timestamp() + make_interval(secs => %s) WHERE name = %s AND claim = %s
"""  # noqa: S608 -- the name of our table


class DatabaseTime(Func):
    """Time of the database's machine at the moment of the statement, not of the beginning of its transaction."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def take(name: str, *, seconds: float = SECONDS) -> uuid.UUID | None:
    """Take a lease that is free or has ended; the claim that proves it, None if somebody has it.

    Without a holder that renews it, it means: not again within so many seconds.
    """
    claim = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [name, claim, seconds])
        return claim if cursor.rowcount else None


def renew(name: str, claim: uuid.UUID) -> bool:
    """Prolong a lease; False if it is somebody else's by now or was given back."""
    with connection.cursor() as cursor:
        cursor.execute(RENEW, [SECONDS, name, claim])
        return bool(cursor.rowcount)


def give_back(name: str, claim: uuid.UUID) -> None:
    """End a lease, unless somebody else has it by now."""
    Lease.objects.filter(name=name, claim=claim).delete()


def free(names: Iterable[str]) -> None:
    """End leases whoever has them, where it is known that nobody works on it any more."""
    Lease.objects.filter(name__in=list(names)).delete()


def is_held(name: str) -> bool:
    """Whether somebody has the lease now."""
    return Lease.objects.filter(name=name, until__gte=DatabaseTime()).exists()


def held_on(prefix: str) -> Exists:
    """Condition on a queryset: somebody has the lease called ``prefix`` and the row's key."""
    name = Concat(Value(prefix), Cast(OuterRef("pk"), CharField()))
    return Exists(Lease.objects.filter(name=name, until__gte=DatabaseTime()))


def unheld(rows: QuerySet[Row], *prefixes: str) -> QuerySet[Row]:
    """The rows of which nobody has a lease with one of these prefixes: nobody works on them, nor are they on their way to a worker."""
    for prefix in prefixes:
        rows = rows.exclude(held_on(prefix))
    return rows


@contextmanager
def renewed(name: str, claim: uuid.UUID) -> Iterator[None]:
    """Renew a lease in a thread during the block, however long one step of the work takes; it is given back at the end."""
    stop = threading.Event()
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(_renew, name, claim, stop), name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        try:
            give_back(name, claim)
        except DatabaseError as error:  # it ends by itself
            logger.warning("lease of %s not given back: %s", name, error)


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Have a lease during the block, over several transactions; yields whether it was free."""
    claim = take(name)
    if claim is None:
        yield False
        return
    with renewed(name, claim):
        yield True


def _renew(name: str, claim: uuid.UUID, stop: threading.Event) -> None:
    try:
        while not stop.wait(RENEW_SECONDS):
            try:
                renew(name, claim)
            except DatabaseError as error:
                logger.warning("lease of %s not renewed: %s", name, error)
                connection.close()
    finally:
        connection.close()  # of this thread


def drop_ended() -> int:
    """Delete leases that have ended: nobody gave them back, or they only kept something from being done twice; returns the number."""
    return Lease.objects.filter(until__lt=DatabaseTime()).delete()[0]
