"""A consistent snapshot of the database: everything in a backup is read in one transaction, whose snapshot ``pg_dump`` shares."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import psycopg
from psycopg import sql

from portal.backup import postgres
from portal.data_check.stored_files import named_files

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname COLLATE \"C\""
MIGRATIONS = "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
BATCH = 2000
LAST_WORDS = 800


class DumpFailed(RuntimeError):  # noqa: N818 -- reads as a sentence
    """``pg_dump`` or ``pg_restore`` failed; the message is its output."""


@dataclass(frozen=True)
class Snapshot:
    """An open transaction that sees the database as of its start."""

    connection: "psycopg.Connection[Any]"
    name: str

    def server_version(self) -> int:
        """Number of the server's version, such as 180006."""
        return self.connection.info.server_version

    def rows_by_table(self) -> dict[str, int]:
        """Number of rows of each table."""
        return rows_by_table(self.connection)

    def migrations(self) -> dict[str, str]:
        """The last migration of each app."""
        return dict(self.connection.execute(MIGRATIONS).fetchall())

    def files(self) -> Iterator[str]:
        """Names of files in its rows, read in batches."""
        with self.connection.cursor(name="files") as cursor:
            cursor.itersize = BATCH
            cursor.execute(named_files())
            yield from (name for (name,) in cursor)

    def dump(self, into: IO[bytes]) -> None:
        """Write the database with ``pg_dump`` (custom format). Raises ``DumpFailed``, ``NoProgram``."""
        path = postgres.program("pg_dump", self.server_version())
        words = [path, "--format=custom", f"--snapshot={self.name}", "--no-password"]
        done = subprocess.run(  # noqa: S603 -- fixed words
            words, env=postgres.environment(), stdin=subprocess.DEVNULL, stdout=into, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            msg = f"pg_dump: {done.stderr.decode(errors='replace')[-LAST_WORDS:].strip()}"
            raise DumpFailed(msg)


@contextmanager
def taken() -> Iterator[Snapshot]:
    """Take a snapshot, held until the end of the block on a separate connection."""
    with postgres.connected() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (name,) = connection.execute("SELECT pg_export_snapshot()").fetchone()  # type: ignore[misc]  # it always answers
        yield Snapshot(connection, name)
        connection.execute("ROLLBACK")


def rows_by_table(connection: "psycopg.Connection[Any]") -> dict[str, int]:
    """Number of rows of each table of the portal."""
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: connection.execute(count.format(sql.Identifier(name))).fetchone()[0] for name in tables}  # type: ignore[index]  # one row
