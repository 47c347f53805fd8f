"""Name of a browser from its user agent, and whether a person has signed in with it before."""

import hashlib
import re

from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.signin.models import KnownBrowser

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


def note(*, user: User, token: str, label: str, address: str) -> bool:
    """Record a sign-in with the browser that has this token; the person is notified of every new browser after the first."""
    digest, now = hashlib.sha256(token.encode()).hexdigest(), clock.now()
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
