"""Rate limits counted in the cache; without the cache nobody is refused."""

from ipaddress import IPv6Address, ip_network

from django.core.cache import cache

from greendistrict.core.proxies import read_address

HOUSEHOLD = 64  # bits of an IPv6 address that belong to one connection; the rest its owner chooses freely


def counted(key: str, *, seconds: int) -> int:
    """Count one more event under ``key``: the how-manieth it is within ``seconds`` of the first."""
    if cache.add(key, 1, seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired between the two calls
        return 1


def within(key: str, most: int, *, seconds: int) -> bool:
    """Count one more event under ``key``; whether it is among the first ``most`` within ``seconds`` of the first."""
    return counted(key, seconds=seconds) <= most


def spent(key: str, most: int) -> bool:
    """Whether ``most`` events have been counted under ``key``; counts nothing."""
    return int(cache.get(key, 0)) >= most


def place_of(address: str) -> str:
    """Key of a caller for rate limits: an IPv4 address, or the network of an IPv6 one."""
    found = read_address(address)
    return str(ip_network((int(found), HOUSEHOLD), strict=False)) if isinstance(found, IPv6Address) else address
