"""Registries of other apps that this app fills, and its own of report kinds; called once when the models are ready."""

from assessments.self_checks.lifecycle import SELF_CHECK
from greendistrict.core import papers
from greendistrict.documents.registry import register_owner
from greendistrict.workflow import outbox
from greendistrict.workflow.registry import on
from reports.annual.services import city_files, district_files, may_have_district_report, report_received
from reports.jobs import services
from reports.jobs.enums import OUTBOX_KIND, ReportKind
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.papers import KIND
from reports.jobs.rules import nobody
from reports.jobs.selectors import jobs_visible_to
from reports.sensitivity.selectors import result_context
from reports.sensitivity.services import sensitivity_files

REPORTS = {
    ReportKind.ANNUAL_DISTRICT: Report(
        "{whose}{year}年度评估报告", district_files, may=may_have_district_report, by_year=True, of_district=True
    ),
    ReportKind.ANNUAL_CITY: Report("{whose}{year}年度评估报告", city_files, by_year=True),
    ReportKind.SENSITIVITY: Report("{subject}影响测算", sensitivity_files, material="影响测算", result=result_context),
}


def wire() -> None:
    """Take part in the outbox, own the files made, and report each received self-check."""
    for kind, report in REPORTS.items():
        report_kinds.register(kind, report)
    outbox.handle(OUTBOX_KIND, services.enqueue)
    register_owner(ExportJob, jobs_visible_to, nobody)
    papers.register(KIND)
    on(SELF_CHECK, "receive", report_received)
