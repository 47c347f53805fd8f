"""What is left to do with a test database: emptying its tables after a test that commits, and ending all sessions before it is dropped.

Only tables with rows are emptied, which takes a tenth of the time that truncating all of them does. Content types and permissions stay as
the migrations made them, so that nothing has to make them again. Sequences go on, as with Django's own.
"""

from collections.abc import Iterable

from django.core.management.commands import flush
from django.db import connection

from greendistrict.processes import until

SECONDS = 60
KEPT = {"django_content_type", "auth_permission"}
TRUNCATED = {
    "audit_auditrecord",
    "audit_auditseal",
    "audit_auditarchive",
}  # their rows may not be deleted one by one; no other table refers to them


def empty_quickly() -> None:
    """Let Django's ``flush`` of this process work like that from now on."""
    connection.ops.sql_flush = _statements
    flush.emit_post_migrate_signal = lambda *_, **__: None


def _statements(_style: object, tables: Iterable[str], **_: object) -> list[str]:
    quote = connection.ops.quote_name
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {quote(table)})" for table in sorted(set(tables) - KEPT))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked)
        filled = [row[0] for row in cursor.fetchall()]
    return [f"{'TRUNCATE' if table in TRUNCATED else 'DELETE FROM'} {quote(table)}" for table in filled]


def leave_to_its_owner(name: str) -> None:
    """End every session in the database and let no new one in: dropping it waits no more than five seconds for the last one."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.ops.quote_name(name)} WITH ALLOW_CONNECTIONS false")

        def alone() -> bool:
            cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [name])
            return cursor.fetchone()[0] == 0

        if not until(alone, SECONDS):
            cursor.execute("SELECT pid, backend_type, backend_start, state, query FROM pg_stat_activity WHERE datname = %s", [name])
            msg = f"sessions that do not end: {cursor.fetchall()}"
            raise AssertionError(msg)
