"""kombu's Redis transport with a fix: a worker keeps running if Redis is stopped during a task.

Written against kombu 5.7.0. When the broker is lost, Celery closes the connection while a task is still running. The channel then
requeues unacknowledged messages, and later the task is acknowledged; both request a new client from the closed connection. There
``Channel._connparams`` fails with ``AttributeError: 'NoneType' object has no attribute 'hostname'``, which no caller treats as a lost
connection, so the worker ends. Raised as a connection error, the callers log it and continue: the message stays unacknowledged in
Redis and is delivered again, and a finished report is not generated twice.
"""

from typing import Any

from kombu import transport
from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as RedisConnectionError


class _Mended:
    """Part of a channel that reports a closed connection as a connection error."""

    connection: Any

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 -- kombu's signature
        if self.connection is None or self.connection.client is None:
            msg = "the connection to the broker is closed"
            raise RedisConnectionError(msg)
        params: dict[str, Any] = super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]  # its types leave it out
        return params


class BrokerChannel(_Mended, kombu_redis.Channel):
    """Corrected channel."""


class SentinelBrokerChannel(_Mended, kombu_redis.SentinelChannel):
    """Corrected channel to the Redis that sentinels name."""


class Transport(kombu_redis.Transport):
    """Redis transport with the corrected channel."""

    Channel = BrokerChannel


class SentinelTransport(kombu_redis.SentinelTransport):
    """The same by sentinels."""

    Channel = SentinelBrokerChannel


def mend() -> None:
    """Register the corrected transports for ``redis`` and ``sentinel`` URLs; called where the Celery application is created."""
    for scheme in ("redis", "rediss"):
        transport.TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"
    transport.TRANSPORT_ALIASES["sentinel"] = f"{__name__}:{SentinelTransport.__name__}"
