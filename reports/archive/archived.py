"""The matters from which volumes are made, by the name of their kind in addresses.

Also here: Yearly papers as sources of archive volumes: received self-checks, operation reports and carbon verification reports.
"""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.urls import reverse

from assessments.common.enums import YearlyReportKind
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.tables.models import TableVersion
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from assessments.yearly_reports.selectors.yearly_reports import reports_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.workflow.letters import drafts_of, slug_of
from reports.archive.made_papers import ArchiveSource, MatterFacts, Papers, WrittenPaper, reports_of_check, reports_of_yearly
from reports.archive.matter_papers import CASES, SOURCES, filed_papers
from reports.archive.models import Retention

RETENTION = {YearlyReportKind.OPERATION: Retention.TEN_YEARS, YearlyReportKind.CARBON: Retention.THIRTY_YEARS}


def received_checks(viewer: Viewer) -> QuerySet[SelfCheck]:
    """Self-checks that were received."""
    return self_checks_visible_to(viewer).filter(status=SelfCheckState.RECEIVED)


def received_reports(viewer: Viewer) -> QuerySet[YearlyReport]:
    """Operation reports and carbon verification reports that were received."""
    return reports_visible_to(viewer).filter(status=YearlyReportState.RECEIVED)


def facts_of_check(check: SelfCheck) -> MatterFacts:
    """Cover of the volume of a self-check."""
    return _facts(check, "年度自查", Retention.THIRTY_YEARS)


def facts_of_report(report: YearlyReport) -> MatterFacts:
    """Cover of the volume of a yearly report."""
    return _facts(report, str(report.get_kind_display()), RETENTION[YearlyReportKind(report.kind)])


def papers_of_check(check: SelfCheck, viewer: Viewer) -> Papers:
    """Evidence of the received score table, the report on it, 报送函 and 回执."""
    yield from filed_papers(check_files(check))
    yield from reports_of_check(check)
    yield from (WrittenPaper(check, draft) for draft in drafts_of(check, viewer))


def papers_of_report(report: YearlyReport, viewer: Viewer) -> Papers:
    """The submitted files, and the portal's reports."""
    yield from reports_of_yearly(report, viewer.today)
    yield from filed_papers(evidence_of(report).filter(replaced_by__isnull=True).order_by("pk"))


def check_files(check: SelfCheck) -> Iterable[Evidence]:
    """Evidence of the received version, each file once."""
    version = TableVersion.objects.filter(table=check.table_id, counts=True).first()
    keys = {entry["key"] for row in version.content["rows"] for entry in row["evidence"]} if version else set()
    return Evidence.objects.filter(key__in=keys).order_by("pk")


def _facts(matter: SelfCheck | YearlyReport, kind: str, retention: Retention) -> MatterFacts:
    return MatterFacts(
        kind=kind,
        number=matter.number or "",
        title=f"{matter}（已接收）",
        district=matter.district,
        finished_on=(matter.received_at or matter.opened_at).astimezone(clock.SHANGHAI).date(),
        retention=retention,
        is_demo=matter.district.is_demo,
    )


YEARLY = (
    ArchiveSource(
        SelfCheck, received_checks, facts_of_check, papers_of_check, lambda check: reverse("assessments:selfcheck", args=[check.pk])
    ),
    ArchiveSource(
        YearlyReport,
        received_reports,
        facts_of_report,
        papers_of_report,
        lambda report: reverse("assessments:yearly_report", args=[report.pk]),
    ),
)


ARCHIVE_SOURCES: Mapping[str, ArchiveSource] = {slug_of(source.model): source for source in (CASES, *SOURCES, *YEARLY)}
