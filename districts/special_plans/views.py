"""Pages of the specialised plan: draft, sections, approval, next version."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from districts.file.models.district import District
from districts.file.views.common import (
    UNPROCESSABLE,
    EditPage,
    after_saving,
    back_address,
    district_of_form,
    district_to_edit,
    district_to_fill,
    read_only,
    section_address,
    section_context,
)
from districts.plausibility.selectors import answers_to
from districts.special_plans import services as plans
from districts.special_plans.forms import FILES, ApprovalForm, PlanForm, SectionForm, piece_field
from districts.special_plans.models import PlanSection, PlanSectionFile, PlanSectionKind, SpecialPlan
from districts.special_plans.rules import CITES, PIECES, kinds_for
from districts.special_plans.selectors import plan_context, sections_of, synchrony_of
from districts.special_plans.services import current_plan
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import Closed, NotAllowed
from greendistrict.core.refusals import RefusalsIn

TEMPLATE = "districts/special_plans/plan_edit.html"
SECTION = "districts/special_plans/plan_section.html"


def plan_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Show and save the newest version of the plan; an approved one is read-only and can be followed by a new version."""
    district, editable = district_to_fill(request, code)
    plan = current_plan(district)
    page = EditPage(
        TEMPLATE,
        SpecialPlan,
        lambda data, files, one: read_only(PlanForm(data, files, district=district, plan=one), editable=editable),
        partial(_context, request, district, editable=editable),
        passing=(NotAllowed, Closed),
    )

    def keep(form: PlanForm) -> SpecialPlan:
        return plans.save_plan(
            district=district,
            values=form.values(),
            files=form.uploads(),
            version=form.version_read(),
            by=signed_in(request),
            explanation=form.explained,
        )

    return page.answer(
        request, plan, keep, lambda _: after_saving(request, section_context(request, district, "plan_edit"), "专业规划已暂存")
    )


def _page(request: HttpRequest, district: District, plan: SpecialPlan | None, form: PlanForm, **more: Any) -> HttpResponse:
    approval = more.get("approval_form")
    broken = form.errors or (approval is not None and approval.errors)
    status = UNPROCESSABLE if broken else 200
    return render(request, TEMPLATE, _context(request, district, plan, form, **more), status=status)


def _context(
    request: HttpRequest, district: District, plan: SpecialPlan | None, form: PlanForm, *, editable: bool = True, **more: Any
) -> dict[str, Any]:
    parts = {row.part: row for row in plan.parts.select_related("document")} if plan else {}
    lines = sections_of(plan or SpecialPlan(district=district))
    return {
        **section_context(request, district, "plan_edit"),
        **plan_context(district, viewer_of(request).today),
        "plan": plan,
        "form": form,
        "answers": answers_to(plan) if plan else [],
        "plan_sections": lines,
        "unfilled": [line.kind.label for line in lines if line.is_asked and not line.is_whole],
        "synchrony": synchrony_of(plan) if plan else None,
        "part_fields": [(form[name], parts.get(part.value)) for name, part in FILES.items()],
        "editable": editable,
        "renewable": editable and not plans.against_new_version(district),
        "approval_form": ApprovalForm(initial={"version": plan.version}, auto_id="approval-%s")
        if editable and plan and not plan.approved_on
        else None,
        **more,
    }


def plan_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Show and save one section of the newest version: a text for each piece named by the policy, and its files."""
    district, editable = district_to_fill(request, code)
    kind, plan = _kind(district, section), current_plan(district)
    if plan and plan.approved_on:
        raise Closed(plans.CLOSED)
    row = plan.sections.filter(section=kind).first() if plan else None
    page = EditPage(
        SECTION,
        PlanSection,
        lambda data, files, one: read_only(SectionForm(data, files, kind=kind, row=one), editable=editable),
        partial(_section_context, request, district, kind, editable=editable),
        passing=(NotAllowed, Closed),
    )

    def keep(form: SectionForm) -> PlanSection:
        return plans.save_section(
            district=district,
            section=kind,
            texts=form.texts(),
            upload=form.cleaned_data["upload"],
            version=form.version_read(),
            by=signed_in(request),
        )

    def done(saved: PlanSection) -> HttpResponse:
        messages.success(request, f"“{saved}”已暂存")
        if request.POST.get("do") == "next":
            return HttpResponseRedirect(section_address("plan_edit", district, back_address(request)))
        return HttpResponseRedirect(request.get_full_path())

    return page.answer(request, row, keep, done)


def _kind(district: District, section: str) -> PlanSectionKind:
    """Section at this URL if the district's type has it; text written under another type is only shown elsewhere."""
    if section not in kinds_for(district.type):
        raise Http404
    return PlanSectionKind(section)


def _section_context(
    request: HttpRequest, district: District, kind: PlanSectionKind, row: PlanSection | None, form: SectionForm, *, editable: bool
) -> dict[str, Any]:
    return {
        **section_context(request, district, "plan_edit"),
        "editable": editable,
        "part": kind,
        "cite": CITES[kind],
        "row": row,
        "form": form,
        "pieces": [form[piece_field(piece.key)] for piece in PIECES[kind]],
        "files": list(row.files.select_related("document")) if row else [],
        "plan_href": section_address("plan_edit", district, back_address(request)),
    }


@require_POST
def plan_file_remove(request: HttpRequest, code: str, section: str, pk: int) -> HttpResponse:
    """Remove a file from a section of the newest version."""
    district = district_to_edit(request, code)
    file = get_object_or_404(PlanSectionFile, pk=pk, section__section=_kind(district, section), section__plan=current_plan(district))
    back = reverse("districts:plan_section", args=[code, section])
    if asking := deletion_question(request, f"附件“{file.document.original_name}”", back=back):
        return asking
    plans.remove_section_file(file=file, by=signed_in(request))
    messages.success(request, "附件已从这一部分移除")
    return HttpResponseRedirect(back)


@require_POST
def plan_approve(request: HttpRequest, code: str) -> HttpResponse:
    """Record the plan's approval and freeze the plan baseline."""
    district = district_of_form(request, code)
    plan = current_plan(district)
    form = ApprovalForm(request.POST, request.FILES, auto_id="approval-%s")
    if plan and form.is_valid():
        data = form.cleaned_data
        with RefusalsIn(form, passing=(NotAllowed, Closed)):
            plans.approve_plan(
                plan=plan,
                approved_on=data["approved_on"],
                approval_number=data["approval_number"],
                scan=data["scan"],
                version=form.version_read(),
                by=signed_in(request),
            )
            messages.success(request, "已登记批准，规划基线已冻结")
            return HttpResponseRedirect(section_address("plan_edit", district, ""))
    return _page(request, district, plan, PlanForm(district=district, plan=plan), approval_form=form)


@require_POST
def plan_renew(request: HttpRequest, code: str) -> HttpResponse:
    """Create the next version of an approved plan."""
    district = district_to_edit(request, code)
    plan = plans.start_plan_version(district=district, by=signed_in(request))
    messages.success(request, f"已新编第{plan.number}版，内容沿用上一版")
    return HttpResponseRedirect(section_address("plan_edit", district, ""))
