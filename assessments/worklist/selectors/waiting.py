"""Filed matters of four kinds that wait for somebody, read by one query.

Each kind defines what may wait (``waiting``) and what does (``task_of``); here all rows are read in one format and passed back to their
kinds as objects that carry only what a task needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, DateField, DateTimeField, Field, IntegerField, Model, QuerySet, Value
from django.db.models.functions import Cast

from assessments.inspections import selectors as inspections
from assessments.inspections.models import Inspection, InspectionFinding, InspectionState
from assessments.post_evaluations import selectors as postevaluations
from assessments.post_evaluations.models import PostEvaluation
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import task_of, waiting
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors import yearly_reports
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.todo import Task

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
    """A kind of matter: query of what may wait, its columns, conversion of rows to objects, and its task."""

    name: str
    waiting: Callable[[Viewer], QuerySet[Any] | None]
    columns: Mapping[str, str]
    made: Callable[[Row], Model]
    task_of: Callable[[Viewer, Any], Task | None]
    district: str = "district"

    def rows(self, viewer: Viewer) -> Any:
        """Rows in the common format, or None if nothing of this kind ever waits for the user."""
        found: Any = self.waiting(viewer)  # a union of models is beyond the stubs
        if found is None:
            return None
        whose = {"name": "name", "fiction": "is_demo", "applicant": "applicant_id", "titled": "titled_on"}
        places = {"key": "pk", "state": "status", "district": f"{self.district}_id", **self.columns}
        places |= {column: f"{self.district}__{field}" for column, field in whose.items()}
        shaped = {
            f"w_{column}": Cast(places[column] if column in places else Value(None), kind)
            for column, kind in SHAPE.items()
            if column != "kind"
        }
        return found.order_by().annotate(w_kind=Value(self.name, CharField()), **shaped).values_list(*(f"w_{column}" for column in SHAPE))


def _district(row: Row) -> District:
    return District(pk=row["district"], name=row["name"], is_demo=row["fiction"], applicant_id=row["applicant"], titled_on=row["titled"])


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


def _stage(row: Row) -> StageAssessment:
    own = {"proposed_by_id": row["proposed"], "extension_asked": row["words"], "rectify_due": row["day"]}
    return StageAssessment(**_filed(row), round=row["number"], due=row["due"], **own)


def _post(row: Row) -> PostEvaluation:
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
KINDS = {
    kind.name: kind
    for kind in (
        MatterKind(
            "stage",
            waiting,
            FILED | {"number": "round", "due": "due", "proposed": "proposed_by_id", "words": "extension_asked", "day": "rectify_due"},
            _stage,
            task_of,
        ),
        MatterKind(
            "post",
            postevaluations.waiting,
            FILED | {"number": "year", "due": "due", "proposed": "proposed_by_id"},
            _post,
            postevaluations.task_of,
        ),
        MatterKind("report", yearly_reports.waiting, FILED | {"number": "year", "words": "kind"}, _report, yearly_reports.task_of),
        MatterKind(
            "finding",
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
    parts = [rows for kind in KINDS.values() if (rows := kind.rows(viewer)) is not None]
    if not parts:
        return []
    first, *others = parts
    found = first.union(*others, all=True) if others else first
    tasks = []
    for values in found:
        row = dict(zip(SHAPE, values, strict=True))
        kind = KINDS[row["kind"]]
        if (task := kind.task_of(viewer, kind.made(row))) is not None:
            tasks.append(task)
    return tasks
