"""Permissions on opinions of the public."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_read_opinions(user: User) -> bool:
    """Only the city."""
    return bool(posts_of(user).roles & CITY)


def may_handle_opinions(user: User) -> bool:
    """The city's officer answers, publishes and sets aside."""
    return posts_of(user).has(Role.CITY_OFFICER)
