"""Processor time of groups of processes, summed while they come and go."""

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import psycopg
from django.conf import settings

from tools.bench.server import children_of

TICKS = os.sysconf("SC_CLK_TCK")
LOOK_SECONDS = 1.0
USER, SYSTEM = 11, 12  # fields of /proc/PID/stat after the name of the program
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
Pids = Callable[[], Iterable[int]]


class ProcessorTime:
    """Seconds of each group in a block; a process that ended in between counts until it was last seen."""

    def __init__(self, groups: Mapping[str, Pids]) -> None:
        self._groups, self._over = groups, threading.Event()
        self._first: dict[tuple[str, int], float] = {}
        self._last: dict[tuple[str, int], float] = {}
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Look for the first time; processes that come later began with nothing."""
        self._look()
        self._first = dict(self._last)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Look for the last time."""
        self._over.set()
        self._thread.join()
        self._look()

    def seconds(self) -> dict[str, float]:
        """Seconds by group."""
        found = dict.fromkeys(self._groups, 0.0)
        for key, last in self._last.items():
            found[key[0]] += last - self._first.get(key, 0.0)
        return found

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        for name, pids in self._groups.items():
            for pid in pids():
                with suppress(OSError):  # it has ended
                    self._last[name, pid] = seconds_of(pid)


def seconds_of(pid: int) -> float:
    """Processor seconds of a process with all its threads. Raises ``OSError`` without such a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return (int(fields[USER]) + int(fields[SYSTEM])) / TICKS


def family(pid: int) -> Pids:
    """A process and its children."""

    def found() -> list[int]:
        try:
            return [pid, *children_of(pid)]
        except OSError:
            return [pid]

    return found


class Backends:
    """Processes of PostgreSQL that serve the database of this run; none where the server is on another machine."""

    def __init__(self) -> None:
        self._connection = psycopg.connect(settings.OWNER_DATABASE_URL, autocommit=True)

    def __call__(self) -> list[int]:
        """Their numbers."""
        return [pid for (pid,) in self._connection.execute(BACKENDS) if _is_postgres(pid)]

    def close(self) -> None:
        """Close the own connection."""
        self._connection.close()


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").startswith("postgres")
    except OSError:
        return False
