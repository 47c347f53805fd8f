"""Meter readings by API: only the token's district, all or nothing, repeatable, changes need a reason."""

import json

import pytest
from django.core.cache import cache
from django.urls import reverse

from carbon.metering.models import MeterReading, MeterToken
from carbon.metering.services.meters import make_token, revoke_token
from greendistrict.audit.models import AuditRecord
from portal.api import meter_readings
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory

ADDRESS = "/api/v1/meter-readings/"
ONE = {"meter": "E-1", "time": "2026-03-01 00:00", "value": "5"}


@pytest.fixture
def meter(people):
    cache.clear()
    return MeterFactory(district=make_district(people), code="E-1")


@pytest.fixture
def send(client, people, meter):
    secret = make_token(district=meter.district, label="平台", by=people.preparer)

    def post(*readings, secret=secret, key="", **more):
        header = {"HTTP_AUTHORIZATION": f"Meter {secret}"} if secret else {}
        header |= {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        return client.post(ADDRESS, json.dumps({"readings": readings, **more}), content_type="application/json", **header)

    return post


def test_readings_are_written_and_the_same_body_changes_nothing(send, people):
    assert reverse("api:meter_readings") == ADDRESS
    two = {**ONE, "time": "2026-03-01T01:00:00+08:00", "value": 6.5}
    assert send(ONE, two).json() == {"added": 2, "corrected": 0, "unchanged": 0, "notes": []}
    assert send(ONE, two).json() == {"added": 0, "corrected": 0, "unchanged": 2, "notes": []}
    assert MeterReading.objects.count() == 2
    (record,) = AuditRecord.objects.filter(action="carbon.write_readings")
    assert (record.actor_id, record.data["added"]) == (people.preparer.pk, 2)


def test_under_a_key_the_first_answer_is_told_again(send):
    first, again = (send(ONE, key="k") for _ in range(2))
    assert first.json() == again.json() == {"added": 1, "corrected": 0, "unchanged": 0, "notes": []}
    assert send({**ONE, "value": "6"}, key="k").status_code == 422
    assert send({**ONE, "meter": "E-9"}, key="other").status_code == 422
    assert send({**ONE, "time": "2026-03-01 01:00"}, key="other").json()["added"] == 1, "a refusal is not kept"


def test_nothing_is_written_where_one_is_refused(send):
    answer = send(ONE, {**ONE, "time": "2099-01-01 00:00"}, {**ONE, "meter": "E-9"})
    assert answer.status_code == 422
    assert [one["place"] for one in answer.json()["refused"]] == [2, 3]
    assert not MeterReading.objects.exists()
    unread = send(ONE, {**ONE, "value": "约5"})
    assert (unread.status_code, "第2个：" in unread.json()["detail"]) == (400, True)


def test_another_value_needs_a_reason_and_leaves_history(send, meter):
    send(ONE)
    other = {**ONE, "value": "7"}
    assert (send(other).status_code, MeterReading.objects.get().value) == (422, 5)
    assert send(other, reason="设备重启").json()["corrected"] == 1
    assert meter.corrections.get().reason == "设备重启"
    later = {**ONE, "time": "2026-03-01 01:00"}
    assert [send({**later, **more}).json()["corrected"] for more in ({"estimated": "上报估算"}, {"value": "6"})] == [0, 1]
    assert meter.corrections.latest("pk").before_estimated == "given", "what is measured replaces an estimate without a reason"


def test_a_token_writes_its_district_and_nothing_else(send, client, people):
    MeterFactory(district=make_district(people), code="F-1")
    assert send({**ONE, "meter": "F-1"}).status_code == 422
    token = MeterToken.objects.get()
    assert send(secret="").status_code == 401
    client.force_login(people.preparer)
    assert send(ONE, secret="").status_code == 401, "a session writes nothing here"
    client.logout()
    assert [send(ONE, secret=wrong).status_code for wrong in ("wrong", "two words", "\xff")] == [401, 401, 401]
    assert client.get(ADDRESS, HTTP_AUTHORIZATION="Meter x").status_code in {401, 405}
    assert client.get("/api/v1/districts/", HTTP_AUTHORIZATION=f"Meter {token.digest}").status_code == 401
    people.preparer.posts.update(valid_to="2020-01-02")
    assert send(ONE).status_code == 401, "it ends with the right of whoever made it"
    people.preparer.posts.update(valid_to=None)
    assert send(ONE).status_code == 200
    revoke_token(token=token, by=people.preparer)
    assert send(ONE).status_code == 401


def test_ten_wrong_secrets_end_the_trying(send):
    assert [send(ONE, secret="wrong").status_code for _ in range(11)] == [401] * 10 + [429]


def test_too_many_at_once_are_refused_and_refusals_are_in_chinese(send, monkeypatch):
    assert send().status_code == 400
    monkeypatch.setitem(meter_readings.MeterReadingBodySerializer._declared_fields["readings"]._kwargs, "max_length", 1)
    for answer, status in ((send(ONE, ONE), 400), (send({"meter": "E-1"}), 400), (send(ONE, secret="no"), 401)):
        assert answer.status_code == status
        assert not any(word in answer.json()["detail"] for word in ("This", "field", "required", "Invalid")), answer.content.decode()
