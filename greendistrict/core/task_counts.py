"""Counts how jobs ended and how long they took, for all workers together, in the Redis of the cache.

Counts restart with a new Redis, as counters may; without Redis some are lost, and nothing fails.
"""

import contextlib
import logging
import time
from collections.abc import Mapping
from typing import cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from greendistrict.core import redis_client

logger = logging.getLogger(__name__)
NUMBER, SECONDS = "number", "seconds"
ANSWER_SECONDS = 1
_begun: dict[str, float] = {}
Counts = Mapping[tuple[str, str, str], float]


def _client() -> redis.Redis:
    limits = {"socket_connect_timeout": ANSWER_SECONDS, "socket_timeout": ANSWER_SECONDS}
    return redis_client.client(**limits, retry=Retry(NoBackoff(), 0), protocol=2, decode_responses=True)


def _key() -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:task-counts"


def begin(task_id: str) -> None:
    """Store when a job began in this process."""
    _begun[task_id] = time.monotonic()


def end(task: str, state: str, task_id: str) -> None:
    """Count a job that ended in the given Celery state."""
    took = time.monotonic() - _begun.pop(task_id, time.monotonic())
    try:
        with contextlib.closing(_client()) as client, client.pipeline(transaction=False) as said:
            said.hincrby(_key(), f"{NUMBER}|{task}|{state}", 1)
            said.hincrbyfloat(_key(), f"{SECONDS}|{task}|{state}", took)
            said.execute()
    except redis.RedisError as error:
        logger.warning("end of %s not counted: %s", task, error)


def counts() -> Counts:
    """Counts by (what, task, state). Raises ``redis.RedisError``."""
    with contextlib.closing(_client()) as client:
        found = cast("Mapping[str, str]", client.hgetall(_key()))
    return {cast("tuple[str, str, str]", tuple(name.split("|"))): float(value) for name, value in found.items()}
