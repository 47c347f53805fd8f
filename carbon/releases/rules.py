"""Permissions on releases."""

from districts.file.models.district import District
from districts.file.rules import is_authority
from greendistrict.accounts.models import User


def may_release(user: User, district: District) -> bool:
    """Who releases and withdraws: people acting for the leading body, which owes the report (七（三）4)."""
    return is_authority(user, district)
