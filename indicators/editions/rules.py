"""Permissions on standards: the officer imports and checks editions, the director publishes, locks and supersedes them."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats


def may_draft(user: User) -> bool:
    """Whether this person brings in and checks editions."""
    return seats(user).has(Role.CITY_OFFICER)


def may_publish(user: User) -> bool:
    """Whether this person decides which editions hold."""
    return seats(user).has(Role.CITY_DIRECTOR)
