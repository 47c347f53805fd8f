"""Tasks of the action plans with their quarters, and published progress, in the API, read-only, as visible on their pages."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from beautiful.frame.programme import programme
from beautiful.plans.columns import PERIOD, PLANNED, PLANNED_TOLD, REPORTED
from beautiful.plans.models import PlannedTask, PlanStanding
from beautiful.plans.selectors.plans import QuarterValue, planned_visible_to, with_values
from beautiful.releases.columns import RELEASE
from beautiful.releases.models import ProgressRelease
from beautiful.releases.selectors import released
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.api import api_field
from greendistrict.columns.declared import Columns
from greendistrict.core.number_parsing import plain
from portal.api import beautiful_lists as lists
from portal.api.shapes import key_of
from portal.api.views import Row

FROZEN = ("number", "title", "owner", "target")


class TaskQuarterSerializer(lists.LightShape):
    """A reported quarter; for a sum of district tasks, with the number that reported."""

    columns = PERIOD
    example: ClassVar = {
        "target": PLANNED_TOLD["target"].example, "unit": "公里", "value": "10", "due": "9.75", "reported": 2, "asked": 2,
    }  # fmt: skip
    target = serializers.CharField(help_text=f"季度末执行的{PLANNED_TOLD['target'].label}，以后的任务调整不改")
    unit = serializers.CharField(allow_blank=True, help_text=f"季度末执行的{PLANNED_TOLD['unit'].label}")
    value = serializers.CharField(allow_null=True, help_text=f"{REPORTED['value'].label}，没有数值的为空")
    due = serializers.CharField(allow_blank=True, help_text="路径应达，按季度末执行的目标和日期")
    reported = serializers.IntegerField(allow_null=True, help_text="区任务合计的，已报的区任务")
    asked = serializers.IntegerField(allow_null=True, help_text="区任务合计的，全部区任务")


class ActionTaskSerializer(lists.PlanShape):
    """A task of an action plan. Owners, targets and days were recorded by the city; the draft names none."""

    columns = PLANNED_TOLD
    example: ClassVar = {"area": "habitat", "plan_state": "in_force", "vanguard": "五大新城", "start_value": "0", "target_value": "120"}
    id = key_of(PlannedTask)
    plan_state = serializers.CharField(help_text=f"计划状态：{lists.listed(dict(PlanStanding.choices))}")
    city_task = serializers.CharField(allow_null=True, help_text="区任务上面的市级任务的编号")
    partners = serializers.ListField(child=serializers.CharField(), help_text=PLANNED["partners"].label)
    quarters = TaskQuarterSerializer(many=True, help_text="已报的季度")


class ReleasedTaskSerializer(lists.LightShape, lists.PlanShape):
    """A task in a published quarter, as on the public page."""

    columns = Columns(ProgressRelease, **RELEASE, **PLANNED_TOLD.part(*FROZEN))
    example: ClassVar = {"due_on": "2028年12月31日", "value": "10 公里", "parts": "区任务合计，2/2已报"}
    release = key_of(ProgressRelease)
    due_on = serializers.CharField(help_text=f"{PLANNED_TOLD['due_on'].label}，如公开页所写")
    reported = serializers.BooleanField(help_text="公开时这一季度已报")
    value = serializers.CharField(allow_blank=True, help_text=f"{REPORTED['value'].label}和单位")
    parts = serializers.CharField(allow_blank=True, help_text="区任务合计的，几项已报")


class TaskQuery(lists.PlanQuery):
    """Query of the list of tasks."""

    number = api_field(PLANNED_TOLD["number"], max_length=None)


class ReleasedQuery(lists.AreaQuery):
    """Query of the list of published progress."""

    year = lists.year_field("年度")
    quarter = api_field(PERIOD["quarter"])


@lists.described("beautiful_tasks", "美丽上海行动任务", ActionTaskSerializer, TaskQuery)
class ActionTasks(lists.ComputedList):
    """Tasks of visible action plans with their quarters."""

    serializer_class = ActionTaskSerializer
    query = TaskQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[lists.Keyed]:
        """Tasks by plan and number, newest plan first."""
        names = {"area": "task__area", "plan": "plan", "is_demo": "plan__is_demo", "number": "task__number"}
        conditions = {names[name]: value for name, value in asked.items()}
        found = planned_visible_to(viewer).filter(**conditions).order_by("-plan__first_year", "plan", "task__number", "pk")
        return [lists.Keyed(str(one.pk), one) for one in found]

    def told(self, page: Sequence[lists.Keyed]) -> list[Row]:
        """Quarters are read for the rows of this page only."""
        rows = with_values([one.row for one in page]) if page else []
        return [_task(planned, values) | {"mark": programme().mark} for planned, values in rows]


def _task(planned: PlannedTask, values: Sequence[QuarterValue]) -> Row:
    task, plan = planned.task, planned.plan
    return {
        "id": planned.pk,
        "plan_name": str(plan),
        "plan_state": str(plan.standing),
        "area_name": task.get_area_display(),
        "city_task": task.city_task.number if task.city_task else None,
        "partners": [one.name for one in planned.partners.all()],
        **lists.values_of(PLANNED_TOLD, planned),
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


@lists.described("beautiful_progress", "美丽上海已公开的进展", ReleasedTaskSerializer, ReleasedQuery)
class ReleasedProgress(lists.ComputedList):
    """Tasks of published quarters as frozen, the same as on the public page."""

    serializer_class = ReleasedTaskSerializer
    query = ReleasedQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[lists.Keyed]:
        """Newest quarter first."""
        if not lists.is_business(viewer):
            return []
        names = {"is_demo": "plan__is_demo", "year": "year", "quarter": "quarter"}
        releases = released().filter(**{names[name]: value for name, value in asked.items() if name in names})
        wanted = next((area.name for area in programme().areas if area.key == asked.get("area")), "")
        return [
            lists.Keyed(f"{one.pk}:{task['number']}", _released(one, area["name"], task))
            for one in releases
            for area in one.frozen["areas"]
            if not wanted or area["name"] == wanted
            for task in area["tasks"]
        ]


def _released(one: Any, area: str, task: Mapping[str, Any]) -> Row:
    told = {name: task[name] for name in (*FROZEN, "due_on", "reported", "value", "parts")}
    return {
        "release": one.pk,
        "plan_name": str(one.plan),
        **lists.values_of(RELEASE, one),
        "area_name": area,
        **told,
        "light": task["colour"] or "none",
        "light_words": task["light"],
        "is_demo": one.is_demo,
    }
