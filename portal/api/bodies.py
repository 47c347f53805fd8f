"""Serializers of API writes and their results: score rows, plots, key projects, works, answers and checks, files."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.tables.columns import SCORE_CELLS, SCORE_ROW
from districts.land.green_indicators import indicators
from districts.plausibility.services import LONGEST
from districts.plots.columns import PLOT, PLOT_CHECK, PLOT_ENTERED, PLOT_OPINION
from districts.plots.models import Plot, PlotCheck, PlotOpinion
from districts.projects.columns import PROJECT, PROJECT_ENTERED, WORK, WORK_CHECK, WORK_ENTERED
from districts.projects.models import KeyProject, Work, WorkCheck
from greendistrict.columns.api import api_field
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from portal.api.shapes import CodeField, DistrictShape, NewShape, SentShape, Shape, key_of

LARGEST = 2**31 - 1
MOST_PARTS = 50
EVIDENCE = Columns.of(
    Evidence, "title", "confidentiality", "valid_from", "valid_to",
    title=TextColumn(example="监测报告"), confidentiality=ChoiceColumn(example=Confidentiality.INTERNAL),
)  # fmt: skip


def text_field(words: str, most: int, **more: Any) -> serializers.CharField:
    """Optional text, may be empty."""
    return serializers.CharField(help_text=words, max_length=most, required=False, allow_blank=True, **more)


class VersionField(serializers.IntegerField):
    """Version that was read; if the row changed since, the write is refused with 409."""

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=LARGEST, help_text="读到的版本；他人已先修改的以409拒绝，答复的 current 是现在的版本")


ASKED = "核对说明：数值不合常理而以422询问的，改正，或者写明数值无误的原因；随数值留存"


class CreatedShape(NewShape):
    """A new row of a district."""

    explanation = text_field(ASKED, LONGEST)
    district = CodeField()
    example: ClassVar = {"district": "yanshi-1"}


class ChangedShape(SentShape):
    """Changed fields of a row; fields left out stay as they are."""

    explanation = text_field(ASKED, LONGEST)
    version = VersionField()


class PlotSerializer(DistrictShape):
    """A plot as returned."""

    columns = PLOT.without("lineage", "step")
    id = key_of(Plot)
    version = VersionField()


class PlotCreateSerializer(CreatedShape):
    """A new plot."""

    columns = PLOT_ENTERED
    example: ClassVar = PLOT.part("land_use", "area_ha", "planned_acquisition").examples()


class PlotChangeSerializer(ChangedShape):
    """Changed fields of a plot; fields left out stay as they are."""

    columns = PLOT_ENTERED
    example: ClassVar = {"started_on": "2026-09-01"}


class ProjectSerializer(DistrictShape):
    """A key project as returned."""

    columns = PROJECT_ENTERED
    id = key_of(KeyProject)
    version = VersionField()


class ProjectCreateSerializer(CreatedShape):
    """A new key project."""

    columns = PROJECT_ENTERED
    example: ClassVar = PROJECT.part("state", "clauses", "plots").examples()


class ProjectChangeSerializer(ChangedShape):
    """Changed fields of a key project; fields left out stay as they are."""

    columns = PROJECT_ENTERED
    example: ClassVar = {"state": "building", "started_on": "2026-09-01"}


class WorkSerializer(DistrictShape):
    """A municipal work as returned."""

    columns = WORK.without("progress")
    id = key_of(Work)
    version = VersionField()


class WorkCreateSerializer(CreatedShape):
    """A new municipal work."""

    columns = WORK_ENTERED
    example: ClassVar = WORK.part("kind", "length_m", "planned_start").examples()


class WorkChangeSerializer(ChangedShape):
    """Changed fields of a municipal work; fields left out stay as they are."""

    columns = WORK_ENTERED
    example: ClassVar = {"started_on": "2026-09-01"}


class InPlotSerializer(DistrictShape):
    """The plot it belongs to."""

    plot = key_of(Plot)
    plot_number = serializers.CharField(help_text=PLOT["number"].label)
    example: ClassVar = {"plot_number": "A-01"}


class PlotOpinionSerializer(InPlotSerializer):
    """A question put to a department, with its reply."""

    columns = PLOT_OPINION
    id = key_of(PlotOpinion)
    organisation = serializers.CharField(allow_null=True, help_text="在平台答复的单位，书面答复的为空")
    required_values = serializers.DictField(child=serializers.CharField(), help_text="提出的指标要求，按指标")
    version = VersionField()
    example: ClassVar = {"organisation": "演示区绿化市容局（虚构）"}


_INDICATORS = "、".join(f"{one.key}（{one.name}，{one.how}）" for one in indicators().values())


class PlotAnswerSerializer(SentShape):
    """The reply to a question; can be sent once."""

    columns = PLOT_OPINION.part("result", "number", "text")
    version = VersionField()
    result = api_field(PLOT_OPINION["result"], help_text=f"方案审核意见填写：{PLOT_OPINION['result'].api_help}")
    required_values = serializers.DictField(
        child=serializers.CharField(max_length=20, allow_blank=True),
        required=False,
        help_text=f"指标要求，征询指标要求填写，至少一项：{_INDICATORS}",
    )
    on = api_field(PLOT_OPINION["answered_on"], allow_null=False, help_text=f"{PLOT_OPINION['answered_on'].label}，不填为今天")
    example: ClassVar = {**PLOT_OPINION.part("result", "text").examples(), "on": "2026-03-09"}


class PlotCheckSerializer(InPlotSerializer):
    """A department's check of a plot."""

    columns = PLOT_CHECK
    id = key_of(PlotCheck)


class PlotCheckCreateSerializer(NewShape):
    """A new check."""

    columns = PLOT_CHECK
    plot = key_of(Plot, min_value=1, max_value=LARGEST)


class WorkCheckSerializer(DistrictShape):
    """A department's check of a municipal work."""

    columns = WORK_CHECK
    id = key_of(WorkCheck)
    work = key_of(Work)
    work_name = serializers.CharField(help_text=WORK["name"].label)
    example: ClassVar = {"work_name": "演示一路（虚构）"}


class WorkCheckCreateSerializer(NewShape):
    """A new check of a municipal work, against the green values of the version that was read."""

    columns = WORK_CHECK
    work = key_of(Work, "，见 works", min_value=1, max_value=LARGEST)
    version = VersionField()


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


class ScoreFieldsSerializer(Shape):
    """Cells of a clause in a score table."""

    columns = SCORE_CELLS
    value = ValueField()


class ScoreRowSerializer(ScoreFieldsSerializer):
    """A clause of a score table with its current cells."""

    columns = SCORE_ROW.without("stage")
    example: ClassVar = {"district": "yanshi-1", "value": "14.3"}
    id = serializers.IntegerField(help_text="评分表条文的固定标识")
    table = serializers.IntegerField(help_text="评分表编号")
    district = CodeField()
    version = VersionField()


class ScoreChangeSerializer(ScoreFieldsSerializer, SentShape):
    """Changed cells; cells left out stay as they are."""

    example: ClassVar = {"value": "14.3"}
    version = VersionField()


class EvidenceBodySerializer(SentShape):
    """A file for a clause (multipart form)."""

    example: ClassVar = {"upload": ""}
    row = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="评分表的一行，编号见 score-rows")
    upload = serializers.FileField(help_text="文件：PDF、Word、Excel、图片。不得上传涉密及敏感测绘数据")
    title = text_field(f"{EVIDENCE['title'].label}，不填则用文件名", 200)
    confidentiality = text_field(f"{EVIDENCE['confidentiality'].api_help}，不填为内部", 20)
    page = text_field("页码，如12，或12–14", 20)
    passage = text_field("表号或文字", 200)
    valid_from = text_field(f"{EVIDENCE['valid_from'].label}，如2026-01-01", 10)
    valid_to = text_field(EVIDENCE["valid_to"].label, 10)
    also = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="同时证明的条文号，用逗号隔开")


class EvidenceSerializer(Shape):
    """A file attached to a clause."""

    columns = EVIDENCE.part("title", "confidentiality")
    example: ClassVar = {"item": "7.2.7", "sha256": "0" * 64}
    id = serializers.IntegerField(help_text="佐证编号")
    row = serializers.IntegerField(help_text="评分表条文的固定标识")
    item = serializers.CharField(help_text=SCORE_ROW["item"].label)
    sha256 = serializers.CharField(help_text="文件的SHA-256")
    also = serializers.ListField(child=serializers.CharField(), help_text="同时加入的条文")
