"""Permissions to hold API tokens."""

import datetime as dt
from typing import Any

from django.conf import settings

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from portal.tokens.models import WriteScope

WRITERS = (Role.PREPARER, Role.CONSULTANT)
ANSWERERS = (Role.BUREAU, Role.AUTHORITY)


def runs_systems(held: HeldPosts) -> bool:
    """Whether systems of the user may read the programme and receive its events: the city, partners, and editors of a district."""
    return held.is_city or held.has(Role.PARTNER, *WRITERS)


def may_hold_token(held: HeldPosts) -> bool:
    """Whether the user may have an API token: as ``runs_systems``, and departments that answer about plots."""
    return runs_systems(held) or held.has(*ANSWERERS)


def scopes_open_to(held: HeldPosts) -> tuple[WriteScope, ...]:
    """Scopes a person may choose: all for people who fill in for a district, answers for city officers and departments, none for others."""
    if held.has(*WRITERS):
        return tuple(WriteScope)
    return (WriteScope.ANSWERS,) if held.has(Role.CITY_OFFICER, *ANSWERERS) else ()


def ends_at(token: Any) -> dt.datetime:
    """When an API token expires; its term begins when it was created."""
    made: dt.datetime = token.created
    return made + dt.timedelta(days=settings.TOKEN_DAYS)
