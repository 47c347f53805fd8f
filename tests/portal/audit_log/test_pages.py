"""The audit keeper's page: content, filter, export."""

import csv
import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from districts.file.models.district import District
from greendistrict.accounts import services as accounts
from greendistrict.audit import services as audit
from greendistrict.audit.grouped import record_refusal, record_refused_name, tells
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import record
from greendistrict.core import clock, request_id
from greendistrict.notifications.models import Notification
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.outbox import drain
from portal.audit_log.services import tell_audit_keepers
from portal.data_check.checks import DataFault, DataFinding
from portal.data_check.models import DataCheckRun
from portal.tokens.services import make_token
from reports.jobs.requests import changes_today
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/audit_log", "greendistrict/audit")
DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper(client, people):
    client.force_login(people.audit_keeper)
    return client


@pytest.fixture
def rows(people):
    with clock.at(clock.now() - 3 * DAY), request_id.bound("request-0001", "203.0.113.7"):
        old = record(action="accounts.set_active", by=people.system_keeper, obj=people.preparer, data={"active": False, "reason": "调离"})
    district = make_district(people)
    new = record(
        action="districts.save_profile", by=people.preparer, obj=district, data={"changed": {"name": ["甲区", "乙区"], "x": [None, 2]}}
    )
    return old, new


def listed(keeper, **asked):
    page = keeper.get(reverse("audit:event_list"), asked)
    assert page.status_code == 200
    return [record.pk for record, _ in page.context["lines"]]


def test_values_before_and_after_are_shown_under_the_names_of_the_fields(keeper, rows):
    page = keeper.get(reverse("audit:event_list")).content.decode()
    name = District._meta.get_field("name").verbose_name
    assert f"<li>{name}：甲区 → <b>乙区</b></li>" in page.replace("\n", "")
    assert "x：空 → <b>2</b>" in page
    assert "启用：否" in page
    assert "事由：调离" in page


def test_each_condition_narrows_the_list(keeper, rows, people):
    old, new = (row.pk for row in rows)
    day = (clock.now() - 3 * DAY).astimezone(clock.SHANGHAI).date()
    for asked in (
        {"last_day": day.isoformat()}, {"first_day": day.isoformat(), "last_day": day.isoformat()},
        {"person": people.system_keeper.name}, {"action": "启用"}, {"action": "accounts.set_active"},
        {"obj": f"accounts.user:{people.preparer.pk}"}, {"address": "203.0.113"}, {"q": "停用"},
    ):  # fmt: skip
        assert listed(keeper, **asked) == [old], asked
    assert new in listed(keeper, first_day=(day + DAY).isoformat())
    assert old not in listed(keeper, first_day=(day + DAY).isoformat())
    assert listed(keeper, q="没有这样的词") == []


def test_conditions_that_cannot_be_read_are_said_and_narrow_nothing(keeper, rows):
    page = keeper.get(reverse("audit:event_list"), {"first_day": "2026-02-30", "q": "停用"})
    assert [record.pk for record, _ in page.context["lines"]] == [rows[0].pk]
    assert page.context["form"].errors


def test_the_workbook_and_the_csv_hold_what_is_filtered_and_are_recorded(keeper, rows):
    book = keeper.get(reverse("audit:event_export"), {"q": "停用"})
    sheet = load_workbook(io.BytesIO(book.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [line[1] for line in cells] == [rows[0].pk]
    answer = keeper.get(reverse("audit:event_export"), {"q": "停用", "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[0] for line in lines] == ["记录号", str(rows[0].pk)]
    assert lines[1][7] == "启用：否；事由：调离"
    record(action="test.act", by=None, name="=1+1", label="@x")
    answer = keeper.get(reverse("audit:event_export"), {"format": "csv", "action": "test.act"})
    (line,) = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))[1:]
    assert (line[2], line[5]) == ("'=1+1", "'@x"), "a cell begins no formula"
    told = AuditRecord.objects.filter(action="audit.export").order_by("pk").values_list("data", flat=True)
    assert [(row["kind"], row["rows"]) for row in told] == [("xlsx", 1), ("csv", 1), ("csv", 1)]


def test_too_many_for_a_workbook_are_refused_in_words(keeper, rows, monkeypatch):
    monkeypatch.setattr("portal.audit_log.views.MOST_IN_A_BOOK", 1)
    answer = keeper.get(reverse("audit:event_export"))
    assert answer.status_code == 409
    assert "导出 CSV" in answer.content.decode()


def found(action):
    return AuditRecord.objects.filter(action=action).order_by("pk")


def test_a_refused_page_and_an_unknown_one_are_recorded_with_who_asked(client, people, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/no/such/page/").status_code == 404, "a stranger is not looked up"
    client.force_login(people.preparer)
    assert client.get("/audit/?q=x", REMOTE_ADDR="203.0.113.8").status_code == 404
    assert client.get("/no/such/page/").status_code == 404
    first, second = found("access.denied")
    assert (first.actor_id, first.subject_label, first.address) == (people.preparer.pk, "/audit/", "203.0.113.8")
    assert first.data == {"path": "/audit/", "method": "GET", "status": 404, "page": "audit:event_list", "count": 1}
    assert (second.subject_label, second.data["page"], second.data["count"]) == ("/no/such/page/", "", 2)


def counted_already(key, number):
    """The cache holds that so many came before: counting ten thousand one by one took a hundred times as long as what they show."""
    assert cache.get(key) is not None
    cache.set(key, number, 3600)


@AREA
def test_ten_thousand_refusals_of_one_person_are_few_records(people):
    told = [*range(1, 21), 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
    assert [count for count in range(1, 1001) if tells(count, 3)] == [1, 2, 3, 10, 20, 50, 100, 200, 500, 1000]
    assert [count for count in range(1, 10_001) if tells(count)] == told
    for number in range(10_000):
        if number > 60:
            if number + 1 not in {*told, 9_999}:
                continue
            counted_already(f"audit:access.denied:{people.preparer.pk}", number)
        record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    assert [row.data["count"] for row in found("access.denied")] == told
    before = changes_today()
    record_refusal(action="access.denied", by=people.reviewer, label="/x/", data={})
    assert found("access.denied").last().data["count"] == 1
    assert changes_today() == before, "what was refused makes no report an old one"


@AREA
def test_ten_thousand_refused_sign_ins_of_one_address_are_few_records_whatever_the_names():
    grown = {500, 1000, 2000, 5000, 10_000}
    with request_id.bound("request-0001", "203.0.113.9"):
        for number in range(10_000):
            if number > 230:
                if number + 1 not in grown | {9_999}:
                    continue
                counted_already("audit:accounts.login_failed:203.0.113.9", number)
            record_refused_name(action="accounts.login_failed", username=f"name{number}")
    rows = found("accounts.login_failed")
    assert [row.data["of_address"] for row in rows] == [*range(1, 201), *sorted(grown)]
    assert rows.last().data == {"username": "name9999", "count": 1, "of_address": 10_000}


def test_a_refused_sign_in_names_the_account_that_was_tried(client, people):
    client.post(reverse("accounts:login"), {"username": "bureau", "password": "wrong"})
    row = found("accounts.login_failed").get()
    assert (row.actor_name, row.subject_label, row.data["username"]) == ("未登录", "bureau", "bureau")
    client.force_login(people.audit_keeper)
    assert "bureau" in client.get(reverse("audit:event_list"), {"person": "bureau"}).content.decode()


def test_the_opening_of_a_watched_page_is_recorded_once_a_day(officer, people):
    for _ in range(3):
        assert officer.get(reverse("assessments:expert_list")).status_code == 200
    row = found("access.read").get()
    assert (row.actor_id, row.subject_label) == (people.city_officer.pk, "专家库 /assessments/experts/")


def test_reading_the_api_is_recorded_once_a_day_and_list_and_names_the_token(client, people):
    token = f"Token {make_token(by=people.partner)}"
    for name in ("api:districts", "api:districts", "api:titles"):
        assert client.get(reverse(name), headers={"authorization": token}).status_code == 200
    rows = list(found("api.use"))
    assert [row.data["page"] for row in rows] == ["api:districts", "api:titles"]
    assert len({row.data["token"] for row in rows}) == 1
    assert rows[0].data["token"].startswith("令牌 ")
    assert not found("access.read").exists(), "once is enough"
    client.force_login(people.partner)
    for name in ("api:districts", "api:districts", "api:titles"):
        assert client.get(reverse(name)).status_code == 200
    labels = found("access.read").order_by("pk").values_list("subject_label", flat=True)
    assert list(labels) == ["接口 /api/v1/districts/", "接口 /api/v1/titles/"]


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


@AREA
def test_settings_turn_them_off(people, settings):
    settings.AUDIT_ALARM_REFUSALS, settings.AUDIT_ALARM_KEEPERS = 0, False
    for _ in range(50):
        record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    accounts.set_active(user=people.preparer, active=False, by=people.system_keeper, reason="调离")
    assert told(dt.timedelta(minutes=11)) == []


@AREA
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
