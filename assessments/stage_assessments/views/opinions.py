"""Pages of the opinions of a stage assessment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from assessments.opinions.views import OpinionPages
from assessments.stage_assessments.lifecycle.opinions import STAGE_OPINION
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.opinions import stage_opinions_visible_to
from assessments.stage_assessments.selectors.stages import stages_visible_to
from greendistrict.accounts.viewer import viewer_of


def seen_assessment(request: HttpRequest, pk: int) -> tuple[StageAssessment, bool]:
    """The assessment, and whether the user sees all of it or only opinions of the own body. Raises ``Http404``."""
    viewer = viewer_of(request)
    if found := stages_visible_to(viewer).filter(pk=pk).first():
        return found, True
    rows = StageAssessment.objects.filter(review_opinions__in=stage_opinions_visible_to(viewer)).distinct()
    return get_object_or_404(rows.select_related("district", "review"), pk=pk), False


def _around(stage: StageAssessment, whole: bool) -> dict[str, Any]:  # noqa: FBT001 -- called by position as every kind's is
    back, here = reverse("assessments:stage", args=[stage.pk]), ("评审意见逐条办理", "")
    above = [("阶段评估", reverse("assessments:stage_list")), (str(stage), back)] if whole else []
    words = f"{stage.number or ''} {stage}".strip()
    return {
        "crumbs": [*above, here],
        "back": back,
        "back_label": "返回阶段评估",
        "named": words,
        "blocks": "整改须在须修改的全部销号后才能复核通过",
    }


STAGE = OpinionPages(
    STAGE_OPINION,
    "assessments:stage_opinions",
    "assessments:stage_opinion_step",
    seen_assessment,
    _around,
    lambda stage: stage.review is not None and stage.review.concluded_at is not None,
)


@require_GET
def stage_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the opinions of the panel of a stage assessment."""
    return STAGE.show(request, pk)


@require_POST
def stage_opinion_step(request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
    """Take a step of one opinion."""
    return STAGE.act(request, pk, opinion)
