"""Permissions of the portal app."""

import datetime as dt
from typing import Any

from django.conf import settings

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from portal.tokens.models import WriteScope

WRITERS = (Role.PREPARER, Role.CONSULTANT)
ANSWERERS = (Role.BUREAU, Role.AUTHORITY)


def runs_systems(user: User) -> bool:
    """City and partner seats, and who fills in for a district: their systems read the programme and are told of it."""
    held = posts_of(user)
    return held.is_city or held.has(Role.PARTNER, *WRITERS)


def may_hold_token(user: User) -> bool:
    """The same, and departments that answer about plots, may give a system of theirs a token of the API."""
    return runs_systems(user) or posts_of(user).has(*ANSWERERS)


def scopes_open_to(user: User) -> tuple[WriteScope, ...]:
    """What a token of this person may be made to write: all for who fills in for a district, answers for departments, else nothing."""
    held = posts_of(user)
    if held.has(*WRITERS):
        return tuple(WriteScope)
    return (WriteScope.ANSWERS,) if held.has(Role.CITY_OFFICER, *ANSWERERS) else ()


def ends_at(token: Any) -> dt.datetime:
    """When a token of the API ends: its term begins when it was made."""
    made: dt.datetime = token.created
    return made + dt.timedelta(days=settings.TOKEN_DAYS)
