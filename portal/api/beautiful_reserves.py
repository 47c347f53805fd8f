"""Reserve projects and yearly evaluations of 美丽上海 in the API, read-only, as visible on their pages."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from beautiful.evaluations.columns import EVALUATION, USE
from beautiful.evaluations.models import AreaEvaluation, EvaluationStanding, EvaluationUse
from beautiful.evaluations.selectors import evaluations_visible_to, lines_of_each
from beautiful.frame.programme import programme
from beautiful.plans.columns import ADJUSTED, PLANNED_TOLD, REPORTED
from beautiful.reserves.columns import PROPOSAL_TOLD
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import ReserveProject, ReserveState
from beautiful.reserves.selectors import findings_of, readiness_of, reserves_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.api import api_field
from greendistrict.columns.declared import Columns
from portal.api import beautiful_lists as lists
from portal.api.shapes import CodeField, DistrictShape, Shape, key_of
from portal.api.views import Row

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
        return [lists.Keyed(str(one.pk), one) for one in reserves_visible_to(viewer).filter(**conditions)]

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
