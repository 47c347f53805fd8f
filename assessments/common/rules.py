"""Permissions shared by matters filed with the city: who files for a district, who concludes for the city."""

from typing import Any, Protocol

from districts.file.models.district import District
from districts.file.rules import is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


class Filed(Protocol):
    """Protocol of a matter filed with the city by two people of the district's applicant."""

    district: District
    handed_up_by_id: Any


class Concluded(Filed, Protocol):
    """Protocol of a filed matter whose conclusion is made by three people of the city."""

    proposed_by_id: Any


def prepares(held: HeldPosts, filed: Filed) -> bool:
    """Whether the user is a preparer (填报) of the applicant; a consultant may not submit."""
    return is_preparer(held, filed.district)


def signs(held: HeldPosts, filed: Filed) -> bool:
    """Whether the user is a reviewer (复核) of the applicant other than the person who handed it up."""
    return is_reviewer(held, filed.district) and filed.handed_up_by_id != held.person


def signs_any(held: HeldPosts, filed: Filed) -> bool:
    """Whether the user is a reviewer of the applicant."""
    return is_reviewer(held, filed.district)


def is_officer(held: HeldPosts, _filed: Filed) -> bool:
    """The city's 经办."""
    return held.has(Role.CITY_OFFICER)


def checks(held: HeldPosts, concluded: Concluded) -> bool:
    """Whether the user holds the city's 审核 and did not propose the conclusion."""
    return held.has(Role.CITY_CHECKER) and concluded.proposed_by_id != held.person


def decides(held: HeldPosts, concluded: Concluded) -> bool:
    """Whether the user holds the city's 审定 and did not propose the conclusion."""
    return held.has(Role.CITY_DIRECTOR) and concluded.proposed_by_id != held.person


def oversees(held: HeldPosts) -> bool:
    """Whether the user belongs to the city's side: commission or secretariat."""
    return held.is_city or held.has(Role.SECRETARIAT)
