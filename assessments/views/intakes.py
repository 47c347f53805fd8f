"""Pages of the reports on a year of operation: the list of the year with its workbook, the file, and the steps of its life."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.calendar import report_dues
from assessments.forms.intakes import FiguresForm, ReportFileForm, ReportFilter
from assessments.intake import FORMS
from assessments.intakebook import report_book
from assessments.lifecycle.intake import YEARLY_REPORT
from assessments.models import YearlyReport
from assessments.rules import intakes as rules
from assessments.selectors import intakes as selectors
from assessments.services import intakes as services
from assessments.views.lists import EXPORT_ROWS, PAGE_SIZE, narrowed, years_of
from assessments.views.selfchecks import timeline_entry
from assessments.views.steps import FilePage
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.answers import as_workbook
from greendistrict.documents.selectors import evidence_of
from greendistrict.documents.services import store
from greendistrict.workflow import timeline
from greendistrict.workflow.services import available_actions

TEMPLATE = "assessments/intake_detail.html"


def seen(user: User, pk: int) -> YearlyReport:
    """Report in this person's sight. Raises ``Http404``."""
    return get_object_or_404(selectors.reports_visible_to(user), pk=pk)


def _chosen(request: HttpRequest) -> tuple[ReportFilter, QuerySet[YearlyReport], selectors.Dues]:
    """The filter as it was asked, the reports it leaves, and the days of all of them."""
    visible = selectors.reports_visible_to(signed_in(request))
    years = years_of(visible)
    form, dues = ReportFilter(request.GET, years=years), report_dues(years)
    found = _narrowed(visible, form.cleaned_data if form.is_valid() else {}, dues)
    return form, found.order_by("-year", "district__name_pinyin", "district_id", "kind"), dues


def _narrowed(reports: QuerySet[YearlyReport], chosen: Mapping[str, Any], dues: selectors.Dues) -> QuerySet[YearlyReport]:
    reports = narrowed(reports, chosen, "year", "status", "kind")
    if chosen.get("late"):
        late = selectors.late_condition(dues, clock.today())
        reports = reports.filter(late if chosen["late"] == "late" else ~late)
    return reports


@login_required
@require_safe
def intake_list(request: HttpRequest) -> HttpResponse:
    """Reports in sight, newest year first, with conditions in the address."""
    form, found, dues = _chosen(request)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": selectors.listed(page.object_list, dues),
        "form": form,
        "total": page.paginator.count,
        "export": reverse("assessments:intake_export"),
    }
    return render(request, "assessments/intake_list.html", context)


@login_required
@require_safe
def intake_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; whoever takes data out is on record."""
    user = signed_in(request)
    _, found, dues = _chosen(request)
    lines = selectors.listed(found[:EXPORT_ROWS], dues)
    readable = frozenset(selectors.contents_visible_to(user).values_list("pk", flat=True))
    content = report_book(lines, readable)
    audit.record(action="yearly_report.export", by=user, data={"rows": len(lines), "filter": request.GET.urlencode()})
    return as_workbook(content, f"运营与碳核查报告-{clock.today():%Y%m%d}.xlsx")


@login_required
@require_safe
def intake(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one report."""
    user = signed_in(request)
    return render(request, TEMPLATE, detail_context(user, seen(user, pk)))


def detail_context(user: User, report: YearlyReport, **extra: Any) -> dict[str, Any]:
    """What the file shows; the offered buttons are exactly what ``perform`` would allow."""
    kind, filling = FORMS[report.kind], rules.may_fill(user, report)
    told = selectors.contents_visible_to(user).filter(pk=report.pk).exists()
    files = list(evidence_of(report)) if told else []
    due = report_dues([report.year])[report.kind, report.year]
    inner = report.status in {*rules.OPEN, "signing"}
    return {
        "report": report,
        "kind": kind,
        "parts": kind.parts_for(report.district.stage),
        "state": YEARLY_REPORT.state(report.status),
        "due": due,
        "late": selectors.is_late(report, due, clock.today()),
        "filling": filling,
        "told": told,
        "form": FiguresForm(report=report),
        "verifiers": selectors.known_verifiers() if filling and kind.verified else [],
        "file_form": ReportFileForm(report=report),
        "figures": selectors.figure_lines(kind, selectors.figures_of(report)) if told else [],
        "files": files,
        "filings": selectors.filings_of(report),
        "self_check": selectors.self_check_of(report),
        "offered": available_actions(YEARLY_REPORT, report, user, selectors.facts_of(report, files) if inner and told else {}),
        "action_url": reverse("assessments:intake_action", args=[report.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(report))],
        **extra,
    }


FILE = FilePage(
    page="assessments:intake",
    template=TEMPLATE,
    machine=YEARLY_REPORT,
    seen=seen,
    context=detail_context,
    facts=selectors.facts_of,
    take=lambda report, **step: services.take(report=report, **step),
)


@login_required
@require_POST
def intake_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep figures and words; when somebody was faster both are shown."""
    user = signed_in(request)
    report = seen(user, pk)
    form = FiguresForm(request.POST, report=report)
    if not form.is_valid():
        return FILE.again(request, pk, form=form, errors=form)
    data = form.cleaned_data
    words = {"note": data["note"], "verifier": data.get("verifier", "")}
    try:
        services.save(report=report, figures=form.figures(), **words, version=data["version"], by=user)
    except Stale as stale:
        return _both(request, pk, stale)
    except Refused as refused:
        return FILE.again(request, pk, refused, form=form)
    return FILE.done(request, pk, "已保存")


def _both(request: HttpRequest, pk: int, stale: Stale) -> HttpResponse:
    """What was typed stays in the form, what is stored stands above it."""
    stored = seen(signed_in(request), pk)
    data = request.POST.copy()
    data["version"] = str(stored.version)
    lines = selectors.figure_lines(FORMS[stored.kind], selectors.figures_of(stored))
    kept = [*((title, f"{shown} {unit}" if shown else "") for title, shown, unit in lines), ("说明", stored.note)]
    if FORMS[stored.kind].verified:
        kept.append(("核查机构", stored.verifier))
    return FILE.again(request, pk, stale, form=FiguresForm(data, report=stored), stored=kept)


@login_required
@require_POST
def intake_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file of the report."""
    user = signed_in(request)
    report = seen(user, pk)
    form = ReportFileForm(request.POST, request.FILES, report=report)
    if not form.is_valid():
        return FILE.again(request, pk, file_form=form, errors=form)
    part = form.cleaned_data["part"]
    try:
        store(owner=report, upload=form.cleaned_data["upload"], kind=part, title=f"{report.year}年度{part}", by=user)
    except Refused as refused:
        form.add_error("upload", [one.text for one in refused.refusals])
        return FILE.again(request, pk, errors=form, file_form=form)
    return FILE.done(request, pk, "材料已上传")


@login_required
@require_POST
def intake_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)
