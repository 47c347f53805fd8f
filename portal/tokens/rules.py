"""Permissions of the portal app."""

import datetime as dt
from typing import Any

from django.conf import settings

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from portal.tokens.models import WriteScope

WRITERS = (Role.PREPARER, Role.CONSULTANT)


def may_hold_token(user: User) -> bool:
    """City and partner seats, and who fills in for a district, may give a system of theirs a token of the API."""
    held = posts_of(user)
    return held.is_city or held.has(Role.PARTNER, *WRITERS)


def scopes_open_to(user: User) -> tuple[WriteScope, ...]:
    """What a token of this person may be made to write: whatever who fills in for a district writes, for others nothing."""
    return tuple(WriteScope) if posts_of(user).has(*WRITERS) else ()


def ends_at(token: Any) -> dt.datetime:
    """When a token of the API ends: its term begins when it was made."""
    made: dt.datetime = token.created
    return made + dt.timedelta(days=settings.TOKEN_DAYS)
