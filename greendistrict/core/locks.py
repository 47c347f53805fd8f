"""Locks on what has no row yet: a code that is imported, a number that is given to a paper."""

from django.db import connection


def one_at_a_time(key: str) -> None:
    """Serialise transactions that use the same key by an advisory lock, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
