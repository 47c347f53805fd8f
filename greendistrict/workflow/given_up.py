"""Outbox messages that were given up: send again (one or all), or set aside by hand."""

from collections import Counter

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import record
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage


def given_up() -> QuerySet[OutboxMessage]:
    """Messages that failed too often or permanently, latest first."""
    return OutboxMessage.objects.filter(done_at__isnull=True, failed_at__isnull=False).order_by("-failed_at", "-pk")


@transaction.atomic
def send_again(*, key: int, by: User) -> None:
    """Restart a message that was given up; if its outcome is unknown, it is marked as a possible repetition.

    Raises ``NotAllowed``; ``Closed`` if it is no longer given up.
    """
    message = _held(key, by)
    message.failed_at = message.retry_at = None
    message.attempts, message.unsure = 0, min(message.unsure, 1)
    message.save(update_fields=["failed_at", "retry_at", "attempts", "unsure"])
    record(action="workflow.send_again", by=by, obj=message, data={"kind": message.kind, "reason": message.error})
    outbox.wake(outbox.lane_of(message.kind))


@transaction.atomic
def send_all_again(*, by: User) -> int:
    """Restart all messages that were given up, like ``send_again``; returns their number. Raises ``NotAllowed``."""
    _keeper(by)
    found = dict(given_up().select_for_update(no_key=True).values_list("pk", "kind"))
    begun = {"failed_at": None, "retry_at": None, "attempts": 0, "unsure": Least(F("unsure"), 1)}
    OutboxMessage.objects.filter(pk__in=found).update(**begun)
    if found:
        record(action="workflow.send_all_again", by=by, data={"kinds": Counter(found.values()), "messages": sorted(found)})
    for lane in sorted({outbox.lane_of(kind) for kind in found.values()}):
        outbox.wake(lane)
    return len(found)


@transaction.atomic
def set_aside(*, key: int, by: User) -> None:
    """Close a message that was given up without sending it. Raises like ``send_again``."""
    message = _held(key, by)
    message.done_at = clock.now()
    message.save(update_fields=["done_at"])
    record(action="workflow.set_aside", by=by, obj=message, data={"kind": message.kind, "reason": message.error})


def _keeper(by: User) -> None:
    NotAllowed.unless(posts_of(by).has(Role.SYSTEM_KEEPER), "没有送达的消息由系统管理员处理")


def _held(key: int, by: User) -> OutboxMessage:
    _keeper(by)
    message = given_up().select_for_update(no_key=True).filter(pk=key).first()
    if message is None:
        msg = "这条消息已重新发送或已处理"
        raise Closed(msg)
    return message
