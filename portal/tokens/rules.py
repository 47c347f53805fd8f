"""Permissions of the portal app."""

import datetime as dt
from typing import Any

from django.conf import settings

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_hold_token(user: User) -> bool:
    """City and partner seats may give a system of theirs a token of the API."""
    held = posts_of(user)
    return held.is_city or held.has(Role.PARTNER)


def ends_at(token: Any) -> dt.datetime:
    """When a token of the API ends: its term begins when it was made."""
    made: dt.datetime = token.created
    return made + dt.timedelta(days=settings.TOKEN_DAYS)
