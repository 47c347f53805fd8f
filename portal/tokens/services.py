"""API tokens: limited in time, deleted with a change of password or of posts, stored as digests."""

import hashlib
import secrets
from collections.abc import Collection

from django.db import transaction
from rest_framework.authtoken.models import Token

from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why, locked_person
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import record
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from portal.tokens.models import TokenScopes
from portal.tokens.rules import may_hold_token, scopes_open_to

KEY_CHARACTERS = 40
SECRET_BYTES = 32


def digest_of(secret: str) -> str:
    """Key under which a token is stored: the first 160 bits of its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()[:KEY_CHARACTERS]


@transaction.atomic
def make_token(*, by: User, scopes: Collection[str] = ()) -> str:
    """Create a token for the person, replacing the old one, and return it; it cannot be shown again.

    Every token can read; ``scopes`` are what it may also write. Raises ``NotAllowed``.
    """
    NotAllowed.unless(may_hold_token(posts_of(locked_person(by))), "接口令牌由市级、协同部门、区专门机构、区级部门和城区填报岗位使用")
    NotAllowed.unless(set(scopes) <= set(scopes_open_to(posts_of(by))), "所选的写入范围不属于您的岗位")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    Token.objects.filter(user=by).delete()
    token = Token.objects.create(user=by, key=digest_of(secret))
    Token.objects.filter(pk=token.pk).update(created=clock.now())  # business time, from which its term is counted
    if scopes:
        TokenScopes.objects.create(token_id=token.pk, scopes=sorted(scopes))
    record(action="portal.make_token", by=by, obj=by, data={"scopes": sorted(scopes)})
    return secret


def end_tokens(person: User, _why: Why) -> int:
    """Delete the person's token because the rights under which it was made have ended; returns how many there were."""
    return int(Token.objects.filter(user=person).delete()[1].get("authtoken.Token", 0))


@transaction.atomic
def revoke_token(*, by: User) -> bool:
    """Delete the person's token; returns whether there was one."""
    count, _ = Token.objects.filter(user=by).delete()
    if count:
        record(action="portal.revoke_token", by=by, obj=by)
    return bool(count)
