"""Row serializers for the schema and its tests; views return plain rows with the same keys."""

import datetime as dt
from typing import Any, ClassVar

from rest_framework import serializers

from approvals.common.enums import TitleKind
from approvals.publicity.lifecycle import ANNOUNCEMENT
from approvals.titles.columns import BATCH_TOLD, TITLE, TITLE_TOLD
from approvals.titles.enums import PUBLIC_STATES
from approvals.titles.models.publicity import Announcement
from assessments.common.enums import ScoringStage
from assessments.self_checks.columns import CHECK_TOLD
from assessments.tables.columns import SCORE_ROW
from districts.common.enums import Certainty, DistrictType, Stage
from districts.file.columns import DISTRICT, DISTRICT_TOLD
from greendistrict.columns.api import BEIJING
from greendistrict.core import clock
from greendistrict.policy.duty_table import DUTY_KINDS
from greendistrict.policy.layers import Layer
from greendistrict.policy.parameters import first_day_in_use
from indicators.editions.columns import EDITION
from obligations.columns import DUTY
from obligations.duties import ObligationState
from obligations.forms import GROUP_WORDS, GROUPS
from obligations.selectors import YEARS_FORESEEN
from portal.api.shapes import CODE, CodeField, DistrictShape, Shape, key_of
from reports.archive.columns import VOLUME, VOLUME_TOLD
from reports.archive.models import VolumeState

KIND = "事项类别，如self_check"


class CertaintyField(serializers.CharField):
    """Certainty of a fact, without a schema enum (equal sets of values under several names would collide)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=f"取值：{'、'.join(Certainty.values)}", **kwargs)

    @staticmethod
    def shown() -> str:
        """An example."""
        return Certainty.SOURCED.value


class AreaSerializer(Shape):
    """所在区: one of Shanghai's 16 districts, or a fictional one of a fictional eco-district."""

    example: ClassVar = {"code": "310199", "name": "演示甲区（虚构）"}
    code = serializers.CharField(help_text="GB/T 2260 代码，特定地区为平台代码")
    name = serializers.CharField(help_text="区的名称")


class DistrictSerializer(Shape):
    """A district. Unknown facts are null or empty; ``…_certainty`` is sourced, inferred or unknown."""

    example: ClassVar = {
        "code": "yanshi-1", "stage": Stage.PILOT, "star": 2, "key_areas_certainty": Certainty.UNKNOWN,
        "edition_text_certainty": Certainty.UNKNOWN,
    }  # fmt: skip
    columns = DISTRICT_TOLD
    code = CodeField()
    type = serializers.ChoiceField(choices=DistrictType.choices, allow_blank=True, help_text=DISTRICT["type"].label)
    type_certainty = CertaintyField()
    stage = serializers.ChoiceField(choices=Stage.choices, allow_null=True, help_text=f"{DISTRICT['stage'].label}，未查明和导则覆盖区为空")
    status_certainty = CertaintyField()
    star = serializers.IntegerField(allow_null=True, min_value=1, max_value=3, help_text=f"{DISTRICT['star'].label}，未查明为空")
    star_certainty = CertaintyField()
    titled_on_certainty = CertaintyField()
    area_km2_certainty = CertaintyField()
    key_areas_certainty = CertaintyField()
    edition_text_certainty = CertaintyField()
    sources = serializers.ListField(child=serializers.CharField(), help_text="资料出处")
    is_demo = serializers.BooleanField(help_text="虚构的演示城区")
    areas = AreaSerializer(many=True, help_text="所在区")
    areas_certainty = CertaintyField()
    withheld = serializers.ListField(
        child=serializers.CharField(), help_text="不公开的各项的名称，其空值不是未查明：城区还在培育，资料尚未报送"
    )


class TitleSerializer(DistrictShape):
    """A title: granted, cancelled or revoked, never deleted; ``end`` is empty while it is held."""

    example: ClassVar = {
        "star": 2, "granted_on": "2024-06-11", "policy": "沪府办规〔2018〕24号", "batch_year": 2024, "batch": 1,
    }  # fmt: skip
    columns = TITLE_TOLD
    kind = serializers.ChoiceField(choices=TitleKind.choices, help_text=TITLE["kind"].label)
    star = serializers.IntegerField(allow_null=True, help_text=f"{TITLE['star'].label}，未查明为空")
    star_certainty = CertaintyField()
    date_certainty = CertaintyField()
    certainty = CertaintyField()
    standing_certainty = CertaintyField()
    policy_certainty = CertaintyField()
    batch_year = serializers.IntegerField(allow_null=True, help_text=f"公告的{BATCH_TOLD['year'].label}")
    batch = serializers.IntegerField(allow_null=True, help_text=f"公告的{BATCH_TOLD['batch'].label}")


class AnnouncementSerializer(Shape):
    """A published batch with the codes of its districts."""

    example: ClassVar = {"districts": ["yanshi-1"]}
    columns = BATCH_TOLD
    id = key_of(Announcement)
    status = serializers.ChoiceField(
        choices=[(state, ANNOUNCEMENT.state(state).label) for state in PUBLIC_STATES], help_text="已撤回的保留"
    )
    districts = serializers.ListField(child=serializers.SlugField(), help_text="公告写明的城区代码")


class LabelSerializer(Shape):
    """A key with its label."""

    example: ClassVar = {"key": "new", "label": "新建"}
    key = serializers.CharField(help_text="代码")
    label = serializers.CharField(help_text="名称")  # type: ignore[assignment]  # as above


class EditionSerializer(Shape):
    """An edition of an evaluation standard; unofficial ones are 参考版."""

    columns = EDITION
    example: ClassVar = {
        "chapters": 10, "clauses": 120, "stages": [{"key": "operation", "label": "运营"}], "levels": [{"key": "two", "label": "二星"}],
    }  # fmt: skip
    types = LabelSerializer(many=True, help_text="适用的城区类型")
    stages = LabelSerializer(many=True, help_text=SCORE_ROW["stage"].label)
    levels = LabelSerializer(many=True, help_text="等级")
    chapters = serializers.IntegerField(help_text="章数")
    clauses = serializers.IntegerField(help_text="条文数")


class ChapterSerializer(Shape):
    """Score of a chapter; numbers as text."""

    example: ClassVar = {"key": "resilience", "obtained": "60", "possible": "80", "score": "75.00"}
    key = serializers.CharField(help_text="章的代码")
    obtained = serializers.CharField(help_text="得分")
    possible = serializers.CharField(help_text="参评条文的满分")
    score = serializers.CharField(help_text="章得分")


class AssessmentSerializer(DistrictShape):
    """A received self-check as frozen; numbers as text, so that nothing is rounded."""

    example: ClassVar = {
        "edition": "GD-REF-2024", "official": False, "stage": ScoringStage.OPERATION,
        "as_of": "2025-12-31", "title": "pilot", "title_certainty": Certainty.SOURCED, "total": "71.79", "bonus": "1.50",
        "digest": "0" * 64,
    }  # fmt: skip
    columns = CHECK_TOLD
    filed_at = serializers.DateTimeField(help_text=BEIJING)
    received_at = serializers.DateTimeField(help_text=BEIJING)
    edition = serializers.CharField(help_text="评价标准的版本")
    official = serializers.BooleanField(help_text="否为参考版")
    stage = serializers.ChoiceField(choices=ScoringStage.choices, help_text=SCORE_ROW["stage"].label)
    as_of = serializers.DateField(help_text="称号和建设期的截止日（年度统计截止日）")
    title = serializers.CharField(allow_blank=True, help_text="截止日持有的称号：pilot试点、demonstration示范，没有的为空")
    title_certainty = serializers.CharField(allow_blank=True, help_text="称号的确定程度：sourced有出处、inferred推定，没有称号的为空")
    building = serializers.BooleanField(help_text="截止日处于建设期：不作结论，level为空")
    total = serializers.CharField(allow_null=True, help_text="总得分")
    bonus = serializers.CharField(allow_null=True, help_text="加分项得分")
    level = serializers.CharField(allow_null=True, help_text="等级，不作结论的为空")
    chapters = ChapterSerializer(many=True, help_text="各章得分")
    digest = serializers.CharField(help_text="冻结版本的SHA-256")


class VolumeSerializer(DistrictShape):
    """An archive volume (案卷) of one finished matter. Only the city sees the archive; others get an empty list."""

    columns = VOLUME_TOLD
    status = serializers.CharField(help_text=f"取值：{'、'.join(VolumeState)}")
    items = serializers.IntegerField(help_text=VOLUME["item_count"].label)
    pages = serializers.IntegerField(allow_null=True, help_text="已查明的页数之和，归档前为空")
    closed_at = serializers.DateTimeField(allow_null=True, help_text=f"立卷时间，{BEIJING}")
    example: ClassVar = {"status": VolumeState.PREPARING, "items": 3}


class ObligationSerializer(Shape):
    """到期事项: who owes what to whom by when, and its state on the requested day; the same rows as the page 到期."""

    columns = DUTY.part("title", "due", "cite")
    example: ClassVar = {
        "key": "self_check:1:2026", "kind": "self_check", "title": "演示一城（虚构）2026年度自查", "debtor": "演示申报单位（虚构）",
        "creditor": "演示市级单位（虚构）", "district": "yanshi-1", "due": "2027-03-31",
        "how": {"anchor": "2026年度", "rule": "次年3月31日"}, "state": ObligationState.UPCOMING, "default": True, "cite": "八（二）",
        "layer": Layer.TEXT, "date_layer": Layer.PLATFORM,
    }  # fmt: skip
    key = serializers.CharField(help_text="事项的固定标识")
    kind = serializers.CharField(help_text=KIND)
    debtor = serializers.CharField(help_text=DUTY["organisation"].label)
    creditor = serializers.CharField(help_text="相对人")
    district = CodeField("，不属于某一城区的为空", allow_null=True)
    how = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        help_text="期限的由来：anchor起算、rule规则、rolled遇休息日、extended延期；不适用的为空",
    )
    state = serializers.CharField(help_text=f"取值：{'、'.join(f'{one.value} {one.label}' for one in ObligationState)}")
    default = serializers.BooleanField(help_text="期限按未确认的默认值")
    layer = serializers.CharField(
        help_text=f"事项出自哪里：{Layer.TEXT}（文件或者法律写明）、{Layer.READING}（本平台对条款的理解）、{Layer.PLATFORM}（本平台的规则）"
    )
    date_layer = serializers.CharField(help_text=f"{DUTY['due'].label}出自哪里，取值同layer")


class ObligationQuery(serializers.Serializer[Any]):
    """Query of the list of obligations."""

    authority = serializers.CharField(required=False, help_text="实施主体的代码")
    district = serializers.CharField(required=False, help_text=CODE)
    kind = serializers.CharField(required=False, help_text=KIND)
    state = serializers.CharField(required=False, help_text=f"取值：{'、'.join(f'{key} {words}' for key, words in GROUP_WORDS.items())}")
    is_demo = serializers.BooleanField(required=False, help_text="虚构城区")
    on = serializers.DateField(required=False, help_text="按哪一天查询，不填为今天；其他日期限能查看全部城区的岗位")

    def validate_kind(self, kind: str) -> str:
        """A known kind. Raises ``ValidationError``."""
        if kind not in DUTY_KINDS:
            msg = f"事项类别不可用：{kind}"
            raise serializers.ValidationError(msg)
        return kind

    def validate_state(self, state: str) -> str:
        """A state, or a group of states as on the page. Raises ``ValidationError``."""
        if state not in GROUPS:
            msg = f"状态不可用：{state}。可用的：{'、'.join(GROUPS)}"
            raise serializers.ValidationError(msg)
        return state

    def validate_on(self, on: dt.date) -> dt.date:
        """A day between the first year in use and the last day of the calendar. Raises ``ValidationError``."""
        first, last = first_day_in_use().year, clock.today().year + YEARS_FORESEEN
        if not first <= on.year <= last:
            msg = f"可以查询{first}年至{last}年的日期"
            raise serializers.ValidationError(msg)
        return on
