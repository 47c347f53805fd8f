"""The page for writing the sections of 运营工作报告, with last year's text and current figures beside them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.self_checks.selectors.report import LastReport, SectionPage, beside_last
from assessments.self_checks.views.sections import SectionsPage
from assessments.yearly_reports import rules, services
from assessments.yearly_reports.kinds import LONGEST
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS, SECTIONS
from assessments.yearly_reports.selectors.text import has_text, last_text, offered_in
from assessments.yearly_reports.selectors.yearly_reports import contents_visible_to
from assessments.yearly_reports.views.reports import seen
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.errors import Refused

PAGE = "assessments/yearly_reports/yearly_report_text.html"
ALL, DRAFT = "all", "draft"


class TextPage(SectionsPage[YearlyReport]):
    """The sections of 运营工作报告."""

    url_name = "assessments:yearly_report_text"
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

    def closed(self, request: HttpRequest, report: YearlyReport, refused: Refused) -> HttpResponse:
        """Show the stored report, with the typed text to be copied."""
        stored = {key: self.stored(report, key) for key in KEYS}
        unsaved = [(one.title, typed) for one in SECTIONS if (typed := request.POST.get(one.key, "")) != stored[one.key]]
        sections = [SectionPage(one, stored[one.key]) for one in SECTIONS]
        context = {**_named(report), "sections": sections, "unsaved": unsaved, "errors": [str(refused)]}
        return render(request, PAGE, context, status=refused.status)

    def page(self, request: HttpRequest, report: YearlyReport, problems: dict[str, str] | None = None) -> HttpResponse:
        """Show the sections with last year's text and current figures beside them."""
        told = problems or {}
        texts = {key: request.POST.get(key, str(report.text.get(key, ""))) for key in KEYS}
        editable = rules.may_fill(viewer_of(request).held, report)
        last = last_text(report) if editable else None
        figures = offered_in(report, texts, viewer_of(request).today) if editable else {}
        sections = [
            SectionPage(one, texts[one.key], told.get(one.key, ""), beside_last(last, one.key, texts[one.key]), figures.get(one.key, []))
            for one in SECTIONS
        ]
        context = {
            **_named(report),
            "sections": sections,
            "editable": editable,
            "beside": editable,
            "takes": editable and any(one.takes for one in sections),
            "drafts": editable and any(one.figures and not one.text.strip() for one in sections),
            "longest": LONGEST,
            "saved_at": clock.now(),
            "errors": [(f"id_{key}", text) if key in KEYS else text for key, text in told.items()],
        }
        return render(request, PAGE, context, status=409 if problems else 200)


def _named(report: YearlyReport) -> dict[str, Any]:
    """Template context: the report, the key under which the page keeps unsaved text, and the version shown."""
    return {"report": report, "report_id": f"operation-{report.pk}", "report_version": report.text_version}
