"""Pages beside the steps of a case: whose 批复, consultation of departments, a prolonged notice."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals.forms.handling import ConsultForm, ExtendNoticeForm, ModeForm, OpinionOfDepartmentForm
from approvals.models import Case
from approvals.rules import is_officer, may_answer_consultation, may_set_mode
from approvals.selectors.waiting import consultations_visible_to
from approvals.services import handling, notices
from approvals.views.common import UNPROCESSABLE, crumbs, refused_form, seen_case, typed_version
from greendistrict.accounts.http import signed_in
from greendistrict.core import clock
from greendistrict.core.errors import Refused


def _context(case: Case, form: Form, label: str, hint: str = "", **more: Any) -> dict[str, Any]:
    own = {"case": case, "form": form, "label": label, "hint": hint, "version": case.version, "crumbs": crumbs(case, (label, ""))}
    return {**own, **more}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """批复方式: fixed by the preparer while drafting, by the officer at receipt, with a reason."""
    user, case = signed_in(request), seen_case(request, pk)
    if not may_set_mode(user, case):
        raise Http404
    form = ModeForm(request.POST or None, case=case)
    hint = "决定需要谁的批复，以及原件由谁核对；改变后，已登记的批复保留，缺的须补齐。"
    context = _context(case, form, "批复方式", hint)
    if request.method != "POST":
        return render(request, "approvals/case_form.html", context)
    if not form.is_valid():
        return render(request, "approvals/case_form.html", context, status=UNPROCESSABLE)
    try:
        handling.set_endorsement_mode(case=case, by=user, version=typed_version(request), **form.cleaned_data)
    except Refused as refused:
        return refused_form(request, "approvals/case_form.html", context, refused)
    messages.success(request, "已确认批复方式")
    return HttpResponseRedirect(reverse("approvals:case", args=[case.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_consult(request: HttpRequest, pk: int) -> HttpResponse:
    """部门意见: who was asked what by when, what they said; the officer asks more."""
    user, case = signed_in(request), seen_case(request, pk)
    rows = consultations_visible_to(user).filter(case=case)
    may_ask = is_officer(user, case)
    if not may_ask and not rows.exists():
        raise Http404
    form = ConsultForm(request.POST or None, case=case) if may_ask else Form()
    context = _context(case, form, "部门意见", rows=rows, may_ask=may_ask and handling.may_consult(case), today=clock.today())
    if request.method != "POST" or not isinstance(form, ConsultForm):
        return render(request, "approvals/case_consult.html", context)
    if not form.is_valid():
        return render(request, "approvals/case_consult.html", context, status=UNPROCESSABLE)
    try:
        handling.consult(
            case=case,
            departments=list(form.cleaned_data["departments"]),
            question=form.cleaned_data["question"],
            by=user,
            version=typed_version(request),
        )
    except Refused as refused:
        return refused_form(request, "approvals/case_consult.html", context, refused)
    messages.success(request, "已发出征询")
    return HttpResponseRedirect(reverse("approvals:case_consult", args=[case.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """One consultation: the department answers, or the officer enters its letter."""
    user = signed_in(request)
    one = get_object_or_404(consultations_visible_to(user), pk=pk)
    may_answer = one.is_awaited and may_answer_consultation(user, one)
    form = OpinionOfDepartmentForm(request.POST or None, request.FILES or None)
    context = _context(one.case, form, f"{one.department.name}意见", one=one, may_answer=may_answer, today=clock.today())
    if request.method != "POST" or not may_answer:
        return render(request, "approvals/consultation.html", context)
    if not form.is_valid():
        return render(request, "approvals/consultation.html", context, status=UNPROCESSABLE)
    try:
        data = form.cleaned_data
        handling.answer_consultation(consultation=one, opinion=data["opinion"], text=data["text"], scan=data["scan"] or None, by=user)
    except Refused as refused:
        return refused_form(request, "approvals/consultation.html", context, refused)
    messages.success(request, "已答复")
    return HttpResponseRedirect(reverse("approvals:consultation", args=[one.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_extend_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """延长公示 when an objection holds."""
    user, case = signed_in(request), seen_case(request, pk)
    if not is_officer(user, case) or case.status != "notice":
        raise Http404
    form = ExtendNoticeForm(request.POST or None)
    context = _context(case, form, "延长公示", "有意见查实成立的，处理后继续公示；公众页显示新的截止日期。")
    if request.method != "POST":
        return render(request, "approvals/case_form.html", context)
    if not form.is_valid():
        return render(request, "approvals/case_form.html", context, status=UNPROCESSABLE)
    try:
        notices.extend_notice(case=case, by=user, version=typed_version(request), **form.cleaned_data)
    except Refused as refused:
        return refused_form(request, "approvals/case_form.html", context, refused)
    messages.success(request, "已延长公示")
    return HttpResponseRedirect(reverse("approvals:case", args=[case.pk]))
