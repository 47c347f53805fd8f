"""Readable numbers such as ``SQ-2026-0007``: never reused, without duplicates under concurrency."""

from django.db import connection
from django.db.transaction import TransactionManagementError

from greendistrict.core.models import Counter

UPSERT = """
    INSERT INTO core_counter (prefix, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (prefix, year) DO UPDATE SET last = core_counter.last + 1
    RETURNING last
"""


def next_number(prefix: str, year: int) -> str:
    """Next number of ``prefix`` in ``year``.

    The counter row stays locked until the caller's transaction ends, so the next caller waits and a rolled back number is
    given out again. Raises ``TransactionManagementError`` outside a transaction, where the lock would have no effect.
    """
    if not connection.in_atomic_block:
        msg = "a number is taken inside the transaction that uses it"
        raise TransactionManagementError(msg)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [prefix, year])
        last: int = cursor.fetchone()[0]
    return str(Counter(prefix=prefix, year=year, last=last))
