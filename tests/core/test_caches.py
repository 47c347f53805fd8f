from django.conf import settings
from django.core.cache import cache

from tests.caches import empty


def test_only_the_own_keys_are_taken_out():
    client = cache._cache.get_client(None, write=True)
    client.set("gd-neighbour:1:x", 1, ex=60)
    cache.set("own", 1)
    assert list(client.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*"))
    empty()
    assert cache.get("own") is None
    assert client.get("gd-neighbour:1:x")
    client.delete("gd-neighbour:1:x")


def test_a_value_of_another_version_is_a_miss():
    client = cache._cache.get_client(None, write=True)
    for pickled in (b"cportal.nowhere\nKept\n.", b"cportal.todo\nNoSuchClass\n.", b"cut"):
        client.set(cache.make_key("renamed"), pickled, ex=60)
        assert cache.get("renamed") is None
        assert cache.get("renamed", 7) == 7
        assert cache.get_many(["renamed"]) == {}
    cache.set("renamed", ("as", "it", "is"))
    assert cache.get("renamed") == ("as", "it", "is")
