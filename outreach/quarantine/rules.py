"""Permissions on filings that wait apart."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts


def may_read_held(held: HeldPosts) -> bool:
    """Only the city."""
    return bool(held.roles & CITY)


def may_decide_held(held: HeldPosts) -> bool:
    """The city's officer, who handles all that the public files."""
    return held.has(Role.CITY_OFFICER)
