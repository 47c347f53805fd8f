"""Locks on what has no row yet: a code that is imported, a number that is given to a paper."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

LARGEST = 2**31


def one_at_a_time(key: str) -> None:
    """Serialise transactions that use the same key by an advisory lock, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])


@contextmanager
def held_if_free(kind: str, number: int) -> Iterator[bool]:
    """Hold an advisory lock across several transactions; says whether it was free. It goes with the process that holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", [kind, number % LARGEST])
        (mine,) = cursor.fetchone() or (False,)
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", [kind, number % LARGEST])
