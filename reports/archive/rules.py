"""Permissions on the archive: read, prepare, close, hand over."""

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_archive(user: User) -> bool:
    """Whether the user may read the archive: the city."""
    return posts_of(user).is_city


def prepares_volumes(user: User, _volume: Model | None = None) -> bool:
    """Whether the user may prepare volumes: 经办."""
    return posts_of(user).has(Role.CITY_OFFICER)


def closes_volumes(user: User, _volume: Model) -> bool:
    """Whether the user may check and close volumes: 审核."""
    return posts_of(user).has(Role.CITY_CHECKER)


def hands_over_volumes(user: User, _volume: Model) -> bool:
    """Whether the user may hand volumes over: 审核 or 审定."""
    return posts_of(user).has(Role.CITY_CHECKER, Role.CITY_DIRECTOR)
