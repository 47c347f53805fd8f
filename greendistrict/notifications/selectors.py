"""Inbox of one person."""

from django.db.models import QuerySet

from greendistrict.accounts.viewer import Viewer
from greendistrict.notifications.models import Notification

# SQL for the figures of the frame: messages that a person has not opened.
UNREAD = "SELECT count(*) FROM notifications_notification WHERE receiver_id = %s AND read_at IS NULL"


def notifications_visible_to(viewer: Viewer) -> QuerySet[Notification]:
    """Own messages, newest first."""
    return Notification.objects.filter(receiver=viewer.person)
