"""What a session remembers of its sign-in: when it began, when it was last used, when its person last proved who it is.

Read in real time: a session ends after half an hour wherever the demo's business clock stands.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

STAMP = "signin"
TOUCH_SECONDS = 60  # how often the last use is written down


def now() -> int:
    """Seconds of real time."""
    return int(time.time())


def begin(session: SessionBase, *, address: str = "", browser: str = "", second: str = "", id_token: str = "") -> None:
    """Stamp a session that was just signed in to; ``second`` names the second factor given, ``id_token`` is of single sign-on."""
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
    """Seconds until the session ends if nothing is done; 0 once it is over."""
    stamp = read(session)
    if not stamp:
        return int(settings.SESSION_COOKIE_AGE)
    ends = int(stamp["started"]) + int(settings.SESSION_COOKIE_AGE)
    if minutes := idle_minutes(session):
        ends = min(ends, int(stamp["seen"]) + minutes * 60)
    return max(0, ends - now())


def idle_minutes(session: SessionBase) -> int:
    """Minutes without a request of the person after which the session ends; 0 without limit. Who signed in as city or keeper has less."""
    limits = [settings.IDLE_MINUTES, settings.IDLE_MINUTES_CITY if read(session).get("strict") else 0]
    return min(filter(None, limits), default=0)


def touch(session: SessionBase) -> None:
    """Note that the person is there; written at most once a minute, so that a page costs no statement more."""
    if now() - int(read(session).get("seen", now())) >= TOUCH_SECONDS:
        change(session, seen=now())


def is_fresh(session: SessionBase) -> bool:
    """Whether the person proved who it is recently enough for an act that asks for it; always where no act asks."""
    return not settings.REASK_MINUTES or now() - int(read(session).get("proved", 0)) < settings.REASK_MINUTES * 60
