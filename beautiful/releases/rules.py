"""Permissions on releases."""

from beautiful.plans.rules import coordinates, reads_all
from greendistrict.accounts.selectors import HeldPosts


def may_release(held: HeldPosts) -> bool:
    """People who edit the plans release and withdraw."""
    return coordinates(held)


def may_preview(held: HeldPosts) -> bool:
    """The city may see what is published or would be."""
    return reads_all(held)
