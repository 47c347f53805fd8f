"""The cache and the broker while a real Redis is killed, frozen and started again."""

import pytest
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.connection import UnixDomainSocketConnection

from greendistrict.core import cache as module
from greendistrict.core.cache import DegradingRedisCache


@pytest.fixture(autouse=True)
def _fresh_outage(monkeypatch):
    monkeypatch.setattr(module, "outage", module.Outage())


class Standing:
    """Time that passes when a test says so."""

    now = 0.0

    def monotonic(self):
        return self.now


class Counted(module.Outage):
    """Counts the reads that Redis was asked for in vain."""

    def __init__(self, clock):
        super().__init__()
        self.clock, self.failures = clock, 0

    def note(self, error):
        self.failures += 1
        super().note(error)


@pytest.fixture
def outage(monkeypatch):
    clock = Standing()
    counted = Counted(clock)
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "outage", counted)
    return counted


@pytest.fixture
def cache(own_redis):
    return DegradingRedisCache(own_redis.url, {"KEY_PREFIX": "mine"})


def test_it_is_a_cache_while_redis_is_there(cache):
    cache.set("a", {"figure": 1})
    cache.set_many({"b": 2, "c": 3})
    assert cache.add("a", 9) is False
    assert cache.incr("b") == 3
    assert cache.get_many(["a", "b", "c"]) == {"a": {"figure": 1}, "b": 3, "c": 3}
    assert cache.has_key("c")
    assert cache.delete("c")
    cache.delete_many(["a"])
    assert cache.get("a", "none") == "none"


def test_clearing_leaves_the_keys_of_others(cache, own_redis):
    other = DegradingRedisCache(own_redis.url, {"KEY_PREFIX": "theirs"})
    cache.set("a", 1)
    other.set("a", 2)
    cache.clear()
    assert (cache.get("a"), other.get("a")) == (None, 2)


def test_a_killed_redis_is_a_cache_that_misses(cache, own_redis, caplog):
    cache.set("a", 1)
    own_redis.kill()
    assert cache.get("a", "default") == "default"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True
    assert cache.incr("a", 2) == 2
    assert cache.touch("a") is False
    assert cache.delete("a") is False
    assert cache.has_key("a") is False
    assert cache.set_many({"a": 1}) == []
    cache.set("a", 1)
    cache.delete_many(["a"])
    cache.clear()
    assert [record.message.split(":")[0] for record in caplog.records] == ["cache unavailable, going on without it"]


def test_a_page_with_many_reads_waits_once_for_a_frozen_redis(cache, own_redis, outage):
    cache.set("a", 1)
    own_redis.freeze()
    assert [cache.get("a") for _number in range(50)] == [None] * 50
    assert outage.failures == 1
    outage.clock.now += module.PAUSE_SECONDS
    assert [cache.get("a") for _number in range(50)] == [None] * 50
    assert outage.failures == 2


def test_it_is_a_cache_again_when_redis_returns(cache, own_redis, monkeypatch):
    cache.set("a", 1)
    own_redis.kill()
    assert cache.get("a") is None
    own_redis.start()
    monkeypatch.setattr(module, "outage", module.Outage())
    cache.set("b", 2)
    assert cache.get("b") == 2


def test_publishing_without_redis_fails_at_the_first_try(own_redis, monkeypatch):
    app = Celery("probe", set_as_current=False)
    app.config_from_object(
        {name.removeprefix("CELERY_").lower(): getattr(settings, name) for name in dir(settings) if name.startswith("CELERY_")}
    )
    app.conf.broker_url = own_redis.url.replace("unix://", "redis+socket://")
    app.send_task("probe.task")
    own_redis.kill()
    tries = []
    connect = UnixDomainSocketConnection._connect
    monkeypatch.setattr(UnixDomainSocketConnection, "_connect", lambda self: tries.append(self.path) or connect(self))
    with pytest.raises((OperationalError, OSError)):
        app.send_task("probe.task")
    # None where the kept connection is found broken while it is written to.
    assert tries in ([], [str(own_redis.socket)]), "a page waits for one try"
