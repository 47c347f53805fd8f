"""Messages through one worker compared with empty tasks; the outbox sweep with a long history."""

import itertools
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import redis
from celery import current_app
from django.conf import settings
from django.db import connection

from greendistrict.core import clock
from greendistrict.notifications.enums import Message
from greendistrict.notifications.models import Delivery, Notification
from greendistrict.processes import until
from greendistrict.workflow import messages, outbox
from greendistrict.workflow.enums import Lane
from greendistrict.workflow.models import OutboxMessage
from tools.bench import bare_worker
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.seeding import Seeded

SECONDS = 120  # limit for starting a worker, and for a thousand messages
QUEUES = "default,mail"
NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
PORTAL, BARE = "greendistrict", "tools.bench.bare_worker"
DELIVERED = """
    INSERT INTO workflow_outboxmessage (kind, key, payload, created_at, attempts, unsure, done_at, error)
    SELECT 'notification', 'delivered ' || n, '{}', now(), 1, 0, now(), '' FROM generate_series(1, %s) AS n
"""


def through_a_worker(seeded: Seeded, count: int, effort: Effort) -> BenchRow:
    """Messages from request until inbox rows are stored and mails are sent (to a backend that drops them), by one worker process."""
    receiver = seeded.officer
    receiver.email = "bench@example.invalid"
    receiver.save(update_fields=["email"])
    broker, prefix = settings.CELERY_BROKER_URL, f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}bare:"
    bare_worker.app.conf.update(broker_url=broker, broker_transport_options={"global_keyprefix": prefix})
    bare = {"CELERY_BROKER_URL": broker, bare_worker.PREFIX: prefix}
    with worker(PORTAL, QUEUES, {"EMAIL_BACKEND": NO_MAIL}), worker(BARE, bare_worker.QUEUE, bare):
        timing = by_turns(lambda: _asked(receiver.pk, count), lambda: partial(_nothing, prefix, count), effort)
    if Delivery.objects.filter(sent_at__isnull=True).exists() or Notification.objects.count() < count:
        msg = "the worker of the bench left a message undelivered"
        raise BenchError(msg)
    row = cost_of(f"{count:,} messages with mail / tasks without work", timing, 20)
    bare_seconds = statistics.median(itertools.chain(*timing.limit))
    row.notes = {"messages a second": round(count / timing.median()), "tasks a second": round(count / bare_seconds)}
    return row


@contextmanager
def worker(application: str, queues: str, extra: Mapping[str, str]) -> Iterator[int]:
    """Run one worker process with one child, and wait until it is ready; its number."""
    log = Path(settings.VAR_DIR) / "log" / f"bench-{application}.log"
    words = ["celery", "--app", application, "worker", "--queues", queues, "--concurrency", "1", "--without-gossip", "--without-mingle"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-m", *words, "--hostname", f"{application}@bench", "--loglevel", "INFO"],
            cwd=settings.BASE_DIR,
            env={**os.environ, **extra},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            if not until(lambda: process.poll() is not None or b" ready." in log.read_bytes(), SECONDS) or process.poll() is not None:
                msg = f"a worker did not start:\n{log.read_text(errors='replace')[-2000:]}"
                raise BenchError(msg)
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def _asked(receiver: int, count: int) -> Callable[[], None]:
    """Insert rows as decisions do; returns the function that starts the work."""
    number = OutboxMessage.objects.count()
    payload = {"kind": Message.CASE_MOVED, "receiver": receiver, "title": "办件进展", "body": "已受理", "link": "/cases/1/", "demo": True}
    rows = [OutboxMessage(kind=messages.KIND, key=f"bench:{number + n}", payload=payload, created_at=clock.now()) for n in range(count)]
    OutboxMessage.objects.bulk_create(rows)

    def timed() -> None:
        current_app.send_task(outbox.DRAINS[Lane.DEFAULT], ignore_result=True)
        _wait(lambda: not outbox.waiting().exists())

    return timed


def _nothing(prefix: str, count: int) -> None:
    for _ in range(count):
        bare_worker.nothing.apply_async()
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        _wait(lambda: not client.llen(f"{prefix}{bare_worker.QUEUE}") and not client.hlen(f"{prefix}unacked"))


def _wait(done: Callable[[], bool]) -> None:
    if not until(done, SECONDS):
        msg = "a worker of the bench did not finish"
        raise BenchError(msg)


def sweep(history: int, effort: Effort) -> BenchRow:
    """The sweep without anything to do, after so many delivered messages, compared with none."""
    before = _sweeps(effort)
    with connection.cursor() as cursor:
        cursor.execute(DELIVERED, [history])
        cursor.execute("ANALYZE workflow_outboxmessage")
    after = _sweeps(effort)
    OutboxMessage.objects.filter(key__startswith="delivered ").delete()
    ratio, worst = (_at(share, after) / _at(share, before) for share in (0.5, 0.9))
    return BenchRow(f"sweep after {history:,} delivered / none", ratio, worst, 1.5, at_most=True)


def _at(share: float, seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * share)]


def _sweeps(effort: Effort) -> list[float]:
    found = []
    for _ in range(max(effort.rounds * effort.repeats, 20)):
        start = time.perf_counter()
        for lane in Lane:
            outbox.drain(lane=lane)
        found.append(time.perf_counter() - start)
    return found
