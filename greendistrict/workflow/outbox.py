"""Outbox: rows written in the decision's transaction, handled after commit until they succeed once.

A handler runs in one transaction with the mark that it is done; effects outside the database (mail) are keyed so that the
receiver can recognise a repetition. Without Redis messages are only delayed: the beat job delivers what was left.
"""

import datetime as dt
import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Q

from greendistrict.core import clock
from greendistrict.core.registry import Registry
from greendistrict.workflow.models import OutboxMessage

logger = logging.getLogger(__name__)
OutboxHandler = Callable[[OutboxMessage], None]
_handlers: Registry[OutboxHandler] = Registry("handlers of the outbox")
DRAIN = "greendistrict.workflow.tasks.drain_outbox"  # by name: the task imports this module
RETRY_MINUTES = (1, 5, 15, 60, 240)
# What a handler asks for is found by the round that runs it: it has a higher number.
_draining: ContextVar[bool] = ContextVar("draining", default=False)


def handle(kind: str, handler: OutboxHandler) -> None:
    """Register the handler of a kind; called in ``AppConfig.ready()``."""
    _handlers.register(kind, handler)


def emit(kind: str, key: str, payload: dict[str, Any]) -> bool:
    """Request an effect once per ``key``; returns False for a known key. Must run inside a transaction."""
    message, created = OutboxMessage.objects.get_or_create(key=key, defaults={"kind": kind, "payload": payload, "created_at": clock.now()})
    if created and not _draining.get() and not any(waiting[1] is _wake for waiting in transaction.get_connection().run_on_commit):
        transaction.on_commit(_wake, robust=True)
    return created and message.pk is not None


def _wake() -> None:
    try:
        current_app.send_task(DRAIN, retry=False, ignore_result=True)
    except Exception:  # noqa: BLE001 -- whatever the broker's fault is, the sweep finds the row
        logger.warning("broker unreachable; the outbox keeps its rows", exc_info=False)


def drain(limit: int = 500) -> int:
    """Handle open messages in order, each in its own transaction; returns how many succeeded."""
    done = tried = 0
    last = 0
    token = _draining.set(True)
    try:
        while tried < limit and (key := _after(last)) is not None:
            done += _deliver(key)
            last, tried = key, tried + 1
    finally:
        _draining.reset(token)
    return done


def _after(last: int) -> int | None:
    due = Q(retry_at__isnull=True) | Q(retry_at__lte=clock.now())
    queue = OutboxMessage.objects.filter(due, done_at__isnull=True, pk__gt=last)
    return queue.order_by("pk").values_list("pk", flat=True).first()


def _deliver(key: int) -> int:
    try:
        with transaction.atomic():
            message = OutboxMessage.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=key, done_at__isnull=True).first()
            if message is None:
                return 0
            _handlers.by_key[message.kind](message)
            message.done_at, message.error = clock.now(), ""
            message.attempts += 1
            message.save(update_fields=["done_at", "error", "attempts"])
    except Exception as error:
        logger.exception("outbox message %s failed", key)
        _postpone(key, error)
        return 0
    return 1


def _postpone(key: int, error: Exception) -> None:
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update(no_key=True).get(pk=key)
        minutes = RETRY_MINUTES[min(message.attempts, len(RETRY_MINUTES) - 1)]
        message.attempts += 1
        message.retry_at = clock.now() + dt.timedelta(minutes=minutes)
        message.error = f"{type(error).__name__}: {error}"[:2000]
        message.save(update_fields=["attempts", "retry_at", "error"])
