"""Permissions on releases."""

from districts.file.models.district import District
from districts.file.rules import is_authority
from greendistrict.accounts.selectors import HeldPosts


def may_release(held: HeldPosts, district: District) -> bool:
    """Who releases and withdraws: people acting for the leading body, which owes the report (七（三）4)."""
    return is_authority(held, district)
