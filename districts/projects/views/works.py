"""A work's page: green requirements with values, checks, acceptance. Each form posts to its own URL and redirects back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.file.file_locks import lock_reasons
from districts.file.rules import fills_plot, may_edit_district, may_read_file
from districts.file.views.common import UNPROCESSABLE
from districts.plausibility.expectations import least_days, near_words
from districts.plausibility.selectors import answered
from districts.plots.forms.plots import CHECK_ID, CheckForm
from districts.projects.columns import WORK
from districts.projects.forms import AcceptanceBackForm, AcceptanceForm, WorkIndicatorForm
from districts.projects.models import Work, WorkIndicator
from districts.projects.rules import accepting_body, records_work, withdraws_work
from districts.projects.selectors.works import work_page as page_of
from districts.projects.services.proofs import Proof
from districts.projects.services.works import accept_work, check_work, drop_indicator, save_indicator, withdraw_acceptance
from districts.projects.views.access import work_to_read
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.deletions import deletion_question
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.pages import NOT_YOURS

TEMPLATE = "districts/projects/work.html"


def _row_of(work: Work, pk: int | None) -> WorkIndicator | None:
    return get_object_or_404(work.indicators, pk=pk) if pk else None


@require_safe
def work_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The page with the forms available to this person now; ``?value=`` opens the form of one requirement."""
    work = work_to_read(request, code, pk)
    return _page(request, work, row=_row_of(work, whole(request.GET.get("value", ""))))


def _page(request: HttpRequest, work: Work, *, row: WorkIndicator | None = None, status: int = 200, **typed: Form) -> HttpResponse:
    viewer = viewer_of(request)
    forms: dict[str, Form] = {}
    held = viewer.held
    fills, open_now = fills_plot(held, work.district), work.conforms is not True
    if fills:
        forms["check_form"] = CheckForm(initial={"checked_on": viewer.today}, auto_id=CHECK_ID)
    if fills and open_now:
        forms["value_form"] = WorkIndicatorForm(row=row, stands=bool(work.started_on), initial={"version": work.version})
    if records_work(held, work):
        kept = {"version": work.version}
        if open_now and work.started_on:
            forms["accept_form"] = AcceptanceForm(initial={**kept, "on": viewer.today}, auto_id="accept-%s")
        if work.conforms is not None and withdraws_work(held, work):
            forms["withdraw_form"] = AcceptanceBackForm(initial=kept, auto_id="withdraw-%s")
    context: dict[str, Any] = {
        "district": work.district,
        "work": work,
        "facts": WORK.part("kind", "main", "length_m", "green_requirements").facts(work),
        "state": work.progress,
        "answered": answered(work.district.works.filter(pk=work.pk)),
        "reads_file": may_read_file(held, work.district),
        "may_edit": may_edit_district(held, work.district) and not lock_reasons(work.district),
        "fills": fills and open_now,
        "may_supervise": fills,
        "row": row,
        "near": near_words("开工日期为", work.started_on, least_days()["built_on"]),
        "backfills": accepting_body(held, work.district) is None,
        **page_of(work),
        **forms,
        **typed,
        "errors": next(iter(typed.values()), None),
    }
    return render(request, TEMPLATE, context, status=status)


def _answer(
    request: HttpRequest, work: Work, form: Form, *, name: str, said: str, save: Callable[[Any], object], row: WorkIndicator | None = None
) -> HttpResponse:
    """Save a valid form and redirect; a refusal is shown at its field."""
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            save(form)
        except NotAllowed:
            raise
        except Refused as refused:
            add_refusals(form, refused, aliases={"built_on": "on"})
            status = Stale.status if isinstance(refused, Stale) else status
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("districts:work", args=[work.district.code, work.pk]))
    return _page(request, work, row=row, status=status, **{name: form})


@require_POST
def work_value(request: HttpRequest, code: str, pk: int, row: int | None = None) -> HttpResponse:
    """Add a requirement, or save the values of one."""
    work = work_to_read(request, code, pk)
    kept, by = _row_of(work, row), signed_in(request)
    NotAllowed.unless(fills_plot(viewer_of(request).held, work.district), NOT_YOURS)
    form = WorkIndicatorForm(request.POST, row=kept, stands=bool(work.started_on))

    def save(form: WorkIndicatorForm) -> None:
        save_indicator(work=work, values=form.values(), row=kept, version=form.version_read(), by=by)

    return _answer(request, work, form, name="value_form", said="绿色生态要求已保存", save=save, row=kept)


@require_POST
def work_value_drop(request: HttpRequest, code: str, pk: int, row: int) -> HttpResponse:
    """Remove a requirement of a work that has not begun."""
    work = work_to_read(request, code, pk)
    kept = get_object_or_404(work.indicators.select_related("work__district"), pk=row)
    NotAllowed.unless(fills_plot(viewer_of(request).held, work.district), NOT_YOURS)
    if asking := deletion_question(request, f"绿色生态要求“{kept.name}”", back=reverse("districts:work", args=[code, pk])):
        return asking
    drop_indicator(row=kept, by=signed_in(request))
    messages.success(request, "绿色生态要求已删除")
    return HttpResponseRedirect(reverse("districts:work", args=[code, pk]))


@require_POST
def work_check(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Add a department's check."""
    work = work_to_read(request, code, pk)
    by = signed_in(request)
    NotAllowed.unless(fills_plot(viewer_of(request).held, work.district), NOT_YOURS)

    def save(form: Form) -> None:
        values = {name: form.cleaned_data[name] for name in ("stage", "department", "result", "text", "upload")}
        check_work(work=work, on=form.cleaned_data["checked_on"], by=by, **values)

    return _answer(
        request, work, CheckForm(request.POST, request.FILES, auto_id=CHECK_ID), name="check_form", said="部门审查已登记", save=save
    )


@require_POST
def work_accept(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Register the acceptance."""
    work = work_to_read(request, code, pk)
    by = signed_in(request)
    NotAllowed.unless(records_work(viewer_of(request).held, work), NOT_YOURS)

    def save(form: AcceptanceForm) -> None:
        given = {name: form.cleaned_data[name] for name in ("on", "number", "reason")}
        proof = Proof(**{name: form.cleaned_data[name] for name in Proof._fields})
        accept_work(work=work, version=form.version_read(), by=by, proof=proof, **given)

    form = AcceptanceForm(request.POST, request.FILES, auto_id="accept-%s")
    return _answer(request, work, form, name="accept_form", said="竣工验收已登记", save=save)


@require_POST
def work_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw the registration of an acceptance."""
    work = work_to_read(request, code, pk)
    by = signed_in(request)
    NotAllowed.unless(withdraws_work(viewer_of(request).held, work), NOT_YOURS)

    def save(form: AcceptanceBackForm) -> None:
        withdraw_acceptance(work=work, version=form.version_read(), reason=form.cleaned_data["reason"], by=by)

    form = AcceptanceBackForm(request.POST, auto_id="withdraw-%s")
    return _answer(request, work, form, name="withdraw_form", said="竣工登记已撤回", save=save)
