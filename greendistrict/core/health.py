"""Liveness and readiness checks; answers contain no versions, hosts or error texts."""

import contextlib
import hmac
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from greendistrict.core import clock, database_clock, heartbeats, redis_client, rights, schedule, schema
from greendistrict.core.checks import misconfigured
from greendistrict.core.proxies import caller, read_address

logger = logging.getLogger(__name__)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() is not None


def _migrations() -> bool:
    return not schema.is_from_before() and not schema.missing_steps()


def _redis() -> bool:
    client = redis_client.client(socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
    with contextlib.closing(client):
        return bool(client.ping())


def _storage() -> bool:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".ready-") as probe:
        probe.write(b"ready")
        probe.flush()
        return os.stat(probe.name).st_size > 0  # noqa: PTH116 -- the open file, not another of that name


def _rights() -> bool:
    """Whether the database role has limited rights; always True outside production."""
    return not (settings.PRODUCTION and rights.too_mighty())


def _configuration() -> bool:
    found = misconfigured()
    for problem in found:
        logger.error("configuration: %s", problem)
    return not found


def _schedule() -> bool:
    return not schedule.late(clock.now())


def _worker() -> bool:
    """Whether a worker gave a sign of life; asking the workers themselves would take a second if none answers."""
    return any(worker.is_alive for worker in heartbeats.workers(database_clock.now()))


# A web process is ready without a worker: jobs wait in the outbox. States of worker and scheduled jobs are informative only.
NEEDED: Mapping[str, Callable[[], bool]] = {
    "configuration": _configuration,
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "storage": _storage,
    "rights": _rights,
}
INFORMATIVE: Mapping[str, Callable[[], bool]] = {"worker": _worker, "schedule": _schedule}
LACK = {"worker": "absent", "schedule": "late"}


def _holds(name: str, probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except (DatabaseError, redis.RedisError, OperationalError, OSError) as error:
        logger.warning("readiness probe %s failed: %s", name, error)
        return False


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; checks nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if configuration, database, rights, migrations, storage and Redis are in order, else 503.

    Strangers read no more than that. Operators (the machine itself, and who may read the metrics) also read each part, worker and schedule.
    """
    needed = {name: _holds(name, probe) for name, probe in NEEDED.items()}
    ready = all(needed.values())
    said: dict[str, object] = {"status": "ok" if ready else "failed"}
    if is_operator(request):
        answering = needed["database"] and needed["configuration"]
        informative = {name: answering and _holds(name, probe) for name, probe in INFORMATIVE.items()}
        words = {name: "ok" if holds else "failed" for name, holds in needed.items()}
        said["checks"] = words | {name: "ok" if holds else LACK[name] for name, holds in informative.items()}
    return JsonResponse(said, status=200 if ready else 503)


def is_operator(request: HttpRequest) -> bool:
    """Whether a request comes from this machine or from the monitoring."""
    address = read_address(caller(request))
    return monitors(request) or (address is not None and address.is_loopback)


def monitors(request: HttpRequest) -> bool:
    """Whether a request comes from a network of the monitoring or bears its token."""
    given, token = request.headers.get("Authorization", ""), settings.METRICS_TOKEN
    address = read_address(caller(request))
    known = address is not None and any(address in network for network in settings.METRICS_NETWORKS)
    return known or (bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()))
