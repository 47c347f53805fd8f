"""Authentication by token, of which only the digest is stored."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from greendistrict.accounts.models import User
from greendistrict.portal.rules import may_hold_token
from greendistrict.portal.services import digest_of


class DigestTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …`` of somebody who still holds a seat that may have one."""

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        """Person and token. Raises ``AuthenticationFailed`` for unknown tokens, disabled people and seats that ended."""
        user, token = super().authenticate_credentials(digest_of(key))
        if not isinstance(user, User) or not may_hold_token(user):
            msg = "令牌已失效"
            raise AuthenticationFailed(msg)
        return user, token


class DigestTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's registry
    """How the schema describes it."""

    target_class = DigestTokenAuthentication
    name = "token"
    match_subclasses = True

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Header with a prefix."""
        del auto_schema
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token 加一个空格再加令牌"}
