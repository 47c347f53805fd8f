"""Permissions on the factor library."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def may_add(held: HeldPosts) -> bool:
    """Only the city's 审定 adds versions."""
    return held.has(Role.CITY_DIRECTOR)
