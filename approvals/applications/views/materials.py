"""Files of a case: checklist with uploads and versions, blank workbooks, printed list, print of the whole application."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.blank_workbooks import HEADS, blank_book
from approvals.applications.forms.answers import FileForm, VersionForm
from approvals.applications.selectors import whole_form
from approvals.applications.views.checks import check_groups
from approvals.cases.checklist import slot_of, slots_of
from approvals.cases.models.cases import CaseDocument
from approvals.cases.rules import may_edit_case
from approvals.cases.selectors import materials as selectors_materials
from approvals.cases.selectors.materials import completeness_of, older_versions
from approvals.cases.services import materials
from approvals.cases.verdicts import verdicts_or_none
from approvals.cases.views import crumbs, posted, seen_case
from districts.plots.columns import PLOT_FILED
from districts.projects.columns import PROJECT_FILED, WORK_FILED
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.deletions import deletion_question
from greendistrict.documents.downloads import as_workbook


def case_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist with the files of each slot; upload for people who may edit now."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    form = FileForm(request.POST or None, request.FILES or None, case=case, initial={"slot": request.GET.get("slot", "")})
    lines = selectors_materials.materials_of(case)
    older = older_versions(lines)
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "lines": [(line, [(row, older.get(row.document.pk, [])) for row in line.rows]) for line in lines],
        "completeness": completeness_of(lines),
        "may_edit": may_edit_case(viewer.held, case),
        "crumbs": crumbs(case, ("材料", "")),
    }
    return posted(
        request,
        "approvals/applications/case_files.html",
        context,
        lambda: materials.add_document(case=case, by=viewer.user, **form.cleaned_data),
        done="已上传",
        to=reverse("approvals:case_files", args=[case.pk]),
    )


def case_file_version(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """更新版本: upload a newer version of a file in a slot."""
    user, case = signed_in(request), seen_case(request, pk)
    found = get_object_or_404(CaseDocument.objects.select_related("case", "document"), pk=document, case=case)
    form = VersionForm(request.POST or None, request.FILES or None)
    label = f"更新《{found.document.printed_title}》"
    context = {"case": case, "form": form, "label": label, "action": "", "version": case.version, "crumbs": crumbs(case, (label, ""))}
    context["back"] = reverse("approvals:case_files", args=[case.pk])
    return posted(
        request,
        "approvals/cases/case_form.html",
        context,
        lambda: materials.replace_document(document=found, upload=form.cleaned_data["upload"], by=user),
        done="已更新，原版本保留",
        to=str(context["back"]),
    )


@require_POST
def case_file_remove(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Remove a file from its slot."""
    case = seen_case(request, pk)
    found = get_object_or_404(CaseDocument.objects.select_related("case", "document"), pk=document, case=case)
    back = reverse("approvals:case_files", args=[case.pk])
    if may_edit_case(viewer_of(request).held, case) and (
        asking := deletion_question(request, f"材料“{found.document.printed_title}”", back=back, label="移除", loss="再用须重新上传。")
    ):
        return asking
    materials.remove_document(document=found, by=signed_in(request))
    messages.success(request, "已移除")
    return HttpResponseRedirect(back)


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
    case = seen_case(request, pk)
    lines = selectors_materials.materials_of(case)
    context = {
        "case": case,
        "lines": lines,
        "completeness": completeness_of(lines),
        "today": viewer_of(request).today,
        "crumbs": crumbs(case, ("材料目录", "")),
    }
    return render(request, "approvals/applications/case_catalogue.html", context)


@require_safe
def case_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole form for printing: district, plan, lists, star and reasons, check, catalogue."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    lines = selectors_materials.materials_of(case)
    context = {
        "case": case,
        "whole": whole_form(case),
        "filed": {"plots": PLOT_FILED.values(), "projects": PROJECT_FILED.values(), "works": WORK_FILED.values()},
        "name": (slot_of(case.kind, "application") or slots_of(case.kind)[0]).title,
        "lines": lines,
        "completeness": completeness_of(lines),
        "groups": check_groups(case, verdicts_or_none(case, viewer.today), edits=False)[:1],
        "today": viewer.today,
        "crumbs": crumbs(case, ("申报表", "")),
    }
    return render(request, "approvals/applications/case_print.html", context)
