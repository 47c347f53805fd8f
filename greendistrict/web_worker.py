"""Gunicorn's threaded worker with threads of their own for ``/healthz``, which answers however long the pages take.

A restart that an orchestrator decides by ``/healthz`` must not follow from a busy thread pool: it would only add to the trouble.
"""

import select
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

ALIVE = (b"GET /healthz ", b"HEAD /healthz ")
LONGEST = max(map(len, ALIVE))
THREADS = 2
SILENT_SECONDS = 10  # browsers open connections ahead of their requests


class WebWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Looks at the first bytes of a request, without taking them, before it chooses the pool; one without bytes waits outside of both."""

    def init_process(self) -> None:
        """Start with the second pool."""
        self.health_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="healthz")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Hand a connection to the pool of its request."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        begun = _first_bytes(conn.sock)
        if begun is None and not conn.initialized:
            # Leave the connection with the poller, as gunicorn does with one that said nothing for five seconds.
            conn.sock.setblocking(False)
            conn.timeout = time.monotonic() + max(self.cfg.keepalive, SILENT_SECONDS)
            self.pending_conns.append(conn)
            self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))
            return
        pool = self.health_pool if begun and begun.startswith(ALIVE) else self.tpool
        pool.submit(self.handle, conn).add_done_callback(partial(self._finished, conn))

    def _finished(self, conn: TConn, done: "Future[Any]") -> None:
        self.method_queue.defer(self.finish_request, conn, done)


def _first_bytes(sock: socket.socket) -> bytes | None:
    """First bytes that have arrived, left where they are; None before any has, empty where the other side has closed."""
    if not select.select([sock], [], [], 0)[0]:
        return None
    try:
        return sock.recv(LONGEST, socket.MSG_PEEK)
    except OSError:
        return b""
