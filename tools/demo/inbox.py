"""Sets times and read marks of messages in the demo."""

import datetime as dt

from django.db.models import Q

from greendistrict.core import clock
from greendistrict.notifications.enums import Message
from greendistrict.notifications.models import Notification
from greendistrict.workflow.models import OutboxMessage

UNREAD_DAYS = 30


def date_back() -> None:
    """Set the time of fictional messages, and of digests about fictional matters, to that of their event; call with an empty outbox."""
    written = dict(OutboxMessage.objects.filter(kind="notification").values_list("key", "created_at"))
    old = clock.now() - dt.timedelta(days=UNREAD_DAYS)
    notes = [
        note
        for note in Notification.objects.filter(Q(is_demo=True) | Q(kind=Message.DIGEST, receiver__is_demo=True))
        if note.key in written
    ]
    for note in notes:
        note.created_at = written[note.key]
        note.read_at = note.created_at + dt.timedelta(days=1) if note.created_at < old else None
    Notification.objects.bulk_update(notes, ["created_at", "read_at"], batch_size=500)
