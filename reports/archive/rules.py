"""Permissions on the archive: read, prepare, close, hand over."""

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def reads_archive(held: HeldPosts) -> bool:
    """Whether the user may read the archive: the city."""
    return held.is_city


def prepares_volumes(held: HeldPosts, _volume: Model | None = None) -> bool:
    """Whether the user may prepare volumes: 经办."""
    return held.has(Role.CITY_OFFICER)


def closes_volumes(held: HeldPosts, _volume: Model) -> bool:
    """Whether the user may check and close volumes: 审核."""
    return held.has(Role.CITY_CHECKER)


def hands_over_volumes(held: HeldPosts, _volume: Model) -> bool:
    """Whether the user may hand volumes over: 审核 or 审定."""
    return held.has(Role.CITY_CHECKER, Role.CITY_DIRECTOR)
