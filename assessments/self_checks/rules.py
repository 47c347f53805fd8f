"""Permissions on a self-check: hand up, sign, countersign."""

from assessments.self_checks.models import SelfCheck
from districts.file.rules import is_authority, is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def hands_up(user: User, check: SelfCheck) -> bool:
    """The preparer hands up; a consultant never does."""
    return is_preparer(user, check.district)


def signs(user: User, check: SelfCheck) -> bool:
    """The reviewer signs, and is never the person who handed up."""
    return is_reviewer(user, check.district) and check.handed_up_by_id != user.pk


def signs_to_city(user: User, check: SelfCheck) -> bool:
    """Signing that goes straight to the city."""
    return not check.countersign_required and signs(user, check)


def signs_to_authority(user: User, check: SelfCheck) -> bool:
    """Signing that goes to the designated body first, as the settings wanted when the self-check was opened."""
    return check.countersign_required and signs(user, check)


def countersigns(user: User, check: SelfCheck) -> bool:
    """The designated body; a body that applies for the district itself never endorses itself."""
    own = check.district.applicant_id in posts_of(user).organisations_as(Role.AUTHORITY)
    return not own and is_authority(user, check.district)


def countersigns_filed(user: User, check: SelfCheck) -> bool:
    """A filed self-check may still be countersigned once, where that is optional."""
    return check.countersigned_at is None and countersigns(user, check)
