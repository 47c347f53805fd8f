"""Permissions on standards: the officer imports and checks editions, the director publishes, locks and supersedes them."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def may_draft(held: HeldPosts) -> bool:
    """Whether this person may import and check editions."""
    return held.has(Role.CITY_OFFICER)


def may_publish(held: HeldPosts) -> bool:
    """Whether this person may publish and supersede editions."""
    return held.has(Role.CITY_DIRECTOR)
