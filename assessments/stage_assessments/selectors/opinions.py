"""Opinions of stage assessments in sight, and how many are still open."""

from typing import Any

from django.db.models import Q, QuerySet

from assessments.common.enums import CommentKind
from assessments.opinions.enums import OpinionState
from assessments.opinions.rules import answers_for
from assessments.opinions.selectors import OPINION_WORDS
from assessments.stage_assessments.models.opinions import StageOpinion
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import stages_visible_to
from greendistrict.accounts.models import User


def stage_opinions_visible_to(user: User) -> QuerySet[StageOpinion]:
    """Opinions of the stage assessments that the person sees, and those given to a body for which the person replies."""
    return StageOpinion.objects.filter(Q(stage__in=stages_visible_to(user)) | Q(organisation_id__in=answers_for(user)))


def opinions_summary(stage: StageAssessment) -> dict[str, Any] | None:
    """How many lines there are, how many are not closed, and those of them that must be followed; None before there is a list."""
    rows = list(stage.review_opinions.order_by("number"))
    left = [row for row in rows if row.status != OpinionState.CLOSED]
    musts = [(row, OPINION_WORDS[row.status]) for row in left if row.kind == CommentKind.MUST]
    return {"count": len(rows), "left": len(left), "musts": musts} if rows else None
