"""The printed form of a case: of an application or acceptance as locked at submission, of a change with its comparison."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.applications.selectors import whole_form
from approvals.applications.views.materials import check_groups
from approvals.cases.checklist import slot_of
from approvals.cases.selectors.materials import completeness_of, materials_shown
from approvals.cases.verdicts import verdicts_or_none
from approvals.cases.views import crumbs, seen_case
from approvals.changes.views import FROZEN, change_context
from approvals.common.enums import CaseKind
from districts.plots.columns import PLOT_FILED
from districts.projects.columns import PROJECT_FILED, WORK_FILED
from greendistrict.accounts.viewer import viewer_of


@require_safe
def case_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Each kind with what it has; 404 for a loss of title, for which nobody applies."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    form = slot_of(case.kind, "application")
    if form is None:
        raise Http404
    lines = materials_shown(viewer, case)
    context: dict[str, Any] = {
        "case": case,
        "name": form.title,
        "lines": lines,
        "completeness": completeness_of(lines),
        "today": viewer.today,
        "crumbs": crumbs(case, (form.title, "")),
    }
    if case.kind == CaseKind.CHANGE:
        context |= {"changed": change_context(viewer, case), "is_locked": case.status in FROZEN, "ordinals": "四五"}
        return render(request, "approvals/casework/change_print.html", context)
    context |= {
        "ordinals": "八九",
        "whole": whole_form(case),
        "filed": {"plots": PLOT_FILED.values(), "projects": PROJECT_FILED.values(), "works": WORK_FILED.values()},
        "groups": check_groups(case, verdicts_or_none(case, viewer.today), edits=False)[:1],
    }
    return render(request, "approvals/casework/case_print.html", context)
