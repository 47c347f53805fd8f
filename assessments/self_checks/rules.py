"""Permissions on a self-check: hand up, sign, countersign."""

from assessments.self_checks.models import SelfCheck
from districts.file.rules import is_authority, is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def hands_up(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may hand it up: the preparer, never a consultant."""
    return is_preparer(held, check.district)


def signs(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may sign: the reviewer, unless they handed it up."""
    return is_reviewer(held, check.district) and check.handed_up_by_id != held.person


def signs_to_city(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may sign and file directly with the city."""
    return not check.countersign_required and signs(held, check)


def signs_to_authority(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may sign and send to the designated body first, if the settings required that when it was opened."""
    return check.countersign_required and signs(held, check)


def countersigns(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may countersign: the designated body, unless it applies for the district itself."""
    own = check.district.applicant_id in held.organisations_as(Role.AUTHORITY)
    return not own and is_authority(held, check.district)


def countersigns_filed(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may countersign a filed self-check; possible once, if countersigning is optional."""
    return check.countersigned_at is None and countersigns(held, check)
