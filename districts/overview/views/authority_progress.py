"""Page of the authorities' progress, for city and secretariat."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.rules import may_watch
from districts.overview.selectors.authority_progress import watched
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.types import Target


@require_safe
def plan_watch(request: HttpRequest) -> HttpResponse:
    """Show the real authorities, or the demo ones with ``?kind=demo``."""
    viewer = viewer_of(request)
    today = viewer.today
    if not may_watch(viewer.held):
        raise Http404
    demo = request.GET.get("kind") == "demo"
    with held_reads():  # every pilot and authority is asked by the same settings
        context = {"watched": watched(today, demo=demo), "demo": demo, "targets": _targets(today), "today": today}
        return render(request, "districts/overview/plan_watch.html", context)


def _targets(today: dt.date) -> tuple[Target, ...]:
    try:
        return policy_in_force(today).targets
    except NoPolicyInForce:
        return ()
