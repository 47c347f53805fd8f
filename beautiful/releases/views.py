"""Pages of published progress: frozen content for the public; release and record for the city."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beautiful.frame.programme import programme
from beautiful.plans.models import ActionPlan
from beautiful.plans.questions import Quarter
from beautiful.plans.selectors.plans import plans_visible_to
from beautiful.releases import rules, selectors, services
from beautiful.releases.columns import RELEASE_LIST
from beautiful.releases.forms import ProgressReleaseForm, ProgressWithdrawalForm
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import asked_first

UNPROCESSABLE = 422


@login_not_required
@require_safe
def public_progress(request: HttpRequest) -> HttpResponse:
    """Published quarters, and withdrawn ones with their reason."""
    context = {"programme": programme(), "released": list(selectors.released()), "withdrawn": list(selectors.withdrawn())}
    return render(request, "beautiful/releases/public_progress.html", context)


@login_not_required
@require_safe
def public_quarter(request: HttpRequest, pk: int) -> HttpResponse:
    """A published quarter as frozen; for a withdrawn one day and reason, with 410."""
    found = get_object_or_404(selectors.released() | selectors.withdrawn(), pk=pk)
    is_gone = found.withdrawn_at is not None
    context = {"programme": programme(), "release": found, "told": None if is_gone else found.frozen}
    return render(request, "beautiful/releases/public_quarter.html", context, status=HTTPStatus.GONE if is_gone else HTTPStatus.OK)


def _plan(viewer: Viewer, pk: int) -> ActionPlan:
    """Issued plan, for people of the city. Raises ``Http404``."""
    if not rules.may_preview(viewer.held):
        raise Http404
    return get_object_or_404(plans_visible_to(viewer).filter(issued_on__isnull=False), pk=pk)


def _quarter(viewer: Viewer, plan: ActionPlan, year: int, quarter: int) -> Quarter:
    """A past quarter of the plan. Raises ``Http404``."""
    if (year, quarter) not in selectors.quarters_over(plan, viewer.today):
        raise Http404
    return year, quarter


@require_safe
def progress_releases(request: HttpRequest, pk: int) -> HttpResponse:
    """Past quarters of a plan, and the record of releases."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    records = selectors.releases_of(found)
    live = {(one.year, one.quarter) for one in records if one.withdrawn_at is None}
    once = {(one.year, one.quarter) for one in records}
    quarters = [(*quarter, quarter in live, quarter in once) for quarter in selectors.quarters_over(found, viewer.today)]
    shown = RELEASE_LIST.html(RELEASE_LIST.rows_of(records), viewer.today, None, first=None)
    context = {"plan": found, "quarters": quarters, "records": records and shown, "programme": programme()}
    return render(request, "beautiful/releases/progress_releases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def progress_release(request: HttpRequest, pk: int, year: int, quarter: int) -> HttpResponse:
    """What the public reads or would read of a quarter; the seat publishes it."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    chosen = _quarter(viewer, found, year, quarter)
    if request.method != "POST":
        return _page(request, viewer, found, chosen)
    NotAllowed.unless(rules.may_release(viewer.held), services.ONLY)
    form = ProgressReleaseForm(request.POST)
    if form.is_valid():
        with RefusalsIn(form):
            release = partial(services.release, plan=found, quarter=chosen, basis=form.cleaned_data["basis"], by=viewer.user)
            question = f"向公众公开{year}年第{quarter}季度的进展？依据：{form.cleaned_data['basis']}"
            if asking := asked_first(request, release, title="向公众公开", question=question, back=request.path):
                return asking
            release()
            return _done(request, found, chosen, "已向公众公开")
    return _page(request, viewer, found, chosen, form=form)


@require_POST
def progress_withdraw(request: HttpRequest, pk: int, year: int, quarter: int) -> HttpResponse:
    """Withdraw the published quarter."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    chosen = _quarter(viewer, found, year, quarter)
    NotAllowed.unless(rules.may_release(viewer.held), services.ONLY)
    form = ProgressWithdrawalForm(request.POST)
    if form.is_valid():
        with RefusalsIn(form):
            services.withdraw(plan=found, quarter=chosen, reason=form.cleaned_data["withdrawal"], by=viewer.user)
            return _done(request, found, chosen, "已撤回，公众不再看到")
    return _page(request, viewer, found, chosen, withdrawal=form)


def _done(request: HttpRequest, plan: ActionPlan, quarter: Quarter, words: str) -> HttpResponse:
    messages.success(request, f"{quarter[0]}年第{quarter[1]}季度的进展{words}")
    return HttpResponseRedirect(reverse("beautiful:progress_release", args=[plan.pk, *quarter]))


def _page(request: HttpRequest, viewer: Viewer, plan: ActionPlan, quarter: Quarter, **bound: Any) -> HttpResponse:
    live = selectors.live_release(plan, quarter)
    releases = rules.may_release(viewer.held)
    context = {
        "plan": plan,
        "year": quarter[0],
        "quarter": quarter[1],
        "live": live,
        "told": live.frozen if live else selectors.to_freeze(plan, quarter),
        "waiting": [] if live else selectors.waiting_for(plan, quarter),
        "form": bound.get("form", ProgressReleaseForm()) if releases else None,
        "withdrawal": bound.get("withdrawal", ProgressWithdrawalForm()) if releases else None,
        "errors": bound.get("withdrawal", bound.get("form")),
        "programme": programme(),
    }
    return render(request, "beautiful/releases/progress_release.html", context, status=UNPROCESSABLE if bound else 200)
