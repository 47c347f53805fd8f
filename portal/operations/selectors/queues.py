"""Queues and workers: waiting jobs and their age, active workers, abandoned messages."""

import contextlib
import datetime as dt
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.db.models import Count, F, Max, Min
from redis.backoff import NoBackoff
from redis.retry import Retry

from greendistrict.core import heartbeats, redis_client
from greendistrict.core.logs import mask_text
from greendistrict.notifications.models import Delivery
from greendistrict.workflow import outbox
from greendistrict.workflow.given_up import given_up
from greendistrict.workflow.outbox import NotTaken, Undeliverable

logger = logging.getLogger(__name__)
LABELS = {
    "default": "日常",
    "mail": "邮件和短信",
    "hooks": "接口推送",
    "reports": "报告",
    "imports": "导入",
    "maintenance": "维护",
    "office": "材料转换",
}
ANSWER_SECONDS = 1
SHOWN = 50
REASON_LENGTH = 300
OUTCOMES = {NotTaken.__name__: "对方没有接收", Undeliverable.__name__: "对方拒绝接收"}


@dataclass(frozen=True)
class QueueLine:
    """A queue of the broker: number of waiting jobs, time of the oldest, number of workers."""

    name: str
    label: str
    length: int
    oldest: dt.datetime | None
    workers: int


@dataclass(frozen=True)
class OutboxLine:
    """Unfinished messages of a kind: number, time of the oldest, how many failed at least once, and the most attempts."""

    kind: str
    label: str
    waiting: int
    oldest: dt.datetime
    attempts: int


def labels_of(names: str) -> str:
    """Names in words of the queues a worker consumes."""
    return "、".join(LABELS.get(name, name) for name in names.split(",") if name)


def queues(workers: Sequence[heartbeats.Worker]) -> list[QueueLine] | None:
    """Every queue of the broker; None if the broker does not answer within a second."""
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    seconds = ANSWER_SECONDS
    client = redis_client.client(socket_connect_timeout=seconds, socket_timeout=seconds, retry=Retry(NoBackoff(), 0), protocol=2)
    try:
        with contextlib.closing(client), client.pipeline(transaction=False) as asked:
            for name in names:
                asked.llen(f"{prefix}{name}")
                asked.lindex(f"{prefix}{name}", -1)
            found = asked.execute()
    except redis.RedisError as error:
        logger.warning("queues not read: %s", error)
        return None
    alive = [set(worker.beat.queues.split(",")) for worker in workers if worker.is_alive]
    pairs = zip(names, found[::2], found[1::2], strict=True)
    return [QueueLine(name, LABELS[name], length, _queued_at(first), sum(name in own for own in alive)) for name, length, first in pairs]


def _queued_at(entry: Any) -> dt.datetime | None:
    """When a job was queued; None for an empty queue."""
    if entry is None:
        return None
    written = json.loads(entry).get("headers", {}).get("queued_at")
    return dt.datetime.fromisoformat(written) if written else None


def outbox_lines() -> list[OutboxLine]:
    """Waiting messages of the outbox by kind."""
    rows = outbox.waiting().order_by().values("kind").annotate(number=Count("pk"), oldest=Min("created_at"), most=Max("attempts"))
    labels = outbox.labels()
    lines = [OutboxLine(row["kind"], labels.get(row["kind"], row["kind"]), row["number"], row["oldest"], row["most"]) for row in rows]
    return sorted(lines, key=lambda line: line.oldest)


def failures() -> tuple[list[dict[str, Any]], int]:
    """Kind, receiver and reason of the latest abandoned messages, and the number of all; contents are not shown."""
    labels, found = outbox.labels(), given_up()
    rows = list(found.defer("payload").annotate(delivery=F("payload__delivery"))[:SHOWN])
    deliveries = {vars(row)["delivery"] for row in rows} - {None}
    who = "notification__receiver__name", "notification__receiver__username"
    told = Delivery.objects.filter(pk__in=deliveries).values_list("pk", *who) if deliveries else ()
    receivers = {pk: f"{name}（{username}）" for pk, name, username in told}
    lines = [
        {
            "key": row.pk,
            "label": labels.get(row.kind, row.kind),
            "receiver": receivers.get(vars(row)["delivery"], ""),
            "message": row,
            "reason": _reason(row.error),
        }
        for row in rows
    ]
    return lines, found.count() if len(lines) == SHOWN else len(lines)


def _reason(error: str) -> str:
    """Why a message was not delivered: the meaning of the outcome for its transport, then the server's answer."""
    kind, mark, rest = mask_text(error).partition(": ")
    words = OUTCOMES.get(kind) if mark else None
    return (f"{words}：{rest}" if words else f"{kind}{mark}{rest}")[:REASON_LENGTH]


def queue_troubles(workers: Sequence[heartbeats.Worker], lines: Sequence[QueueLine] | None, failed: int) -> list[str]:
    """Problems that need attention: broker or workers unavailable, queues without a worker, abandoned messages."""
    found = []
    if lines is None:
        found.append("消息队列（Redis）没有应答：页面照常使用，消息、邮件和报告等它恢复后继续")
    gone = [worker.beat.name for worker in workers if not worker.is_alive]
    if not any(worker.is_alive for worker in workers):
        found.append("没有在运行的后台进程（worker）：页面照常使用，消息、邮件和报告等它恢复后继续")
    elif gone:
        found.append(f"没有心跳的后台进程：{'、'.join(gone)}")
    if lines is not None and len(gone) < len(workers) and (idle := [line.label for line in lines if not line.workers]):
        found.append(f"没有后台进程处理的队列：{'、'.join(idle)}")
    if failed:
        found.append(f"{failed}条消息没有送达并已停止尝试，见“没有送达的消息”")
    return found
