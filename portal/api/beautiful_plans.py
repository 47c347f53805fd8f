"""Tasks of the action plans with their quarters, published progress, reserve projects and evaluations, read-only, as on their pages."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from beautiful.evaluations.columns import EVALUATION, USE
from beautiful.evaluations.models import AreaEvaluation, EvaluationStanding, EvaluationUse
from beautiful.evaluations.selectors import evaluations_visible_to, lines_of_each
from beautiful.frame.programme import programme
from beautiful.plans.columns import ADJUSTED, PERIOD, PLANNED, PLANNED_TOLD, REPORTED
from beautiful.plans.models import PlannedTask, PlanStanding
from beautiful.plans.selectors.plans import QuarterValue, planned_visible_to, with_values
from beautiful.releases.columns import RELEASE
from beautiful.releases.models import ProgressRelease
from beautiful.releases.selectors import released
from beautiful.reserves.columns import PROPOSAL_TOLD
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import ReserveProject, ReserveState
from beautiful.reserves.selectors import findings_of, readiness_of, reserves_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.api import api_field
from greendistrict.columns.declared import Columns
from greendistrict.core.number_parsing import plain
from portal.api import beautiful_lists as lists
from portal.api.shapes import CodeField, DistrictShape, Shape, key_of
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
        "partners": [partner.name for partner in planned.partners.all()],
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
            lists.Keyed(f"{release.pk}:{task['number']}", _released(release, area["name"], task))
            for release in releases
            for area in release.frozen["areas"]
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


STATES = dict(RESERVE.choices())
STANDINGS = {str(key): str(words) for key, words in EvaluationStanding.choices}


class ReadinessSerializer(Shape):
    """A readiness question with its answer."""

    example: ClassVar = {"point": "立项批复", "answer": "已具备"}
    point = serializers.CharField(help_text="成熟度的一项")
    answer = serializers.CharField(help_text="已具备、办理中、未开始或者未填")


class ScreeningSerializer(Shape):
    """A screening rule (defined by this portal) and whether it is met."""

    example: ClassVar = {"text": "写明建设内容"}
    text = serializers.CharField(help_text="初筛条件，由本平台设置")
    met = serializers.BooleanField(help_text="达到")


class ReserveProjectSerializer(lists.AreaShape):
    """A reserve project. Amounts in 万元; null if not stated, never zero."""

    columns = PROPOSAL_TOLD
    example: ClassVar = {
        **DistrictShape.example, "status": ReserveState.RESERVED, "status_words": STATES[ReserveState.RESERVED],
        "key_project": 1, "key_project_name": "演示能源站（虚构）", "area_name": "发展之美", "fiscal": "300", "social": "700.5",
    }  # fmt: skip
    id = key_of(ReserveProject)
    status = serializers.CharField(help_text=f"状态：{lists.listed(STATES)}")
    status_words = serializers.CharField(help_text="状态的名称")
    key_project_name = serializers.CharField(allow_blank=True, help_text=PROPOSAL_TOLD["key_project"].label)
    district = CodeField("，近期重点项目所在的，不连接的为空", allow_null=True)
    district_name = serializers.CharField(allow_blank=True, help_text="近期重点项目所在城区")
    readiness = ReadinessSerializer(many=True, help_text="成熟度")
    screening = ScreeningSerializer(many=True, help_text="初筛条件现在是否达到")
    screened = ScreeningSerializer(many=True, allow_null=True, help_text="入库时固定的初筛结果，没有入库的为空")


class EvaluatedTaskSerializer(lists.LightShape):
    """A task of the area in the year of its evaluation."""

    columns = PLANNED_TOLD.part("owner", "target")
    example: ClassVar = {"task": lists.NAMED, "quarter": "第4季度", "value": "30 公里"}
    task = serializers.CharField(help_text="编号和任务")
    quarter = serializers.CharField(allow_blank=True, help_text="这一年最近报送的季度，没有报的为空")
    value = serializers.CharField(allow_blank=True, help_text=f"{REPORTED['value'].label}和单位")


class ChangeSerializer(Shape):
    """A field that an adjustment changed."""

    example: ClassVar = {"name": "任务", "before": "演示任务（虚构）", "after": "加快的任务（虚构）"}
    name = serializers.CharField(help_text="调整的内容")
    before = serializers.CharField(help_text="调整前")
    after = serializers.CharField(help_text="调整后")


class EvaluationUseSerializer(Shape):
    """A task adjustment that followed from the evaluation."""

    example: ClassVar = {"task": lists.NAMED, "basis": "演示〔2027〕2号（虚构）", "reason": "评估滞后（虚构）", "note": "加快实施（虚构）"}
    columns = Columns(EvaluationUse, **ADJUSTED, note=USE["note"])
    task = serializers.CharField(help_text="编号和任务")
    changes = ChangeSerializer(many=True, help_text="变化")


class AreaEvaluationSerializer(lists.PlanShape):
    """Evaluation of an area for a year. Terms of standing and conclusion are defined by this portal."""

    columns = EVALUATION
    example: ClassVar = {"area": "habitat", "standing": EvaluationStanding.CONCLUDED}
    id = key_of(AreaEvaluation)
    standing = serializers.CharField(help_text=f"状态：{lists.listed(STANDINGS)}")
    tasks = EvaluatedTaskSerializer(many=True, help_text="本领域的任务，作结论以后为结论时的进展")
    uses = EvaluationUseSerializer(many=True, help_text="因评估结果调整的任务")


class ReserveQuery(lists.AreaQuery):
    """Query of the list of reserve projects."""

    pool = lists.KnownField({pool: pool for pool in programme().pools}, "储备库")
    status = lists.KnownField(STATES, "状态")
    number = api_field(PROPOSAL_TOLD["number"], max_length=None)


class EvaluationQuery(lists.PlanQuery):
    """Query of the list of evaluations."""

    year = lists.year_field("年度")
    standing = lists.KnownField(STANDINGS, "状态")


@lists.described("beautiful_reserves", "美丽上海项目储备库", ReserveProjectSerializer, ReserveQuery)
class ReserveProjects(lists.ComputedList):
    """Visible projects of the reserve libraries."""

    serializer_class = ReserveProjectSerializer
    query = ReserveQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[lists.Keyed]:
        """Newest first, as on the page."""
        conditions = {"proposer__is_demo" if name == "is_demo" else name: value for name, value in asked.items()}
        return [lists.Keyed(str(reserve.pk), reserve) for reserve in reserves_visible_to(viewer).filter(**conditions)]

    def told(self, page: Sequence[lists.Keyed]) -> list[Row]:
        """Screening is evaluated for the rows of this page only."""
        return [_project(one.row) | {"mark": programme().mark} for one in page]


def _project(one: ReserveProject) -> Row:
    linked = one.key_project
    return {
        "id": one.pk,
        **lists.values_of(PROPOSAL_TOLD, one),
        "area_name": one.get_area_display(),
        "status": one.status,
        "status_words": RESERVE.state(one.status).label,
        "key_project_name": str(linked) if linked else "",
        "district": linked.district.code if linked else None,
        "district_name": linked.district.name if linked else "",
        "readiness": [{"point": point, "answer": answer} for point, answer in readiness_of(one)],
        "screening": [{"text": found.rule.text, "met": found.met} for found in findings_of(one)],
        "screened": one.screened,
        "is_demo": one.is_demo,
    }


@lists.described("beautiful_evaluations", "美丽上海跟踪评估", AreaEvaluationSerializer, EvaluationQuery)
class AreaEvaluations(lists.ComputedList):
    """Visible yearly evaluations with their texts, tasks and linked adjustments."""

    serializer_class = AreaEvaluationSerializer
    query = EvaluationQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[lists.Keyed]:
        """Newest year first."""
        names = {"is_demo": "plan__is_demo"}
        conditions = {names.get(name, name): value for name, value in asked.items() if name != "standing"}
        found = evaluations_visible_to(viewer).filter(**conditions)
        return [lists.Keyed(str(one.pk), one) for one in found if asked.get("standing", one.standing) == one.standing]

    def told(self, page: Sequence[lists.Keyed]) -> list[Row]:
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
        "plan_name": str(one.plan),
        **lists.values_of(EVALUATION, one),
        "area_name": one.get_area_display(),
        "standing": str(one.standing),
        "tasks": [_line(line) for line in lines],
        "uses": [_use(use) for use in uses],
        "is_demo": one.is_demo,
    }


def _line(line: Mapping[str, Any]) -> Row:
    told = {name: line[name] for name in ("task", "owner", "target", "quarter", "value")}
    return {**told, "light": line["colour"] or "none", "light_words": line["light"]}


def _use(use: EvaluationUse) -> Row:
    adjustment = use.adjustment
    return {
        "task": str(adjustment.planned),
        **lists.values_of(ADJUSTED, adjustment),
        "changes": [{"name": label, "before": before, "after": after} for label, before, after in adjustment.lines],
        "note": use.note,
    }
