"""Permissions on standards: the officer imports and checks editions, the director publishes, locks and supersedes them."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_draft(user: User) -> bool:
    """Whether this person may import and check editions."""
    return posts_of(user).has(Role.CITY_OFFICER)


def may_publish(user: User) -> bool:
    """Whether this person may publish and supersede editions."""
    return posts_of(user).has(Role.CITY_DIRECTOR)
