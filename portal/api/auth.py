"""Token authentication: only digests are stored; rate-limited, audited, with an expiry date."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication, TokenAuthentication, get_authorization_header
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit.grouped import record_once_a_day
from greendistrict.audit.services import record
from greendistrict.core import clock, limits, request_id
from greendistrict.signin import factors
from portal.tokens.models import TokenScopes, WriteScope
from portal.tokens.rules import ends_at, may_hold_token
from portal.tokens.services import digest_of

WRONG_TOKENS = 10
WRONG_SECONDS = 15 * 60
TOKEN_SHOWN = 8


class DigestTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …`` of a person whose post may hold a token.

    Wrong tokens are audited; after ten from an address within a quarter of an hour further wrong ones are told to wait. A good token
    goes on, whatever other systems behind the same gateway send. The first read of each list or record per token, day and address is
    audited with the beginning of the token's digest (per process while the cache is unavailable).
    """

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        """Person and token; None without the header. Raises ``AuthenticationFailed``, ``Throttled``."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword.lower().encode():
            return None
        address = request_id.address()
        wrong = f"api:wrong-token:{limits.place_of(address)}"
        try:
            found: tuple[User, Any] | None = super().authenticate(request)
        except AuthenticationFailed:
            if not limits.within(wrong, WRONG_TOKENS, seconds=WRONG_SECONDS):
                raise Throttled(WRONG_SECONDS) from None
            record(action="api.token_refused", by=None, data={"path": request.path[:200]})
            raise
        if found is not None:
            user, token = found
            page, named = getattr(request.resolver_match, "view_name", ""), f"令牌 {str(token.pk)[:TOKEN_SHOWN]}"
            data = {"path": request.path[:200], "page": page, "token": named}
            record_once_a_day(action="api.use", by=user, what=f"{token.pk}:{address}:{page}", label=f"{named} {page}", data=data)
        return found

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        """Person and token. Raises ``AuthenticationFailed``: unknown or expired, disabled person, ended post, missing factor."""
        user, token = super().authenticate_credentials(digest_of(key))
        if not isinstance(user, User) or not may_hold_token(posts_of(user)) or ends_at(token) <= clock.now() or factors.is_owed(user):
            msg = "令牌已失效"
            raise AuthenticationFailed(msg)
        return user, token


def reader(request: Request) -> Viewer:
    """Who reads this request: one value, made after its authentication. Raises ``TypeError`` before it."""
    return viewer_of(request._request)  # noqa: SLF001 -- the request of Django, which authentication tells whose it is


def writer(request: Request, scope: WriteScope) -> Viewer:
    """Who writes with the token of the request, if its scopes allow this write. Raises ``PermissionDenied``; sessions never write."""
    token = request.auth
    if not isinstance(token, Token):
        msg = "写入只接受接口令牌，登录会话只供读取"
        raise PermissionDenied(msg)
    if not TokenScopes.objects.filter(token=token, scopes__contains=[scope]).exists():
        msg = f"这个令牌没有“{scope.label}”的写入范围，可在“接口令牌”页面重新生成"
        raise PermissionDenied(msg)
    return reader(request)


class PageSessionAuthentication(SessionAuthentication):
    """Session of a signed-in page; a missing CSRF token is refused with a Chinese message."""

    def enforce_csrf(self, request: Request) -> None:
        """Check the CSRF token. Raises ``PermissionDenied``."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            msg = "没有通过安全校验，登录会话只供读取"
            raise PermissionDenied(msg) from None


class PageSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's registry
    """OpenAPI description of the session authentication."""

    target_class = PageSessionAuthentication
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Session cookie."""
        del auto_schema
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class DigestTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's registry
    """OpenAPI description of the token authentication."""

    target_class = DigestTokenAuthentication
    name = "token"
    match_subclasses = True

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Header with the prefix ``Token``."""
        del auto_schema
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token 加一个空格再加令牌"}
