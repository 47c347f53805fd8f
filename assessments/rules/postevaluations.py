"""Who may do what with the draw and with an evaluation after acceptance."""

from assessments.models import PostEvaluation
from districts.rules import is_preparer, is_reviewer, may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats


def draws(user: User) -> bool:
    """The secretariat runs draws."""
    return seats(user).has(Role.SECRETARIAT)


def oversees(user: User) -> bool:
    """City and secretariat."""
    held = seats(user)
    return held.is_city or held.has(Role.SECRETARIAT)


def may_fill(user: User, found: PostEvaluation) -> bool:
    """Preparer and consultant while it is a draft."""
    return found.status == "draft" and may_edit_district(user, found.district)


def may_add_files(user: User, owner: object) -> bool:
    """Who fills in adds files."""
    return isinstance(owner, PostEvaluation) and may_fill(user, owner)


def prepares(user: User, found: PostEvaluation) -> bool:
    """The applicant's preparer."""
    return is_preparer(user, found.district)


def signs(user: User, found: PostEvaluation) -> bool:
    """The applicant's reviewer, never the person who handed up."""
    return is_reviewer(user, found.district) and found.handed_up_by_id != user.pk


def recalls(user: User, found: PostEvaluation) -> bool:
    """The applicant's reviewer."""
    return is_reviewer(user, found.district)


def is_officer(user: User, _found: PostEvaluation) -> bool:
    """The city's 经办."""
    return seats(user).has(Role.CITY_OFFICER)


def checks(user: User, found: PostEvaluation) -> bool:
    """The city's 审核, never the person who proposed."""
    return seats(user).has(Role.CITY_CHECKER) and found.proposed_by_id != user.pk


def decides(user: User, found: PostEvaluation) -> bool:
    """The city's 审定, never the person who proposed."""
    return seats(user).has(Role.CITY_DIRECTOR) and found.proposed_by_id != user.pk
