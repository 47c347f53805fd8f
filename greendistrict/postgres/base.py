"""The backend that ``DATABASES`` names: Django's own, which fails at once while the server is known to be away."""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from greendistrict.postgres.waits import answering, is_sound, lock_milliseconds


class DatabaseWrapper(base.DatabaseWrapper):
    """Connection whose waits are bounded: for a pooled connection, for its check, and for locks as the request says."""

    @property
    def pool(self) -> Any:
        """The pool, None without one; its own check has no bound and sleeps a second after each connection that fails it."""
        pool = super().pool
        if pool is not None:
            pool._check = None  # noqa: SLF001 -- Django sets it
        return pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Raises ``DatabaseAway`` where a pool has none to give in time."""
        if self.pool is None:
            connection = super().get_new_connection(conn_params)
        else:
            with answering.asked():
                connection = self._from_pool(conn_params)
        self._limit_locks(connection)
        return connection

    def _from_pool(self, conn_params: dict[str, Any]) -> Any:
        until = time.monotonic() + self.pool.timeout
        while True:
            connection = super().get_new_connection(conn_params)
            if not self.settings_dict["CONN_HEALTH_CHECKS"] or is_sound(connection):
                return connection
            self.pool.putconn(connection)  # which replaces it
            if answering.is_away or time.monotonic() > until:
                msg = "no pooled connection answers"
                raise psycopg.OperationalError(msg)

    def _limit_locks(self, connection: Any) -> None:
        """Set how long this request waits for locks; a pooled connection keeps what the last request set."""
        wanted = lock_milliseconds.get()
        if wanted != getattr(connection, "gd_lock_milliseconds", None) and "lock_timeout" in self.settings_dict["OPTIONS"].get(
            "options", ""
        ):
            connection.autocommit = True
            connection.execute("RESET lock_timeout" if wanted is None else f"SET lock_timeout = {int(wanted)}")
            connection.gd_lock_milliseconds = wanted
