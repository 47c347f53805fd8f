"""Pages on which the city publishes or withdraws decided scores; the district reads the record of its own."""

from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.common.enums import Purpose
from assessments.common.forms import words_of_district
from assessments.common.views import list_page
from assessments.score_releases import selectors, services
from assessments.score_releases.columns import RELEASE_LIST, SCORE_LIST, TYPED
from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import DecidedScore, may_release
from districts.file.forms import of_world
from districts.releases.columns import record_of
from districts.releases.views import ReleasePage
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.filters import ChosenFilter, ListFilter
from greendistrict.core.paging import list_context

OPEN, LIVE = "open", "live"


def is_in_public(state: str) -> Q:
    """Scores that are published, or not."""
    live = Q(Exists(ScoreRelease.objects.filter(version=OuterRef("pk"), withdrawn_at__isnull=True)))
    return live if state == LIVE else ~live


class ScoreReleaseFilter(ListFilter):
    """Filter of the list of decided scores."""

    q = words_of_district("table__district__")
    purpose = ChosenFilter("程序", Purpose.choices, lambda purpose: Q(table__purpose=purpose))
    state = ChosenFilter("公开", [(OPEN, "未公开"), (LIVE, "已公开")], is_in_public)
    world = of_world("table__district__is_demo")


@require_safe
def score_release_list(request: HttpRequest) -> HttpResponse:
    """Show the decided scores the user sees, newest first, with their publication."""
    viewer = viewer_of(request)
    found = ScoreReleaseFilter(request.GET, selectors.scores_visible_to(viewer))
    context = list_context(request, found.qs.order_by("-frozen_at", "-pk"), found.form)
    lines = selectors.listed(context["page"].object_list)
    context["shown"] = list_page(viewer, SCORE_LIST, context["page"], "assessments:score_release", lines)
    return render(request, "assessments/score_releases/score_release_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def score_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the public reads or would read of a decided score, and its releases; POST by the city publishes. Raises ``Http404``."""
    return _page(viewer_of(request), pk).show(request)


@require_POST
def score_release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the published score. Raises ``Http404``."""
    return _page(viewer_of(request), pk).take_back(request)


def _page(viewer: Viewer, pk: int) -> ReleasePage:
    """Page of the decided score of a table."""
    version = get_object_or_404(selectors.scores_visible_to(viewer), table=pk)
    [decided] = selectors.listed([version])
    return ReleasePage(
        template="assessments/score_releases/score_release.html",
        address=reverse("assessments:score_release", args=[pk]),
        viewer=viewer,
        columns=TYPED,
        may=may_release(viewer.held),
        only=services.ONLY,
        what="得分",
        asked=f"{version.table}的得分",
        release=partial(services.release, version=version),
        withdraw=partial(services.withdraw, version=version),
        context=partial(_context, viewer, decided),
        ready=decided.score is not None and decided.is_decided,
    )


def _context(viewer: Viewer, decided: DecidedScore) -> dict[str, Any]:
    return {
        "decided": decided,
        "table": decided.version.table,
        "demo": decided.district.is_demo,
        "score": decided.score,
        "reference": decided.score is not None and decided.score.reference,
        "live": decided.live,
        "hidden": not decided.is_decided,
        "records": record_of(RELEASE_LIST, selectors.releases_of(decided.version), viewer.today),
    }
