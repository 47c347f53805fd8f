"""Sending: outbox row in the decision's transaction, inbox row after it, then the e-mail.

The inbox row exists once per key and receiver. The mail goes out at least once: a worker killed between the mail server's answer and the
mark sends it again, with the same ``Message-ID`` and ``X-GD-Key``, by which mail programs show one.
"""

from collections.abc import Iterable
from email.utils import make_msgid
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.notifications.enums import INFORMING, Message
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.messages import Note, send
from greendistrict.workflow.models import OutboxMessage

MAIL = "mail"


def notify(*, kind: Message, key: str, receivers: Iterable[User], title: str, body: str = "", link: str = "", demo: bool = False) -> int:
    """Request one message per receiver; ``key`` names the event, so that a repetition sends nothing. Returns how many are new."""
    return send(kind=kind.value, key=key, receivers=receivers, note=Note(title, body, link, demo))


def deliver(message: OutboxMessage) -> None:
    """Outbox handler: create the inbox row and request the mail as a row of its own."""
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
            "created_at": clock.now(),
            "is_demo": payload["demo"],
        },
    )
    if created and receiver.email:
        outbox.emit(MAIL, f"mail:{note.key}"[:200], {"note": note.pk})


def mail(message: OutboxMessage) -> None:
    """Outbox handler: send the mail of an inbox row with a Message-ID derived from the key."""
    note = Notification.objects.select_related("receiver").filter(pk=message.payload["note"], mailed_at__isnull=True).first()
    if note is None or not note.receiver.is_active or not note.receiver.email:
        return
    note.mailed_at = clock.now()
    note.save(update_fields=["mailed_at"])
    send_mail(note)


def send_mail(note: Notification) -> None:
    """Send one plain mail with the title; the text is read after signing in."""
    mark = "【演示数据】" if note.is_demo else ""
    link = f"{settings.SITE_URL}{note.link}" if note.link else settings.SITE_URL
    text = f"{note.receiver.name}：\n\n{note.title}\n{note.body}\n\n{'可登录查看' if note.kind in INFORMING else '登录后办理'}：{link}\n"
    identity = f"<{sha256(note.key.encode()).hexdigest()[:32]}@{make_msgid().rsplit('@', 1)[1]}"
    letter = EmailMessage(
        subject=f"{mark}{' '.join(note.title.splitlines())}",
        body=text,
        to=[note.receiver.email],
        headers={"Message-ID": identity, "X-GD-Key": sha256(note.key.encode()).hexdigest()},
    )
    letter.send(fail_silently=False)


def mark_read(*, by: User, notification: Notification) -> None:
    """Receiver has seen it."""
    if notification.receiver_id == by.pk and notification.read_at is None:
        notification.read_at = clock.now()
        notification.save(update_fields=["read_at"])
