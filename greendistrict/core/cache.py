"""Cache backend that tolerates failures: connection errors and values of another version of the portal count as misses."""

import logging
import pickle
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient, RedisSerializer
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from greendistrict.core import redis_client

logger = logging.getLogger(__name__)
SECONDS = 0.5
PAUSE_SECONDS = 1.0
REPORT_EVERY_SECONDS = 30


class UnreadableValueError(Exception):
    """A cached value refers to a class that does not exist in this version of the portal."""


class VersionedSerializer(RedisSerializer):
    """Django's serializer; distinguishes values written by another version of the portal from faults of Redis."""

    def loads(self, data: Any) -> Any:
        """The value. Raises ``UnreadableValueError``."""
        try:
            return super().loads(data)
        except (ImportError, AttributeError, pickle.UnpicklingError) as error:
            raise UnreadableValueError(str(error)) from error


class Outage:
    """Whether Redis was reachable at the last attempt of this process.

    After a failure Redis is not tried for a second, so that a page with many reads waits only once.
    """

    def __init__(self) -> None:
        self._until = self._reported = float("-inf")

    def lasts(self) -> bool:
        """Whether the last failure is too recent to try again."""
        return time.monotonic() < self._until

    def note(self, error: Exception) -> None:
        """Store the failure; at most one log line per half minute."""
        now = time.monotonic()
        self._until = now + PAUSE_SECONDS
        if now - self._reported > REPORT_EVERY_SECONDS:
            self._reported = now
            logger.warning("cache unavailable, going on without it: %s", error)


outage = Outage()


def _degrading(method: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``method`` to return ``otherwise(*args)`` if Redis cannot be reached or the value cannot be read."""

    @wraps(method)
    def call(self: RedisCacheClient, *args: Any, **kwargs: Any) -> Any:
        if outage.lasts():
            return otherwise(*args, **kwargs)
        try:
            return method(self, *args, **kwargs)
        except UnreadableValueError:
            return otherwise(*args, **kwargs)
        except (RedisError, OSError) as error:
            outage.note(error)
            return otherwise(*args, **kwargs)

    return call


def _clear_prefix(client: RedisCacheClient, prefix: str) -> None:
    connection = client.get_client(None, write=True)
    for key in connection.scan_iter(match=f"{prefix}:*", count=1000):
        connection.delete(key)


clear_prefix = _degrading(_clear_prefix, lambda _prefix: None)


class DegradingClient(RedisCacheClient):
    """Client whose reads miss and whose writes do nothing without Redis; adding a new key reports success."""

    _pools: dict[int, Any]
    _pool_options: dict[str, Any]

    def _get_connection_pool(self, write: bool) -> Any:  # noqa: FBT001 -- Django's signature
        """One pool for reads and writes where sentinels name the server."""
        if not settings.REDIS_SENTINELS.places:
            return super()._get_connection_pool(write)  # type: ignore[misc]  # its types leave it out
        if 0 not in self._pools:
            self._pools[0] = redis_client.client(**self._pool_options).connection_pool
        return self._pools[0]

    add = _degrading(RedisCacheClient.add, lambda *_, **__: True)
    get = _degrading(RedisCacheClient.get, lambda _key, default=None: default)
    set = _degrading(RedisCacheClient.set, lambda *_, **__: None)
    touch = _degrading(RedisCacheClient.touch, lambda *_, **__: False)
    delete = _degrading(RedisCacheClient.delete, lambda *_, **__: False)
    get_many = _degrading(RedisCacheClient.get_many, lambda _keys: {})
    has_key = _degrading(RedisCacheClient.has_key, lambda _key: False)
    incr = _degrading(RedisCacheClient.incr, lambda _key, delta: delta)
    set_many = _degrading(RedisCacheClient.set_many, lambda *_, **__: None)
    delete_many = _degrading(RedisCacheClient.delete_many, lambda _keys: None)


class DegradingRedisCache(RedisCache):
    """Django's Redis cache with short timeouts that tolerates the loss of Redis."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        limits = {
            "socket_connect_timeout": SECONDS,
            "socket_timeout": SECONDS,
            # One retry replaces a pooled connection closed by a restarted server.
            "retry": Retry(NoBackoff(), 1),
            "serializer": VersionedSerializer,
        }
        super().__init__(server, {**params, "OPTIONS": {**limits, **params.get("OPTIONS", {})}})
        self._class = DegradingClient

    def clear(self) -> None:
        """Delete the keys of this prefix only, because the broker's queues are in the same Redis."""
        clear_prefix(self._cache, self.key_prefix)
