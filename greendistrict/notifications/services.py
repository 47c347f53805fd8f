"""Send messages: an outbox row in the decision's transaction, then the inbox row, then one outbox row per further channel.

There is one inbox row per key and receiver, and one delivery per inbox row and channel.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.writing import writing
from greendistrict.notifications.channels import Attempt, choices_of
from greendistrict.notifications.enums import FIXED, Channel, Message, MessageGroup, group_of, kinds_of
from greendistrict.notifications.models import ChannelChoice, Delivery, Notification
from greendistrict.notifications.transports import TRANSPORTS, channels_of, connected
from greendistrict.workflow import outbox
from greendistrict.workflow.messages import Note, send
from greendistrict.workflow.models import OutboxMessage


def notify(
    *,
    kind: Message,
    key: str,
    receivers: Iterable[User],
    title: str,
    body: str = "",
    link: str = "",
    demo: bool = False,
    lines: Sequence[Mapping[str, Any]] = (),
) -> int:
    """Request one message per receiver; ``key`` names the event, so that a repetition sends nothing. Returns how many are new.

    ``lines`` are the items of a digest.
    """
    return send(kind=kind.value, key=key, receivers=receivers, note=Note(title, body, link, demo, tuple(lines)))


def deliver(message: OutboxMessage) -> None:
    """Outbox handler: create the inbox row and request its deliveries, each as a row of its own."""
    payload = message.payload
    receiver = User.objects.filter(pk=payload["receiver"], is_active=True).first()
    if receiver is None:
        return
    note, created = Notification.objects.get_or_create(
        key=message.key,
        defaults={
            "kind": payload["kind"],
            "receiver": receiver,
            "title": payload["title"],
            "body": payload["body"],
            "link": payload["link"],
            "lines": payload.get("lines", []),
            "informs": payload.get("informs", False),
            "created_at": clock.now(),
            "is_demo": payload["demo"],
        },
    )
    if created:
        # Channels of a message; for a digest those used by any of its items.
        chosen = choices_of([receiver]).get(receiver.pk, {})
        groups = {MessageGroup(line["group"]) for line in note.lines} or {group_of(note.kind)}
        taken = {channel for group in groups for channel in channels_of(note.receiver, group, chosen)}
        for channel in (channel for channel in connected() if channel in taken):
            made = Delivery.objects.create(notification=note, channel=channel, created_at=note.created_at)
            outbox.emit(channel.value, f"{channel.value}:{note.pk}", {"delivery": made.pk})


def hand_over(message: OutboxMessage) -> None:
    """Outbox handler of every channel: pass a delivery to its transport; if the transport raises, the delivery stays unsent."""
    deliveries = Delivery.objects.select_related("notification__receiver")
    delivery = deliveries.filter(pk=message.payload["delivery"], sent_at__isnull=True).first()
    if delivery is None:
        return
    transport, receiver = TRANSPORTS[delivery.channel], delivery.notification.receiver
    if not receiver.is_active or not transport.address(receiver):
        return
    delivery.sent_at = clock.now()
    delivery.save(update_fields=["sent_at"])
    unsure = message.unsure
    transport.send(delivery, Attempt(refused=message.attempts - unsure - 1, repeated=unsure > 0))


def mark_read(*, by: User, notification: Notification) -> None:
    """Mark a message as read by its receiver."""
    if notification.receiver_id == by.pk and notification.read_at is None:
        notification.read_at = clock.now()
        notification.save(update_fields=["read_at"])


KEPT = "法律文书和告知的消息是送达的记录，不能删除"


@writing
def drop(*, by: User, notification: Notification) -> None:
    """Delete an own message. Raises ``NotAllowed`` for that of another, ``Refused`` for one that shows that a legal notice was served."""
    NotAllowed.unless(notification.receiver_id == by.pk, "消息由接收人删除")
    Refused.when(group_of(notification.kind) == MessageGroup.LEGAL, KEPT)
    notification.delete()


@writing
def drop_read(*, by: User, among: QuerySet[Notification]) -> int:
    """Delete the person's read messages among these, except legal notices. Returns how many."""
    rows = among.filter(receiver=by, read_at__isnull=False).exclude(kind__in=kinds_of(MessageGroup.LEGAL))
    return rows.delete()[1].get(Notification._meta.label, 0)


@writing
def drop_about(*, by: User, link: str) -> None:
    """Delete the person's messages about a page that goes, except legal notices."""
    Notification.objects.filter(receiver=by, link=link).exclude(kind__in=kinds_of(MessageGroup.LEGAL)).delete()


@writing
def choose_channels(*, by: User, chosen: Mapping[tuple[MessageGroup, Channel], bool]) -> None:
    """Store a person's choices of channels. Raises ``Refused`` for legal notices and account notices, which use every channel."""
    Refused.when(any(group in FIXED for group, _ in chosen), "法律文书、告知和账号安全消息不能关闭")
    for (group, channel), is_on in chosen.items():
        ChannelChoice.objects.update_or_create(user=by, group=group, channel=channel, defaults={"is_on": is_on})
