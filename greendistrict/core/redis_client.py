"""Clients of Redis: by its address, or the one that its sentinels name at the moment."""

from typing import Any

import redis
from django.conf import settings
from redis.sentinel import Sentinel

WAITS = ("socket_timeout", "socket_connect_timeout")


def client(**options: Any) -> redis.Redis:
    """A client with these options; of sentinels the first that answers is asked whenever a connection is opened."""
    known = settings.REDIS_SENTINELS
    if not known.places:
        return redis.Redis.from_url(settings.REDIS_URL, **options)
    waits = {name: options[name] for name in WAITS if name in options}
    asked: Any = Sentinel(  # type: ignore[no-untyped-call]  # redis leaves its types out
        known.places, sentinel_kwargs={**waits, "password": settings.SENTINEL_PASSWORD or None}
    )
    found: redis.Redis = asked.master_for(known.name, db=known.number, password=known.password or None, **options)
    return found
