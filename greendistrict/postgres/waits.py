"""Whether the database answers, asked by one thread at a time, and how long a lock is waited for.

Without this, each thread of a web server would wait for a database that is away until the pool gives up, several times per request.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db import OperationalError

CHECK_SECONDS = 1.0  # a healthy server answers an empty query within a millisecond or two, one without processors to spare later
ASK_AGAIN_SECONDS = 0.5  # after a failure everybody is told at once for so long
lock_milliseconds: ContextVar[int | None] = ContextVar("lock_milliseconds", default=None)  # of this request, if not as configured


class DatabaseAway(OperationalError):  # noqa: N818 -- an outcome
    """No connection to the database could be had in time."""


class Answering:
    """Whether the server answers, as far as this process knows; while it does not, one thread asks and all others fail at once."""

    def __init__(self) -> None:
        self._away = False
        self._ask_at = 0.0
        self._asks = threading.Lock()

    @property
    def is_away(self) -> bool:
        """Whether the last attempt to connect failed."""
        return self._away

    def failed(self, _pool: object = None) -> None:
        """Note that connecting failed; also the callback of the pool."""
        self._ask_at, self._away = time.monotonic() + ASK_AGAIN_SECONDS, True

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Context of an attempt to get a connection. Raises ``DatabaseAway`` if the server is known to be away or the attempt fails."""
        mine = False
        if self._away:
            mine = time.monotonic() >= self._ask_at and self._asks.acquire(blocking=False)
            if not mine:
                msg = "the database did not answer a moment ago"
                raise DatabaseAway(msg)
        try:
            yield
        except psycopg.OperationalError as error:
            if self._away:
                self.failed()
            raise DatabaseAway(str(error)) from error
        else:
            self._away = False
        finally:
            if mine:
                self._asks.release()


answering = Answering()


def is_sound(connection: "psycopg.Connection[Any]") -> bool:
    """Whether a pooled connection answers within ``CHECK_SECONDS``; a server that is there but does nothing counts as away."""
    try:
        _ask(connection, 0 if answering.is_away else CHECK_SECONDS)
    except TimeoutError:
        answering.failed()
        connection.close()
        return False
    except psycopg.OperationalError:
        return False
    return True


def _ask(connection: "psycopg.Connection[Any]", seconds: float) -> None:
    server = connection.pgconn
    server.send_query(b"")
    until = time.monotonic() + seconds
    while True:
        server.flush()
        if not select.select([server.socket], [], [], max(until - time.monotonic(), 0))[0]:
            raise TimeoutError
        server.consume_input()
        while not server.is_busy():
            if server.get_result() is None:
                return
