"""Who may do what with the draw and with an evaluation after acceptance."""

from assessments.post_evaluations.enums import PostEvaluationState
from assessments.post_evaluations.models import PostEvaluation
from districts.file.rules import may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def draws(user: User) -> bool:
    """The secretariat runs draws."""
    return posts_of(user).has(Role.SECRETARIAT)


def may_fill(user: User, found: PostEvaluation) -> bool:
    """Preparer and consultant while it is a draft."""
    return found.status == PostEvaluationState.DRAFT and may_edit_district(user, found.district)


def may_add_files(user: User, owner: object) -> bool:
    """Who fills in adds files."""
    return isinstance(owner, PostEvaluation) and may_fill(user, owner)
