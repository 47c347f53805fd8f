"""kombu's Redis transport with a fix: a worker keeps running when Redis is stopped during a task.

Written against kombu 5.7.0. When the broker is lost, Celery closes the connection while a task is still running. The channel then
puts back what was not acknowledged, and the task's late acknowledgement follows when it is done; both ask for a new client of a
connection that is closed already. ``Channel._connparams`` answers with ``AttributeError: 'NoneType' object has no attribute
'hostname'``, which no caller counts as a lost connection, and the worker ends. Said as what it is, the same callers log it and go on:
the message stays in Redis as unacknowledged and is delivered again, and a report that is ready is not made twice.
"""

from typing import Any

from kombu import transport
from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as RedisConnectionError


class BrokerChannel(kombu_redis.Channel):
    """Channel that reports a closed connection as a connection error."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 -- kombu's signature
        if self.connection is None or self.connection.client is None:
            msg = "the connection to the broker is closed"
            raise RedisConnectionError(msg)
        params: dict[str, Any] = super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]  # its types leave it out
        return params


class Transport(kombu_redis.Transport):
    """Redis transport with the mended channel."""

    Channel = BrokerChannel


def mend() -> None:
    """Register the mended transport for ``redis`` addresses; called where the Celery application is made."""
    for scheme in ("redis", "rediss"):
        transport.TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"
