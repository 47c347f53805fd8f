"""What the lists of assessments share: conditions in the address, and the same rows as a workbook."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments import listbooks
from assessments.calendar import Window, self_check_windows
from assessments.forms.lists import InspectionFilter, PostFilter, StageFilter
from assessments.forms.selfchecks import SelfCheckFilter
from assessments.lifecycle.inspection import INSPECTION
from assessments.models import Inspection, PostEvaluation, SelfCheck, StageAssessment
from assessments.rules import inspections as rules
from assessments.selectors import inspections, postevaluations, selfchecks, stages
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.documents.answers import as_workbook

PAGE_SIZE, EXPORT_ROWS = 50, 5_000


def narrowed(rows: QuerySet[Any], chosen: Mapping[str, Any], *names: str) -> QuerySet[Any]:
    """Rows with the chosen values of ``names``, of districts that every word of ``q`` fits."""
    for name in names:
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    for word in chosen.get("q", "").lower().split():
        rows = rows.filter(district__search_text__contains=word)
    return rows


def years_of(rows: QuerySet[Any]) -> list[int]:
    """Years that rows have, newest first."""
    return sorted(rows.order_by().values_list("year", flat=True).distinct(), reverse=True)


def _cleaned(form: Form) -> Mapping[str, Any]:
    return form.cleaned_data if form.is_valid() else {}


def _page(request: HttpRequest, found: QuerySet[Any], form: Form, name: str) -> dict[str, Any]:
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"page": page, "form": form, "total": page.paginator.count, "export": reverse(f"assessments:{name}_export")}


def _checks(request: HttpRequest) -> tuple[SelfCheckFilter, QuerySet[SelfCheck], Mapping[int, Window]]:
    visible = selfchecks.self_checks_visible_to(signed_in(request))
    windows = self_check_windows(years_of(visible))
    form = SelfCheckFilter(request.GET, years=sorted(windows, reverse=True))
    chosen = _cleaned(form)
    found = narrowed(visible, chosen, "year", "status")
    if chosen.get("late"):
        late = selfchecks.late_condition(windows, clock.today())
        found = found.filter(late if chosen["late"] == "late" else ~late)
    return form, found.order_by("-year", "district__name_pinyin", "pk"), windows


@login_required
@require_safe
def selfcheck_list(request: HttpRequest) -> HttpResponse:
    """Self-checks in sight, newest year first, with conditions in the address."""
    form, found, windows = _checks(request)
    context = _page(request, found, form, "selfcheck")
    context["lines"] = selfchecks.listed(context["page"].object_list, windows)
    return render(request, "assessments/selfcheck_list.html", context)


@login_required
@require_safe
def selfcheck_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; whoever takes data out is on record."""
    _, found, windows = _checks(request)
    lines = selfchecks.listed(found[:EXPORT_ROWS], windows)
    audit.record(action="self_check.export", by=signed_in(request), data={"rows": len(lines), "filter": request.GET.urlencode()})
    return as_workbook(listbooks.check_book(lines), f"年度自查-{clock.today():%Y%m%d}.xlsx")


def _stages(request: HttpRequest) -> tuple[StageFilter, QuerySet[StageAssessment]]:
    form = StageFilter(request.GET)
    found = narrowed(stages.stages_visible_to(signed_in(request)), _cleaned(form), "status", "conclusion")
    return form, found.order_by("-due", "district__name_pinyin", "pk")


@login_required
@require_safe
def stage_list(request: HttpRequest) -> HttpResponse:
    """Stage assessments in sight, newest cycle first."""
    form, found = _stages(request)
    context = _page(request, found, form, "stage")
    context["lines"] = stages.listed(context["page"].object_list)
    return render(request, "assessments/stage_list.html", context)


@login_required
@require_safe
def stage_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    lines = stages.listed(_stages(request)[1][:EXPORT_ROWS])
    audit.record(action="stage.export", by=signed_in(request), data={"rows": len(lines), "filter": request.GET.urlencode()})
    return as_workbook(listbooks.stage_book(lines), f"阶段评估-{clock.today():%Y%m%d}.xlsx")


def _posts(request: HttpRequest) -> tuple[PostFilter, QuerySet[PostEvaluation]]:
    visible = postevaluations.evaluations_visible_to(signed_in(request))
    form = PostFilter(request.GET, years=years_of(visible))
    return form, narrowed(visible, _cleaned(form), "year", "status").order_by("-year", "district__name_pinyin", "pk")


def posts_context(request: HttpRequest) -> dict[str, Any]:
    """The evaluations in sight with their conditions; the page of the draws shows them below."""
    form, found = _posts(request)
    context = _page(request, found, form, "post")
    return {**context, "filter_form": form, "lines": postevaluations.listed(context["page"].object_list)}


@login_required
@require_safe
def post_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    lines = postevaluations.listed(_posts(request)[1][:EXPORT_ROWS])
    audit.record(action="post_evaluation.export", by=signed_in(request), data={"rows": len(lines), "filter": request.GET.urlencode()})
    return as_workbook(listbooks.post_book(lines), f"后评估-{clock.today():%Y%m%d}.xlsx")


def _inspections(request: HttpRequest) -> tuple[InspectionFilter, QuerySet[Inspection]]:
    form = InspectionFilter(request.GET)
    chosen = _cleaned(form)
    found = narrowed(inspections.inspection_list(signed_in(request)), chosen, "mode", "status")
    if chosen.get("open"):
        found = found.filter(left__gt=0) if chosen["open"] == "yes" else found.filter(left=0)
    return form, found


@login_required
@require_safe
def inspection_list(request: HttpRequest) -> HttpResponse:
    """Inspections in sight with how many findings are still open."""
    form, found = _inspections(request)
    context = _page(request, found, form, "inspection")
    context["lines"] = [(one, INSPECTION.state(one.status)) for one in context["page"].object_list]
    context["may_register"] = rules.inspects(signed_in(request))
    return render(request, "assessments/inspection_list.html", context)


@login_required
@require_safe
def inspection_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = list(_inspections(request)[1][:EXPORT_ROWS])
    audit.record(action="inspection.export", by=signed_in(request), data={"rows": len(found), "filter": request.GET.urlencode()})
    return as_workbook(listbooks.inspection_book(found), f"监督检查-{clock.today():%Y%m%d}.xlsx")
