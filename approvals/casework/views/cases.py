"""The list of cases, its export, opening a case, and the page of a case."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.acceptances.facts import latest_visit
from approvals.applications.forms.papers import StartForm
from approvals.applications.services import drafts
from approvals.applications.views.checks import check_groups
from approvals.cases.bindings import opening_of
from approvals.cases.columns import CASE_LIST
from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.lifecycle.machines import state_of
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_director, is_officer, is_secretary, is_signer, may_announce, may_edit_case
from approvals.cases.selectors import cases as selectors_cases
from approvals.cases.selectors import materials as selectors_materials
from approvals.cases.selectors.materials import completeness_of
from approvals.cases.verdicts import verdicts_or_none
from approvals.cases.views import UNPROCESSABLE, crumbs, left_of, offers, seen_case, starter
from approvals.casework.forms import CaseFilter
from approvals.casework.letters.kinds import letters_of
from approvals.casework.selectors import progress
from approvals.casework.selectors.case_rows import row_values, seen_by
from approvals.casework.views.kinds import OWN, kind_page
from approvals.casework.views.tasklist import tasklist_of
from approvals.common.enums import CaseKind
from approvals.common.wording import EDITION_LOCKED
from approvals.remedies.selectors import after_decision
from approvals.requests.views import asked_context
from approvals.titles.selectors import decision_set_aside
from assessments.experts.rules import of_applicant
from assessments.reviews.selectors.reviews import reviews_visible_to, sitting_for
from assessments.tables.selectors.tables import sees_table
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.errors import Refused
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.workflow import timeline
from greendistrict.workflow.services import Offered

EXPORT_ROWS = 20_000


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Visible cases, filtered by the query string, 50 per page."""
    viewer = viewer_of(request)
    found = CaseFilter(request.GET, queryset=selectors_cases.cases_visible_to(viewer), request=request)
    listed = list_context(request, row_values(CASE_LIST.ordered(found.qs, _asked(request))), found.form, export="approvals:case_export")
    page, held = listed["page"], viewer.held
    cases, address = seen_by(viewer, page.object_list), RowAddress("approvals:case")
    context = listed | {
        "cases": cases,
        "shown": CASE_LIST.html(CASE_LIST.rows_of(cases), viewer.today, address, first=page.start_index(), query=request.GET),
        "may_announce": may_announce(held),
        "is_city": is_city(held),
        "may_start": held.has(Role.PREPARER),
    }
    return render(request, "approvals/casework/case_list.html", context)


def _asked(request: HttpRequest) -> str:
    """Column by which the reader sorts."""
    return request.GET.get("order", "")


@require_safe
def case_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; the export is audited."""
    viewer = viewer_of(request)
    found = CaseFilter(request.GET, queryset=selectors_cases.cases_visible_to(viewer), request=request)
    cases = seen_by(viewer, row_values(CASE_LIST.ordered(found.qs, _asked(request)))[:EXPORT_ROWS])
    book = CASE_LIST.book(CASE_LIST.rows_of(cases), viewer.today, "办件", f"申报与验收办件（{len(cases)}件）", fixed=3)
    return list_workbook(request, book, name="办件", action="approvals.export", rows=len(cases))


def case_start(request: HttpRequest) -> HttpResponse:
    """Open a draft for one of the districts of the person's own body."""
    viewer = starter(request)
    form = StartForm(request.POST or None, held=viewer.held, initial={"district": request.GET.get("district")})
    if request.method == "POST" and form.is_valid():
        try:
            case = drafts.start_application(by=viewer.user, **form.cleaned_data)
        except Refused as refused:
            for refusal in refused.refusals:
                form.add_error(None, f"{refusal.text}{f'：{refusal.remedy}' if refusal.remedy else ''}")
        else:
            messages.success(request, "已建立试点申报，逐项填写后提交审核")
            return HttpResponseRedirect(reverse("approvals:case", args=[case.pk]))
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "approvals/casework/case_start.html", {"form": form, "edition_locked": EDITION_LOCKED}, status=status)


@require_safe
@held_reads()
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of a case: steps, materials, check, sections, timeline, and the person's possible actions."""
    case = seen_case(request, pk)
    if case.kind in OWN:
        return kind_page(request, case)
    return render(request, "approvals/casework/case.html", case_context(viewer_of(request), case))


def blocked_of(steps: Iterable[Offered]) -> list[dict[str, Any]]:
    """Steps that cannot be taken yet, with their reasons without duplicates: those with a page first, grouped by page."""
    found = []
    for step in steps:
        reasons = list({(one.text, one.href): one for one in step.refusals}.values())
        pages = list(dict.fromkeys(one.href.partition("#")[0] for one in reasons))
        if reasons:
            reasons.sort(key=lambda one: (not one.href, pages.index(one.href.partition("#")[0])))
            found.append({"action": step.action, "label": step.label, "reasons": reasons})
    return found


def case_context(viewer: Viewer, case: Case) -> dict[str, Any]:
    """Context of the page of a case."""
    prefetch_related_objects([case], "corrections", "questions")
    held, verdicts, records = viewer.held, verdicts_or_none(case, viewer.today), timeline.of_subject(case)
    inside = is_city(held) or is_secretary(held, case)
    notice = case.notices.order_by("-pk").first()
    materials = selectors_materials.materials_of(case)
    return {
        "case": case,
        "crumbs": crumbs(case),
        "state": state_of(case),
        "steps": (steps := progress.steps_of(case, records)),
        "timeline": progress.timeline_of(case, records, viewer.today, outside=not inside),
        "chain": progress.chain_of(case) if inside and case.accepted_at else [],
        "decided": True,
        "must_be_complete": True,
        "materials": materials,
        "completeness": completeness_of(materials),
        "may_widen": case.status in AT_RECEIPT and is_director(held, case) and case.corrections.exists() and not opening_of(case),
        "material_count": sum(len(line.files) for line in materials),
        "groups": check_groups(case, verdicts, edits=may_edit_case(held, case)),
        "offered": (choices := offers(viewer, case, verdicts)),
        "blocked": blocked_of(choices) if may_edit_case(held, case) or is_signer(held, case) else [],
        "awaited": progress.awaited_of(case, steps, records, viewer.today, outside=not inside),
        "sections": tasklist_of(viewer, case, materials),
        "corrections": case.corrections.prefetch_related("findings__files__document", "opening").order_by("-round"),
        "endorsements": case.endorsements.select_related("authority", "approval_scan", "letter_scan"),
        "notice": notice,
        "objections": notice.objections.all() if notice and inside else [],
        "letters": letters_of(case, inside=inside),
        "line": getattr(case, "announcement_line", None),
        **after_decision(case),
        "may_edit": may_edit_case(held, case),
        "opens_table": bool(case.table and viewer.once(sees_table, case.table.pk)),
        "opens_review": bool(case.review and reviews_visible_to(viewer).filter(pk=case.review.pk).exists()),
        "panel": sitting_for(case.review, viewer) if case.review else [],
        "reads_recusals": bool(case.table) and (inside or of_applicant(held, case.district)),
        "inside": inside,
        "may_answer": is_officer(held, case),
        "due": left_of(viewer, case),
        "visit": latest_visit(case),
        "may_cancel": case.kind == CaseKind.ACCEPTANCE
        and case.status == CaseState.FAILED
        and is_officer(held, case)
        and not decision_set_aside(case),
        **asked_context(viewer, case),
    }
