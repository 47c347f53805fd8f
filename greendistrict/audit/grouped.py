"""Records of events that may occur thousands of times an hour: the first few each, later only when their count has grown markedly.

Counted in the cache for an hour from the first event; without the cache each process counts on its own.
"""

import hashlib
from typing import Any

from greendistrict.audit.services import Actor, record
from greendistrict.core import clock, limits, request_id

FIRST = 20
FIRST_OF_PLACE = 200
HOUR = 3600
DAY = 86400
NOBODY = "未登录"
GROWN = frozenset(f"{digit}{'0' * zeros}" for digit in (1, 2, 5) for zeros in range(1, 10))


def tells(count: int, first: int = FIRST) -> bool:
    """Whether the event with this count is recorded: the first ones, then the 50th, 100th, 200th, 500th, 1000th and so on."""
    return count <= first or str(count) in GROWN


def record_refusal(*, action: str, by: Actor, label: str, data: dict[str, Any]) -> None:
    """Record that a person was refused; ``count`` in the data is the number of refusals within the hour."""
    count = limits.counted(f"audit:{action}:{by.pk}", seconds=HOUR)
    if tells(count):
        record(action=action, by=by, label=label, data={**data, "count": count})


def record_refused_name(*, action: str, username: str) -> None:
    """Record a refused sign-in with the name tried; counted by name and address, and for all names of an address."""
    place = limits.place_of(request_id.address())
    of_place = limits.counted(f"audit:{action}:{place}", seconds=HOUR)
    key = hashlib.sha256(username.encode()).hexdigest()[:16]
    count = limits.counted(f"audit:{action}:{place}:{key}", seconds=HOUR)
    if tells(of_place, FIRST_OF_PLACE) and (tells(count) or of_place > FIRST_OF_PLACE):
        record(action=action, by=None, name=NOBODY, label=username, data={"username": username, "count": count, "of_address": of_place})


def record_once_a_day(*, action: str, by: Actor, what: str, label: str, data: dict[str, Any]) -> None:
    """Record that a person read ``what``, at most once a day."""
    key = hashlib.sha256(what.encode()).hexdigest()[:32]
    if limits.counted(f"audit:{action}:{clock.today()}:{by.pk}:{key}", seconds=DAY) == 1:
        record(action=action, by=by, label=label, data=data)
