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
