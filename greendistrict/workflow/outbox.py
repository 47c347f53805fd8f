"""Outbox: rows stored in the decision's transaction and handled after commit until they succeed once.

A handler runs in one transaction together with the done mark. For an effect outside the database (mail, SMS), its beginning is stored in
a separate transaction first: if the process dies before the outcome is known, the next attempt is marked as a possible repetition, and
there is no third attempt. A message that fails too often or permanently is given up and can be sent again by hand (``given_up.py``).
Without Redis messages are only delayed, because the beat job delivers what is left.
"""

import datetime as dt
import logging
import math
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import Any

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from greendistrict.core import clock, database_clock, leases
from greendistrict.core.registry import Registry
from greendistrict.workflow.enums import Lane
from greendistrict.workflow.models import OutboxMessage

logger = logging.getLogger(__name__)
CarryOut = Callable[[OutboxMessage], None]
# By name, because the tasks import this module.
DRAINS = {
    Lane.DEFAULT: "greendistrict.workflow.tasks.drain_outbox",
    Lane.MAIL: "greendistrict.workflow.tasks.drain_mail",
    Lane.HOOKS: "greendistrict.workflow.tasks.drain_hooks",
}
RETRY_MINUTES = (1, 5, 15, 60, 240)
JITTER = 1.5  # a wait may be up to this factor longer, so that messages that failed together are not retried together
LONGEST_WAIT = dt.timedelta(minutes=RETRY_MINUTES[-1] * JITTER)
MOST_UNSURE = 2
AT_ONCE = 100
ROUND_SECONDS = 60  # the next drain is started then, well before the time limit of the task
LOCK = "outbox"
ASKED: list[Any] = [field for field in OutboxMessage._meta.concrete_fields if not field.primary_key]
ASK = (
    f"INSERT INTO {OutboxMessage._meta.db_table} ({', '.join(field.column for field in ASKED)}) "  # noqa: S608 -- names of our columns
    f"VALUES ({', '.join(['%s'] * len(ASKED))}) ON CONFLICT (key) DO NOTHING"
)


@dataclass(frozen=True)
class OutboxHandler:
    """Handler of a kind of message: function, lane, label, and whether its effect is outside the database."""

    run: CarryOut
    label: str
    lane: Lane = Lane.DEFAULT
    outside: bool = False


@dataclass
class _Round:
    """A drain in progress. It also finds messages that its handlers emit in its own lane, because their numbers are higher."""

    lane: Lane | None
    asked: set[Lane] = field(default_factory=set)


_handlers: Registry[OutboxHandler] = Registry(
    "handlers of the outbox",
    entry="how a message of a kind is carried out after commit, until it succeeded once; in which lane, and whether outside the database",
)
_round: ContextVar[_Round | None] = ContextVar("round", default=None)


class NotTaken(Exception):  # noqa: N818 -- an outcome
    """Raised by a handler whose effect certainly did not happen, so that the next attempt is no repetition."""


class Undeliverable(NotTaken):
    """Raised by a handler if another attempt cannot help; the message is given up at once."""


def handle(kind: str, handler: CarryOut, label: str = "", *, lane: Lane = Lane.DEFAULT, outside: bool = False) -> None:
    """Register the handler of a kind; called in ``AppConfig.ready()``."""
    _handlers.register(kind, OutboxHandler(handler, label or kind, lane, outside))


def labels() -> dict[str, str]:
    """Labels of all kinds of messages."""
    return {kind: handler.label for kind, handler in _handlers.by_key.items()}


def lane_of(kind: str) -> Lane:
    """Lane of a kind."""
    handler = _handlers.by_key.get(kind)
    return handler.lane if handler else Lane.DEFAULT


def emit(kind: str, key: str, payload: dict[str, Any], *, not_before: dt.datetime | None = None) -> bool:
    """Request an effect once per ``key``; returns False for a known key. Requires a transaction.

    ``not_before``, within ``LONGEST_WAIT``, leaves it to the beat job at that time.
    """
    created = _asked(OutboxMessage(kind=kind, key=key, payload=payload, created_at=clock.now(), retry_at=not_before))
    if created and not_before is None:
        wake(lane_of(kind))
    return created


def _asked(message: OutboxMessage) -> bool:
    """Insert the row unless its key exists, in one statement, because every step emits several effects."""
    connection = transaction.get_connection()
    values = [field.get_db_prep_save(getattr(message, field.attname), connection) for field in ASKED]
    with connection.cursor() as cursor:
        cursor.execute(ASK, values)
        return bool(cursor.rowcount)


def wake(lane: Lane) -> None:
    """Wake the workers of a lane after commit, or after the drain in progress."""
    if (under_way := _round.get()) is not None:
        under_way.asked.add(lane)
        return
    waker = WAKERS[lane]
    if not any(waiting[1] is waker for waiting in transaction.get_connection().run_on_commit):
        transaction.on_commit(waker, robust=True)


def _wake() -> None:
    _call(Lane.DEFAULT)


def _wake_mail() -> None:
    _call(Lane.MAIL)


def _wake_hooks() -> None:
    _call(Lane.HOOKS)


WAKERS = {Lane.DEFAULT: _wake, Lane.MAIL: _wake_mail, Lane.HOOKS: _wake_hooks}


def _call(lane: Lane) -> None:
    try:
        current_app.send_task(DRAINS[lane], retry=False, ignore_result=True)
    except Exception:  # noqa: BLE001 -- whatever the broker's fault is, the sweep finds the row
        logger.warning("broker unreachable; the outbox keeps its rows", exc_info=False)


def drain(limit: int = 500, lane: Lane | None = None) -> int:
    """Handle open messages of a lane (None: all) in order, each in its own transaction; returns the number of successes.

    Ends after ``limit`` messages; for a single lane also after ``ROUND_SECONDS``, and then wakes its workers again if messages are left.
    """
    done = tried = last = 0
    until = time.monotonic() + ROUND_SECONDS if lane else math.inf
    this = _Round(lane)
    token = _round.set(this)
    try:
        while tried < limit and time.monotonic() < until and (found := _after(last, lane)):
            for key, kind in found[: limit - tried]:
                done += _deliver(key, kind)
                last, tried = key, tried + 1
                if time.monotonic() > until:
                    break
    finally:
        _round.reset(token)
    if lane is not None:
        left = {lane} if tried >= limit or time.monotonic() > until else set()
        for asked in sorted((this.asked - {lane}) | left):
            _call(asked)
    return done


def waiting() -> QuerySet[OutboxMessage]:
    """Messages that are neither done nor given up."""
    return OutboxMessage.objects.filter(done_at__isnull=True, failed_at__isnull=True)


def _after(last: int, lane: Lane | None) -> Sequence[tuple[int, str]]:
    now = database_clock.now()
    # A date further away than any wait was stored before the clock was set back.
    due = Q(retry_at__isnull=True) | Q(retry_at__lte=now) | Q(retry_at__gt=now + LONGEST_WAIT)
    found = waiting().filter(due, pk__gt=last)
    if lane is not None:
        apart = [kind for kind, handler in _handlers.by_key.items() if handler.lane is not Lane.DEFAULT]
        found = found.exclude(kind__in=apart) if lane is Lane.DEFAULT else found.filter(kind__in=apart)
    return list(found.order_by("pk").values_list("pk", "kind")[:AT_ONCE])


def _deliver(key: int, kind: str) -> int:
    handler = _handlers.by_key.get(kind)
    outside = handler is not None and handler.outside
    try:
        if not outside:
            return _carry_out(key)
        with leases.held(f"{LOCK}:{key}") as mine:
            return _carry_out(key) if mine and _begin(key) else 0
    except Exception as error:
        logger.exception("outbox message %s failed", key)
        _postpone(key, error, outside=outside)
        if isinstance(error, SoftTimeLimitExceeded):
            raise
        return 0


def _begin(key: int) -> bool:
    """Store that an effect outside the database begins; a message whose outcome was unknown twice is given up."""
    free = waiting().filter(pk=key)
    if free.filter(unsure__lt=MOST_UNSURE).update(unsure=F("unsure") + 1, attempts=F("attempts") + 1):
        return True
    free.update(failed_at=clock.now(), error="两次发送都没有得到结果（进程中断或没有应答），可能已经送达")
    return False


def _carry_out(key: int) -> int:
    with transaction.atomic():
        message = waiting().select_for_update(skip_locked=True, no_key=True).filter(pk=key).first()
        if message is None:
            return 0
        handler = _handlers.by_key[message.kind]
        message.unsure -= handler.outside
        handler.run(message)
        message.done_at, message.error = clock.now(), ""
        message.attempts += not handler.outside
        message.save(update_fields=["done_at", "error", "attempts", "unsure"])
    return 1


def _postpone(key: int, error: Exception, *, outside: bool) -> None:
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update(no_key=True).get(pk=key)
        message.attempts += not outside  # for outside effects it was counted at the beginning
        minutes = RETRY_MINUTES[min(message.attempts, len(RETRY_MINUTES)) - 1]
        message.retry_at = database_clock.now() + dt.timedelta(minutes=minutes * SystemRandom().uniform(1, JITTER))
        message.error = f"{type(error).__name__}: {error}"[:2000]
        if outside and isinstance(error, NotTaken):
            message.unsure = max(message.unsure - 1, 0)
        if isinstance(error, Undeliverable) or message.attempts >= settings.OUTBOX_ATTEMPTS:
            message.failed_at = clock.now()
        message.save(update_fields=["attempts", "retry_at", "error", "unsure", "failed_at"])
