"""Files that experts attach to clauses: who may open them, and their names."""

from typing import cast

from django.db.models import Model, Q, QuerySet

from assessments.reviews.enums import FROM_MEETING, MemberState, ReviewState
from assessments.reviews.models import ExpertScore, PanelMember, ScoreFile
from assessments.reviews.rules import oversees_reviews
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer


def scores_with_open_files(viewer: Viewer) -> QuerySet[ExpertScore]:
    """Scores whose files the user may open: the own ones, and all scores for those at the meeting once it is open."""
    members = PanelMember.objects.filter(expert__user=viewer.person, state=MemberState.ACCEPTED)
    own = Q(assignment__member__in=members)
    opened = Q(assignment__member__review__status__in=FROM_MEETING, assignment__member__state=MemberState.ACCEPTED)
    if not oversees_reviews(viewer.held):
        opened &= Q(assignment__member__review__in=members.values("review_id"))
    return ExpertScore.objects.filter(own | opened)


def file_name(score: ExpertScore) -> str:
    """Name of a score's next file: member number and clause, no person's name."""
    number = ScoreFile.objects.filter(score=score).count() + 1
    return f"{score.assignment.member} {score.assignment.item_id} 附件{number}"


def files_of(score: ExpertScore) -> list[ScoreFile]:
    """Files of a score in order of upload; no query if the workspace has counted none."""
    if not vars(score).get("attached", True):
        return []
    return list(score.files.select_related("document"))


def may_attach(held: HeldPosts, score: Model) -> bool:
    """Whether the score is the person's own and not handed in."""
    member = cast("ExpertScore", score).assignment.member
    if member.expert.user_id != held.person or member.state != MemberState.ACCEPTED:
        return False
    return member.submitted_at is None and member.review.status == ReviewState.SCORING
