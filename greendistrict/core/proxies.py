"""Trusted proxies: decides which forwarding headers are used.

If the peer is in ``GD_TRUSTED_PROXIES``, ``X-Forwarded-For`` is read from right to left, skipping trusted proxies; the first other address
is the caller's. Forwarding headers of other peers are removed before use, so that sign-in limits, the audit record, the public
verification, the API and the scheme (``X-Forwarded-Proto``) all use the same address.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from greendistrict.core.base_middleware import Middleware

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
SAID_BY_PROXIES = (
    FORWARDED_FOR,
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)


def caller(request: HttpRequest) -> str:
    """Network address of the caller as text; ``""`` for a local socket."""
    return str(request.META.get("REMOTE_ADDR") or "")


class TrustedProxyMiddleware(Middleware):
    """Sets ``REMOTE_ADDR`` to the caller's address and drops forwarding headers of untrusted peers. Must be the first middleware."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        networks: Sequence[Network] = settings.TRUSTED_PROXIES
        peer = read_address(str(request.META.get("REMOTE_ADDR") or ""))
        if peer is None or not _is_trusted(peer, networks):
            for name in SAID_BY_PROXIES:
                request.META.pop(name, None)
        else:
            request.META["REMOTE_ADDR"] = str(behind(peer, str(request.META.pop(FORWARDED_FOR, "")), networks))
        return self.get_response(request)


def behind(peer: Address, forwarded: str, networks: Sequence[Network]) -> Address:
    """Caller behind a trusted ``peer``: the right-most address in ``forwarded`` that is not a trusted proxy.

    An entry that is not an address ends the search at the proxy that passed it on; entries to its left cannot be trusted.
    """
    found = peer
    for word in reversed(forwarded.split(",")):
        hop = read_address(word)
        if hop is None:
            break
        found = hop
        if not _is_trusted(hop, networks):
            break
    return found


def read_address(word: str) -> Address | None:
    """Address in an entry, which may have a port or brackets; IPv4-mapped IPv6 addresses count as IPv4. None for anything else."""
    word = word.strip()
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        found = ip_address(word)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped or IPv6Address(int(found))  # without the name of the network interface
    return found


def _is_trusted(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
