"""Pages of published progress: frozen content for the public; release and record for the city."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beautiful.frame.programme import programme
from beautiful.plans.models import ActionPlan
from beautiful.plans.questions import Quarter
from beautiful.plans.selectors.plans import plans_visible_to
from beautiful.releases import selectors, services
from beautiful.releases.columns import RELEASE_LIST, TYPED
from beautiful.releases.selectors import may_preview, may_release
from districts.releases.columns import record_of
from districts.releases.views import ReleasePage
from greendistrict.accounts.viewer import Viewer, viewer_of


@require_safe
def public_progress(request: HttpRequest) -> HttpResponse:
    """Published quarters, and withdrawn ones with their reason."""
    context = {"programme": programme(), "released": list(selectors.released()), "withdrawn": list(selectors.withdrawn())}
    return render(request, "beautiful/releases/public_progress.html", context)


@require_safe
def public_quarter(request: HttpRequest, pk: int) -> HttpResponse:
    """A published quarter as frozen; for a withdrawn one day and reason, with 410."""
    found = get_object_or_404(selectors.released() | selectors.withdrawn(), pk=pk)
    is_gone = found.withdrawn_at is not None
    context = {"programme": programme(), "release": found, "told": None if is_gone else found.frozen}
    return render(request, "beautiful/releases/public_quarter.html", context, status=HTTPStatus.GONE if is_gone else HTTPStatus.OK)


def _plan(viewer: Viewer, pk: int) -> ActionPlan:
    """Issued plan, for people of the city. Raises ``Http404``."""
    if not may_preview(viewer.held):
        raise Http404
    return get_object_or_404(plans_visible_to(viewer).filter(issued_on__isnull=False), pk=pk)


@require_safe
def progress_releases(request: HttpRequest, pk: int) -> HttpResponse:
    """Past quarters of a plan, and the record of releases."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    records = selectors.releases_of(found)
    live = {(record.year, record.quarter) for record in records if record.withdrawn_at is None}
    once = {(record.year, record.quarter) for record in records}
    quarters = [(*quarter, quarter in live, quarter in once) for quarter in selectors.quarters_over(found, viewer.today)]
    shown = record_of(RELEASE_LIST, records, viewer.today)
    context = {"plan": found, "quarters": quarters, "records": shown, "programme": programme()}
    return render(request, "beautiful/releases/progress_releases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def progress_release(request: HttpRequest, pk: int, year: int, quarter: int) -> HttpResponse:
    """What the public reads or would read of a quarter; the seat publishes it."""
    return _page(viewer_of(request), pk, (year, quarter)).show(request)


@require_POST
def progress_withdraw(request: HttpRequest, pk: int, year: int, quarter: int) -> HttpResponse:
    """Withdraw the published quarter."""
    return _page(viewer_of(request), pk, (year, quarter)).take_back(request)


def _page(viewer: Viewer, pk: int, quarter: Quarter) -> ReleasePage:
    """Page of a past quarter of an issued plan. Raises ``Http404``."""
    plan, (year, number) = _plan(viewer, pk), quarter
    if quarter not in selectors.quarters_over(plan, viewer.today):
        raise Http404
    progress = f"{year}年第{number}季度的进展"
    return ReleasePage(
        template="beautiful/releases/progress_release.html",
        address=reverse("beautiful:progress_release", args=[pk, year, number]),
        viewer=viewer,
        columns=TYPED,
        may=may_release(viewer.held),
        only=services.ONLY,
        what=progress,
        asked=progress,
        release=partial(services.release, plan=plan, quarter=quarter),
        withdraw=partial(services.withdraw, plan=plan, quarter=quarter),
        context=partial(_context, plan, quarter),
    )


def _context(plan: ActionPlan, quarter: Quarter) -> dict[str, Any]:
    live = selectors.live_release(plan, quarter)
    return {
        "plan": plan,
        "year": quarter[0],
        "quarter": quarter[1],
        "live": live,
        "told": live.frozen if live else selectors.to_freeze(plan, quarter),
        "waiting": [] if live else selectors.waiting_for(plan, quarter),
        "programme": programme(),
    }
