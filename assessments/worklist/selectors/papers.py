"""Public answer to the verification of an assessment's paper by its 查验码; a number alone gets no answer."""

import datetime as dt
from typing import Any

from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.models import StageAssessment
from assessments.versions.models import Receipt
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.papers import UNDER_WAY, Paper, PaperKind, PaperStanding
from greendistrict.workflow.machine import Machine

OF_DISTRICT = ("district__applicant",)


def _unit(district: District) -> str:
    return district.applicant.name if district.applicant else district.name


def _paper(row: Any, *, kind: str, machine: Machine, at: dt.datetime | None) -> Paper:
    day = at.astimezone(clock.SHANGHAI).date() if at else None
    status = machine.state(row.status).public or UNDER_WAY
    return Paper(row.number or "", kind, _unit(row.district), day, status, row.district.is_demo)


def _self_check(row: SelfCheck) -> Paper:
    return _paper(row, kind=f"{row.year}年度自查", machine=SELF_CHECK, at=row.filed_at)


def _yearly_report(row: YearlyReport) -> Paper:
    return _paper(row, kind=f"{row.year}年度{row.get_kind_display()}", machine=YEARLY_REPORT, at=row.filed_at)


def _stage(row: StageAssessment) -> Paper:
    return _paper(row, kind="阶段评估", machine=STAGE_ASSESSMENT, at=row.filed_at)


def _post(row: PostEvaluation) -> Paper:
    return _paper(row, kind=f"{row.year}年后评估", machine=POST_EVALUATION, at=row.filed_at)


def _inspection(row: Inspection) -> Paper:
    return _paper(row, kind="监督检查", machine=INSPECTION, at=row.issued_at)


def _receipt(row: Receipt) -> Paper:
    district = row.version.table.district
    day = row.issued_at.astimezone(clock.SHANGHAI).date()
    later = row.version.table.versions.filter(number__gt=row.version.number).exists()
    state = PaperStanding.SUPERSEDED if later else PaperStanding.VALID
    return Paper(row.number, "评分表提交回执", _unit(district), day, f"第{row.version.number}版，内容已锁定", district.is_demo, state)


KINDS = (
    PaperKind(SelfCheck, _self_check, related=OF_DISTRICT),
    PaperKind(YearlyReport, _yearly_report, related=OF_DISTRICT),
    PaperKind(StageAssessment, _stage, related=OF_DISTRICT),
    PaperKind(PostEvaluation, _post, related=OF_DISTRICT),
    PaperKind(Inspection, _inspection, related=OF_DISTRICT),
    PaperKind(Receipt, _receipt, related=("version__table__district__applicant",)),
)
