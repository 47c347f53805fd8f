"""How many filings of the public become matters at once; what exceeds a bound is kept apart (``HeldFiling``), nothing is refused.

The bounds grow with the network: an address has few, its network more, the wider network most, so that one sender cannot use up what
its neighbours have. Whatever they did, and while a day or a notice is full, the first filing of an address still passes; and whoever
answers a question for humans passes within bounds of their own, which a flood of unanswered ones does not touch.
"""

import json
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from django.utils.crypto import salted_hmac

from greendistrict.core import limits
from greendistrict.core.errors import Refused
from outreach.common.models import FilingKind, HeldFiling
from outreach.common.receipts import Arrival

HOUR, DAY = 3600, 86400
ANSWERED_TIMES = 4  # as many more after the question
FIRSTS_A_DAY = 100  # first filings of addresses of one network
FLOOD_TIMES, FLOOD_MORE = 2, 100  # from so many times what a day or a notice takes, and so many more, the question decides alone
KEPT_A_DAY = 200  # of one address; further ones are kept after the question, so that no program fills the disk


class Bucket(NamedTuple):
    """Prefix lengths of a network, and how many filings an hour it has."""

    ipv4: int
    ipv6: int
    most: int


BUCKETS = (Bucket(32, 64, 5), Bucket(24, 48, 30), Bucket(16, 32, 200))
HOUSEHOLD, NETWORK = BUCKETS[0], BUCKETS[1]


class Load(IntEnum):
    """How a day, or a notice, stands against what it takes."""

    CALM = 0
    FULL = 1
    FLOODED = 2


class Sender(NamedTuple):
    """Network address of a sender, and whether the question for humans was answered."""

    address: str
    answered: bool = False


def load_of(*counts: tuple[int, int]) -> Load:
    """The worst of several (number of matters, most of them)."""
    return max(Load.FLOODED if found >= most * FLOOD_TIMES + FLOOD_MORE else Load(found >= most) for found, most in counts)


def passes(kind: str, sender: Sender, load: Load) -> bool:
    """Count a filing; whether it becomes a matter at once."""
    if load is not Load.CALM:
        limits.counted(_loaded(kind), seconds=HOUR)
    end, times = (":answered", ANSWERED_TIMES) if sender.answered else ("", 1)
    keys = [(f"{_key(kind, sender.address, one)}{end}", one.most * times) for one in BUCKETS]
    has_room = all(limits.within(key, most, seconds=HOUR) for key, most in keys)
    is_first = limits.within(f"{_key(kind, sender.address, HOUSEHOLD)}:day", 1, seconds=DAY)
    is_first = is_first and limits.within(f"{_key(kind, sender.address, NETWORK)}:firsts", FIRSTS_A_DAY, seconds=DAY)
    if sender.answered or load is Load.CALM:
        return has_room or is_first
    return is_first and load is Load.FULL


def may_keep(kind: str, sender: Sender) -> bool:
    """Count a filing that is kept apart; False if the question has to be answered first."""
    return sender.answered or limits.within(f"{_key(kind, sender.address, HOUSEHOLD)}:kept", KEPT_A_DAY, seconds=DAY)


def is_loaded(kind: str, address: str) -> bool:
    """Whether the form should ask the question: the kind is under load, or the sender's networks have used up their bounds."""
    return limits.spent(_loaded(kind), 1) or any(limits.spent(_key(kind, address, one), one.most) for one in BUCKETS)


def _loaded(kind: str) -> str:
    return f"outreach:{kind}:loaded"


def _key(kind: str, address: str, bucket: Bucket) -> str:
    return f"outreach:{kind}:{limits.network_of(address, bucket.ipv4, bucket.ipv6)}"


class HeldReceipt(NamedTuple):
    """A filing that is kept apart, and its secret code, which is shown once."""

    held: HeldFiling
    code: str


class Unanswered(Refused):
    """Nothing was stored yet: the question for humans comes first (422)."""

    status = 422


def keep_apart(
    kind: FilingKind, came: Arrival, sender: Sender, *, text: str, words: Mapping[str, Any], is_demo: bool = False, **about: Any
) -> HeldReceipt:
    """Store a filing apart: nobody is notified. ``about``: its notice, district or event. Raises ``Unanswered``."""
    if not may_keep(kind, sender):
        msg = "今天从您所在的网络来件很多，请回答下面的问题后再提交，已填写的内容都在"
        raise Unanswered(msg)
    near = limits.network_of(sender.address, NETWORK.ipv4, NETWORK.ipv6)
    network = salted_hmac("outreach.network", near).hexdigest()
    kept = {"number": came.number, "filed_at": came.filed_at, "digest": came.digest, "origin": came.origin, "network": network}
    said = json.dumps(dict(words), ensure_ascii=False)
    return HeldReceipt(HeldFiling.objects.create(kind=kind, text=text, words=said, is_demo=is_demo, **kept, **about), came.code)
