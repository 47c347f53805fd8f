"""Page of a decision: its grounds, and whether the records are unchanged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.cases.rules import is_city, is_secretary
from approvals.cases.views import crumbs, seen_case
from approvals.casework.selectors.decision_grounds import replay_of
from approvals.casework.selectors.verification import verify
from approvals.casework.views.kinds import hidden_slots
from greendistrict.accounts.viewer import viewer_of


@require_safe
def case_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """决定回放: what the decision was based on, part by part, compared with what is stored and recomputed."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    held = viewer.held
    found, inside = verify(case), is_city(held) or is_secretary(held, case)
    if not found.frozen or (not inside and "decision" in hidden_slots(case)):  # a loss of title is disclosed once it is delivered
        raise Http404
    context = {
        "case": case,
        "found": found,
        "sections": replay_of(case, inside=inside),
        "records": case.decision_records.select_related("by"),
        "inside": inside,
        "crumbs": crumbs(case, ("决定依据与复核", "")),
    }
    return render(request, "approvals/titles/case_decision.html", context)
