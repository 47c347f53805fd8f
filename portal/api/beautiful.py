"""美丽上海 in the API, read-only: areas, their indicators, tasks with quarters, published progress.

Rows are visible to the same people as the corresponding pages. Every row is marked as based on a draft.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from beautiful.area_indicators.rules import may_read_areas
from beautiful.area_indicators.selectors import AreaView, FedIndicator, FigureShare, area_views
from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans.models import PlannedTask
from beautiful.plans.selectors.plans import QuarterValue, planned_visible_to, with_values
from beautiful.releases.selectors import released
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.number_parsing import plain
from portal.api import beautiful_shapes as shapes
from portal.api.beautiful_lists import ComputedList, Keyed, described
from portal.api.views import Row

UNFED = "没有城区供数"


def _is_business(viewer: Viewer) -> bool:
    """Whether the person may read the frame: everybody with a business post, not system keepers."""
    held = viewer.held
    return bool(held.roles) and not held.is_keeper


def _views(viewer: Viewer, asked: Mapping[str, Any], only: str = "") -> list[AreaView]:
    return area_views(viewer, is_demo=asked.get("is_demo", False), year=_year(viewer, asked), only=only)


def _year(viewer: Viewer, asked: Mapping[str, Any]) -> int:
    year: int = asked.get("year") or viewer.today.year - 1
    return year


@described("beautiful_areas", "美丽上海重点领域", shapes.BeautyAreaSerializer, shapes.AreaQuery)
class BeautyAreas(ComputedList):
    """The ten areas; contributions of districts are shown to the city only, as on the page."""

    serializer_class = shapes.BeautyAreaSerializer
    query = shapes.AreaQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Areas in order."""
        if not _is_business(viewer):
            return []
        views = {one.area.key: one for one in _views(viewer, asked)} if may_read_areas(viewer.held) else {}
        return [
            Keyed(area.key, {**_frame(area), "fed": _fed(viewer, views[area.key], asked) if views else None}) for area in programme().areas
        ]


def _frame(area: BeautyArea) -> Row:
    return {
        "key": area.key,
        "number": area.no,
        "name": area.name,
        "city": area.city,
        "group": area.group,
        "group_name": area.group_name,
        "tasks": list(area.tasks),
    }


def _fed(viewer: Viewer, view: AreaView, asked: Mapping[str, Any]) -> Row:
    return {
        "year": _year(viewer, asked),
        "is_demo": asked.get("is_demo", False),
        "pilots": len(view.pilots),
        "feeding": view.feeding_anything,
        "indicators": view.all_lights.total,
        **{colour or "none": count for colour, _, count in view.all_lights.counts},
        "figures": view.figures_fed,
        "by_hand": len(view.by_hand),
        "waiting": view.waiting,
        "unfed": [one.source.name for one in view.figures_unfed],
        "note": "" if view.is_fed else UNFED,
    }


@described("beautiful_indicators", "美丽上海重点领域指标", shapes.AreaIndicatorSerializer, shapes.IndicatorQuery)
class AreaIndicators(ComputedList):
    """Contributions of pilots and figures of the city; visible to the city only, as on the page."""

    serializer_class = shapes.AreaIndicatorSerializer
    query = shapes.IndicatorQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Rows by area: indicators of districts, registered figures of districts, figures of the city."""
        if not may_read_areas(viewer.held):
            return []
        is_demo = asked.get("is_demo", False)
        views = _views(viewer, asked, asked.get("area", ""))
        rows = [one for view in views for one in _rows_of(view, _year(viewer, asked))]
        told = [Keyed(one.key, one.row | {"is_demo": is_demo}) for one in rows]
        return [one for one in told if all(one.row[name] == asked[name] for name in ("district", "kind") if name in asked)]


def _rows_of(view: AreaView, year: int) -> Iterator[Keyed]:
    for share in view.pilots:
        for indicator in share.indicators:
            key = f"{view.area.key}:indicator:{share.district.code}:{indicator.progress.line.row.key}"
            yield Keyed(key, _row(view, share.district) | _indicator(indicator))
    for number, figure in enumerate(view.figures):
        yield from (
            Keyed(f"{view.area.key}:figure:{district.code}:{number}", _row(view, district) | told)
            for district, told in _figures(figure, year)
        )
    for one in view.by_hand:
        told = {"kind": "city", "name": one.name, "unit": one.unit, "source": one.source, "year": one.year, "found": plain(one.value)}
        yield Keyed(f"{view.area.key}:city:{one.pk}", _row(view, None) | told)


def _row(view: AreaView, district: District | None) -> Row:
    """A row with all common keys, values still empty."""
    return {
        "area": view.area.key,
        "area_name": view.area.name,
        "kind": "",
        "district": district.code if district else None,
        "district_name": district.name if district else "",
        "dimension": "",
        "name": "",
        "unit": "",
        "source": "",
        "year": None,
        "found": "",
        "of": "",
        "due": "",
        "light": "none",
        "light_words": "",
    }


def _indicator(one: FedIndicator) -> Row:
    line, light = one.progress.line, one.progress.light
    source = f"{one.came}；{line.row.source}" if line.row.source else one.came
    told = {"kind": "indicator", "dimension": line.row.dimension, "name": str(line.row), "unit": line.measure.unit, "source": source}
    reached = {"year": one.year, "found": one.found, "due": one.progress.due}
    return {**told, **reached, "light": light.colour or "none", "light_words": light.words}


def _figures(share: FigureShare, year: int) -> Iterator[tuple[District, Row]]:
    source = share.source
    told = {"kind": "figure", "name": source.name, "unit": source.unit, "source": source.source, "year": year if source.yearly else None}
    for district, fed in share.by_pilot:
        if fed is not None:
            yield district, {**told, "found": plain(fed.value), "of": "" if fed.whole is None else plain(fed.whole)}


@described("beautiful_tasks", "美丽上海行动任务", shapes.ActionTaskSerializer, shapes.TaskQuery)
class ActionTasks(ComputedList):
    """Tasks of visible action plans with their quarters."""

    serializer_class = shapes.ActionTaskSerializer
    query = shapes.TaskQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Tasks by plan and number, newest plan first."""
        names = {"area": "task__area", "plan": "plan", "is_demo": "plan__is_demo", "number": "task__number"}
        conditions = {names[name]: value for name, value in asked.items()}
        found = planned_visible_to(viewer).filter(**conditions).order_by("-plan__first_year", "plan", "task__number", "pk")
        return [Keyed(str(one.pk), one) for one in found]

    def told(self, page: Sequence[Keyed]) -> list[Row]:
        """Quarters are read for the rows of this page only."""
        rows = with_values([one.row for one in page]) if page else []
        return [_task(planned, values) | {"mark": programme().mark} for planned, values in rows]


def _task(planned: PlannedTask, values: Sequence[QuarterValue]) -> Row:
    task, plan = planned.task, planned.plan
    return {
        "id": planned.pk,
        "number": task.number,
        "plan": plan.pk,
        "plan_name": str(plan),
        "plan_state": str(plan.standing),
        "area": task.area,
        "area_name": task.get_area_display(),
        "city_task": task.city_task.number if task.city_task else None,
        "title": planned.title,
        "vanguard": task.vanguard,
        "owner": planned.owner.name,
        "partners": [one.name for one in planned.partners.all()],
        "target": planned.target_text,
        "unit": planned.unit,
        "start_value": None if planned.start_value is None else plain(planned.start_value),
        "target_value": None if planned.target_value is None else plain(planned.target_value),
        "starts_on": planned.starts_on,
        "due_on": planned.due_on,
        "came": planned.came,
        "outcome": planned.outcome,
        "quarters": [_quarter(one) for one in values],
        "is_demo": plan.is_demo,
    }


def _quarter(one: QuarterValue) -> Row:
    year, quarter = one.quarter
    return {
        "year": year,
        "quarter": quarter,
        "target": one.content.target_text,
        "unit": one.content.unit,
        "value": None if one.value is None else plain(one.value),
        "due": one.light.due,
        "light": one.light.colour or "none",
        "light_words": one.light.words,
        "reported": one.reported if one.is_sum else None,
        "asked": one.asked if one.is_sum else None,
    }


@described("beautiful_progress", "美丽上海已公开的进展", shapes.ReleasedTaskSerializer, shapes.ReleasedQuery)
class ReleasedProgress(ComputedList):
    """Tasks of published quarters as frozen, the same as on the public page."""

    serializer_class = shapes.ReleasedTaskSerializer
    query = shapes.ReleasedQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Newest quarter first."""
        if not _is_business(viewer):
            return []
        names = {"is_demo": "plan__is_demo", "year": "year", "quarter": "quarter"}
        releases = released().filter(**{names[name]: value for name, value in asked.items() if name in names})
        wanted = next((area.name for area in programme().areas if area.key == asked.get("area")), "")
        return [
            Keyed(f"{one.pk}:{task['number']}", _released(one, area["name"], task))
            for one in releases
            for area in one.frozen["areas"]
            if not wanted or area["name"] == wanted
            for task in area["tasks"]
        ]


def _released(one: Any, area: str, task: Mapping[str, Any]) -> Row:
    told = {name: task[name] for name in ("number", "title", "owner", "target", "due_on", "reported", "value", "parts")}
    return {
        "release": one.pk,
        "plan_name": str(one.plan),
        "year": one.year,
        "quarter": one.quarter,
        "basis": one.basis,
        "released_at": timezone.localtime(one.released_at),
        "area_name": area,
        **told,
        "light": task["colour"] or "none",
        "light_words": task["light"],
        "is_demo": one.is_demo,
    }
