"""Passkeys (WebAuthn) with django-otp-webauthn: start and end of registration and authentication. Challenges are stored in the session."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException

from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused

STATE = "signin.passkey"
FAILED = "通行密钥没有通过，请重试"


class Helper(WebAuthnHelper):  # type: ignore[misc]  # the library has no types
    """Bound to the host of ``SITE_URL``; outside production to the host of the request, which is ``localhost`` in tests."""

    def get_relying_party_domain(self) -> str:
        """Host that passkeys are bound to."""
        if settings.SESSION_COOKIE_SECURE:
            return str(settings.OTP_WEBAUTHN_RP_ID)
        return urlsplit(f"//{self.request.get_host()}").hostname or "localhost"

    def get_allowed_origins(self) -> list[str]:
        """Origins that may use the passkeys."""
        if settings.SESSION_COOKIE_SECURE:
            return list(settings.OTP_WEBAUTHN_ALLOWED_ORIGINS)
        return [f"{self.request.scheme}://{self.request.get_host()}"]


def begin_adding(request: HttpRequest, user: User) -> dict[str, Any]:
    """Options for creating a passkey in the browser."""
    options, state = Helper(request).register_begin(user)
    request.session[STATE] = state
    return dict(options)


def add(request: HttpRequest, user: User, answer: str) -> WebAuthnCredential:
    """Store the passkey created by the browser. Raises ``Refused``."""
    return _ended(request, answer, lambda state, data: Helper(request).register_complete(user, state, data))


def begin_asking(request: HttpRequest, user: User) -> dict[str, Any]:
    """Options for authenticating with a passkey in the browser."""
    options, state = Helper(request).authenticate_begin(user, require_user_verification=False)
    request.session[STATE] = state
    return dict(options)


def check(request: HttpRequest, user: User, answer: str) -> WebAuthnCredential:
    """Verify the browser's answer; returns the passkey used. Raises ``Refused``."""
    return _ended(request, answer, lambda state, data: Helper(request).authenticate_complete(user, state, data))


def _ended(request: HttpRequest, answer: str, ceremony: Any) -> WebAuthnCredential:
    state = request.session.pop(STATE, None)
    Refused.unless(state, FAILED)
    try:
        return ceremony(state, json.loads(answer))
    except (WebAuthnException, OTPWebAuthnApiError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(FAILED) from error
