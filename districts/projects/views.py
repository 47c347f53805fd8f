"""Pages of key projects and municipal works."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.rules import fills_plot, may_edit_district, may_read_file
from districts.file.services import hold_right
from districts.file.views.common import UNPROCESSABLE, district_of_form, district_to_list, district_to_read
from districts.plausibility.expectations import least_days, near_words
from districts.plausibility.selectors import answered, answers_to, unexplained
from districts.plots.forms import CHECK_ID, CheckForm
from districts.projects.columns import PROJECT, WORK
from districts.projects.forms import AcceptanceBackForm, AcceptanceForm, PhotoForm, ProjectPlanForm, UseForm, WorkIndicatorForm
from districts.projects.linked_matters import matters_of
from districts.projects.models import KeyProject, KeyProjectPlan, Work, WorkIndicator
from districts.projects.rules import accepting_body, lists_works, records_use, records_work, withdraws_work
from districts.projects.selectors import gantt_of, slips_of
from districts.projects.selectors import work_page as page_of
from districts.projects.services import (
    PHOTO_KIND,
    Proof,
    accept_work,
    add_photo,
    check_work,
    drop_indicator,
    near_of,
    put_in_use,
    save_indicator,
    save_project_plan,
    withdraw_acceptance,
)
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.documents.selectors import evidence_of
from greendistrict.workflow.pages import NOT_YOURS
from indicators.editions.selectors import rules_for

# Access checks shared by the pages of municipal works.


def works_to_list(request: HttpRequest, code: str) -> tuple[District, bool, bool]:
    """District whose works the person may list, and whether they may edit or read its file. Raises ``Http404``, ``NotAllowed``."""
    return district_to_list(request, code, lists_works)


def work_to_read(request: HttpRequest, code: str, pk: int) -> Work:
    """Work of a readable file, or of a district of the person's bureau. Raises ``Http404``, ``NotAllowed``."""
    district, _editable, _reads_file = works_to_list(request, code)
    work: Work = get_object_or_404(district.works, pk=pk)
    work.district = district
    return work


# A key project's page with photos, plots and clauses; approval of the key-project plan.


def project_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Plan and progress, funds, plots, clauses, photos; editors add photos."""
    district, editable = district_to_read(request, code)
    project = get_object_or_404(district.key_projects.select_related("district"), pk=pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        hold_right(signed_in(request), district)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form), transaction.atomic():
            for upload in form.cleaned_data["upload"]:
                add_photo(project=project, upload=upload, title=form.cleaned_data["title"], by=signed_in(request))
            messages.success(request, "照片已上传")
            return HttpResponseRedirect(request.get_full_path())
    return _page(request, project, editable=editable, form=form)


@require_POST
def project_use(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Register that the project is in use, with its proof."""
    district, editable = district_to_read(request, code)
    project = get_object_or_404(district.key_projects.select_related("district"), pk=pk)
    NotAllowed.unless(records_use(viewer_of(request).held, project), NOT_YOURS)
    typed = UseForm(request.POST, request.FILES, auto_id="use-%s")
    if typed.is_valid():
        proof = Proof(**{name: typed.cleaned_data[name] for name in Proof._fields})
        with RefusalsIn(typed):
            put_in_use(project=project, on=typed.cleaned_data["on"], version=typed.version_read(), by=signed_in(request), proof=proof)
            messages.success(request, "投用已登记")
            return HttpResponseRedirect(reverse("districts:key_project", args=[code, pk]))
    return _page(request, project, editable=editable, form=PhotoForm(), use_form=typed)


def _page(request: HttpRequest, project: KeyProject, *, editable: bool, form: PhotoForm, use_form: UseForm | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    today, district = viewer.today, project.district
    held = viewer.held
    if use_form is None and not project.use_basis and records_use(held, project):
        initial = {"on": project.in_use_on or today, "version": project.version}
        use_form = UseForm(initial=initial, auto_id="use-%s")
    near = near_of(project) if use_form else []
    context = {
        "district": district,
        "project": project,
        "facts": PROJECT.part("category", "investment", "funding").facts(project),
        "answered": answered(district.key_projects.filter(pk=project.pk)),
        "editable": editable,
        "form": form if editable or form.errors else None,
        "use_form": use_form,
        "near": unexplained(answers_to(project), near) if near else (),
        "backfills": accepting_body(held, district) is None,
        "photos": list(evidence_of(project).filter(kind=PHOTO_KIND)),
        "plots": list(project.plots.order_by("number")),
        "clauses": clause_titles(district, project),
        "gantt": gantt_of([project], today),
        "slips": slips_of(project, today),
        "linked": matters_of(viewer, project),
    }
    wrong = any(one is not None and one.is_bound and one.errors for one in (form, use_form))
    return render(request, "districts/projects/project.html", context, status=UNPROCESSABLE if wrong else 200)


def clause_titles(district: District, project: KeyProject) -> list[tuple[str, str]]:
    """Clauses that a project serves, with titles in the district's edition; an unknown number has no title."""
    items = rules_for(district.edition).items if district.edition and project.clauses else {}
    return [(number, items[number].title if number in items else "") for number in project.clauses]


def project_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Record the approval of the key-project plan."""
    district = district_of_form(request, code)
    known = KeyProjectPlan.objects.filter(district=district).first()
    names = ("approved_on", "approved_by", "number", "version")
    initial = {name: getattr(known, name) for name in names} if known else {}
    form = ProjectPlanForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = {name: form.cleaned_data[name] for name in names[:3]}
        version = form.version_read() if known else None
        with RefusalsIn(form):
            save_project_plan(district=district, values=values, upload=form.cleaned_data["upload"], version=version, by=signed_in(request))
            messages.success(request, "实施计划批准已登记")
            return HttpResponseRedirect(reverse("districts:key_project_list", kwargs={"code": district.code}))
    context = {"district": district, "form": form, "known": known}
    return render(request, "districts/projects/project_plan.html", context, status=UNPROCESSABLE if form.is_bound and form.errors else 200)


# A work's page: green requirements with values, checks, acceptance. Each form posts to its own URL and redirects back.

TEMPLATE = "districts/projects/work.html"


def _row_of(work: Work, pk: int | None) -> WorkIndicator | None:
    return get_object_or_404(work.indicators, pk=pk) if pk else None


@require_safe
def work_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The page with the forms available to this person now; ``?value=`` opens the form of one requirement."""
    work = work_to_read(request, code, pk)
    return _work_page(request, work, row=_row_of(work, whole(request.GET.get("value", ""))))


def _work_page(request: HttpRequest, work: Work, *, row: WorkIndicator | None = None, status: int = 200, **typed: Form) -> HttpResponse:
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
    return _work_page(request, work, row=row, status=status, **{name: form})


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
