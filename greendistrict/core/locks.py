"""Locks on what has no row yet: a code that is imported, a number that is given to a paper."""

from django.db import connection


def one_at_a_time(key: str) -> None:
    """Let transactions that use the same key come one after the other: the next goes on when the first has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
