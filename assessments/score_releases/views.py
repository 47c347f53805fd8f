"""Pages on which the city publishes or withdraws decided scores; the district reads the record of its own."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.common.views.lists import list_page
from assessments.score_releases import rules, selectors, services
from assessments.score_releases.columns import RELEASE_LIST, SCORE_LIST
from assessments.score_releases.forms import ScoreReleaseFilter, ScoreReleaseForm, ScoreWithdrawalForm
from assessments.tables.models import TableVersion
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import UNPROCESSABLE, asked_first


def _seen(viewer: Viewer, pk: int) -> TableVersion:
    """Decided score of a table the user sees. Raises ``Http404``."""
    return get_object_or_404(selectors.scores_visible_to(viewer), table=pk)


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
    viewer = viewer_of(request)
    version = _seen(viewer, pk)
    if request.method != "POST":
        return _page(request, viewer, version)
    NotAllowed.unless(rules.may_release(viewer.held), services.ONLY)
    form = ScoreReleaseForm(request.POST)
    code = UNPROCESSABLE
    if form.is_valid():
        with RefusalsIn(form) as refusing:
            release = partial(services.release, version=version, by=viewer.user, **form.cleaned_data)
            question = f"向公众公开{version.table}的得分？依据：{form.cleaned_data['basis']}"
            if asking := asked_first(request, release, title="向公众公开", question=question, back=request.path):
                return asking
            release()
            return _done(request, pk, "得分已向公众公开")
        code = refusing.code
    return _page(request, viewer, version, code, form=form)


@require_POST
def score_release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the published score. Raises ``Http404``."""
    viewer = viewer_of(request)
    version = _seen(viewer, pk)
    NotAllowed.unless(rules.may_release(viewer.held), services.ONLY)
    form = ScoreWithdrawalForm(request.POST)
    code = UNPROCESSABLE
    if form.is_valid():
        with RefusalsIn(form) as refusing:
            services.withdraw(version=version, reason=form.cleaned_data["withdrawal"], by=viewer.user)
            return _done(request, pk, "得分已撤回，公众不再看到")
        code = refusing.code
    return _page(request, viewer, version, code, withdrawal=form)


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("assessments:score_release", args=[pk]))


def _page(request: HttpRequest, viewer: Viewer, version: TableVersion, status: int = 200, **bound: Any) -> HttpResponse:
    [decided] = selectors.listed([version])
    releases, records = rules.may_release(viewer.held), RELEASE_LIST.rows_of(selectors.releases_of(version))
    context = {
        "decided": decided,
        "table": version.table,
        "score": decided.score,
        "live": decided.live,
        "records": records and RELEASE_LIST.html(records, viewer.today, None, first=None),
        "form": bound.get("form", ScoreReleaseForm()) if releases and decided.score and decided.is_decided else None,
        "withdrawal": bound.get("withdrawal", ScoreWithdrawalForm()) if releases else None,
        "errors": bound.get("withdrawal", bound.get("form")),
    }
    return render(request, "assessments/score_releases/score_release.html", context, status=status)
