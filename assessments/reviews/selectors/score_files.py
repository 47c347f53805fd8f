"""Files that experts put to clauses: who opens them, and what they are called."""

from typing import cast

from django.db.models import Model, Q, QuerySet

from assessments.common.enums import MemberState
from assessments.reviews.enums import ReviewState
from assessments.reviews.models.papers import ScoreFile
from assessments.reviews.models.review import ExpertScore, PanelMember
from assessments.reviews.rules.reviews import OPEN_STATES, oversees_reviews
from greendistrict.accounts.models import User


def scores_with_open_files(user: User) -> QuerySet[ExpertScore]:
    """Scores whose files this person may open: the own ones; everybody at the table all of them once the meeting is open."""
    members = PanelMember.objects.filter(expert__user=user, state=MemberState.ACCEPTED)
    own = Q(assignment__member__in=members)
    opened = Q(assignment__member__review__status__in=OPEN_STATES, assignment__member__state=MemberState.ACCEPTED)
    if not oversees_reviews(user):
        opened &= Q(assignment__member__review__in=members.values("review_id"))
    return ExpertScore.objects.filter(own | opened)


def file_name(score: ExpertScore) -> str:
    """Name of the next file of a score: member and clause, nobody's name."""
    number = ScoreFile.objects.filter(score=score).count() + 1
    return f"{score.assignment.member} {score.assignment.item_id} 附件{number}"


def files_of(score: ExpertScore) -> list[ScoreFile]:
    """Files of a score in the order they came; no query where the workspace has counted none."""
    if not vars(score).get("attached", True):
        return []
    return list(score.files.select_related("document"))


def may_attach(user: User, score: Model) -> bool:
    """Whether this is an own score that is not handed in."""
    member = cast("ExpertScore", score).assignment.member
    if member.expert.user_id != user.pk or member.state != MemberState.ACCEPTED:
        return False
    return member.submitted_at is None and member.review.status == ReviewState.SCORING
