"""Row and query serializers of the lists of 美丽上海."""

from typing import Any, ClassVar

from rest_framework import serializers

from beautiful.evaluations.enums import EvaluationConclusion, EvaluationStanding
from beautiful.frame.programme import programme
from beautiful.plans.enums import PlanStanding, RollOutcome
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR
from beautiful.reserves.enums import ReserveState
from beautiful.reserves.lifecycle import RESERVE
from portal.api.serializers import BEIJING
from portal.api.shapes import Shape

AREAS = {area.key: area.name for area in programme().areas}
LIGHT_WORDS = "红绿灯：green达到、amber略落后、red落后、none不作判断"
KINDS = {"indicator": "城区指标", "figure": "碳排放、能源和地块", "city": "市级登记"}
STATES = dict(RESERVE.choices())
STANDINGS = {str(key): str(words) for key, words in EvaluationStanding.choices}
CONCLUSIONS = {str(key): str(words) for key, words in EvaluationConclusion.choices}
DISTRICT = {"district": "yanshi-1", "district_name": "演示一城（虚构）"}
AREA = {"area": "development", "area_name": "发展之美"}
PLAN = {"plan_name": "三年行动计划（2026—2028年）"}
TASK = {"number": "MS-2026-0001", "title": "演示任务（虚构）", "owner": "演示协同部门（虚构）"}
TARGET = {"target": "三年建成120公里（虚构）", "unit": "公里"}
LIGHT = {"light": "green", "light_words": "达到路径"}
NAMED = "MS-2026-0001　演示任务（虚构）"


def _listed(words: dict[str, str]) -> str:
    return "、".join(key if key == told else f"{key} {told}" for key, told in words.items())


class MarkField(serializers.CharField):
    """State of the draft that defines the areas; part of every row."""

    def __init__(self) -> None:
        super().__init__(help_text=f"文件状态：{programme().mark}，不作任何决定的依据")

    @staticmethod
    def shown() -> str:
        """An example."""
        return programme().mark


class DemoField(serializers.BooleanField):
    """Whether the row is fictional."""

    def __init__(self, **more: Any) -> None:
        super().__init__(help_text="演示数据", **more)


class AreaFedSerializer(Shape):
    """Contributions to an area; sums over real or over fictional pilots."""

    example: ClassVar = {
        "year": 2025, "pilots": 3, "indicators": 12, "green": 7, "amber": 2, "none": 2, "by_hand": 0, "waiting": 0,
        "unfed": ["计量的光伏发电"],
    }  # fmt: skip
    year = serializers.IntegerField(help_text="按年度的数取的年度")
    is_demo = DemoField()
    pilots = serializers.IntegerField(help_text="试点和示范城区")
    feeding = serializers.IntegerField(help_text="供数城区")
    indicators = serializers.IntegerField(help_text="城区指标")
    green = serializers.IntegerField(help_text="其中达到")
    amber = serializers.IntegerField(help_text="其中略落后")
    red = serializers.IntegerField(help_text="其中落后")
    none = serializers.IntegerField(help_text="其中不作判断")
    figures = serializers.IntegerField(help_text="碳排放、能源和地块的数，其中有数的")
    by_hand = serializers.IntegerField(help_text="市级登记的指标")
    waiting = serializers.IntegerField(help_text="城区填报、等待城区另一人核对的数，没有计入")
    unfed = serializers.ListField(child=serializers.CharField(), help_text="没有城区供数的数")
    note = serializers.CharField(allow_blank=True, help_text="没有任何城区供数的写明")


class BeautyAreaSerializer(Shape):
    """One of the ten areas, in the words of the draft."""

    example: ClassVar = {
        "key": "development", "number": 6, "name": "发展之美", "city": "绿色低碳城市", "group": "internal", "group_name": "内在美",
        "tasks": ["绿色尖端产业体系"],
    }  # fmt: skip
    key = serializers.CharField(help_text="重点领域")
    number = serializers.IntegerField(help_text="序号")
    name = serializers.CharField(help_text="名称")
    city = serializers.CharField(help_text="目标城市")
    group = serializers.CharField(help_text="组别")
    group_name = serializers.CharField(help_text="组别名称")
    tasks = serializers.ListField(child=serializers.CharField(), help_text="原文的任务")
    fed = AreaFedSerializer(allow_null=True, help_text="供数情况，市级岗位可见，其他为空")
    mark = MarkField()


class AreaIndicatorSerializer(Shape):
    """A value that contributes to an area."""

    example: ClassVar = {
        **AREA, **DISTRICT, "kind": "indicator", "dimension": "低碳高效", "name": "碳排放强度", "unit": "kgCO₂e/(m²·a)",
        "source": "城区填报；统计年报", "year": 2025, "found": "34", "due": "36", **LIGHT,
    }  # fmt: skip
    area = serializers.CharField(help_text="重点领域")
    area_name = serializers.CharField(help_text="重点领域名称")
    kind = serializers.CharField(help_text=f"取值：{_listed(KINDS)}")
    district = serializers.SlugField(allow_null=True, help_text="城区代码，市级登记的为空")
    district_name = serializers.CharField(allow_blank=True, help_text="城区名称")
    dimension = serializers.CharField(allow_blank=True, help_text="城区指标的方面")
    name = serializers.CharField(help_text="指标")
    unit = serializers.CharField(allow_blank=True, help_text="单位")
    source = serializers.CharField(help_text="出处")  # type: ignore[assignment]  # the framework takes fields out of the class
    year = serializers.IntegerField(allow_null=True, help_text="年度；没有数的、现状的为空")
    found = serializers.CharField(allow_blank=True, help_text="数值，没有的为空")
    of = serializers.CharField(allow_blank=True, help_text="数值是一部分的，全部是多少")
    due = serializers.CharField(allow_blank=True, help_text="路径应达，没有的为空")
    light = serializers.CharField(help_text=LIGHT_WORDS)
    light_words = serializers.CharField(allow_blank=True, help_text="红绿灯的说明")
    is_demo = DemoField()
    mark = MarkField()


class TaskQuarterSerializer(Shape):
    """A reported quarter; for a sum of district tasks, with the number that reported."""

    example: ClassVar = {"year": 2026, **TARGET, "value": "10", "due": "9.75", **LIGHT, "reported": 2, "asked": 2}
    year = serializers.IntegerField(help_text="年度")
    quarter = serializers.IntegerField(help_text="季度")
    target = serializers.CharField(help_text="季度末执行的可衡量的目标，以后的任务调整不改")
    unit = serializers.CharField(allow_blank=True, help_text="季度末执行的单位")
    value = serializers.CharField(allow_null=True, help_text="累计完成值，没有数值的为空")
    due = serializers.CharField(allow_blank=True, help_text="路径应达，按季度末执行的目标和日期")
    light = serializers.CharField(help_text=LIGHT_WORDS)
    light_words = serializers.CharField(help_text="红绿灯的说明")
    reported = serializers.IntegerField(allow_null=True, help_text="区任务合计的，已报的区任务")
    asked = serializers.IntegerField(allow_null=True, help_text="区任务合计的，全部区任务")


class ActionTaskSerializer(Shape):
    """A task of an action plan. Owners, targets and days were recorded by the city; the draft names none."""

    example: ClassVar = {
        **TASK, **PLAN, **AREA, **TARGET, "plan_state": "in_force", "vanguard": "五大新城", "start_value": "0", "target_value": "120",
        "due_on": "2028-12-31", "came": "新增",
    }  # fmt: skip
    id = serializers.IntegerField(help_text="计划任务的固定标识")
    number = serializers.CharField(help_text="编号，各轮计划不变")
    plan = serializers.IntegerField(help_text="计划的固定标识")
    plan_name = serializers.CharField(help_text="计划")
    plan_state = serializers.CharField(help_text=f"计划状态：{'、'.join(f'{key} {words}' for key, words in PlanStanding.choices)}")
    area = serializers.CharField(help_text="重点领域")
    area_name = serializers.CharField(help_text="重点领域名称")
    city_task = serializers.CharField(allow_null=True, help_text="区任务上面的市级任务的编号")
    title = serializers.CharField(help_text="任务")
    vanguard = serializers.CharField(allow_blank=True, help_text="先行区")
    owner = serializers.CharField(help_text="责任单位")
    partners = serializers.ListField(child=serializers.CharField(), help_text="配合单位")
    target = serializers.CharField(help_text="可衡量的目标")
    unit = serializers.CharField(allow_blank=True, help_text="单位")
    start_value = serializers.CharField(allow_null=True, help_text="起点值，没有数量目标的为空")
    target_value = serializers.CharField(allow_null=True, help_text="目标值，没有数量目标的为空")
    starts_on = serializers.DateField(help_text="开始日期")
    due_on = serializers.DateField(help_text="完成日期")
    came = serializers.CharField(help_text="怎样进入这一轮计划")
    outcome = serializers.CharField(
        allow_blank=True, help_text=f"滚动结果，没有滚动的为空：{'、'.join(f'{key} {words}' for key, words in RollOutcome.choices)}"
    )
    quarters = TaskQuarterSerializer(many=True, help_text="已报的季度")
    is_demo = DemoField()
    mark = MarkField()


class ReleasedTaskSerializer(Shape):
    """A task in a published quarter, as on the public page."""

    example: ClassVar = {
        **TASK, **PLAN, **AREA, **LIGHT, "year": 2026, "basis": "演示〔2026〕2号（虚构）",
        "target": TARGET["target"], "due_on": "2028年12月31日", "value": "10 公里", "parts": "区任务合计，2/2已报",
    }  # fmt: skip
    release = serializers.IntegerField(help_text="公开的固定标识")
    plan_name = serializers.CharField(help_text="计划")
    year = serializers.IntegerField(help_text="年度")
    quarter = serializers.IntegerField(help_text="季度")
    basis = serializers.CharField(help_text="公开依据")
    released_at = serializers.DateTimeField(help_text=f"公开时间，{BEIJING}")
    area_name = serializers.CharField(help_text="重点领域名称")
    number = serializers.CharField(help_text="编号")
    title = serializers.CharField(help_text="任务")
    owner = serializers.CharField(help_text="责任单位")
    target = serializers.CharField(help_text="可衡量的目标")
    due_on = serializers.CharField(help_text="完成日期，如公开页所写")
    reported = serializers.BooleanField(help_text="公开时这一季度已报")
    value = serializers.CharField(allow_blank=True, help_text="累计完成值和单位")
    parts = serializers.CharField(allow_blank=True, help_text="区任务合计的，几项已报")
    light = serializers.CharField(help_text=LIGHT_WORDS)
    light_words = serializers.CharField(allow_blank=True, help_text="红绿灯的说明")
    is_demo = DemoField()
    mark = MarkField()


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


class ReserveProjectSerializer(Shape):
    """A reserve project. Amounts in 万元; null if not stated, never zero."""

    example: ClassVar = {
        **AREA, **DISTRICT, "number": "CB-2026-0001", "pool": programme().pools[0],
        "title": "屋顶光伏（虚构）", "status": ReserveState.RESERVED, "status_words": STATES[ReserveState.RESERVED],
        "proposer": "演示甲区（虚构）", "key_project": 1, "key_project_name": "演示能源站（虚构）",
        "fiscal": "300", "social": "700.5", "total": "1000.5",
    }  # fmt: skip
    id = serializers.IntegerField(help_text="固定标识")
    number = serializers.CharField(allow_blank=True, help_text="编号，没有提交过的为空")
    pool = serializers.CharField(help_text="储备库")
    area = serializers.CharField(help_text="重点领域")
    area_name = serializers.CharField(help_text="重点领域名称")
    title = serializers.CharField(help_text="项目名称")
    status = serializers.CharField(help_text=f"状态：{_listed(STATES)}")
    status_words = serializers.CharField(help_text="状态的名称")
    proposer = serializers.CharField(help_text="申报单位")
    key_project = serializers.IntegerField(allow_null=True, help_text="近期重点项目的固定标识，不连接的为空")
    key_project_name = serializers.CharField(allow_blank=True, help_text="近期重点项目")
    district = serializers.SlugField(allow_null=True, help_text="近期重点项目所在城区的代码，不连接的为空")
    district_name = serializers.CharField(allow_blank=True, help_text="近期重点项目所在城区")
    content = serializers.CharField(allow_blank=True, help_text="建设内容")
    effect = serializers.CharField(allow_blank=True, help_text="预期的生态环境效益")
    starts_on = serializers.DateField(allow_null=True, help_text="计划开始")
    ends_on = serializers.DateField(allow_null=True, help_text="计划完成")
    fiscal = serializers.CharField(allow_null=True, help_text="财政资金，万元")
    social = serializers.CharField(allow_null=True, help_text="社会资本，万元")
    other = serializers.CharField(allow_null=True, help_text="其他资金，万元")
    total = serializers.CharField(allow_null=True, help_text="合计，万元")
    funding_note = serializers.CharField(allow_blank=True, help_text="资金来源")
    readiness = ReadinessSerializer(many=True, help_text="成熟度")
    screening = ScreeningSerializer(many=True, help_text="初筛条件现在是否达到")
    screened = ScreeningSerializer(many=True, allow_null=True, help_text="入库时固定的初筛结果，没有入库的为空")
    listed_on = serializers.DateField(allow_null=True, help_text="列入上级储备库的日期")
    listed_basis = serializers.CharField(allow_blank=True, help_text="列入依据")
    is_demo = DemoField()
    mark = MarkField()


class EvaluatedTaskSerializer(Shape):
    """A task of the area in the year of its evaluation."""

    example: ClassVar = {
        "task": NAMED, "owner": TASK["owner"], "target": TARGET["target"], "quarter": "第4季度", "value": "30 公里", **LIGHT,
    }  # fmt: skip
    task = serializers.CharField(help_text="编号和任务")
    owner = serializers.CharField(help_text="责任单位")
    target = serializers.CharField(help_text="可衡量的目标")
    quarter = serializers.CharField(allow_blank=True, help_text="这一年最近报送的季度，没有报的为空")
    value = serializers.CharField(allow_blank=True, help_text="累计完成值和单位")
    light = serializers.CharField(help_text=LIGHT_WORDS)
    light_words = serializers.CharField(help_text="红绿灯的说明")


class ChangeSerializer(Shape):
    """A field that an adjustment changed."""

    example: ClassVar = {"name": "任务", "before": "演示任务（虚构）", "after": "加快的任务（虚构）"}
    name = serializers.CharField(help_text="调整的内容")
    before = serializers.CharField(help_text="调整前")
    after = serializers.CharField(help_text="调整后")


class EvaluationUseSerializer(Shape):
    """A task adjustment that followed from the evaluation."""

    example: ClassVar = {"task": NAMED, "basis": "演示〔2027〕2号（虚构）", "reason": "评估滞后（虚构）", "note": "加快实施（虚构）"}
    task = serializers.CharField(help_text="编号和任务")
    decided_on = serializers.DateField(help_text="决定日期")
    basis = serializers.CharField(help_text="依据文件")
    reason = serializers.CharField(help_text="理由")
    changes = ChangeSerializer(many=True, help_text="变化")
    note = serializers.CharField(help_text="怎样应用")


class AreaEvaluationSerializer(Shape):
    """Evaluation of an area for a year. Terms of standing and conclusion are defined by this portal."""

    example: ClassVar = {**PLAN, **AREA, "year": 2026, "standing": EvaluationStanding.CONCLUDED, "conclusion": EvaluationConclusion.PARTLY}
    id = serializers.IntegerField(help_text="固定标识")
    plan = serializers.IntegerField(help_text="计划的固定标识")
    plan_name = serializers.CharField(help_text="计划")
    year = serializers.IntegerField(help_text="年度")
    area = serializers.CharField(help_text="重点领域")
    area_name = serializers.CharField(help_text="重点领域名称")
    standing = serializers.CharField(help_text=f"状态：{_listed(STANDINGS)}")
    report = serializers.CharField(allow_blank=True, help_text="自评，未填的为空")
    reported_at = serializers.DateTimeField(allow_null=True, help_text=f"自评时间，{BEIJING}")
    check_text = serializers.CharField(allow_blank=True, help_text="核对意见，未填的为空")
    checked_at = serializers.DateTimeField(allow_null=True, help_text=f"核对时间，{BEIJING}")
    conclusion = serializers.CharField(allow_blank=True, help_text=f"结论，未作出的为空：{_listed(CONCLUSIONS)}")
    conclusion_text = serializers.CharField(allow_blank=True, help_text="结论说明")
    concluded_at = serializers.DateTimeField(allow_null=True, help_text=f"结论时间，{BEIJING}")
    tasks = EvaluatedTaskSerializer(many=True, help_text="本领域的任务，作结论以后为结论时的进展")
    uses = EvaluationUseSerializer(many=True, help_text="因评估结果调整的任务")
    is_demo = DemoField()
    mark = MarkField()


class _KnownField(serializers.CharField):
    """One of a set of keys; ``refusal`` is the error message for any other value."""

    def __init__(self, words: dict[str, str], label: str, refusal: str = "没有这一项") -> None:
        self.words, self.refusal = words, refusal
        super().__init__(required=False, help_text=f"{label}：{_listed(words)}")

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The key. Raises ``ValidationError`` for an unknown one."""
        found = super().run_validation(data)
        if found not in self.words:
            msg = f"{self.refusal}。可用的：{_listed(self.words)}"
            raise serializers.ValidationError(msg)
        return found


class AreaField(_KnownField):
    """Key of an area."""

    def __init__(self) -> None:
        super().__init__(AREAS, "重点领域", "没有这个重点领域")


def _year(words: str) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text=words)


class AreaQuery(serializers.Serializer[Any]):
    """Query of the list of areas."""

    year = _year("按年度的数取的年度，不填为上一年")
    is_demo = serializers.BooleanField(required=False, help_text="演示数据，不填为正式数据；两者不相加")


class IndicatorQuery(AreaQuery):
    """Query of the list of indicators."""

    area = AreaField()
    district = serializers.CharField(required=False, help_text="城区代码")
    kind = serializers.CharField(required=False, help_text=f"取值：{_listed(KINDS)}")

    def validate_kind(self, kind: str) -> str:
        """The kind. Raises ``ValidationError`` for an unknown one."""
        if kind not in KINDS:
            msg = f"类别不可用：{kind}。可用的：{'、'.join(KINDS)}"
            raise serializers.ValidationError(msg)
        return kind


class TaskQuery(serializers.Serializer[Any]):
    """Query of the list of tasks."""

    area = AreaField()
    plan = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1, help_text="计划的固定标识")
    number = serializers.CharField(required=False, help_text="编号")
    is_demo = serializers.BooleanField(required=False, help_text="演示数据")


class ReleasedQuery(serializers.Serializer[Any]):
    """Query of the list of published progress."""

    area = AreaField()
    year = _year("年度")
    quarter = serializers.IntegerField(required=False, min_value=1, max_value=4, help_text="季度")
    is_demo = serializers.BooleanField(required=False, help_text="演示数据")


class ReserveQuery(serializers.Serializer[Any]):
    """Query of the list of reserve projects."""

    area = AreaField()
    pool = _KnownField({pool: pool for pool in programme().pools}, "储备库")
    status = _KnownField(STATES, "状态")
    number = serializers.CharField(required=False, help_text="编号")
    is_demo = serializers.BooleanField(required=False, help_text="演示数据")


class EvaluationQuery(serializers.Serializer[Any]):
    """Query of the list of evaluations."""

    area = AreaField()
    year = _year("年度")
    plan = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1, help_text="计划的固定标识")
    standing = _KnownField(STANDINGS, "状态")
    is_demo = serializers.BooleanField(required=False, help_text="演示数据")
