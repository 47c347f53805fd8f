"""Tasks, papers and waiting matters of all kinds of assessments."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    IntegerField,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from assessments.experts import selectors as experts
from assessments.inspections import selectors as inspections
from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection, InspectionFinding, InspectionFindingState, InspectionState
from assessments.post_evaluations import selectors as postevaluations
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from assessments.recusals import selectors as recusals
from assessments.reviews.selectors import reviews
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors import self_checks
from assessments.sharing import selectors as shares
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import TASKS, task_of, waiting
from assessments.tables.models import RowEvidence, ScoreTable
from assessments.versions.models import Receipt
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors import yearly_reports
from districts.common.enums import HELD_LISTS
from districts.file.models.district import District
from districts.lists import held
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.papers import UNDER_WAY, Paper, PaperKind, PaperStanding
from greendistrict.documents.models import Evidence
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.task_rows import TaskRows
from greendistrict.workflow.todo import Task

# Public answer to the verification of an assessment's paper by its 查验码; a number alone gets no answer.

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


def _list_taken(row: Evidence) -> Paper:
    """A version of a list of the portal that was taken as evidence of a clause."""
    table = ScoreTable.objects.select_related("district__applicant").get(pk=row.owner.partition(":")[2])
    day = row.uploaded_at.astimezone(clock.SHANGHAI).date()
    state = held.standing(row, in_use=RowEvidence.objects.filter(document=row).exists())
    return Paper("", row.printed_title, _unit(table.district), day, held.origin(row), table.district.is_demo, state)


KINDS = (
    PaperKind(SelfCheck, _self_check, related=OF_DISTRICT),
    PaperKind(YearlyReport, _yearly_report, related=OF_DISTRICT),
    PaperKind(StageAssessment, _stage, related=OF_DISTRICT),
    PaperKind(PostEvaluation, _post, related=OF_DISTRICT),
    PaperKind(Inspection, _inspection, related=OF_DISTRICT),
    PaperKind(Receipt, _receipt, related=("version__table__district__applicant",)),
    PaperKind(Evidence, _list_taken, only=Q(owner__startswith=f"{ScoreTable._meta.label_lower}:", kind__in=HELD_LISTS)),
)


# Desk tasks of all features of this app.


def tasks_for(viewer: Viewer) -> list[Task]:
    """What waits for this user in self-checks, shares, reviews, inspections (except their findings) and the expert pool."""
    expert = experts.own_profile(viewer) if viewer.held.has(Role.EXPERT) else None
    return [
        *self_checks.tasks_for(viewer),
        *shares.tasks_for(viewer),
        *reviews.tasks_for(viewer, seated=expert is not None),
        *recusals.tasks_for(viewer),
        *inspections.tasks_beside(viewer),
        *(experts.tasks_of(expert, viewer.today) if expert else ()),
    ]


# Filed matters of four kinds that wait for somebody, read by one query. Each kind defines what may wait (``waiting``) and what does
# (``task_of``); here all rows are read in one format and passed back to their kinds as objects that carry only what a task needs.

# Columns of the common format; a kind without a value for a column leaves it empty.
SHAPE: dict[str, "Field[Any, Any]"] = {
    "kind": CharField(),
    "key": BigIntegerField(),
    "state": CharField(),
    "district": BigIntegerField(),
    "name": CharField(),
    "fiction": BooleanField(),
    "applicant": BigIntegerField(),
    "titled": DateField(),
    "since": DateField(),
    "number": IntegerField(),
    "due": DateField(),
    "opened": DateTimeField(),
    "filed": DateTimeField(),
    "handed": BigIntegerField(),
    "proposed": BigIntegerField(),
    "words": CharField(),
    "day": DateField(),
    "parent": BigIntegerField(),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class MatterKind:
    """A kind of matter: rows that may wait for anybody, query of those for a viewer, columns, conversion of rows to objects, and task."""

    name: str
    needs: TaskRows
    waiting: Callable[[Viewer], QuerySet[Any] | None]
    columns: Mapping[str, str]
    made: Callable[[Row], Model]
    task_of: Callable[[Viewer, Any], Task | None]
    district: str = "district"

    def rows(self, viewer: Viewer) -> Any:
        """Rows in the common format, or None if nothing of this kind waits for the user."""
        found: Any = self.waiting(viewer) if self.needs.exist else None  # a union of models is beyond the stubs
        if found is None:
            return None
        whose = {"name": "name", "fiction": "is_demo", "applicant": "applicant_id", "titled": "titled_on", "since": "titled_since"}
        places = {"key": "pk", "state": "status", "district": f"{self.district}_id", **self.columns}
        places |= {column: f"{self.district}__{field}" for column, field in whose.items()}
        shaped = {
            f"w_{column}": Cast(places[column] if column in places else Value(None), kind)
            for column, kind in SHAPE.items()
            if column != "kind"
        }
        return found.order_by().annotate(w_kind=Value(self.name, CharField()), **shaped).values_list(*(f"w_{column}" for column in SHAPE))


def _district(row: Row) -> District:
    return District(
        pk=row["district"],
        name=row["name"],
        is_demo=row["fiction"],
        applicant_id=row["applicant"],
        titled_on=row["titled"],
        titled_since=row["since"],
    )


def _filed(row: Row) -> dict[str, Any]:
    """Fields common to everything filed."""
    return {
        "pk": row["key"],
        "district": _district(row),
        "status": row["state"],
        "opened_at": row["opened"],
        "filed_at": row["filed"],
        "handed_up_by_id": row["handed"],
    }


def _waiting_stage(row: Row) -> StageAssessment:
    own = {"proposed_by_id": row["proposed"], "extension_asked": row["words"], "rectify_due": row["day"]}
    return StageAssessment(**_filed(row), round=row["number"], due=row["due"], **own)


def _waiting_post(row: Row) -> PostEvaluation:
    return PostEvaluation(**_filed(row), year=row["number"], due=row["due"], proposed_by_id=row["proposed"])


def _report(row: Row) -> YearlyReport:
    return YearlyReport(**_filed(row), year=row["number"], kind=row["words"])


def _finding(row: Row) -> InspectionFinding:
    visit = Inspection(
        pk=row["parent"], district=_district(row), inspected_on=row["day"], issued_at=row["opened"], status=InspectionState.ISSUED
    )
    words = {"order": row["number"], "due": row["due"], "reply": row["words"]}
    return InspectionFinding(pk=row["key"], inspection=visit, status=row["state"], **words)


FILED = {"opened": "opened_at", "filed": "filed_at", "handed": "handed_up_by_id"}
WAITING_KINDS = {
    kind.name: kind
    for kind in (
        MatterKind(
            "stage",
            TaskRows(lambda: StageAssessment.objects.filter(status__in=TASKS)),
            waiting,
            FILED | {"number": "round", "due": "due", "proposed": "proposed_by_id", "words": "extension_asked", "day": "rectify_due"},
            _waiting_stage,
            task_of,
        ),
        MatterKind(
            "post",
            TaskRows(lambda: PostEvaluation.objects.filter(status__in=postevaluations.TASKS)),
            postevaluations.waiting,
            FILED | {"number": "year", "due": "due", "proposed": "proposed_by_id"},
            _waiting_post,
            postevaluations.task_of,
        ),
        MatterKind(
            "report",
            TaskRows(lambda: YearlyReport.objects.filter(status__in=yearly_reports.WAITING)),
            yearly_reports.waiting,
            FILED | {"number": "year", "words": "kind"},
            _report,
            yearly_reports.task_of,
        ),
        MatterKind(
            "finding",
            TaskRows(lambda: InspectionFinding.objects.exclude(status=InspectionFindingState.CLOSED)),
            inspections.waiting,
            {
                "number": "order",
                "due": "due",
                "words": "reply",
                "day": "inspection__inspected_on",
                "opened": "inspection__issued_at",
                "parent": "inspection_id",
            },
            _finding,
            inspections.task_of,
            district="inspection__district",
        ),
    )
}


def filed_tasks(viewer: Viewer) -> list[Task]:
    """Stage assessments, post-evaluations, operation reports and findings of inspections that wait for this user."""
    parts = [rows for kind in WAITING_KINDS.values() if (rows := kind.rows(viewer)) is not None]
    if not parts:
        return []
    first, *others = parts
    found = first.union(*others, all=True) if others else first
    tasks = []
    for values in found:
        row = dict(zip(SHAPE, values, strict=True))
        kind = WAITING_KINDS[row["kind"]]
        if (task := kind.task_of(viewer, kind.made(row))) is not None:
            tasks.append(task)
    return tasks
