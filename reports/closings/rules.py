"""Permissions on closings of years."""

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_closings(user: User) -> bool:
    """Whether the user may read closings: the city, because they cover all districts."""
    return posts_of(user).is_city


def closes_years(user: User, _closing: Model) -> bool:
    """Whether the user may close and reopen a year: 审定."""
    return posts_of(user).has(Role.CITY_DIRECTOR)
