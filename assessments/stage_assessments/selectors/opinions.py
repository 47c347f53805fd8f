"""Opinions of visible stage assessments, and the number still open."""

from typing import Any

from django.db.models import Q, QuerySet

from assessments.common.enums import CommentKind
from assessments.opinions.enums import OpinionState
from assessments.opinions.rules import answers_for
from assessments.stage_assessments.models.opinions import StageOpinion
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import stages_visible_to
from greendistrict.accounts.viewer import Viewer


def stage_opinions_visible_to(viewer: Viewer) -> QuerySet[StageOpinion]:
    """Opinions of the stage assessments the user sees, and those assigned to a body for which the user replies."""
    return StageOpinion.objects.filter(Q(stage__in=stages_visible_to(viewer)) | Q(organisation_id__in=answers_for(viewer.held)))


def opinions_summary(stage: StageAssessment) -> dict[str, Any] | None:
    """Number of opinions, of open ones, and of open binding ones; None if there is no list yet."""
    rows = list(stage.review_opinions.order_by("number"))
    left = [row for row in rows if row.status != OpinionState.CLOSED]
    musts = [(row, str(OpinionState(row.status).label)) for row in left if row.kind == CommentKind.MUST]
    return {"count": len(rows), "left": len(left), "musts": musts} if rows else None
