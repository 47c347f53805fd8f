"""Figures of the installation for Prometheus; parts that cannot be read are left out and named."""

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from greendistrict.core import clock, database_clock, disk, heartbeats, release, schedule, task_counts
from greendistrict.workflow.given_up import given_up
from portal.data_check.selectors import last_check
from portal.operations.selectors import expiries, queues
from portal.operations.selectors.status import storage
from reports.jobs.models import ExportJob

logger = logging.getLogger(__name__)
CONNECTIONS = "SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity WHERE datname = current_database()"


class InstallationFigures(Collector):
    """Collector of all parts as of a moment; failed parts are named by ``greendistrict_figures_missing``."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Read every part again."""
        missing = GaugeMetricFamily("greendistrict_figures_missing", "1 for a part of the figures that could not be read", labels=["part"])
        for name, part in PARTS.items():
            found: Sequence[Metric] = ()
            try:
                found = list(part(self.now))
            except (DatabaseError, redis.RedisError, OSError) as error:
                logger.warning("figures of %s not read: %s", name, error)
            missing.add_metric([name], 0 if found else 1)
            yield from found or [_gauge(f"{name}_up", f"1 where {name} answers", 0)] * (name in {"database", "redis"})
        yield missing


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"greendistrict_{name}", words, value=value)


def _by(name: str, words: str, label: str, rows: dict[str, float]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(f"greendistrict_{name}", words, labels=[label])
    for value, number in rows.items():
        found.add_metric([value], number)
    return found


def _age(now: dt.datetime, then: dt.datetime | None) -> float:
    return max((now - then).total_seconds(), 0) if then else 0


def _portal(_now: dt.datetime) -> Iterator[Metric]:
    yield _by("info", "1 for the version that runs", "version", {release.version(): 1})


def _database(_now: dt.datetime) -> Iterator[Metric]:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        took = time.perf_counter() - began
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
        cursor.execute(CONNECTIONS)
        used, most = cursor.fetchone()
    yield _gauge("database_up", "1 where the database answers", 1)
    yield _gauge("database_answer_seconds", "Time of the shortest statement, its connection included", took)
    yield _gauge("database_bytes", "Size of the database", size)
    yield _gauge("database_connections", "Connections to the database", used)
    yield _gauge("database_connections_limit", "Most connections of the server", most)


def _redis(_now: dt.datetime) -> Iterator[Metric]:
    number = CounterMetricFamily("greendistrict_tasks", "Jobs of the workers that ended", labels=["task", "state"])
    seconds = CounterMetricFamily("greendistrict_task_seconds", "Time that they took", labels=["task", "state"])
    for (what, task, state), value in sorted(task_counts.counts().items()):
        (number if what == task_counts.NUMBER else seconds).add_metric([task, state.lower()], value)
    yield _gauge("redis_up", "1 where Redis answers", 1)
    yield from (number, seconds)


def _queues(now: dt.datetime) -> Iterator[Metric]:
    workers = heartbeats.workers(database_clock.now())
    yield _gauge("workers_alive", "Workers with a sign of life in the last minute", sum(worker.is_alive for worker in workers))
    yield _gauge("workers_gone", "Workers of the last day without one", sum(not worker.is_alive for worker in workers))
    if (lines := queues.queues(workers)) is not None:
        yield _by("queue_length", "Jobs that wait in a queue", "queue", {line.name: line.length for line in lines})
        yield _by("queue_oldest_seconds", "How long the oldest has waited", "queue", {line.name: _age(now, line.oldest) for line in lines})
        yield _by("queue_workers", "Workers that listen to a queue", "queue", {line.name: line.workers for line in lines})


def _outbox(now: dt.datetime) -> Iterator[Metric]:
    lines = queues.outbox_lines()
    yield _by("outbox_waiting", "Messages that are not done", "kind", {line.kind: line.waiting for line in lines})
    yield _by("outbox_oldest_seconds", "How long the oldest has waited", "kind", {line.kind: _age(now, line.oldest) for line in lines})
    yield _gauge("messages_given_up", "Messages that nobody tries to send any more", given_up().count())


def _jobs(now: dt.datetime) -> Iterator[Metric]:
    found = schedule.jobs(now)
    ends = {job.name: job.run.succeeded_at.timestamp() for job in found if job.run and job.run.succeeded_at}
    yield _by("job_late", "1 for a scheduled job that should have succeeded by now", "job", {job.name: int(job.is_late) for job in found})
    yield _by("job_succeeded_timestamp_seconds", "When a scheduled job last succeeded", "job", ends)
    counted = ExportJob.objects.order_by().values_list("state").annotate(number=Count("pk"))
    yield _by("reports", "Report jobs by their state", "state", dict(counted))


def _storage(_now: dt.datetime) -> Iterator[Metric]:
    folder = Path(settings.MEDIA_ROOT)
    room = storage()
    yield _gauge("storage_free_bytes", "Room for files", room.free)
    yield _gauge("storage_bytes", "Room for files, free and used", room.total)
    yield _gauge("storage_writable", "1 where a file can be written", int(disk.is_writable(folder)))


def _keeping(now: dt.datetime) -> Iterator[Metric]:
    made, checked = expiries.backup(now).at, last_check()
    if made:
        yield _gauge("backup_age_seconds", "Age of the last backup", _age(now, made))
    if checked:
        yield _gauge("data_check_findings", "What the last check of the data found", checked.found)
    ends = GaugeMetricFamily("greendistrict_certificate_end_timestamp_seconds", "Last day of a certificate", labels=["use"])
    uses = {expiries.SIGNING: "signing", expiries.TLS: "tls"}
    for line in expiries.expiries(now.date()):
        if line.label in uses and line.day:
            ends.add_metric([uses[line.label]], dt.datetime.combine(line.day, dt.time(), clock.SHANGHAI).timestamp())
    yield ends


PARTS: dict[str, Callable[[dt.datetime], Iterator[Metric]]] = {
    "portal": _portal,
    "database": _database,
    "redis": _redis,
    "queues": _queues,
    "outbox": _outbox,
    "jobs": _jobs,
    "storage": _storage,
    "keeping": _keeping,
}
