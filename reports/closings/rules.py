"""Permissions on closings of years."""

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def reads_closings(held: HeldPosts) -> bool:
    """Whether the user may read closings: the city, because they cover all districts."""
    return held.is_city


def closes_years(held: HeldPosts, _closing: Model) -> bool:
    """Whether the user may close and reopen a year: 审定."""
    return held.has(Role.CITY_DIRECTOR)
