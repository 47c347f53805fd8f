"""The list of panel opinions on the page of a case."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.cases.views import crumbs, seen_case
from approvals.opinions.lifecycle import OPINION
from approvals.opinions.selectors import opinions_visible_to
from assessments.opinions.views import OpinionPages
from greendistrict.accounts.viewer import viewer_of


def seen_list(request: HttpRequest, pk: int) -> tuple[Case, bool]:
    """The case, and whether the person sees all its opinions or only those of the own body. Raises ``Http404``."""
    viewer = viewer_of(request)
    if cases_visible_to(viewer).filter(pk=pk).exists():
        return seen_case(request, pk), True
    rows = Case.objects.filter(review_opinions__in=opinions_visible_to(viewer)).distinct()
    return get_object_or_404(rows.select_related("district", "applicant", "review"), pk=pk), False


def _around(case: Case, whole: bool) -> dict[str, Any]:  # noqa: FBT001 -- called by position as every kind's is
    here = ("评审意见逐条办理", "")
    return {
        "crumbs": crumbs(case, here) if whole else [here],
        "back": reverse("approvals:case", args=[case.pk]),
        "back_label": "返回办件",
        "named": f"{case.number} {case.district.name}",
        "blocks": "须修改的全部销号后才能审定同意授予称号",
    }


CASE = OpinionPages(
    OPINION,
    "approvals:case_opinions",
    "approvals:opinion_step",
    seen_list,
    _around,
    lambda case: case.review is not None and case.review.concluded_at is not None,
)


@require_GET
def case_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """List of the panels' opinions of a case."""
    return CASE.show(request, pk)


@require_POST
def opinion_step(request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
    """Take a step of one opinion."""
    return CASE.act(request, pk, opinion)
