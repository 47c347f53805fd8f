"""Advisory locks for things without a row (a code being imported, a number being assigned), and moving a stored day under its lock."""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def one_at_a_time(key: str) -> None:
    """Serialise transactions with the same key by an advisory lock held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])


def move_later(found: QuerySet[Any], field: str, day: dt.date) -> dt.date:
    """Set the day in a field of the single row found to ``day`` if that is later; returns the previous day.

    Raises ``DoesNotExist``. Requires a transaction.
    """
    row = found.select_for_update(of=("self",), no_key=True).get()
    was: dt.date = getattr(row, field)
    setattr(row, field, max(was, day))
    row.save(update_fields=[field])
    return was
