"""Permissions shared by matters filed with the city: who files for a district, who concludes for the city."""

from typing import Any, Protocol

from districts.file.models.district import District
from districts.file.rules import is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


class Filed(Protocol):
    """A matter that two people of a district's applicant file with the city."""

    district: District
    handed_up_by_id: Any


class Concluded(Filed, Protocol):
    """A filed matter whose conclusion three people of the city make."""

    proposed_by_id: Any


def prepares(user: User, filed: Filed) -> bool:
    """The applicant's preparer; a consultant never submits."""
    return is_preparer(user, filed.district)


def signs(user: User, filed: Filed) -> bool:
    """The applicant's reviewer, never the person who handed up."""
    return is_reviewer(user, filed.district) and filed.handed_up_by_id != user.pk


def signs_any(user: User, filed: Filed) -> bool:
    """The applicant's reviewer."""
    return is_reviewer(user, filed.district)


def is_officer(user: User, _filed: Filed) -> bool:
    """The city's 经办."""
    return posts_of(user).has(Role.CITY_OFFICER)


def checks(user: User, concluded: Concluded) -> bool:
    """The city's 审核, never the person who proposed."""
    return posts_of(user).has(Role.CITY_CHECKER) and concluded.proposed_by_id != user.pk


def decides(user: User, concluded: Concluded) -> bool:
    """The city's 审定, never the person who proposed."""
    return posts_of(user).has(Role.CITY_DIRECTOR) and concluded.proposed_by_id != user.pk


def oversees(user: User) -> bool:
    """City and secretariat."""
    held = posts_of(user)
    return held.is_city or held.has(Role.SECRETARIAT)
