"""Limits while a real Redis is killed: each process counts for itself, so that what is recorded and what is refused stay bounded."""

import pytest

from greendistrict.audit.grouped import record_refusal, record_refused_name
from greendistrict.audit.models import AuditRecord
from greendistrict.core import cache as module
from greendistrict.core import limits, request_id
from greendistrict.core.cache import DegradingRedisCache
from tests.factories.accounts import cast


@pytest.fixture
def redis(own_redis, monkeypatch):
    """A Redis of the test's own behind the limits."""
    monkeypatch.setattr(module, "outage", module.Outage())
    monkeypatch.setattr(limits, "cache", DegradingRedisCache(own_redis.url, {}))
    monkeypatch.setattr(limits, "own", limits.OwnCounts())
    return own_redis


@pytest.mark.django_db
def test_refusals_of_one_person_stay_few_while_redis_is_killed(redis):
    person = cast().preparer
    for _ in range(30):
        record_refusal(action="access.denied", by=person, label="/x/", data={})
    redis.kill()
    for _ in range(2_000):
        record_refusal(action="access.denied", by=person, label="/x/", data={})
    counts = [row.data["count"] for row in AuditRecord.objects.filter(action="access.denied").order_by("pk")]
    assert counts == [*range(1, 21), *range(1, 21), 50, 100, 200, 500, 1000, 2000]


@pytest.mark.django_db
def test_refused_names_of_one_address_stay_few_while_redis_is_killed(redis):
    redis.kill()
    with request_id.bound("request-0001", "203.0.113.9"):
        for number in range(1_000):
            record_refused_name(action="accounts.login_failed", username=f"name{number}")
    assert AuditRecord.objects.filter(action="accounts.login_failed").count() == 200 + 2  # 500, 1000


def test_a_limit_holds_while_redis_is_killed_and_is_shared_again_afterwards(redis, monkeypatch):
    assert [limits.within("k", 2, seconds=60) for _ in range(3)] == [True, True, False]
    redis.kill()
    assert [limits.within("k", 2, seconds=60) for _ in range(3)] == [True, True, False]
    assert limits.spent("k", 2)
    assert not limits.spent("other", 1)
    redis.start()
    monkeypatch.setattr(module, "outage", module.Outage())
    assert [limits.within("again", 1, seconds=60) for _ in range(2)] == [True, False]
    assert limits.own.get("again") == 0, "it was counted by Redis"


def test_the_counts_of_a_process_are_of_a_bounded_number_of_keys_and_end():
    counts = limits.OwnCounts(most=3)
    assert [counts.add(key, 60) for key in "aabcad"] == [1, 2, 1, 1, 3, 1]
    assert [counts.get(key) for key in "abcd"] == [3, 0, 1, 1], "b was counted longest ago"
    assert [counts.add("now", 0), counts.add("now", 0), counts.get("now")] == [1, 1, 0]
