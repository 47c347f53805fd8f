"""A key project's page with photos, plots and clauses; approval of the key-project plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from districts.file.models.district import District
from districts.file.services.locking import hold_editor
from districts.file.views.common import UNPROCESSABLE, district_to_edit, district_to_read
from districts.plausibility.selectors import answered, answers_to, unexplained
from districts.projects.columns import PROJECT
from districts.projects.forms import PhotoForm, ProjectPlanForm, UseForm
from districts.projects.linked_matters import matters_of
from districts.projects.models import KeyProject, KeyProjectPlan
from districts.projects.rules import accepting_body, records_use
from districts.projects.selectors.schedule import gantt_of, slips_of
from districts.projects.services.key_projects import PHOTO_KIND, add_photo, near_of, put_in_use, save_project_plan
from districts.projects.services.proofs import Proof
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.selectors import evidence_of
from greendistrict.workflow.pages import NOT_YOURS
from indicators.editions.selectors import rules_for


def project_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Plan and progress, funds, plots, clauses, photos; editors add photos."""
    district, editable = district_to_read(request, code)
    project = get_object_or_404(district.key_projects.select_related("district"), pk=pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        hold_editor(signed_in(request), district)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            add_photo(project=project, upload=form.cleaned_data["upload"], title=form.cleaned_data["title"], by=signed_in(request))
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
        "form": form if editable else None,
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
    district = district_to_edit(request, code)
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
