"""Session engine: Django's table of sessions with the person, browser and times beside the data; ending sessions.

The only module that signs a user in to a session.
"""

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.sessions.backends.db import SessionStore as TableStore
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import locked_person
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import record
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.django_internals import Compiled, fill_session
from greendistrict.core.proxies import caller
from greendistrict.signin import browsers, stamps
from greendistrict.signin.models import SignedSession

WAITING = "signin.waiting"  # the first factor was given, the second is asked for
# Read by every request; composing the statement with Django each time would take five times as long as the database.
STORED = Compiled(
    lambda key, moment: SignedSession.objects.filter(session_key=key, expire_date__gt=moment), "-", dt.datetime(1, 1, 1, tzinfo=dt.UTC)
)


class SessionStore(TableStore):
    """Writes the person, place and time of sign-in to columns of the session's row with every save, without an extra statement."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Table of the sessions."""
        return SignedSession

    def _get_session_from_db(self) -> Any:
        """The row of a session that has not ended; otherwise the key is dropped."""
        found = STORED.read(self.session_key, _moment(stamps.now()))
        if not found:
            self._session_key = None
        return found[0] if found else None

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's signature
        """Save; a session with a signed-in user always gets a stamp, from which its limits are counted."""
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as the base class does
        if SESSION_KEY in data and stamps.STAMP not in data:
            stamps.begin(self)
        super().save(must_create)

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row, with the columns filled from the stamp."""
        row: Any = super().create_model_instance(data)
        stamp = data.get(stamps.STAMP) or {}
        if waited := data.get(WAITING):  # half signed in: ends with the person's sessions
            row.account_id = waited.get("person")
        if SESSION_KEY in data and stamp:
            row.account_id = int(data[SESSION_KEY])
            row.browser, row.address = fitted(row, "browser", str(stamp["browser"])), fitted(row, "address", str(stamp["address"]))
            row.started_at, row.seen_at = _moment(stamp["started"]), _moment(stamp["seen"])
        return row


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=clock.SHANGHAI)


def sessions_of(user: User) -> list[SignedSession]:
    """Current sessions of a person, last used first; sessions of a former password have ended and are left out."""
    rows = SignedSession.objects.filter(account=user, expire_date__gt=_moment(stamps.now())).order_by("-seen_at", "session_key")
    return [row for row in rows if _lives(row, user)]


def _lives(row: SignedSession, user: User) -> bool:
    store = SessionStore(row.session_key)
    data = row.get_decoded()
    fill_session(store, data)
    is_own = constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return is_own and stamps.left(store) > 0


def end(user: User, *, name: str = "", but: str = "") -> int:
    """End the session of this name, or all except the one with the key ``but``; returns the number."""
    ended = [row.session_key for row in sessions_of(user) if row.session_key != but and name in {"", row.name}]
    SignedSession.objects.filter(session_key__in=ended).delete()
    return len(ended)


def end_all(user: User) -> int:
    """End all sessions of a person, those waiting for the second factor and of a former password included; returns the number."""
    return int(SignedSession.objects.filter(account=user).delete()[0])


def make_room(user: User, *, own: str | None) -> int:
    """End the oldest sessions of a person beyond the permitted number after a sign-in; returns the number."""
    most = settings.SESSIONS_AT_ONCE
    if not most:
        return 0
    others = sorted(
        (row for row in sessions_of(user) if row.session_key != own), key=lambda row: row.started_at or clock.NEVER, reverse=True
    )
    ended = [row.session_key for row in others[most - 1 :]]
    SignedSession.objects.filter(session_key__in=ended).delete()
    return len(ended)


WAITS_SECONDS = 600
TRIES = 5
YEAR = 365 * 86400
BACKEND = "greendistrict.accounts.backends.ActiveUserBackend"


def enter(
    request: HttpRequest, response: HttpResponse, user: User, *, second: str = "", backend: str | None = None, id_token: str = ""
) -> HttpResponse:
    """Sign in; end sessions beyond the permitted number, notify the person of a new browser, and record the sign-in.

    ``id_token`` is the ID token of single sign-on; empty after sign-in by password.
    """
    label, address = browsers.label_of(request.headers.get("User-Agent", "")), caller(request)
    with transaction.atomic():  # the session is stored under the lock that whoever takes access away waits for
        now = locked_person(user)
        if not now.is_active or now.get_session_auth_hash() != user.get_session_auth_hash():
            return redirect("accounts:login")
        login(request, user, backend=backend)
        stamps.begin(request.session, address=address, browser=label, second=second, id_token=id_token)
        request.session.save()
    if settings.IDLE_MINUTES_CITY and ((posts := posts_of(user)).is_city or posts.is_keeper):
        stamps.change(request.session, strict=True)
    request.session.pop(WAITING, None)
    make_room(user, own=request.session.session_key)
    token = browsers.token_of(request) or secrets.token_urlsafe(24)
    browsers.note(user=user, token=token, label=label, address=address)
    response.set_cookie(browsers.cookie_name(), token, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
    data = ({"second": second} if second else {}) | ({"way": "oidc"} if id_token else {})
    record(action="accounts.login", by=user, obj=user, data=data)
    return response


def wait(request: HttpRequest, user: User, *, target: str, id_token: str = "") -> None:
    """Store for a short time that the password (or single sign-on) succeeded; the second factor decides."""
    request.session.cycle_key()
    backend = vars(user).get("backend", BACKEND)
    kept = {"person": user.pk, "backend": backend, "target": target, "id_token": id_token}
    request.session[WAITING] = {**kept, "at": stamps.now(), "tries": 0}


def waiting(request: HttpRequest) -> tuple[User, dict[str, Any]] | None:
    """The user who passed the first factor and may still give the second; None if there is none."""
    found: dict[str, Any] = request.session.get(WAITING) or {}
    if not found or stamps.now() - found["at"] > WAITS_SECONDS or found["tries"] >= TRIES:
        return None
    user = User.objects.filter(pk=found.get("person") or 0, is_active=True).first()
    return (user, found) if user is not None else None


def tried(request: HttpRequest) -> None:
    """Count a wrong second factor; after several the password is required again."""
    found = dict(request.session.get(WAITING) or {})
    found["tries"] = found.get("tries", 0) + 1
    request.session[WAITING] = found
