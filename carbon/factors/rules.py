"""Permissions on the factor library."""

from carbon.factors.models import AddedFactor
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_add(user: User) -> bool:
    """Only the city's 审定 adds versions."""
    return posts_of(user).has(Role.CITY_DIRECTOR)


def may_check(user: User, version: AddedFactor) -> bool:
    """Anybody of the city but the person who added the version, until it is checked or sent back."""
    waits = version.checked_at is None and version.returned_at is None
    return waits and posts_of(user).is_city and version.entered_by_id != user.pk
