"""Assessments and inspections as sources of archive volumes: finished stage assessments, post-evaluations and inspections."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assessments.inspections.enums import InspectionState
from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import inspections_visible_to
from assessments.post_evaluations.enums import CONCLUDED
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from assessments.post_evaluations.selectors import evaluations_visible_to
from assessments.stage_assessments.enums import ENDED
from assessments.stage_assessments.lifecycle.stage import STAGE_ASSESSMENT
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import stages_visible_to
from assessments.tables.selectors.tables import latest_version
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.workflow import timeline
from greendistrict.workflow.letters import drafts_of, letter_sources, slug_of
from greendistrict.workflow.machine import Machine
from reports.archive.case_papers import filed_papers
from reports.archive.definitions import ArchiveSource, MatterFacts, Papers, WrittenPaper
from reports.archive.enums import Retention
from reports.archive.made_papers import reports_of_evaluation, reports_of_inspection, reports_of_stage


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


def _facts(machine: Machine, kind: str, matter: Any) -> MatterFacts:
    records = timeline.of_subject(matter)
    return MatterFacts(
        kind=kind,
        number=matter.number or "",
        title=f"{matter}（{machine.state(matter.status).label}）",
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
        partial(_facts, STAGE_ASSESSMENT, "阶段评估"),
        partial(_papers, stage_files, reports_of_stage),
        partial(_page, "assessments:stage"),
    ),
    ArchiveSource(
        PostEvaluation,
        finished_evaluations,
        partial(_facts, POST_EVALUATION, "后评估"),
        partial(_papers, _current, reports_of_evaluation),
        partial(_page, "assessments:post"),
    ),
    ArchiveSource(
        Inspection,
        finished_inspections,
        partial(_facts, INSPECTION, "监督检查"),
        partial(_papers, inspection_files, reports_of_inspection),
        partial(_page, "assessments:inspection"),
    ),
)
