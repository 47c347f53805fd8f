"""Send one POST to a URL entered by a user: no internal addresses, no redirects, limited time.

Host names are resolved here and the connection uses a checked address, so that a name cannot point elsewhere between check and use (DNS
rebinding). ``GD_WEBHOOK_HOSTS`` names internal hosts that are allowed, ``GD_WEBHOOK_CA`` a private certificate authority. Only the status
of the response is read.
Messages are signed by Standard Webhooks 1.0.0: HMAC-SHA256 over message ID, timestamp of the attempt and body.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import secrets
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

HTTPS = 443
LOWEST_FREE_PORT = 1024
MOST_ADDRESSES = 2
GLOBAL_UNICAST = ip_network("2000::/3")  # all that IANA has given out of IPv6; what lies outside is local, mapped or translated
# Ranges within it, and of IPv4, for special purposes (RFC 6890 and its registries): protocol assignments with Teredo, 6to4, documentation,
# AS112, AMT. ``is_global`` of the oldest supported Python does not know all of them.
SPECIAL = [
    ip_network(text)
    for text in (
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24",
    )
]  # fmt: skip


class UnfitAddressError(ValueError):
    """A URL that must not be used; the message gives the reason."""


@dataclass(frozen=True)
class WebhookAnswer:
    """Result of an attempt: HTTP status, or the reason why there was none."""

    status: int | None
    error: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver accepted the message (2xx)."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 -- successes of HTTP


def checked(url: str) -> SplitResult:
    """The parts of a syntactically allowed URL. Raises ``UnfitAddressError``."""
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS
    except ValueError:
        msg = "网址的格式不对"
        raise UnfitAddressError(msg) from None
    named = _is_named(parts.hostname)
    if parts.scheme != "https" or not parts.hostname:
        msg = "网址应以 https:// 开头"
    elif parts.username is not None or parts.fragment or not url.isascii() or any(sign.isspace() for sign in url):
        msg = "网址不能含账号、#、空格和非 ASCII 字符"
    elif port != HTTPS and port < LOWEST_FREE_PORT and not named:
        msg = "端口应为443或者1024以上"
    else:
        return parts
    raise UnfitAddressError(msg)


def addresses_of(parts: SplitResult) -> Sequence[str]:
    """IP addresses of the host, all of them allowed. Raises ``UnfitAddressError``."""
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or HTTPS, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        msg = "网址的主机名无法解析"
        raise UnfitAddressError(msg) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not _is_named(host) and not all(_is_public(ip_address(address.partition("%")[0])) for address in addresses):
        msg = "网址指向内部网络，不能推送；需要推送到内部系统的，由运维在环境变量GD_WEBHOOK_HOSTS中列出主机名"
        raise UnfitAddressError(msg)
    return addresses[:MOST_ADDRESSES]


def _is_named(host: str | None) -> bool:
    return host is not None and host in settings.WEBHOOK_HOSTS


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in SPECIAL)


class _Pinned(http.client.HTTPSConnection):
    """HTTPS connection to a given IP address; the certificate is checked against the host name."""

    def __init__(self, host: str, port: int, address: str, seconds: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._address, self._tls, self.is_broken_off = address, context, False

    def connect(self) -> None:
        """Connect to the checked IP address."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = plain  # set before the handshake, so that the time limit can close it
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)

    def end(self) -> None:
        """Abort the running connection."""
        self.is_broken_off = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> WebhookAnswer:
    """Send once. Redirects are not followed; the attempt is aborted after ``WEBHOOK_SECONDS``."""
    try:
        parts = checked(url)
        addresses = addresses_of(parts)
    except UnfitAddressError as unfit:
        return WebhookAnswer(None, str(unfit))
    outcome = WebhookAnswer(None, "没有连接上")
    for address in addresses:
        outcome = _post_to(address, parts, body, headers)
        if outcome.status is not None:
            return outcome
    return outcome


def _post_to(address: str, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> WebhookAnswer:
    context = ssl.create_default_context(cafile=settings.WEBHOOK_CA or None)
    connection = _Pinned(parts.hostname or "", parts.port or HTTPS, address, settings.WEBHOOK_SECONDS, context)
    timer = threading.Timer(settings.WEBHOOK_SECONDS, connection.end)
    timer.daemon = True
    timer.start()
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request("POST", target, body=body, headers=dict(headers))
        status = connection.getresponse().status
        return WebhookAnswer(None, "超时") if connection.is_broken_off else WebhookAnswer(status)
    except ssl.SSLCertVerificationError:
        return WebhookAnswer(None, "证书不可信")
    except (OSError, http.client.HTTPException) as error:
        return WebhookAnswer(
            None, "超时" if connection.is_broken_off or isinstance(error, TimeoutError) else f"没有应答（{type(error).__name__}）"
        )
    finally:
        timer.cancel()
        connection.close()


PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for at least 24


def new_secret() -> str:
    """A new signing secret in the form shown to the owner."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    """A new message ID, shared by all attempts; contains no full stop, because that separates the signed parts."""
    return f"msg_{secrets.token_hex(16)}"


def signature(secret: str, message_id: str, moment: int, body: bytes) -> str:
    """Value of the header ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, b".".join((message_id.encode(), str(moment).encode(), body)), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def signed_headers(secret: str, message_id: str, moment: int, body: bytes) -> Mapping[str, str]:
    """Headers of one attempt."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "GreenDistrict-Webhook/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, message_id, moment, body),
    }
