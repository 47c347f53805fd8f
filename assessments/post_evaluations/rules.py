"""Permissions on the sample and on a post-evaluation."""

from assessments.post_evaluations.enums import PostEvaluationState
from assessments.post_evaluations.models import PostEvaluation
from districts.file.rules import may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def draws(held: HeldPosts) -> bool:
    """Whether the user may draw samples: the secretariat."""
    return held.has(Role.SECRETARIAT)


def may_fill(held: HeldPosts, found: PostEvaluation) -> bool:
    """Whether the user may edit the report: preparer and consultant while it is a draft."""
    return found.status == PostEvaluationState.DRAFT and may_edit_district(held, found.district)


def may_add_files(held: HeldPosts, owner: object) -> bool:
    """Whether the user may add files: whoever may edit the report."""
    return isinstance(owner, PostEvaluation) and may_fill(held, owner)
