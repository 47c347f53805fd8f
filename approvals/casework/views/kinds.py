"""Page of a case that is not an application: shared parts and the parts of its kind."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from approvals.cases.disclosure import seen_outside
from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_secretary, may_edit_case
from approvals.cases.selectors import materials as selectors_materials
from approvals.cases.selectors.materials import completeness_of
from approvals.cases.views import crumbs, due_context, offers
from approvals.casework.letters import letters_of
from approvals.casework.selectors import progress
from approvals.changes.views import change_context
from approvals.common.enums import CaseKind
from approvals.losses.views import loss_context
from approvals.remedies.selectors import after_decision
from approvals.requests.views import asked_context
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.workflow import timeline

OWN: dict[str, tuple[str, Callable[[Viewer, Case], dict[str, Any]]]] = {
    CaseKind.LOSS: ("approvals/casework/loss.html", loss_context),
    CaseKind.CHANGE: ("approvals/casework/change.html", change_context),
}


def kind_page(request: HttpRequest, case: Case, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Page of a change or a loss of title."""
    template, own = OWN[case.kind]
    viewer = viewer_of(request)
    return render(request, template, {**shared_context(viewer, case), **own(viewer, case), **extra}, status=status)


def shared_context(viewer: Viewer, case: Case) -> dict[str, Any]:
    """Context common to the pages of all kinds: steps, timeline, materials, possible actions."""
    held = viewer.held
    records, inside = timeline.of_subject(case), is_city(held) or is_secretary(held, case)
    hidden = set() if inside else selectors_materials.hidden_slots(case)
    materials = selectors_materials.materials_shown(viewer, case)
    steps = progress.steps_of(case, records, outside=not inside)
    return {
        "case": case,
        "crumbs": crumbs(case),
        "state": state_of(case) if inside else seen_outside(case, state_of(case)),
        "steps": steps,
        "awaited": progress.awaited_of(case, steps, records, held.day, outside=not inside),
        "timeline": progress.timeline_of(case, records, held.day, outside=not inside),
        "materials": materials,
        "material_count": sum(len(line.files) for line in materials),
        "completeness": completeness_of(materials),
        "offered": offers(viewer, case),
        "may_edit": may_edit_case(held, case),
        "decided": "decision" not in hidden,
        "letters": letters_of(case, inside=inside),
        "line": getattr(case, "announcement_line", None),
        **after_decision(case),
        "inside": inside,
        **due_context(viewer, case),
        **asked_context(viewer, case),
    }
