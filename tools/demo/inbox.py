"""Sets dates and read marks of messages in the demo story."""

import datetime as dt

from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.workflow.models import OutboxMessage

UNREAD_DAYS = 30


def date_back() -> None:
    """Give fictional messages the moment their event was written; run once the outbox is empty."""
    written = dict(OutboxMessage.objects.filter(kind="notification").values_list("key", "created_at"))
    old = clock.now() - dt.timedelta(days=UNREAD_DAYS)
    notes = [note for note in Notification.objects.filter(is_demo=True) if note.key in written]
    for note in notes:
        note.created_at = written[note.key]
        note.read_at = note.created_at + dt.timedelta(days=1) if note.created_at < old else None
    Notification.objects.bulk_update(notes, ["created_at", "read_at"], batch_size=500)
