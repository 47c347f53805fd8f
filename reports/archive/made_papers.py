"""Reports that the portal generates for matters, proposed as items of their volumes."""

import datetime as dt
from collections.abc import Iterator

from approvals.acceptances.facts import latest_visit
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from assessments.common.enums import YearlyReportKind
from assessments.inspections.models import Inspection
from assessments.post_evaluations.models import PostEvaluation
from assessments.reviews.enums import MemberState, ReviewState
from assessments.reviews.models.review import Review
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import has_any
from greendistrict.core import clock
from greendistrict.policy import citing
from reports.archive.definitions import ReportPaper
from reports.jobs.enums import ReportKind

PANEL = "专家组"


def reports_of_case(case: Case) -> Iterator[ReportPaper]:
    """Record of the technical review; for an acceptance record and report of its site visit; then the panel's papers."""
    day = case.decided_on or _day(case.review.concluded_at if case.review else None) or _day(case.accepted_at)
    if case.accepted_at:
        yield ReportPaper("technical_review", case, citing.issuer(day), day)
    if case.kind == CaseKind.ACCEPTANCE:
        if visit := latest_visit(case):
            yield ReportPaper("site_visit", case, citing.issuer(visit.planned_on), visit.planned_on)
        yield ReportPaper("acceptance", case, citing.issuer(day), day)
    yield from _reports_of_reviews(case.table_id)


def reports_of_stage(stage: StageAssessment) -> Iterator[ReportPaper]:
    """The report, and the panel's papers if there was one."""
    day = _day(stage.concluded_at)
    yield ReportPaper("stage_assessment", stage, citing.issuer(day), day)
    yield from _reports_of_reviews(stage.table_id)


def reports_of_evaluation(found: PostEvaluation) -> Iterator[ReportPaper]:
    """The report."""
    day = _day(found.concluded_at)
    yield ReportPaper("post_evaluation", found, citing.issuer(day), day)


def reports_of_inspection(found: Inspection) -> Iterator[ReportPaper]:
    """The record, which includes the rectification."""
    day = _day(found.closed_at) or found.inspected_on
    yield ReportPaper("inspection", found, citing.issuer(day), day)


def reports_of_check(check: SelfCheck) -> Iterator[ReportPaper]:
    """The report on the district's year, which contains its own report and its score table."""
    day = _day(check.received_at)
    yield ReportPaper(ReportKind.ANNUAL_DISTRICT, check.district, citing.issuer(day), day, check.year)


def reports_of_yearly(report: YearlyReport, today: dt.date) -> Iterator[ReportPaper]:
    """For a verification the carbon report with verified years; for a year of operation the text written in the portal."""
    if has_any(report.text):
        yield ReportPaper("operation_report", report, str(report.district.applicant or report.district), _day(report.received_at))
    if report.kind == YearlyReportKind.CARBON:
        # its figures are of the day on which it is made
        yield ReportPaper("carbon", report.district, citing.issuer(today), today)


def _reports_of_reviews(table: int | None) -> Iterator[ReportPaper]:
    """For each concluded review of a score table: record, minutes, experts' sheets and opinion."""
    reviews = Review.objects.filter(table=table, status=ReviewState.CONCLUDED) if table else Review.objects.none()
    for review in reviews.order_by("pk"):
        day = _day(review.concluded_at)
        yield ReportPaper("panel_record", review, citing.issuer(day), day)
        yield ReportPaper("meeting_minutes", review, citing.issuer(day), day)
        for member in review.members.filter(state=MemberState.ACCEPTED).order_by("number"):
            yield ReportPaper("score_sheet", member, str(member), _day(member.submitted_at) or day)
        yield ReportPaper("review_opinion", review, PANEL, day)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None
