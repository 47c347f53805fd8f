"""Permissions on opinions of the public."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts


def may_read_opinions(held: HeldPosts) -> bool:
    """Only the city."""
    return bool(held.roles & CITY)


def may_handle_opinions(held: HeldPosts) -> bool:
    """The city's officer answers, publishes and sets aside."""
    return held.has(Role.CITY_OFFICER)
