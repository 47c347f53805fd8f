"""Permissions on the factor library."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_add(user: User) -> bool:
    """Only the city's 审定 adds versions."""
    return posts_of(user).has(Role.CITY_DIRECTOR)
