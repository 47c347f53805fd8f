"""Serializers of API writes and their results: score rows, plots, key projects, works, answers and checks, files."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.common.enums import BuildState
from districts.common.enums import CheckResult, CheckStage, OpinionPurpose, OpinionResult
from districts.land.green_indicators import indicators
from districts.plausibility.services import LONGEST
from districts.plots.columns import PLOT, PLOT_ENTERED
from districts.projects.columns import PROJECT, PROJECT_ENTERED, WORK, WORK_ENTERED
from greendistrict.columns.api import api_field, api_fields
from greendistrict.columns.declared import Columns
from greendistrict.core.day_fields import possible
from greendistrict.documents.enums import Confidentiality

LARGEST = 2**31 - 1
MOST_PARTS = 50
UNKNOWN = "没有这个字段"


def _words(choices: Any) -> str:
    """Values with labels, without a schema enum (equal sets of values under several names would collide)."""
    return "、".join(f"{value}（{label}）" for value, label in choices.choices)


class Strict(serializers.Serializer[Any]):
    """Base serializer that refuses unknown fields instead of ignoring them."""

    columns: ClassVar[Columns | None] = None  # whose fields it has besides its own

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Fields of its columns, then its own, which replace those of the same name."""
        return {**(api_fields(self.columns) if self.columns else {}), **super().get_fields()}

    def to_internal_value(self, data: Any) -> Any:
        """Parsed values. Raises ``ValidationError`` naming each unknown and each invalid field."""
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(str(name) for name in data if name not in known):
                raise serializers.ValidationError({name: [UNKNOWN] for name in unknown})
        return super().to_internal_value(data)


def text_field(words: str, most: int, **more: Any) -> serializers.CharField:
    """Optional text, may be empty."""
    return serializers.CharField(help_text=words, max_length=most, required=False, allow_blank=True, **more)


def day_field(words: str) -> serializers.DateField:
    """Optional date, may be empty."""
    return serializers.DateField(help_text=words, required=False, allow_null=True, validators=[possible])


class VersionField(serializers.IntegerField):
    """Version that was read; if the row changed since, the write is refused with 409."""

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=LARGEST, help_text="读到的版本；他人已先修改的以409拒绝，答复的 current 是现在的版本")


ASKED = "核对说明：数值不合常理而以422询问的，改正，或者写明数值无误的原因；随数值留存"


class PlotFieldsSerializer(Strict):
    """Fields of a plot."""

    columns = PLOT_ENTERED


class PlotSerializer(PlotFieldsSerializer):
    """A plot as returned."""

    id = serializers.IntegerField(help_text="地块的固定标识")
    district = serializers.SlugField(help_text="城区代码")
    district_name = serializers.CharField(help_text="城区名称")
    land_use_code = serializers.CharField(allow_blank=True, help_text=PLOT["land_use_code"].api_help)
    is_demo = serializers.BooleanField(help_text="虚构城区")
    version = VersionField()


class PlotCreateSerializer(PlotFieldsSerializer):
    """A new plot."""

    explanation = text_field(ASKED, LONGEST)
    district = serializers.SlugField(help_text="城区代码")
    number = api_field(PLOT["number"], required=True, allow_blank=False)


class PlotChangeSerializer(PlotFieldsSerializer):
    """Changed fields of a plot; fields left out stay as they are."""

    explanation = text_field(ASKED, LONGEST)
    version = VersionField()


class ProjectFieldsSerializer(Strict):
    """Fields of a key project."""

    columns = PROJECT_ENTERED


class ProjectSerializer(ProjectFieldsSerializer):
    """A key project as returned."""

    id = serializers.IntegerField(help_text="近期重点项目的固定标识")
    district = serializers.SlugField(help_text="城区代码")
    district_name = serializers.CharField(help_text="城区名称")
    is_demo = serializers.BooleanField(help_text="虚构城区")
    version = VersionField()


class ProjectCreateSerializer(ProjectFieldsSerializer):
    """A new key project."""

    explanation = text_field(ASKED, LONGEST)
    district = serializers.SlugField(help_text="城区代码")
    name = api_field(PROJECT["name"], required=True, allow_blank=False)


class ProjectChangeSerializer(ProjectFieldsSerializer):
    """Changed fields of a key project; fields left out stay as they are."""

    explanation = text_field(ASKED, LONGEST)
    version = VersionField()


class WorkFieldsSerializer(Strict):
    """Fields of a municipal work."""

    columns = WORK_ENTERED


class WorkSerializer(WorkFieldsSerializer):
    """A municipal work as returned."""

    id = serializers.IntegerField(help_text="市政设施的固定标识")
    district = serializers.SlugField(help_text="城区代码")
    district_name = serializers.CharField(help_text="城区名称")
    conforms = serializers.BooleanField(allow_null=True, help_text="绿色生态内容符合，由竣工验收登记得出，未登记为空")
    acceptance_number = serializers.CharField(allow_blank=True, help_text="竣工验收报告编号，未登记的为空")
    is_demo = serializers.BooleanField(help_text="虚构城区")
    version = VersionField()


class WorkCreateSerializer(WorkFieldsSerializer):
    """A new municipal work."""

    explanation = text_field(ASKED, LONGEST)
    district = serializers.SlugField(help_text="城区代码")
    name = api_field(WORK["name"], required=True, allow_blank=False)


class WorkChangeSerializer(WorkFieldsSerializer):
    """Changed fields of a municipal work; fields left out stay as they are."""

    explanation = text_field(ASKED, LONGEST)
    version = VersionField()


class InPlotSerializer(Strict):
    """The plot it belongs to."""

    plot = serializers.IntegerField(help_text="地块的固定标识")
    plot_number = serializers.CharField(help_text="地块编号")
    district = serializers.SlugField(help_text="城区代码")
    district_name = serializers.CharField(help_text="城区名称")
    is_demo = serializers.BooleanField(help_text="虚构城区")


class PlotOpinionSerializer(InPlotSerializer):
    """A question put to a department, with its reply."""

    id = serializers.IntegerField(help_text="征询的固定标识")
    purpose = serializers.CharField(help_text=f"事项：{_words(OpinionPurpose)}")
    department = serializers.CharField(help_text="部门")
    organisation = serializers.CharField(allow_null=True, help_text="在平台答复的单位，书面答复的为空")
    mandatory = serializers.BooleanField(help_text="必询")
    asked_on = serializers.DateField(help_text="发出日期", validators=[possible])
    due_on = serializers.DateField(help_text="答复期限", validators=[possible])
    answered_on = serializers.DateField(allow_null=True, help_text="答复日期，未答复为空")
    result = serializers.CharField(allow_blank=True, help_text=f"结论：{_words(OpinionResult)}；征询指标要求的为空")
    number = serializers.CharField(allow_blank=True, help_text="答复文号")
    text = serializers.CharField(allow_blank=True, help_text="意见")
    required_values = serializers.DictField(child=serializers.CharField(), help_text="提出的指标要求，按指标")
    version = VersionField()


_INDICATORS = "、".join(f"{one.key}（{one.name}，{one.how}）" for one in indicators().values())


class PlotAnswerSerializer(Strict):
    """The reply to a question; can be sent once."""

    version = VersionField()
    result = text_field(f"结论，方案审核意见填写：{_words(OpinionResult)}", 12)
    required_values = serializers.DictField(
        child=serializers.CharField(max_length=20, allow_blank=True),
        required=False,
        help_text=f"指标要求，征询指标要求填写，至少一项：{_INDICATORS}",
    )
    text = text_field("意见", 2000)
    number = text_field("答复文号，登记书面意见的必填", 60)
    on = serializers.DateField(required=False, help_text="答复日期，不填为今天", validators=[possible])


class PlotCheckSerializer(InPlotSerializer):
    """A department's check of a plot."""

    id = serializers.IntegerField(help_text="审查的固定标识")
    stage = serializers.CharField(help_text=f"环节：{_words(CheckStage)}")
    department = serializers.CharField(help_text="部门")
    checked_on = serializers.DateField(help_text="审查日期", validators=[possible])
    result = serializers.CharField(help_text=f"结论：{_words(CheckResult)}")
    text = serializers.CharField(allow_blank=True, help_text="意见")


class PlotCheckCreateSerializer(Strict):
    """A new check."""

    plot = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="地块的固定标识")
    stage = serializers.CharField(max_length=12, help_text=f"环节：{_words(CheckStage)}")
    department = serializers.CharField(max_length=60, help_text="部门")
    checked_on = serializers.DateField(help_text="审查日期", validators=[possible])
    result = serializers.CharField(max_length=12, help_text=f"结论：{_words(CheckResult)}")
    text = text_field("意见，不符合的必填", 300)


class WorkCheckSerializer(Strict):
    """A department's check of a municipal work."""

    id = serializers.IntegerField(help_text="审查的固定标识")
    work = serializers.IntegerField(help_text="市政设施的固定标识")
    work_name = serializers.CharField(help_text="设施名称")
    district = serializers.SlugField(help_text="城区代码")
    district_name = serializers.CharField(help_text="城区名称")
    is_demo = serializers.BooleanField(help_text="虚构城区")
    stage = serializers.CharField(help_text=f"环节：{_words(CheckStage)}")
    department = serializers.CharField(help_text="部门")
    checked_on = serializers.DateField(help_text="审查日期", validators=[possible])
    result = serializers.CharField(help_text=f"结论：{_words(CheckResult)}")
    text = serializers.CharField(allow_blank=True, help_text="意见")


class WorkCheckCreateSerializer(Strict):
    """A new check of a municipal work, against the green values of the version that was read."""

    work = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="市政设施的固定标识，见 works")
    version = VersionField()
    stage = serializers.CharField(max_length=12, help_text=f"环节：{_words(CheckStage)}")
    department = serializers.CharField(max_length=60, help_text="部门")
    checked_on = serializers.DateField(help_text="审查日期，已提请的填提请日期", validators=[possible])
    result = serializers.CharField(max_length=12, help_text=f"结论：{_words(CheckResult)}")
    text = text_field("意见，不符合的必填", 300)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {"type": "boolean"},
            {"type": "number"},
            {"type": "array", "items": {"type": "string"}},
            {"type": "object", "additionalProperties": {}},
        ],
        "nullable": True,
        "description": "现状值，形式随条文：数值、选项为文本，是否为布尔，勾选为列表，多项为对象，未填为空",
    }
)
class ValueField(serializers.Field[Any, Any, Any, Any]):
    """A value as typed on the page, or as JSON number or boolean; validated by the clause's rule."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, allow_null=True, **more)
        self._text = serializers.CharField(max_length=200, allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        """Value for ``check_value``. Raises ``ValidationError`` for types that no clause accepts."""
        if isinstance(data, Mapping):
            if len(data) > MOST_PARTS:
                self._refuse()
            return {self._text.run_validation(name): None if part is None else self._part(part) for name, part in data.items()}
        return self._part(data)

    def _part(self, data: Any) -> Any:
        if isinstance(data, list):
            if len(data) > MOST_PARTS or not all(isinstance(one, str) for one in data):
                self._refuse()
            return [self._text.run_validation(one) for one in data]
        if isinstance(data, bool):
            return data
        if not isinstance(data, str | int | float):
            self._refuse()
        return self._text.run_validation(str(data))

    @staticmethod
    def _refuse() -> None:
        msg = "取值的形式不对"
        raise serializers.ValidationError(msg)

    def to_representation(self, value: Any) -> Any:
        """As stored."""
        return value


class ScoreFieldsSerializer(Strict):
    """Cells of a clause in a score table."""

    value = ValueField()
    build_state = text_field(f"建设情况，建设期填写：{_words(BuildState)}", 12)
    exclusion_reason = text_field("不参评理由", 500)
    absent_reason = text_field("不存在的说明", 500)
    explanation = text_field("说明", 4000)


class ScoreRowSerializer(ScoreFieldsSerializer):
    """A clause of a score table with its current cells."""

    id = serializers.IntegerField(help_text="评分表条文的固定标识")
    table = serializers.IntegerField(help_text="评分表编号")
    district = serializers.SlugField(help_text="城区代码")
    year = serializers.IntegerField(allow_null=True, help_text="年度")
    purpose = serializers.CharField(help_text="评分表的用途")
    item = serializers.CharField(help_text="条文号")
    version = VersionField()


class ScoreChangeSerializer(ScoreFieldsSerializer):
    """Changed cells; cells left out stay as they are."""

    version = VersionField()


class EvidenceBodySerializer(Strict):
    """A file for a clause (multipart form)."""

    row = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="评分表的一行，编号见 score-rows")
    upload = serializers.FileField(help_text="文件：PDF、Word、Excel、图片。不得上传涉密及敏感测绘数据")
    title = text_field("材料名称，不填则用文件名", 200)
    confidentiality = text_field(f"密级：{_words(Confidentiality)}，不填为内部", 20)
    page = text_field("页码，如12，或12–14", 20)
    passage = text_field("表号或文字", 200)
    valid_from = text_field("有效期起，如2026-01-01", 10)
    valid_to = text_field("有效期止", 10)
    also = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="同时证明的条文号，用逗号隔开")


class EvidenceSerializer(serializers.Serializer[Any]):
    """A file attached to a clause."""

    id = serializers.IntegerField(help_text="佐证编号")
    row = serializers.IntegerField(help_text="评分表条文的固定标识")
    item = serializers.CharField(help_text="条文号")
    title = serializers.CharField(help_text="材料名称")
    sha256 = serializers.CharField(help_text="文件的SHA-256")
    confidentiality = serializers.CharField(help_text="密级")
    also = serializers.ListField(child=serializers.CharField(), help_text="同时加入的条文")
