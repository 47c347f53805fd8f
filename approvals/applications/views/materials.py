"""Files of a case: checklist with uploads and versions, blank workbooks, printed list.

Also here: Policy check on the page of a case: live while the applicant edits, as frozen at submission afterwards.
"""

from operator import attrgetter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.blank_workbooks import HEADS, blank_book
from approvals.applications.forms import FileForm, VersionForm
from approvals.applications.taken_lists import held_list, take_list
from approvals.cases.checklist import slot_of
from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.models.cases import Case, CaseDocument
from approvals.cases.rules import EDITABLE, may_edit_case
from approvals.cases.selectors import materials as selectors_materials
from approvals.cases.selectors.materials import completeness_of, older_versions
from approvals.cases.selectors.presence import may_have
from approvals.cases.services import WHO_EDITS, add_documents, remove_document, replace_document
from approvals.cases.verdicts import Verdicts
from approvals.cases.views import crumbs, posted, refused_form, seen_case
from approvals.common.enums import CaseKind
from districts.common.enums import HELD_LISTS
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.downloads import as_workbook
from greendistrict.policy.engine import Verdict, degree_of
from greendistrict.policy.enums import Outcome, PolicyStep, RuleLevel

OTHER_TYPE = "不适用于本类城区"
ORDERS: dict[str, tuple[PolicyStep, ...]] = {
    CaseKind.APPLICATION: (PolicyStep.FILE, PolicyStep.ACCEPT, PolicyStep.GRANT),
    CaseKind.ACCEPTANCE: (PolicyStep.REQUEST, PolicyStep.CONCLUDE),
}
FILED = frozenset({PolicyStep.FILE, PolicyStep.REQUEST})
LIVE_FILE = EDITABLE | {CaseState.SIGNING}
UNDER_EXAMINATION = frozenset(
    {
        CaseState.REVIEWING,
        CaseState.REVIEWED,
        CaseState.NOTICE,
        CaseState.CHECKING,
        CaseState.DECIDING,
        CaseState.DECIDED,
        CaseState.ANNOUNCED,
    }
)
GRANTING = UNDER_EXAMINATION | {CaseState.REVISING, CaseState.LEGAL}
REACHED = {
    PolicyStep.ACCEPT: GRANTING | AT_RECEIPT,
    PolicyStep.CONCLUDE: UNDER_EXAMINATION | {CaseState.VISITING, CaseState.FAILED},
    PolicyStep.GRANT: GRANTING,
}


def check_groups(case: Case, policy: Verdicts | None, *, edits: bool) -> list[dict[str, Any]]:
    """Groups as ``components/check.html`` renders them; empty without a policy in force.

    With ``edits`` a failing fact links to the page where it can be corrected.
    """
    if policy is None:
        return []
    groups = []
    for step in ORDERS[case.kind]:
        rows = [row for row in policy[step.value] if row.level != "effect" and row.found != OTHER_TYPE]
        groups.append(_file_group(case, step, rows) if step in FILED else _group(case, step, rows))
    return groups if edits else [{**group, "verdicts": [{**row, "href": ""} for row in group["verdicts"]]} for group in groups]


def _file_group(case: Case, step: PolicyStep, verdicts: list[Verdict]) -> dict[str, Any]:
    submission = max(case.submissions.all(), key=attrgetter("number"), default=None) if may_have(case, "submissions") else None
    if case.status in LIVE_FILE or submission is None:
        return {"title": step.label, "note": "随填随核", "verdicts": [row_of(case, verdict) for verdict in verdicts]}
    day = submission.at.astimezone(clock.SHANGHAI)
    kept = submission.content["policy"]["verdicts"]
    rows = [_kept(case, row) for row in kept if row["found"] != OTHER_TYPE]
    return {"title": step.label, "note": f"{cn_date(day)}核对，结果已锁定", "verdicts": rows}


def _kept(case: Case, row: dict[str, str]) -> dict[str, Any]:
    required = row["required"] if row["level"] != RuleLevel.INFO else ""
    degree = row.get("degree") or degree_of(row["rule"])  # earlier filings were locked without it
    return {**row, "degree": degree, "required": required, "remedy": _remedy(case, row["rule"], row["remedy"])}


def _group(case: Case, step: PolicyStep, verdicts: list[Verdict]) -> dict[str, Any]:
    is_reached = case.status in REACHED[step]
    rows = [row_of(case, verdict) for verdict in verdicts]
    if not is_reached:
        rows = [
            {**row, "verdict": Outcome.LATER.value, "look": Outcome.LATER.value, "remedy": ""} if row["verdict"] != "n/a" else row
            for row in rows
        ]
    return {"title": step.label, "note": "" if is_reached else "前面环节不核对", "verdicts": rows}


def row_of(case: Case, verdict: Verdict) -> dict[str, Any]:
    """One verdict for the page, with the applicant's reason."""
    return {
        "rule": verdict.rule,
        "level": str(verdict.level),
        "degree": verdict.degree,
        "verdict": str(verdict.verdict),
        "title": verdict.title,
        "required": verdict.required if verdict.level != RuleLevel.INFO else "",
        "found": verdict.found,
        "remedy": _remedy(case, verdict.rule, verdict.remedy),
        "cite": verdict.cite,
        "reading": verdict.reading,
        "href": verdict.href if case.status in LIVE_FILE else "",
        "look": verdict.look,
    }


def _remedy(case: Case, rule: str, remedy: str) -> str:
    reason = case.reasons.get(rule, "")
    return f"{remedy}　理由：{reason}" if reason and remedy else remedy


def case_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist with the files of each slot; upload for people who may edit now."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    form = FileForm(request.POST or None, request.FILES or None, case=case, initial={"slot": request.GET.get("slot", "")})
    lines = selectors_materials.materials_shown(viewer, case)
    older = older_versions(lines)
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "lines": [(line, [(row, older.get(row.document.pk, [])) for row in line.rows], held_list(case, line.slot)) for line in lines],
        "completeness": completeness_of(lines),
        "taken": HELD_LISTS,  # kinds of files that no other takes the place of
        "may_edit": may_edit_case(viewer.held, case),
        "crumbs": crumbs(case, ("材料", "")),
    }
    if request.method == "POST" and not context["may_edit"]:  # whatever stands in the form
        unread = {**context, "form": FileForm(case=case)}
        return refused_form(request, "approvals/applications/case_files.html", unread, NotAllowed(WHO_EDITS))
    return posted(
        request,
        "approvals/applications/case_files.html",
        context,
        lambda: add_documents(case=case, by=viewer.user, **form.cleaned_data),
        done="已上传",
        to=reverse("approvals:case_files", args=[case.pk]),
    )


def case_file_version(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """更新版本: upload a newer version of a file in a slot."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    found = get_object_or_404(CaseDocument.objects.select_related("case", "document"), pk=document, case=case)
    NotAllowed.unless(may_edit_case(viewer.held, case), WHO_EDITS)  # before a file is read
    form = VersionForm(request.POST or None, request.FILES or None)
    label = f"更新《{found.document.printed_title}》"
    context = {"case": case, "form": form, "label": label, "action": "", "version": case.version, "crumbs": crumbs(case, (label, ""))}
    context["back"] = reverse("approvals:case_files", args=[case.pk])
    return posted(
        request,
        "approvals/cases/case_form.html",
        context,
        lambda: replace_document(document=found, upload=form.cleaned_data["upload"], by=viewer.user),
        done="已更新，原版本保留",
        to=str(context["back"]),
    )


@require_POST
def case_file_list(request: HttpRequest, pk: int, slot: str) -> HttpResponse:
    """Lay the list that the portal holds in its slot."""
    case = seen_case(request, pk)
    laid = take_list(case=case, slot=slot, by=signed_in(request))
    return redirect_saying(request, f"《{laid.document.printed_title}》已放入材料", reverse("approvals:case_files", args=[case.pk]))


@require_POST
def case_file_remove(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Remove a file from its slot."""
    case = seen_case(request, pk)
    found = get_object_or_404(CaseDocument.objects.select_related("case", "document"), pk=document, case=case)
    back = reverse("approvals:case_files", args=[case.pk])
    loss = "再用须重新取平台的清单。" if found.document.kind in HELD_LISTS else "再用须重新上传。"
    if may_edit_case(viewer_of(request).held, case) and (
        asking := deletion_question(request, f"材料“{found.document.printed_title}”", back=back, label="移除", loss=loss)
    ):
        return asking
    remove_document(document=found, by=signed_in(request))
    return redirect_saying(request, "已移除", back)


@require_safe
def case_blank(request: HttpRequest, pk: int, slot: str) -> HttpResponse:
    """Blank workbook of a slot."""
    case = seen_case(request, pk)
    found = slot_of(case.kind, slot)
    if found is None or found.template != "book" or slot not in HEADS:
        raise Http404
    return as_workbook(blank_book(found, district=case.district.name), f"{found.title}.xlsx")


@require_safe
def case_catalogue(request: HttpRequest, pk: int) -> HttpResponse:
    """材料目录 for printing: every slot with its files, versions and digests."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    lines = selectors_materials.materials_shown(viewer, case)
    context = {
        "case": case,
        "lines": lines,
        "completeness": completeness_of(lines),
        "today": viewer.today,
        "crumbs": crumbs(case, ("材料目录", "")),
    }
    return render(request, "approvals/applications/case_catalogue.html", context)
