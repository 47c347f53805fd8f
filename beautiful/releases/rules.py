"""Permissions on releases."""

from beautiful.plans.rules import coordinates, reads_all
from greendistrict.accounts.models import User


def may_release(user: User) -> bool:
    """Who keeps the plans releases and withdraws."""
    return coordinates(user)


def may_preview(user: User) -> bool:
    """The city reads what is or would be public before it is."""
    return reads_all(user)
