"""Permissions on releases."""

from beautiful.plans.rules import coordinates, reads_all
from greendistrict.accounts.models import User


def may_release(user: User) -> bool:
    """People who edit the plans release and withdraw."""
    return coordinates(user)


def may_preview(user: User) -> bool:
    """The city may see what is published or would be."""
    return reads_all(user)
