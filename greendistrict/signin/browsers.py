"""Name of a browser from its user agent, and whether a person has signed in with it, or from its address, before."""

import datetime as dt
import hashlib
import re
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, limits
from greendistrict.core.proxies import caller
from greendistrict.signin.models import KnownBrowser

COOKIE = "gd_browser"
KNOWN_FOR = dt.timedelta(days=90)
PLACE_KNOWN_FOR = dt.timedelta(days=30)
CAME_IN = ("accounts.login", "accounts.set_password")

# The order matters: user agents of the earlier browsers also contain the later names.
BROWSERS = (
    (r"Edg(?:A|iOS)?/(\d+)", "Edge"),
    (r"MicroMessenger/(\d+)", "微信"),
    (r"QIHU|360SE|360EE", "360浏览器"),
    (r"Qaxbrowser", "奇安信浏览器"),
    (r"Firefox/(\d+)", "Firefox"),
    (r"(?:HeadlessChrome|Chrome|Chromium|CriOS)/(\d+)", "Chrome"),
    (r"Version/(\d+).*Safari/", "Safari"),
)
SYSTEMS = (
    (r"HarmonyOS|OpenHarmony", "鸿蒙"),
    (r"Android", "Android"),
    (r"iPhone|iPad", "iOS"),
    (r"Windows", "Windows"),
    (r"Mac OS X", "macOS"),
    (r"Linux", "Linux"),
)


def label_of(agent: str) -> str:
    """Browser and system in words, such as ``Chrome 120 · Windows``."""
    browser = system = ""
    for pattern, name in BROWSERS:
        if found := re.search(pattern, agent):
            browser = " ".join([name, *(group for group in found.groups() if group)])
            break
    for pattern, name in SYSTEMS:
        if re.search(pattern, agent):
            system = name
            break
    return " · ".join(word for word in (browser, system) if word) or "不明浏览器"


def cookie_name() -> str:
    """Name of the cookie by which a browser is recognised."""
    return f"__Host-{COOKIE}" if settings.SESSION_COOKIE_SECURE else COOKIE


def token_of(request: HttpRequest) -> str:
    """The browser's token; empty without the cookie."""
    return str(request.COOKIES.get(cookie_name(), ""))[:64]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def known(request: HttpRequest, user: User) -> str:
    """Digest of the browser's token if the person signed in with it within ``KNOWN_FOR``; empty otherwise."""
    if not (token := token_of(request)):
        return ""
    digest = _digest(token)
    return digest if KnownBrowser.objects.filter(user=user, digest=digest, last_at__gte=clock.now() - KNOWN_FOR).exists() else ""


def forget(person: User) -> int:
    """No browser counts as the person's any more, until each was signed in with again; returns how many did.

    The rows stay: after somebody else may have been in, every browser that comes anew is told to the person.
    """
    limit = clock.now() - KNOWN_FOR
    return KnownBrowser.objects.filter(user=person, last_at__gte=limit).update(last_at=limit - dt.timedelta(days=1))


def is_used(request: HttpRequest) -> bool:
    """Whether anybody signed in with this browser within ``KNOWN_FOR``."""
    since = clock.now() - KNOWN_FOR
    return bool(token := token_of(request)) and KnownBrowser.objects.filter(digest=_digest(token), last_at__gte=since).exists()


def came_from(person: User, address: str) -> bool:
    """Whether this person signed in from this address, or network of IPv6, recently."""
    if not address:
        return False
    came = AuditRecord.objects.filter(actor_id=person.pk, action__in=CAME_IN, at__gte=clock.now() - PLACE_KNOWN_FOR)
    places = {limits.place_of(one) for one in came.values_list("address", flat=True).distinct()}
    return limits.place_of(address) in places


class SignInOrigin(NamedTuple):
    """Where a request comes from: the browser if the person used it before, the place, whether the person came from there before."""

    browser: str
    place: str
    is_known_place: bool


def origin_of(request: HttpRequest, user: User) -> SignInOrigin:
    """Origin of a request that wants to be this person's."""
    address = caller(request)
    return SignInOrigin(known(request, user), limits.place_of(address), came_from(user, address))


def note(*, user: User, token: str, label: str, address: str) -> bool:
    """Record a sign-in with the browser that has this token; the person is notified of every new browser after the first."""
    digest, now = _digest(token), clock.now()
    if KnownBrowser.objects.filter(user=user, digest=digest).update(last_at=now, label=label):
        return False
    is_first = not KnownBrowser.objects.filter(user=user).exists()
    row = KnownBrowser.objects.create(user=user, digest=digest, label=label, first_at=now, last_at=now)
    if is_first or user.is_demo:  # a demo account is shared by many people
        return False
    audit.record(action="signin.new_browser", by=user, obj=user, data={"browser": label})
    where = f"{now:%Y-%m-%d %H:%M}，{label}，来源地址{address or '不明'}。"
    words = f"{where}不是本人的，请在“我的登录”里退出这个登录，修改密码，并告知安全管理员。"
    title = "账号在新的浏览器登录"
    carrier().notify(key=f"account:{user.pk}:browser:{row.pk}", receivers=[user], title=title, body=words, path="", demo=user.is_demo)
    return True
