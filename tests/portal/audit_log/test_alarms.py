"""What the audit keeper is told of, once each, in the inbox and by mail."""

import datetime as dt

import pytest

from greendistrict.accounts import services as accounts
from greendistrict.audit import services as audit
from greendistrict.audit.grouped import record_refusal, record_refused_name
from greendistrict.core import clock, request_id
from greendistrict.notifications.models import Notification
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.outbox import drain
from portal.audit_log.services import tell_audit_keepers
from portal.data_check.findings import DataFault, DataFinding
from portal.data_check.models import DataCheckRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ANCHOR_DIR = tmp_path


def told(later=dt.timedelta()):
    audit.seal()
    with clock.at(clock.now() + later):
        tell_audit_keepers()
    found = OutboxMessage.objects.filter(key__startswith="note:audit-alarm").order_by("pk")
    return [(row.payload["title"], row.payload["body"]) for row in found]


def test_many_refusals_of_one_person_are_told_once_a_level(people):
    for _ in range(49):
        record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    assert told() == []
    record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    ((title, body),) = told()
    assert title == f"一小时内50次被拒绝：{people.preparer.name}"
    assert "/x/" in body
    assert len(told()) == 1


def test_many_names_tried_from_one_address_are_told(people):
    with request_id.bound("request-0001", "203.0.113.9"):
        for number in range(60):
            record_refused_name(action="accounts.login_failed", username=f"name{number}")
    assert told()[0][0] == "一小时内50次被拒绝：203.0.113.9（最近所填账号 name49）"


def test_acts_of_keepers_are_told_when_their_ten_minutes_are_over(people):
    accounts.set_active(user=people.preparer, active=False, by=people.system_keeper, reason="调离")
    audit.record(action="accounts.login", by=people.system_keeper)
    audit.record(action="districts.export_list", by=people.city_officer)
    assert told() == []
    ((title, body),) = told(dt.timedelta(minutes=11))
    assert title == "管理员操作1项"
    assert body == f"{people.system_keeper.name} 启用或停用账号：{people.preparer}"
    assert len(told(dt.timedelta(minutes=12))) == 1


def test_a_record_that_is_not_whole_is_told_each_day(people):
    finding = DataFinding(DataFault.AUDIT, "audit", "封存后被删除的记录：5").as_json()
    DataCheckRun.objects.create(at=clock.now(), seconds=1, found=1, findings=[finding])
    ((title, body),) = told()
    assert title == "审计记录不完整"
    assert "封存后被删除的记录：5" in body
    assert len(told()) == 1


def test_settings_turn_them_off(people, settings):
    settings.AUDIT_ALARM_REFUSALS, settings.AUDIT_ALARM_KEEPERS = 0, False
    for _ in range(50):
        record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    accounts.set_active(user=people.preparer, active=False, by=people.system_keeper, reason="调离")
    assert told(dt.timedelta(minutes=11)) == []


def test_an_alarm_reaches_inbox_and_mail(people, django_capture_on_commit_callbacks):
    people.audit_keeper.email = "audit@example.org"
    people.audit_keeper.save()
    for _ in range(50):
        record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    told()
    drain()
    note = Notification.objects.get(receiver=people.audit_keeper, kind="audit_alarm")
    assert note.link.startswith("/audit/?action=access.denied")
    assert note.deliveries.filter(channel="mail").exists()
