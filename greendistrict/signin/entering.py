"""The only module that signs a user in to a session."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import locked_person
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core.proxies import caller
from greendistrict.signin import browsers, sessions, stamps
from greendistrict.signin.sessions import WAITING

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
    if settings.IDLE_MINUTES_CITY and ((held := posts_of(user)).is_city or held.is_keeper):
        stamps.change(request.session, strict=True)
    request.session.pop(WAITING, None)
    sessions.make_room(user, own=request.session.session_key)
    token = browsers.token_of(request) or secrets.token_urlsafe(24)
    browsers.note(user=user, token=token, label=label, address=address)
    response.set_cookie(browsers.cookie_name(), token, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
    data = ({"second": second} if second else {}) | ({"way": "oidc"} if id_token else {})
    audit.record(action="accounts.login", by=user, obj=user, data=data)
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
