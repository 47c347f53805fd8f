"""Session engine: Django's table of sessions with the person, browser and times beside the data; and ending sessions."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as TableStore
from django.utils.crypto import constant_time_compare

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.django_internals import Compiled, fill_session
from greendistrict.signin import stamps
from greendistrict.signin.models import SignedSession

WAITING = "signin.waiting"  # the first factor was given, the second is asked for (``signin.entering``)
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
