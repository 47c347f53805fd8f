"""Reserve projects and yearly evaluations of 美丽上海 in the API, read-only, as visible on their pages."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from beautiful.evaluations.models import AreaEvaluation, EvaluationUse
from beautiful.evaluations.selectors import evaluations_visible_to, lines_of_each
from beautiful.frame.programme import programme
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import FUNDING, ReserveProject
from beautiful.reserves.selectors import findings_of, readiness_of, reserves_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.number_parsing import plain
from portal.api import beautiful_shapes as shapes
from portal.api.beautiful_lists import ComputedList, Keyed, described
from portal.api.views import Row


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _moment(at: dt.datetime | None) -> dt.datetime | None:
    return None if at is None else timezone.localtime(at)


@described("beautiful_reserves", "美丽上海项目储备库", shapes.ReserveProjectSerializer, shapes.ReserveQuery)
class ReserveProjects(ComputedList):
    """Visible projects of the reserve libraries."""

    serializer_class = shapes.ReserveProjectSerializer
    query = shapes.ReserveQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Newest first, as on the page."""
        conditions = {"proposer__is_demo" if name == "is_demo" else name: value for name, value in asked.items()}
        return [Keyed(str(one.pk), one) for one in reserves_visible_to(viewer).filter(**conditions)]

    def told(self, page: Sequence[Keyed]) -> list[Row]:
        """Screening is evaluated for the rows of this page only."""
        return [_project(one.row) | {"mark": programme().mark} for one in page]


def _project(one: ReserveProject) -> Row:
    linked = one.key_project
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in ("number", "pool", "area", "title", "status")},
        "area_name": one.get_area_display(),
        "status_words": RESERVE.state(one.status).label,
        "proposer": one.proposer.name,
        "key_project": linked.pk if linked else None,
        "key_project_name": str(linked) if linked else "",
        "district": linked.district.code if linked else None,
        "district_name": linked.district.name if linked else "",
        **{name: getattr(one, name) for name in ("content", "effect", "starts_on", "ends_on")},
        **{name: _number(getattr(one, name)) for name in (*FUNDING, "total")},
        "funding_note": one.funding_note,
        "readiness": [{"point": point, "answer": answer} for point, answer in readiness_of(one)],
        "screening": [{"text": found.rule.text, "met": found.met} for found in findings_of(one)],
        "screened": one.screened,
        **{name: getattr(one, name) for name in ("listed_on", "listed_basis", "is_demo")},
    }


@described("beautiful_evaluations", "美丽上海跟踪评估", shapes.AreaEvaluationSerializer, shapes.EvaluationQuery)
class AreaEvaluations(ComputedList):
    """Visible yearly evaluations with their texts, tasks and linked adjustments."""

    serializer_class = shapes.AreaEvaluationSerializer
    query = shapes.EvaluationQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Newest year first."""
        names = {"is_demo": "plan__is_demo"}
        conditions = {names.get(name, name): value for name, value in asked.items() if name != "standing"}
        found = evaluations_visible_to(viewer).filter(**conditions)
        return [Keyed(str(one.pk), one) for one in found if asked.get("standing", one.standing) == one.standing]

    def told(self, page: Sequence[Keyed]) -> list[Row]:
        """Tasks and adjustments are read for the rows of this page only, in one go."""
        keys = [one.row.pk for one in page]
        uses: dict[int, list[EvaluationUse]] = {}
        for use in EvaluationUse.objects.filter(evaluation__in=keys).select_related("adjustment__planned__task"):
            uses.setdefault(use.evaluation_id, []).append(use)
        lines = lines_of_each([one.row for one in page])
        return [_evaluation(one.row, lines[one.row.pk], uses.get(one.row.pk, ())) | {"mark": programme().mark} for one in page]


def _evaluation(one: AreaEvaluation, lines: Sequence[Mapping[str, Any]], uses: Sequence[EvaluationUse]) -> Row:
    return {
        "id": one.pk,
        "plan": one.plan_id,
        "plan_name": str(one.plan),
        **{name: getattr(one, name) for name in ("year", "area")},
        "area_name": one.get_area_display(),
        "standing": str(one.standing),
        **{name: getattr(one, name) for name in ("report", "check_text", "conclusion", "conclusion_text", "is_demo")},
        **{name: _moment(getattr(one, name)) for name in ("reported_at", "checked_at", "concluded_at")},
        "tasks": [_line(line) for line in lines],
        "uses": [_use(use) for use in uses],
    }


def _line(line: Mapping[str, Any]) -> Row:
    told = {name: line[name] for name in ("task", "owner", "target", "quarter", "value")}
    return {**told, "light": line["colour"] or "none", "light_words": line["light"]}


def _use(use: EvaluationUse) -> Row:
    adjustment = use.adjustment
    return {
        "task": str(adjustment.planned),
        **{name: getattr(adjustment, name) for name in ("decided_on", "basis", "reason")},
        "changes": [{"name": label, "before": before, "after": after} for label, before, after in adjustment.lines],
        "note": use.note,
    }
