"""Models of the district, of the areas it lies in, and of those authorised to work on it.

Also here: Imports of workbooks with the data needed to undo them, and imports queued for the worker.
"""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.common.certainty import is_inferred, stage_text, stage_word
from districts.common.enums import Certainty, DistrictType, ImportKind, QueuedState, Stage, Star
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.columns import fitted
from greendistrict.core.constraints import between, one_of, ordered
from greendistrict.core.folded_rows import FoldedKeyModel, OnceFolded
from greendistrict.core.pinyin import search_key, sort_key
from greendistrict.core.toned_words import TonedWord
from indicators.editions.models import Edition


class AdministrativeArea(models.Model):
    """所在区: one of the 16 administrative districts (GB/T 2260), or a demo area in which only demo districts may lie.

    Demo areas (``is_demo``, ``reference.FICTIONAL_AREAS``) are created by ``reference.load_fictional_areas()`` when demo or benchmark data
    are loaded; their codes start with 99, which GB/T 2260 does not use. ``selectors.areas_choosable(demo=True)`` offers them, and
    ``services.profile`` refuses them for a real district. Key areas of the policy (四（二）) are not areas: see ``District.key_areas``.
    """

    code = models.CharField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)
    is_demo = models.BooleanField("虚构", default=False)
    source = models.CharField("出处", max_length=200)

    class Meta:
        verbose_name = "行政区"
        ordering = ("is_demo", "code")

    def __str__(self) -> str:
        return self.name


class District(FoldedKeyModel):
    """A green eco-district.

    ``stage``, ``star``, ``title_number``, ``titled_on``, ``titled_since`` and ``title_batch`` are copies written only by a title decision.
    """

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("城区名称", max_length=100, unique=True, help_text="称号将以这个名称公告")
    aliases = models.JSONField("别名、曾用名", default=list, blank=True)
    type = models.CharField("类型", max_length=10, choices=DistrictType, blank=True, help_text="六（一）")
    type_certainty = models.CharField("类型确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    renewal_share = models.DecimalField(
        "更新用地占比", max_digits=5, decimal_places=2, null=True, blank=True, help_text="超过一半为更新城区，否则为新建城区"
    )
    renewal_drives = models.JSONField("更新导向", default=list, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name="并入城区")
    areas = models.ManyToManyField(AdministrativeArea, related_name="districts", verbose_name="所在区")
    authorities = models.ManyToManyField(Organisation, related_name="districts_led", verbose_name="实施主体")
    applicant = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="districts_applied", verbose_name="申报主体"
    )
    applicant_text = models.CharField("申报主体（公开资料）", max_length=200, blank=True)
    area_km2 = models.DecimalField("规划范围面积", max_digits=8, decimal_places=4, null=True, blank=True)
    developable_km2 = models.DecimalField(
        "待开发用地面积", max_digits=8, decimal_places=4, null=True, blank=True, help_text="不大于规划范围面积"
    )
    population = models.PositiveIntegerField("规划人口", null=True, blank=True)
    floor_area_forecast = models.DecimalField("规划建筑面积", max_digits=10, decimal_places=2, null=True, blank=True)
    boundary = models.JSONField("规划范围", null=True, blank=True, help_text="GeoJSON MultiPolygon, WGS84")
    boundary_matches = models.BooleanField(
        "范围与单元控规（新建）或区域更新范围（更新）一致", null=True, blank=True, help_text="选“是”须上传佐证"
    )
    key_areas = models.JSONField("所在重点区域", default=list, blank=True)
    target_star = models.PositiveSmallIntegerField("目标星级", choices=Star, null=True, blank=True)
    unit_plan_open = models.BooleanField("控规即将编制或修编", null=True, blank=True, help_text="新建城区填写")
    renewal_plan_open = models.BooleanField("区域更新方案正在编制", null=True, blank=True, help_text="更新城区填写")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用标准版本")
    edition_text = models.CharField("适用标准（公开资料）", max_length=60, blank=True)
    edition_certainty = models.CharField(
        "适用标准确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED, db_default=Certainty.SOURCED
    )
    stage = models.CharField("阶段", max_length=20, choices=Stage, default=Stage.CANDIDATE)
    star = models.PositiveSmallIntegerField("称号星级", choices=Star, null=True, blank=True)
    star_certainty = models.CharField("星级确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    title_number = models.CharField("称号编号", max_length=40, blank=True)
    titled_on = models.DateField("公告日期", null=True, blank=True)
    titled_on_certainty = models.CharField("公告日期确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    titled_since = models.DateField("持有称号起始日", null=True, blank=True, help_text="of an earlier title that this one took over from")
    title_batch = models.CharField("公告批次", max_length=40, blank=True)
    guideline_area = models.BooleanField("导则覆盖区", default=False, help_text="不是城区，不计数")
    status_certainty = models.CharField("称号确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=8, decimal_places=5, null=True, blank=True)
    sources = models.JSONField("出处", default=list, blank=True)
    note = models.TextField("说明", blank=True)
    fact_certainty = models.CharField("事实确定程度", max_length=200, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)
    name_pinyin = models.CharField(max_length=300, editable=False)
    search_text = models.CharField(max_length=800, editable=False)
    area_code = models.CharField(
        max_length=20, default="", editable=False, help_text="lowest code of its areas: sort key, see order_by_area"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "城区"
        ordering = ("name_pinyin", "pk")
        indexes: ClassVar = [
            models.Index(fields=["name_pinyin", "id"], name="district_by_name"),
            models.Index(fields=["stage", "name_pinyin"], name="district_by_stage"),
            models.Index(fields=["is_demo", "area_code", "name_pinyin", "id"], name="district_by_area"),
        ]
        constraints: ClassVar = [
            OnceFolded(key="name", name="district_name_once_folded"),
            one_of("type", DistrictType.values, name="district_type_known", blank=True),
            one_of("stage", Stage.values, name="district_stage_known"),
            between("star", 1, 3, name="district_star_1_3"),
            between("renewal_share", 0, 100, name="district_renewal_share_0_100"),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("pk")), name="district_not_merged_into_itself"),
            models.CheckConstraint(
                condition=models.Q(titled_on__isnull=True) | ~models.Q(titled_on_certainty=Certainty.UNKNOWN),
                name="district_title_day_known",
            ),
            between("target_star", 1, 3, name="district_target_star_1_3"),
            models.CheckConstraint(condition=models.Q(area_km2__isnull=True) | models.Q(area_km2__gt=0), name="district_area_positive"),
            models.CheckConstraint(
                condition=models.Q(developable_km2__isnull=True)
                | models.Q(area_km2__isnull=True)
                | models.Q(developable_km2__gte=0, developable_km2__lte=models.F("area_km2")),
                name="district_developable_within_area",
                violation_error_message="待开发用地面积不能大于规划范围面积",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stage_label(self) -> TonedWord:
        """Stage in words; 阶段未查明 if it is unknown."""
        return stage_word(self.stage, self.status_certainty, guideline=self.guideline_area)

    @property
    def stage_is_inferred(self) -> bool:
        """Whether the stage is inferred from a source that does not state it."""
        return self.status_certainty == Certainty.INFERRED and not self.guideline_area

    @property
    def area_is_inferred(self) -> bool:
        """Whether the area is inferred, or refers to another extent than the district's own."""
        return self.area_km2 is not None and is_inferred(self.fact_certainty, "面积")

    @property
    def place_is_inferred(self) -> bool:
        """Whether the location is general knowledge and not from a source."""
        return is_inferred(self.fact_certainty, "所在区")

    @property
    def key_area_is_inferred(self) -> bool:
        """Whether the key area is inferred, as from the name of the district."""
        return is_inferred(self.fact_certainty, "重点区域")

    @property
    def edition_is_inferred(self) -> bool:
        """Whether the standard is inferred from a source."""
        return self.edition_certainty == Certainty.INFERRED

    @property
    def stage_text(self) -> str:
        """Stage in words including the mark of an inferred value, for output without colours."""
        return stage_text(self.stage, self.status_certainty, guideline=self.guideline_area)

    @property
    def drive_words(self) -> str:
        """Drives of a renewal district (六（二）) in one line; empty for other districts."""
        return ("、".join(self.renewal_drives) or "未填") if self.type == DistrictType.RENEWAL else ""

    @property
    def held_since(self) -> dt.date | None:
        """Day since which the district has held a title without interruption, including a preceding pilot title."""
        return self.titled_since or self.titled_on

    @property
    def timeline_scope(self) -> str:
        """Group under which the district's timeline is read."""
        return f"districts.district:{self.pk}"

    def order_by_area(self) -> None:
        """Update the sort key by area; must be called after setting ``areas``."""
        self.area_code = self.areas.order_by("is_demo", "code").values_list("code", flat=True).first() or ""
        self.save(update_fields=["area_code"])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, updating sort and search keys from the name."""
        self.name_pinyin = sort_key(self.name)
        names = [self.name, *self.aliases]
        self.search_text = fitted(self, "search_text", " ".join([*names, *(search_key(name) for name in names)]).lower())
        super().save(*args, **kwargs)


class ConsultantMandate(models.Model):
    """The applicant's authorisation of a consultant for a period: to edit, but never to sign or submit."""

    district = models.ForeignKey(District, models.CASCADE, related_name="mandates")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates", verbose_name="咨询单位")
    valid_from = models.DateField("授权起")
    valid_to = models.DateField("授权止", null=True, blank=True, help_text="不填为长期")

    class Meta:
        verbose_name = "咨询授权"
        constraints: ClassVar = [ordered("valid_from", "valid_to", name="mandate_term_ordered")]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.district}"


class ExternalHonour(models.Model):
    """An honour awarded outside the city's lifecycle."""

    district = models.ForeignKey(District, models.CASCADE, related_name="honours")
    title = models.CharField("称号", max_length=100, help_text="本市试点、示范以外的称号")
    granted_on = models.DateField("日期", null=True, blank=True)
    detail = models.CharField("说明", max_length=300, blank=True)
    source = models.CharField("出处", max_length=300)
    certainty = models.CharField("确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "外部称号"

    def __str__(self) -> str:
        return self.title


class InDistrict:
    """Mixin for records of one district, whose steps appear in the district's timeline."""

    district_id: int

    @property
    def timeline_scope(self) -> str:
        """Groups the entry with its district on the timeline."""
        return f"districts.district:{self.district_id}"


class ListImport(models.Model):
    """An import with the previous values, so that it can be undone.

    ``rows``: ``[{"id", "label", "version", "before": {field: text} or null for an added row, "indicators": {key: [r, d, b]}}]`` for plots;
    key projects keep the numbers of their plots under ``links``. Rows of an indicator system are only changed, never added.
    ``heads``: labels of columns by the heads that a person chose them for.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="imports")
    kind = models.CharField("清单", max_length=12, choices=ImportKind, default=ImportKind.PLOTS)
    system = models.ForeignKey("districts.IndicatorSystem", models.CASCADE, null=True, blank=True, related_name="imports")
    file_name = models.CharField("文件", max_length=120)
    imported_at = models.DateTimeField("导入时间")
    imported_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+")
    added = models.PositiveIntegerField("新增")
    changed = models.PositiveIntegerField("修改")
    rows = models.JSONField("导入前", default=list)
    heads = models.JSONField("选定的列", default=dict, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "清单导入"
        ordering = ("-imported_at", "-pk")
        constraints: ClassVar = [
            one_of("kind", ImportKind.values, name="list_import_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=ImportKind.INDICATORS, system__isnull=False) | (~Q(kind=ImportKind.INDICATORS) & Q(system__isnull=True)),
                name="list_import_system_of_indicators",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class QueuedImport(models.Model):
    """A workbook too large for a single request: kept until it is compared, then with its preview until it is written.

    ``preview`` is a ``Preview`` as JSON with its ``Choices``, for which the ``content`` stays; ``heads`` and ``answers`` are what was
    chosen (labels of columns by head, ``asked_texts.signable``). ``done`` of ``total`` rows are compared; ``since`` is when it entered its
    state or was queued again, ``attempts`` counts how often a worker has started it since then.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="queued_imports")
    kind = models.CharField("清单", max_length=12, choices=ImportKind)
    state = models.CharField("状态", max_length=10, choices=QueuedState, default=QueuedState.WAITING)
    file_name = models.CharField("文件", max_length=120)
    content = models.BinaryField("工作簿")
    heads = models.JSONField("选定的列", default=dict, blank=True, db_default={})
    answers = models.JSONField("选定的含义", default=list, blank=True, db_default=[])
    preview = models.JSONField("核对结果", default=dict)
    done = models.PositiveIntegerField("已核对行", default=0)
    total = models.PositiveIntegerField("行数", default=0)
    attempts = models.PositiveSmallIntegerField("办理次数", default=0)
    error = models.CharField("没有写入的原因", max_length=500, blank=True)
    by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+", verbose_name="办理人"
    )
    since = models.DateTimeField("状态起始时间")
    imported = models.ForeignKey(ListImport, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "排队的导入"
        ordering = ("-pk",)
        constraints: ClassVar = [
            one_of("kind", ImportKind.values, name="queued_import_kind_known"),
            one_of("state", QueuedState.values, name="queued_import_state_known"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        """Whether a worker processes it now or will."""
        return self.state in {QueuedState.WAITING, QueuedState.ORDERED}
