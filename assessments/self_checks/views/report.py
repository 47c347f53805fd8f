"""The page for writing the sections of 自评报告, with last year's text and current figures beside them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.self_checks import services
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import KEYS, LONGEST, SECTIONS
from assessments.self_checks.selectors.report import (
    LastReport,
    OwnFigures,
    SectionPage,
    beside_last,
    last_report,
    offered_figures,
    report_rows,
)
from assessments.self_checks.views.files import seen_check
from assessments.self_checks.views.sections import SectionsPage
from assessments.tables.rules import may_edit_table, sees_live_rows
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.errors import Refused

PAGE = "assessments/self_checks/selfcheck_report.html"
ALL = "all"


class ReportPage(SectionsPage[SelfCheck]):
    """The sections of 自评报告."""

    url_name = "assessments:selfcheck_report"
    keys = KEYS

    def seen(self, viewer: Viewer, pk: int) -> SelfCheck:
        """The self-check if the user sees it. Raises ``Http404``."""
        return seen_check(viewer, pk)

    def stored(self, report: SelfCheck, key: str) -> str:
        """Text of a section."""
        return str(report.report.get(key, ""))

    def save(self, report: SelfCheck, key: str, text: str, version: int, user: User) -> int:
        """Store a section and return the next version."""
        return services.save_section(check=report, key=key, text=text, version=version, by=user)

    def last(self, report: SelfCheck) -> LastReport | None:
        """Report of the year before."""
        return last_report(report)

    def carry_out(self, request: HttpRequest, report: SelfCheck, user: User) -> tuple[str, str]:
        """Insert last year's text, or a figure."""
        if taken := request.POST.get("take"):
            got = services.take_over(check=report, keys=KEYS if taken == ALL else [taken], version=report.report_version, by=user)
            return (got[0], f"已带入上年文字{len(got)}节，请逐节修改") if got else ("", "没有可以带入的空白章节")
        if figure := request.POST.get("insert"):
            place, _, name = figure.partition(":")
            services.insert_figure(check=report, key=place, figure=name, version=report.report_version, by=user)
            return place, "数字已插入"
        return "", "自评报告已保存"

    def closed(self, request: HttpRequest, report: SelfCheck, refused: Refused) -> HttpResponse:
        """Show the stored report, with the typed text to be copied."""
        stored = dict(report_rows(viewer_of(request), report))
        sections = [SectionPage(one, stored.get(one.title, "")) for one in SECTIONS]
        unsaved = [(one.title, typed) for one in SECTIONS if (typed := request.POST.get(one.key, "")) != stored.get(one.title, "")]
        context = {"check": report, **_named(report), "sections": sections, "unsaved": unsaved, "errors": [str(refused)]}
        return render(request, PAGE, context, status=refused.status)

    def page(self, request: HttpRequest, report: SelfCheck, problems: dict[str, str] | None = None) -> HttpResponse:
        """Show the sections with last year's text and current figures beside them."""
        viewer, told = viewer_of(request), problems or {}
        stored = dict(report_rows(viewer, report))
        texts = {section.key: request.POST.get(section.key, stored.get(section.title, "")) for section in SECTIONS}
        held = viewer.held
        live, editable = sees_live_rows(held, report.table), may_edit_table(held, report.table)
        last = last_report(report) if live else None
        figures = offered_figures(OwnFigures(report, viewer.today), texts) if editable else {}
        sections = [
            SectionPage(one, texts[one.key], told.get(one.key, ""), beside_last(last, one.key, texts[one.key]), figures.get(one.key, []))
            for one in SECTIONS
        ]
        context = {
            "check": report,
            **_named(report),
            "sections": sections,
            "editable": editable,
            "beside": editable or any(one.last for one in sections),
            "takes": editable and any(one.takes for one in sections),
            "longest": LONGEST,
            "saved_at": clock.now(),
            "errors": [(f"id_{key}", text) for key, text in told.items()],
        }
        return render(request, PAGE, context, status=409 if problems else 200)


def _named(check: SelfCheck) -> dict[str, Any]:
    """Template context: the key under which the page keeps unsaved text, and the version shown."""
    return {"report_id": f"report-{check.pk}", "report_version": check.report_version}
