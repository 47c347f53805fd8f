"""Data of a work's page: requirements with values, checks by department and stage, acceptance, records."""

from typing import Any, NamedTuple

from districts.common.enums import CheckStage
from districts.land.green_indicators import show
from districts.plots.check_matrix import check_lines, missing, objecting, stages_reached, waiting
from districts.plots.selectors.supervision import newest
from districts.projects.checks import GreenValues, is_conforming, measure, unbuilt
from districts.projects.models import Work, WorkIndicator
from greendistrict.audit import action_labels
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import subject_of

RECORDED = (
    "districts.work_save",
    "districts.work_indicator",
    "districts.work_indicator_drop",
    "districts.work_accept",
    "districts.work_withdraw",
)


class WorkLine(NamedTuple):
    """An indicator for display."""

    row: WorkIndicator
    values: GreenValues
    required: str
    designed: str
    built: str


def _values_of(row: WorkIndicator) -> GreenValues:
    return GreenValues(measure(row.name, row.kind, row.unit), row.required, row.designed, row.built)


def green_values(work: Work) -> list[GreenValues]:
    """Requirements of a work with their values."""
    return [_values_of(row) for row in work.indicators.all()]


def work_page(work: Work) -> dict[str, Any]:
    """Template context without forms; four queries."""
    checks = list(work.checks.select_related("entered_by", "document"))
    lines = []
    for row in work.indicators.all():
        green = _values_of(row)
        lines.append(WorkLine(row, green, *(show(green.known, text) for text in (row.required, row.designed, row.built))))
    values = [line.values for line in lines]
    against = objecting(checks)
    matrix = check_lines(checks, stages_reached(is_begun=work.started_on is not None, is_built=work.built_on is not None))
    return {
        "lines": lines,
        "matrix": matrix,
        "stages": [stage.label for stage in CheckStage],
        "supervision": newest(work.supervision_records.all()),
        "missing_checks": missing(matrix),
        "asked_checks": waiting(matrix),
        "expected": None if not values or unbuilt(values) else is_conforming(values, against),
        "objecting": against,
        "records": [
            {
                "at": one.at,
                "title": action_labels.label_of(one.action),
                "who": one.actor_name,
                "note": str(one.data.get("reason") or one.data.get("indicator") or ""),
            }
            for one in AuditRecord.objects.filter(subject=subject_of(work), action__in=RECORDED).order_by("-pk")[:20]
        ],
    }
