"""Reminders that were asked for one by one count as sent, so that no digest says them again."""

from django.db import migrations

FORTH = r"""
    INSERT INTO obligations_reminder (mark, receiver_id, day)
    SELECT (parts)[1], asked.id, (asked.created_at AT TIME ZONE 'Asia/Shanghai')::date FROM (
        SELECT regexp_match(key, '^note:(.+:[0-9]{4}-[0-9]{2}-[0-9]{2}:[a-z]+-[a-z0-9]+):[0-9]+$') AS parts, created_at, person.id
        FROM workflow_outboxmessage JOIN accounts_user person ON person.id = (payload->>'receiver')::bigint
        WHERE kind = 'notification' AND payload->>'kind' IN ('obligation_due', 'obligation_overdue', 'obligation_escalated')
    ) asked WHERE parts IS NOT NULL AND length((parts)[1]) <= 160
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('obligations', '0005_reminders_sent'),
        ('workflow', '__first__'),
    ]

    operations = [migrations.RunSQL([FORTH], ["DELETE FROM obligations_reminder"])]
