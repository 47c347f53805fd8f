"""Refusals, reading and API use on record: grouped, so that ten thousand of them stay few."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from greendistrict.audit.grouped import record_refusal, record_refused_name, tells
from greendistrict.audit.models import AuditRecord
from greendistrict.core import request_id
from portal.tokens.services import make_token
from reports.jobs.stamps import changes_today

pytestmark = pytest.mark.django_db


def found(action):
    return AuditRecord.objects.filter(action=action).order_by("pk")


def test_a_refused_page_and_an_unknown_one_are_recorded_with_who_asked(client, people):
    client.force_login(people.preparer)
    assert client.get("/audit/?q=x", REMOTE_ADDR="203.0.113.8").status_code == 404
    assert client.get("/no/such/page/").status_code == 404
    first, second = found("access.denied")
    assert (first.actor_id, first.subject_label, first.address) == (people.preparer.pk, "/audit/", "203.0.113.8")
    assert first.data == {"path": "/audit/", "method": "GET", "status": 404, "page": "audit:event_list", "count": 1}
    assert (second.subject_label, second.data["page"], second.data["count"]) == ("/no/such/page/", "", 2)


def test_a_stranger_is_not_looked_up(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/no/such/page/").status_code == 404
    assert not found("access.denied")


def counted_already(key, number):
    """The cache holds that so many came before: counting ten thousand one by one took a hundred times as long as what they show."""
    assert cache.get(key) is not None
    cache.set(key, number, 3600)


def test_ten_thousand_refusals_of_one_person_are_few_records(people):
    told = [*range(1, 21), 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
    assert [count for count in range(1, 10_001) if tells(count)] == told
    for number in range(10_000):
        if number > 60:
            if number + 1 not in {*told, 9_999}:
                continue
            counted_already(f"audit:access.denied:{people.preparer.pk}", number)
        record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    assert [row.data["count"] for row in found("access.denied")] == told
    record_refusal(action="access.denied", by=people.reviewer, label="/x/", data={})
    assert found("access.denied").last().data["count"] == 1


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


def test_the_opening_of_a_watched_page_is_recorded_once_a_day(client, people):
    client.force_login(people.city_officer)
    for _ in range(3):
        assert client.get(reverse("assessments:expert_list")).status_code == 200
    row = found("access.read").get()
    assert (row.actor_id, row.subject_label) == (people.city_officer.pk, "专家库 /assessments/experts/")


def test_reading_by_a_token_names_the_token_and_each_list(client, people):
    token = f"Token {make_token(by=people.partner)}"
    for name in ("api:districts", "api:districts", "api:titles"):
        assert client.get(reverse(name), headers={"authorization": token}).status_code == 200
    rows = list(found("api.use"))
    assert [row.data["page"] for row in rows] == ["api:districts", "api:titles"]
    assert len({row.data["token"] for row in rows}) == 1
    assert rows[0].data["token"].startswith("令牌 ")
    assert not found("access.read").exists(), "once is enough"


def test_reading_the_api_in_a_session_is_recorded_once_a_day_and_list(client, people):
    client.force_login(people.partner)
    for name in ("api:districts", "api:districts", "api:titles"):
        assert client.get(reverse(name)).status_code == 200
    labels = found("access.read").order_by("pk").values_list("subject_label", flat=True)
    assert list(labels) == ["接口 /api/v1/districts/", "接口 /api/v1/titles/"]


def test_what_was_refused_or_read_makes_no_report_an_old_one(people):
    before = changes_today()
    record_refusal(action="access.denied", by=people.preparer, label="/x/", data={})
    assert changes_today() == before


def test_the_first_ones_are_told_one_by_one():
    assert [count for count in range(1, 1001) if tells(count, 3)] == [1, 2, 3, 10, 20, 50, 100, 200, 500, 1000]
