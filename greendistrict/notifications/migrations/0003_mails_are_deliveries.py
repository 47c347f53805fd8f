"""Mails that were sent, or asked for, as deliveries."""

from django.db import migrations

FORTH = [
    """
    INSERT INTO notifications_delivery (notification_id, channel, created_at, sent_at)
    SELECT note.id, 'mail', note.created_at, note.mailed_at FROM notifications_notification note
    WHERE note.mailed_at IS NOT NULL OR note.id IN (
        SELECT (payload->>'note')::bigint FROM workflow_outboxmessage WHERE kind = 'mail' AND done_at IS NULL AND payload ? 'note'
    )
    """,
    """
    UPDATE workflow_outboxmessage SET payload = jsonb_build_object('delivery', delivery.id) FROM notifications_delivery delivery
    WHERE kind = 'mail' AND done_at IS NULL AND delivery.channel = 'mail' AND delivery.notification_id = (payload->>'note')::bigint
    """,
]
BACK = [
    """
    UPDATE workflow_outboxmessage SET payload = jsonb_build_object('note', delivery.notification_id) FROM notifications_delivery delivery
    WHERE kind = 'mail' AND done_at IS NULL AND delivery.id = (payload->>'delivery')::bigint
    """,
    """
    UPDATE notifications_notification SET mailed_at = delivery.sent_at FROM notifications_delivery delivery
    WHERE delivery.notification_id = notifications_notification.id AND delivery.channel = 'mail'
    """,
    "DELETE FROM notifications_delivery",
]


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_channels'),
        ('workflow', '__first__'),
    ]

    operations = [migrations.RunSQL(FORTH, BACK)]
