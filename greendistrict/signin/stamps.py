"""What a session stores about its sign-in: when it began, when it was last used, when the person last proved the identity.

Some acts need a fresh proof: negative decisions, exports of personal data, acts of keepers (``GD_REASK_MINUTES``).

Uses real time: a session ends after half an hour even if the demonstration's business clock is set differently.
"""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from greendistrict.accounts.http import page_before
from greendistrict.core import database_clock

STAMP = "signin"
TOUCH_SECONDS = 60  # interval of storing the last use


def now() -> int:
    """Seconds of real time, by the database's clock: one host writes the stamp, another reads it."""
    return int(database_clock.timestamp())


def begin(session: SessionBase, *, address: str = "", browser: str = "", second: str = "", id_token: str = "") -> None:
    """Stamp a session that was just signed in to; ``second``: the second factor given, ``id_token``: that of single sign-on."""
    at = now()
    session[STAMP] = {"started": at, "seen": at, "proved": at, "second": second, "address": address, "browser": browser}
    if id_token:
        session[STAMP]["id_token"] = id_token


def read(session: SessionBase) -> dict[str, Any]:
    """The stamp; empty for a session nobody has signed in to."""
    found: dict[str, Any] = session.get(STAMP) or {}
    return found


def change(session: SessionBase, **values: Any) -> None:
    """Write values into the stamp."""
    session[STAMP] = {**read(session), **values}


def left(session: SessionBase) -> int:
    """Seconds until the session ends without activity; 0 if it has ended."""
    stamp = read(session)
    if not stamp:
        return int(settings.SESSION_COOKIE_AGE)
    ends = int(stamp["started"]) + int(settings.SESSION_COOKIE_AGE)
    if minutes := idle_minutes(session):
        ends = min(ends, int(stamp["seen"]) + minutes * 60)
    return max(0, ends - now())


def idle_minutes(session: SessionBase) -> int:
    """Minutes of inactivity after which the session ends; 0 for no limit. Shorter for city posts and keepers."""
    limits = [settings.IDLE_MINUTES, settings.IDLE_MINUTES_CITY if read(session).get("strict") else 0]
    return min(filter(None, limits), default=0)


def touch(session: SessionBase) -> None:
    """Store that the person is active; at most once a minute, so that a page usually causes no extra statement."""
    if now() - int(read(session).get("seen", now())) >= TOUCH_SECONDS:
        change(session, seen=now())


def is_fresh(session: SessionBase) -> bool:
    """Whether the last proof of identity is recent enough for an act that needs one; always True if none is required."""
    return not settings.REASK_MINUTES or now() - int(read(session).get("proved", 0)) < settings.REASK_MINUTES * 60


PAGE = ("GET", "HEAD")


def proof_page(request: HttpRequest) -> str:
    """URL of the page that asks for the proof and redirects back to the page of the request, or to the page whose form was sent."""
    is_page = request.method in PAGE and not getattr(request, "htmx", False)
    page = request.get_full_path() if is_page else page_before(request)
    return f"{reverse('signin:proof')}?{urlencode({'next': page}, safe='/')}"


def asked(request: HttpRequest) -> HttpResponse | None:
    """Redirect to the page that asks for a proof; None if the last proof is recent enough."""
    if is_fresh(request.session):
        return None
    target = proof_page(request)
    if getattr(request, "htmx", False):
        response = HttpResponse()
        response["HX-Redirect"] = target
        return response
    return redirect(target)
