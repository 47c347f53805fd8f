"""Permissions on filings that wait apart."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_read_held(user: User) -> bool:
    """Only the city."""
    return bool(posts_of(user).roles & CITY)


def may_decide_held(user: User) -> bool:
    """The city's officer, who handles all that the public files."""
    return posts_of(user).has(Role.CITY_OFFICER)
