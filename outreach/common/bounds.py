"""How many filings of the public become matters at once. What exceeds a bound is kept apart (``HeldFiling``); nothing is refused.

The bounds grow with the network: an address has few, its network more, the wider network most, so that one sender cannot use up what
its neighbours have. Whatever they did, and while a day or a notice is full, the first filing of an address still passes; and whoever
answers a question for humans passes within bounds of their own, which a flood of unanswered ones does not touch.
"""

from enum import IntEnum
from typing import NamedTuple

from greendistrict.core import limits

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
