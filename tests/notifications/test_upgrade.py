"""Migrations of messages: what was mailed, asked for or reminded of before keeps its place, so that nothing is sent again."""

from importlib import import_module

import pytest
from django.db import connection

from greendistrict.notifications.models import Delivery, Notification
from greendistrict.workflow.models import OutboxMessage
from obligations.models import Reminder
from tests.factories.accounts import make_user
from tests.factories.received import at

pytestmark = pytest.mark.django_db
deliveries = import_module("greendistrict.notifications.migrations.0003_mails_are_deliveries")
sent_before = import_module("obligations.migrations.0006_reminders_of_before")


def run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_mails_become_deliveries_and_mails_again():
    reader = make_user("preparer")
    told = {"kind": "x", "receiver": reader, "title": "x", "created_at": at(2027, 1, 1)}
    _sent, asked, _inbox_only = (Notification.objects.create(key=key, **told) for key in ("sent", "asked", "inbox"))
    OutboxMessage.objects.create(kind="mail", key="mail:asked", payload={"note": asked.pk}, created_at=at(2027, 1, 1))
    run(["SET CONSTRAINTS ALL IMMEDIATE", "ALTER TABLE notifications_notification ADD COLUMN mailed_at timestamptz"])
    run(["UPDATE notifications_notification SET mailed_at = created_at WHERE key = 'sent'", *deliveries.FORTH])
    found = {row.notification.key: row for row in Delivery.objects.select_related("notification")}
    assert {key: row.sent_at for key, row in found.items()} == {"sent": at(2027, 1, 1), "asked": None}
    assert OutboxMessage.objects.get().payload == {"delivery": found["asked"].pk}
    run(["UPDATE notifications_notification SET mailed_at = NULL WHERE key = 'sent'", *deliveries.BACK])
    assert OutboxMessage.objects.get().payload == {"note": asked.pk}
    assert Delivery.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM notifications_notification WHERE mailed_at IS NOT NULL")
        assert cursor.fetchall() == [("sent",)]


def test_reminders_of_before_are_not_sent_again():
    reader = make_user("preparer")
    mark = "self_check:7:2026:2027-03-31:before-7"
    keys = {f"note:{mark}:{reader.pk}": "obligation_due", f"note:case:7:{reader.pk}": "case_moved"}
    keys[f"note:rectification:3:2027-03-31:on-day:{reader.pk}"] = "obligation_due"
    for key, kind in keys.items():
        payload = {"kind": kind, "receiver": reader.pk}
        OutboxMessage.objects.create(kind="notification", key=key, payload=payload, created_at=at(2027, 3, 22))
    run(sent_before.FORTH if isinstance(sent_before.FORTH, list) else [sent_before.FORTH])
    found = set(Reminder.objects.values_list("mark", "receiver", "day"))
    assert found == {(one, reader.pk, at(2027, 3, 22).date()) for one in (mark, "rectification:3:2027-03-31:on-day")}
