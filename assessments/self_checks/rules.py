"""Permissions on a self-check: hand up, sign, countersign."""

from assessments.self_checks.models import SelfCheck
from districts.file.rules import is_authority, is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def hands_up(user: User, check: SelfCheck) -> bool:
    """Whether the user may hand it up: the preparer, never a consultant."""
    return is_preparer(user, check.district)


def signs(user: User, check: SelfCheck) -> bool:
    """Whether the user may sign: the reviewer, unless they handed it up."""
    return is_reviewer(user, check.district) and check.handed_up_by_id != user.pk


def signs_to_city(user: User, check: SelfCheck) -> bool:
    """Whether the user may sign and file directly with the city."""
    return not check.countersign_required and signs(user, check)


def signs_to_authority(user: User, check: SelfCheck) -> bool:
    """Whether the user may sign and send to the designated body first, if the settings required that when it was opened."""
    return check.countersign_required and signs(user, check)


def countersigns(user: User, check: SelfCheck) -> bool:
    """Whether the user may countersign: the designated body, unless it applies for the district itself."""
    own = check.district.applicant_id in posts_of(user).organisations_as(Role.AUTHORITY)
    return not own and is_authority(user, check.district)


def countersigns_filed(user: User, check: SelfCheck) -> bool:
    """Whether the user may countersign a filed self-check; possible once, if countersigning is optional."""
    return check.countersigned_at is None and countersigns(user, check)
