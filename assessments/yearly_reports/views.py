"""Pages of yearly reports."""

from collections.abc import Callable, Sequence
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common import owed_papers
from assessments.common.forms import years_of
from assessments.common.selectors import Entry, chosen_unopened, lines_of, merged
from assessments.common.views import EXPORT_ROWS, list_export, list_page, timeline_entry
from assessments.self_checks.selectors.report import LastReport, OfferedFigure
from assessments.self_checks.views.sections import SectionsPage
from assessments.yearly_reports import lifecycle, services
from assessments.yearly_reports.columns import GAP, GAPS, REPORT_LIST
from assessments.yearly_reports.comparison import FigureComparison, FigureGap
from assessments.yearly_reports.forms import FiguresForm, ReportFileForm, ReportFilter
from assessments.yearly_reports.kinds import REPORT_SPECS, report_dues
from assessments.yearly_reports.lifecycle import YEARLY_REPORT, may_fill
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS, SECTIONS, has_any
from assessments.yearly_reports.selectors import yearly_reports as selectors
from assessments.yearly_reports.selectors.comparison import as_fact, basis_words, comparison_of, shown_comparison
from assessments.yearly_reports.selectors.text import copied_in, has_text, last_text, offered_in, stale_in, text_rows
from assessments.yearly_reports.selectors.yearly_reports import contents_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.paging import list_context
from greendistrict.documents.selectors import evidence_of, withheld
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import MatterPage
from greendistrict.workflow.procedure import offered

# Pages of the yearly reports: list with its workbook, one report, its steps.

TEMPLATE = "assessments/yearly_reports/yearly_report_detail.html"


def seen(viewer: Viewer, pk: int) -> YearlyReport:
    """The report if the user sees it. Raises ``Http404``."""
    return get_object_or_404(selectors.reports_visible_to(viewer), pk=pk)


def _chosen(request: HttpRequest) -> tuple[BaseForm, list[Entry], Callable[[Sequence[Entry]], list[selectors.ListedReport]]]:
    """The filter, the reports that match it merged with owed ones that nobody has opened, and what makes list lines of these."""
    viewer = viewer_of(request)
    today = viewer.today
    visible = selectors.reports_visible_to(viewer)
    unopened = owed_papers.unopened(viewer, *map(selectors.obligation_of, REPORT_SPECS))
    years = sorted({*years_of(visible), *(row.year for row in unopened)}, reverse=True)
    asked, dues = ReportFilter(request.GET, visible, years=years), report_dues(years)
    found, chosen = asked.qs, asked.form.cleaned_data
    if chosen.get("late"):
        late = selectors.late_condition(dues, today)
        found = found.filter(late if chosen["late"] == "late" else ~late)

    def lines(entries: Sequence[Entry]) -> list[selectors.ListedReport]:
        return lines_of(entries, found, lambda rows: selectors.listed(rows, today, dues), lambda row: selectors.listed_unopened(row, today))

    return asked.form, merged(found, chosen_unopened(unopened, chosen, today)), lines


@require_safe
def yearly_report_list(request: HttpRequest) -> HttpResponse:
    """Show visible reports and owed ones that nobody has opened, newest year first, filtered by the query string."""
    form, entries, lines = _chosen(request)
    context = list_context(request, entries, form, export="assessments:yearly_report_export")
    shown = lines(list(context["page"].object_list))
    context["shown"] = list_page(viewer_of(request), REPORT_LIST, context["page"], "", shown)
    return render(request, "assessments/yearly_reports/yearly_report_list.html", context)


@require_safe
def yearly_report_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook; the download is audited."""
    _, entries, lines = _chosen(request)
    exported = lines(entries[:EXPORT_ROWS])
    readable = frozenset(selectors.contents_visible_to(viewer_of(request)).values_list("pk", flat=True))
    reports = [selectors.with_figures(line, readable) for line in exported]
    return list_export(request, REPORT_LIST, reports, "份", action="yearly_report.export")


@require_safe
def yearly_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record of one report."""
    return FILE.show(request, pk)


def detail_context(viewer: Viewer, report: YearlyReport, **extra: Any) -> dict[str, Any]:
    """Template context of the record; the offered buttons are exactly those that ``perform`` would allow."""
    kind, filling = REPORT_SPECS[report.kind], lifecycle.may_fill(viewer.held, report)
    readable = selectors.contents_visible_to(viewer).filter(pk=report.pk).exists()
    files = list(evidence_of(report)) if readable else []
    due = report_dues([report.year])[report.kind, report.year]
    filings = selectors.filings_of(report)
    found = shown_comparison(report, viewer.today) if readable else FigureComparison()
    return {
        "report": report,
        "kind": kind,
        "parts": kind.parts,
        "state": YEARLY_REPORT.state(report.status),
        "deadline": selectors.deadline_of(report, due),
        "late": selectors.late_word(report, due, viewer.today),
        "filling": filling,
        "readable": readable,
        "form": FiguresForm(report=report, gaps=found.gaps if filling else ()),
        "comparison": found,
        "gap_heads": [column.label for column in GAP.values()],
        "gap_list": GAPS.html(found.gaps, viewer.today, None, first=None),
        "basis": basis_words(report, viewer.today),
        "verifiers": selectors.known_verifiers() if filling and kind.verified else [],
        "file_form": ReportFileForm(report=report),
        "figures": selectors.figure_lines(kind, selectors.figures_of(report)) if readable else [],
        "files": files,
        "filings": [_with_gaps(filing, viewer) for filing in filings],
        "withheld_files": withheld(viewer, (file["sha256"] for filing in filings for file in filing.get("files", ()))),
        "written": has_text(report) and readable,
        "text": text_rows(report) if readable and has_any(report.text) else [],
        "stale": [*copied_in(report), *stale_in(report, viewer.today)] if filling else [],
        "self_check": selectors.self_check_of(report),
        "offered": offered(report, viewer.user, {"comparison": as_fact(found)} if readable else {}),
        "action_url": reverse("assessments:yearly_report_action", args=[report.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(report))],
        **extra,
    }


def _with_gaps(filing: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
    """A filing with its differences from the portal as a list."""
    gaps = [FigureGap(**row) for row in filing.get("gaps", ())]
    return filing | {"gaps": GAPS.html(gaps, viewer.today, None, first=None) if gaps else None}


FILE = MatterPage("assessments:yearly_report", TEMPLATE, seen, detail_context)


@require_POST
def yearly_report_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save figures and note; on a version conflict both are shown."""
    viewer = viewer_of(request)
    report = seen(viewer, pk)
    may = lifecycle.may_fill(viewer.held, report)
    form = FiguresForm(request.POST, report=report, gaps=comparison_of(report, viewer.today).gaps if may else ())

    def keep() -> None:
        data = form.cleaned_data
        words = {"note": data["note"], "verifier": data.get("verifier", ""), "explained": form.explained()}
        services.save(report=report, figures=form.figures(), **words, version=data["version"], by=viewer.user)

    return FILE.save(request, pk, form, keep, lambda data, stored: _both(data, stored, viewer), "已保存", may=may)


def _both(data: QueryDict, stored: YearlyReport, viewer: Viewer) -> dict[str, Any]:
    """Template context after a conflict: typed values in the form, stored ones above it."""
    lines = selectors.figure_lines(REPORT_SPECS[stored.kind], selectors.figures_of(stored))
    kept = [*((title, f"{shown} {unit}" if shown else "") for title, shown, unit in lines), ("说明", stored.note)]
    if REPORT_SPECS[stored.kind].verified:
        kept.append(("核查机构", stored.verifier))
    gaps = comparison_of(stored, viewer.today).gaps
    kept += [(f"{gap.name}的说明", gap.said) for gap in gaps]
    return {"form": FiguresForm(data, report=stored, gaps=gaps), "stored": kept}


@require_POST
def yearly_report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to the report."""
    viewer = viewer_of(request)
    report = seen(viewer, pk)
    form = ReportFileForm(request.POST, request.FILES, report=report)
    return FILE.add_file(
        request,
        pk,
        form,
        lambda data: services.keep_file(report=report, by=viewer.user, **data),
        may=lifecycle.may_add_files(viewer.held, report),
    )


@require_POST
def yearly_report_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the report."""
    return FILE.act(request, pk)


# The page for writing the sections of 运营工作报告, with last year's text and current figures beside them.

ALL, DRAFT = "all", "draft"


class TextPage(SectionsPage[YearlyReport]):
    """The sections of 运营工作报告."""

    url_name = "assessments:yearly_report_text"
    template = "assessments/yearly_reports/yearly_report_text.html"
    sections = SECTIONS
    keys = KEYS

    def seen(self, viewer: Viewer, pk: int) -> YearlyReport:
        """Operation report whose contents the user reads. Raises ``Http404``."""
        report = seen(viewer, pk)
        if not has_text(report) or not contents_visible_to(viewer).filter(pk=pk).exists():
            raise Http404
        return report

    def stored(self, report: YearlyReport, key: str) -> str:
        """Text of a section."""
        return str(report.text.get(key, ""))

    def save(self, report: YearlyReport, key: str, text: str, version: int, user: User) -> int:
        """Store a section and return the next version."""
        return services.save_text(report=report, key=key, text=text, version=version, by=user)

    def last(self, report: YearlyReport) -> LastReport | None:
        """Report of the year before."""
        return last_text(report)

    def carry_out(self, request: HttpRequest, report: YearlyReport, user: User) -> tuple[str, str]:
        """Insert last year's text, a draft from figures, or one figure."""
        if (taken := request.POST.get("take")) == DRAFT:
            got = services.draft(report=report, version=report.text_version, by=user)
            return (got[0], f"已按平台数据起草{len(got)}节，请逐节核对、补充") if got else ("", "没有可以起草的空白章节")
        if taken:
            got = services.take_over(report=report, keys=KEYS if taken == ALL else [taken], version=report.text_version, by=user)
            return (got[0], f"已带入上年文字{len(got)}节，请逐节修改") if got else ("", "没有可以带入的空白章节")
        if figure := request.POST.get("insert"):
            place, _, name = figure.partition(":")
            services.insert_figure(report=report, key=place, figure=name, version=report.text_version, by=user)
            return place, "数字已插入"
        return "", "报告已保存"

    def named(self, report: YearlyReport) -> dict[str, Any]:
        """Template context that names the report."""
        return {"report": report, "report_id": f"operation-{report.pk}", "report_version": report.text_version}

    def beside(
        self, viewer: Viewer, report: YearlyReport, texts: dict[str, str]
    ) -> tuple[bool, LastReport | None, dict[str, list[OfferedFigure]]]:
        """Last year's report and figures for who may fill it in."""
        if not may_fill(viewer.held, report):
            return False, None, {}
        return True, last_text(report), offered_in(report, texts, viewer.today)
