"""Rate limits counted in the cache; without the cache each process counts on its own, starting from zero."""

import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_network
from threading import Lock

from django.core.cache import cache

from greendistrict.core import cache as shared
from greendistrict.core.proxies import read_address

HOUSEHOLD = 64  # prefix length of IPv6 networks assigned to one connection, within which its owner chooses freely
MOST_KEYS = 10_000


class OwnCounts:
    """Counts of one process for a bounded number of keys; the keys counted longest ago are dropped first."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._most, self._lock = most, Lock()
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def add(self, key: str, seconds: int) -> int:
        """Count one event; returns the number of events within ``seconds`` of the first."""
        with self._lock:
            count, ends = self._counts.pop(key, (0, 0.0))
            now = time.monotonic()
            if now >= ends:
                count, ends = 0, now + seconds
            self._counts[key] = count + 1, ends
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
            return count + 1

    def get(self, key: str) -> int:
        """Number of events counted."""
        with self._lock:
            count, ends = self._counts.get(key, (0, 0.0))
            return count if time.monotonic() < ends else 0

    def clear(self) -> None:
        """Delete all counts."""
        with self._lock:
            self._counts.clear()


own = OwnCounts()


def counted(key: str, *, seconds: int) -> int:
    """Count one event under ``key``; returns the number of events within ``seconds`` of the first."""
    was_away, count = shared.outage.lasts(), _counted(key, seconds)
    return own.add(key, seconds) if was_away or shared.outage.lasts() else count


def _counted(key: str, seconds: int) -> int:
    if cache.add(key, 1, seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # the key expired between the two calls
        return 1


def within(key: str, most: int, *, seconds: int) -> bool:
    """Count one event under ``key``; whether it is among the first ``most`` within ``seconds`` of the first."""
    return counted(key, seconds=seconds) <= most


def spent(key: str, most: int) -> bool:
    """Whether ``most`` events have been counted under ``key``; does not count."""
    was_away, count = shared.outage.lasts(), int(cache.get(key, 0))
    return (own.get(key) if was_away or shared.outage.lasts() else count) >= most


def network_of(address: str, ipv4: int, ipv6: int) -> str:
    """Network of an address with these prefix lengths; what is no address (a local socket) stays as it is."""
    found = read_address(address)
    return address if found is None else str(ip_network((int(found), ipv6 if isinstance(found, IPv6Address) else ipv4), strict=False))


def place_of(address: str) -> str:
    """Key of a caller for rate limits: an IPv4 address, or the network of an IPv6 one."""
    found = read_address(address)
    return str(ip_network((int(found), HOUSEHOLD), strict=False)) if isinstance(found, IPv6Address) else address
