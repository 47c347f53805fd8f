"""The matters from which archive volumes are made, by the name of their kind in addresses: which are finished, retention periods, papers.

Cases, then assessments and inspections, then yearly papers that were received.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.dossier import files_of
from approvals.casework.selectors.dossier_parts import papers_of, proofs_of
from approvals.titles.models.publicity import Announcement
from assessments.common.enums import YearlyReportKind
from assessments.inspections.models import Inspection, InspectionState
from assessments.inspections.selectors import inspections_visible_to
from assessments.post_evaluations.models import CONCLUDED, PostEvaluation
from assessments.post_evaluations.selectors import evaluations_visible_to
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.stage_assessments.models import ENDED, StageAssessment
from assessments.stage_assessments.selectors.stages import stages_visible_to
from assessments.tables.models import TableVersion
from assessments.tables.selectors.tables import latest_version
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from assessments.yearly_reports.selectors.yearly_reports import reports_visible_to
from greendistrict.accounts.models import Post
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy import citing
from greendistrict.workflow import timeline
from greendistrict.workflow.letters import drafts_of, letter_sources, slug_of
from reports.archive.made_papers import (
    ArchiveSource,
    FiledPaper,
    MatterFacts,
    Papers,
    WrittenPaper,
    reports_of_case,
    reports_of_check,
    reports_of_evaluation,
    reports_of_inspection,
    reports_of_stage,
    reports_of_yearly,
)
from reports.archive.models import Retention

# Cases as sources of archive volumes: which are finished, retention periods, papers.

TITLE_MOVED = frozenset({CaseState.ANNOUNCED})
TAKEN_BACK = frozenset({CaseState.WITHDRAWN, CaseState.DROPPED})
Known = dict[int, tuple[str, str, dt.date | None]]


def finished_cases(viewer: Viewer) -> QuerySet[Case]:
    """Closed visible cases that reached the city; a discarded draft leaves no papers there."""
    rows = cases_visible_to(viewer).filter(status__in=CLOSED_STATES).exclude(status=CaseState.DISCARDED)
    return rows.filter(number__isnull=False).select_related("district__edition", "applicant", "table__edition", "review", "created_by")


def facts_of(case: Case) -> MatterFacts:
    """Cover data of a case's volume."""
    records = timeline.of_subject(case)
    last = records[-1].at if records else case.created_at
    return MatterFacts(
        kind=case.get_kind_display(),
        number=case.number or "",
        title=f"{case.district.name}绿色生态城区{case.get_kind_display()}",
        district=case.district,
        finished_on=last.astimezone(clock.SHANGHAI).date(),
        retention=retention_of(case),
        is_demo=case.is_demo,
    )


def retention_of(case: Case) -> Retention:
    """Granted or lost title: permanent. Refusal or change: 30 years. Withdrawn case: 10 years."""
    if case.status in TITLE_MOVED:
        return Retention.PERMANENT
    return Retention.TEN_YEARS if case.status in TAKEN_BACK else Retention.THIRTY_YEARS


def papers_of_case(case: Case, viewer: Viewer) -> Papers:
    """Files of the case with their recorded data, then reports and letters that the portal generates."""
    yield from filed_papers(case_files(case), known_of(case))
    yield from reports_of_case(case)
    with_letters: list[Model] = [case, *case.consultations.select_related("department", "case__district", "case__applicant")]
    if batch := _announcement_of(case):
        with_letters.append(batch)
    with_letters += case.titles.select_related("district", "announcement", "case__table__edition", "end_case")
    for matter in with_letters:
        yield from (WrittenPaper(matter, draft) for draft in drafts_of(matter, viewer))


def case_files(case: Case) -> list[Evidence]:
    """All files of the case: of its dossier, its delivery, and the replies to the panel's opinions."""
    found = {file.pk: file for file in (*files_of(case), *proofs_of(case), *papers_of(case))}
    found |= {row.document_id: row.document for row in case.documents.select_related("document")}
    answered = case.review_opinions.filter(document__isnull=False).values("document")
    found |= {file.pk: file for file in Evidence.objects.filter(pk__in=answered)}
    if (batch := _announcement_of(case)) and batch.scan:
        found[batch.scan.pk] = batch.scan
    return [found[key] for key in sorted(found)]


def known_of(case: Case) -> Known:
    """Body, number and date of papers recorded with the case."""
    known: Known = {}
    for row in case.endorsements.select_related("authority"):
        known[row.approval_scan_id or 0] = (row.authority.name, row.approval_number, row.approval_on)
        known[row.letter_scan_id or 0] = (row.authority.name, row.letter_number, row.letter_on)
    for reply in case.consultations.filter(document__isnull=False).select_related("department"):
        answered = reply.answered_at.astimezone(clock.SHANGHAI).date() if reply.answered_at else None
        known[reply.document_id or 0] = (reply.department.name, "", answered)
    if case.decision_scan_id:
        known[case.decision_scan_id] = (citing.issuer(case.decided_on), case.decision_number, case.decided_on)
    batch = _announcement_of(case)
    if batch and batch.scan_id:
        known[batch.scan_id] = (citing.issuer(batch.announced_on), batch.number, batch.announced_on)
    return known


def filed_papers(files: Iterable[Evidence], known: Known | None = None) -> Iterator[FiledPaper]:
    """Files as papers: body of the uploader and day of upload, unless recorded otherwise."""
    files, known = list(files), known or {}
    people = {file.uploaded_by_id for file in files if file.uploaded_by_id}
    posts = Post.objects.filter(user__in=people).select_related("organisation").order_by("-pk")
    bodies = {post.user_id: post.organisation.name for post in posts}
    for file in files:
        day = file.uploaded_at.astimezone(clock.SHANGHAI).date()
        body, number, dated = known.get(file.pk, (bodies.get(file.uploaded_by_id or 0, ""), "", day))
        yield FiledPaper(file, file.title, body, number, dated)


def _announcement_of(case: Case) -> Announcement | None:
    line: Any = getattr(case, "announcement_line", None)
    return line.announcement if line is not None else None


CASES = ArchiveSource(Case, finished_cases, facts_of, papers_of_case, lambda case: reverse("approvals:case", args=[case.pk]))


# Assessments and inspections as sources of archive volumes: finished stage assessments, post-evaluations and inspections.


def finished_stages(viewer: Viewer) -> QuerySet[StageAssessment]:
    """Concluded stage assessments without an open rectification."""
    return stages_visible_to(viewer).filter(status__in=ENDED)


def finished_evaluations(viewer: Viewer) -> QuerySet[PostEvaluation]:
    """Concluded post-evaluations."""
    return evaluations_visible_to(viewer).filter(status__in=CONCLUDED).select_related("district")


def finished_inspections(viewer: Viewer) -> QuerySet[Inspection]:
    """Inspections whose findings are all closed."""
    return inspections_visible_to(viewer).filter(status=InspectionState.CLOSED)


def stage_files(stage: StageAssessment) -> Iterable[Evidence]:
    """Files of the assessment, evidence of its submitted score table, signed sheet of its panel."""
    version = latest_version(stage.table)
    keys = [entry["key"] for row in version.content["rows"] for entry in row["evidence"]] if version else []
    yield from _current(stage)
    yield from Evidence.objects.filter(key__in=keys).order_by("pk")
    if stage.review and stage.review.signed_sheet:
        yield stage.review.signed_sheet


def inspection_files(inspection: Inspection) -> Iterable[Evidence]:
    """Photos and documents of the inspection and of the rectification."""
    yield from _current(inspection)
    for finding in inspection.findings.order_by("order"):
        yield from _current(finding)


def _current(owner: Any) -> QuerySet[Evidence]:
    return evidence_of(owner).filter(replaced_by__isnull=True).order_by("pk")


def _facts(kind: str, matter: Any) -> MatterFacts:
    records = timeline.of_subject(matter)
    return MatterFacts(
        kind=kind,
        number=matter.number or "",
        title=str(matter),
        district=matter.district,
        finished_on=(records[-1].at if records else matter.opened_at).astimezone(clock.SHANGHAI).date(),
        retention=Retention.THIRTY_YEARS,
        is_demo=matter.district.is_demo,
    )


def _papers(files_of: Any, reports_of: Any, matter: Any, viewer: Viewer) -> Papers:
    found = {file.pk: file for file in files_of(matter)}
    yield from filed_papers(found.values())
    yield from reports_of(matter)
    if slug_of(matter) in letter_sources.by_key:
        yield from (WrittenPaper(matter, draft) for draft in drafts_of(matter, viewer))


def _page(name: str, matter: Any) -> str:
    return reverse(name, args=[matter.pk])


SOURCES = (
    ArchiveSource(
        StageAssessment,
        finished_stages,
        partial(_facts, "阶段评估"),
        partial(_papers, stage_files, reports_of_stage),
        partial(_page, "assessments:stage"),
    ),
    ArchiveSource(
        PostEvaluation,
        finished_evaluations,
        partial(_facts, "后评估"),
        partial(_papers, _current, reports_of_evaluation),
        partial(_page, "assessments:post"),
    ),
    ArchiveSource(
        Inspection,
        finished_inspections,
        partial(_facts, "监督检查"),
        partial(_papers, inspection_files, reports_of_inspection),
        partial(_page, "assessments:inspection"),
    ),
)


# Yearly papers: received self-checks, operation reports and carbon verification reports.

RETENTION = {YearlyReportKind.OPERATION: Retention.TEN_YEARS, YearlyReportKind.CARBON: Retention.THIRTY_YEARS}


def received_checks(viewer: Viewer) -> QuerySet[SelfCheck]:
    """Self-checks that were received."""
    return self_checks_visible_to(viewer).filter(status=SelfCheckState.RECEIVED)


def received_reports(viewer: Viewer) -> QuerySet[YearlyReport]:
    """Operation reports and carbon verification reports that were received."""
    return reports_visible_to(viewer).filter(status=YearlyReportState.RECEIVED)


def facts_of_check(check: SelfCheck) -> MatterFacts:
    """Cover of the volume of a self-check."""
    return _facts_of_yearly(check, "年度自查", Retention.THIRTY_YEARS)


def facts_of_report(report: YearlyReport) -> MatterFacts:
    """Cover of the volume of a yearly report."""
    return _facts_of_yearly(report, str(report.get_kind_display()), RETENTION[YearlyReportKind(report.kind)])


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


def _facts_of_yearly(matter: SelfCheck | YearlyReport, kind: str, retention: Retention) -> MatterFacts:
    return MatterFacts(
        kind=kind,
        number=matter.number or "",
        title=str(matter),
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
