"""The specialised plan: its draft, its approval, its next version."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from districts.file.models.district import District
from districts.file.views.common import (
    UNPROCESSABLE,
    EditPage,
    after_saving,
    district_to_edit,
    section_address,
    section_context,
)
from districts.special_plans import services as plans
from districts.special_plans.forms import FILES, ApprovalForm, PlanForm
from districts.special_plans.models import SpecialPlan
from districts.special_plans.selectors import plan_context
from districts.special_plans.services import current_plan
from greendistrict.accounts.http import signed_in
from greendistrict.core.errors import Closed, NotAllowed
from greendistrict.core.refusals import RefusalsIn

TEMPLATE = "districts/special_plans/plan_edit.html"


def plan_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The newest version of the plan; an approved one is shown and can be followed by a new version."""
    district = district_to_edit(request, code)
    plan = current_plan(district)
    page = EditPage(
        TEMPLATE,
        SpecialPlan,
        lambda data, files, one: PlanForm(data, files, district=district, plan=one),
        partial(_context, request, district),
        passing=(NotAllowed, Closed),
    )

    def keep(form: PlanForm) -> SpecialPlan:
        return plans.save_plan(
            district=district, values=form.values(), files=form.uploads(), version=form.version_read(), by=signed_in(request)
        )

    return page.answer(
        request, plan, keep, lambda _: after_saving(request, section_context(request, district, "plan_edit"), "专业规划已暂存")
    )


def _page(request: HttpRequest, district: District, plan: SpecialPlan | None, form: PlanForm, **more: Any) -> HttpResponse:
    approval = more.get("approval_form")
    broken = form.errors or (approval is not None and approval.errors)
    status = UNPROCESSABLE if broken else 200
    return render(request, TEMPLATE, _context(request, district, plan, form, **more), status=status)


def _context(request: HttpRequest, district: District, plan: SpecialPlan | None, form: PlanForm, **more: Any) -> dict[str, Any]:
    parts = {row.part: row for row in plan.parts.select_related("document")} if plan else {}
    return {
        **section_context(request, district, "plan_edit"),
        **plan_context(district),
        "plan": plan,
        "form": form,
        "part_fields": [(form[name], parts.get(part.value)) for name, part in FILES.items()],
        "approval_form": ApprovalForm(initial={"version": plan.version}) if plan and not plan.approved_on else None,
        **more,
    }


@require_POST
def plan_approve(request: HttpRequest, code: str) -> HttpResponse:
    """Record the plan's approval and freeze the plan baseline."""
    district = district_to_edit(request, code)
    plan = current_plan(district)
    form = ApprovalForm(request.POST, request.FILES)
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
    """Begin the next version of an approved plan."""
    district = district_to_edit(request, code)
    plan = plans.start_plan_version(district=district, by=signed_in(request))
    messages.success(request, f"已新编第{plan.number}版，内容沿用上一版")
    return HttpResponseRedirect(section_address("plan_edit", district, ""))
