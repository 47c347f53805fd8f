"""District, specialised plan, plots, works, key projects, baselines."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from districts.enums import BaselineKind, Certainty, DistrictType, PlanPart, PlanStatus, Stage, Star
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import between, one_of, ordered
from greendistrict.core.pinyin import search_key, sort_key
from greendistrict.documents.models import Evidence
from indicators.models import Edition


class AdministrativeArea(models.Model):
    """One of the 16 administrative districts (GB/T 2260) or a special area the policy names."""

    code = models.CharField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)
    special = models.BooleanField("特定地区", default=False)
    source = models.CharField("出处", max_length=200)

    class Meta:
        verbose_name = "行政区"
        ordering = ("special", "code")

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A green eco-district.

    ``stage``, ``star``, ``title_number``, ``titled_on``, ``titled_since`` and ``title_batch`` are copies written only by a title decision.
    """

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=100, unique=True)
    aliases = models.JSONField("别名", default=list, blank=True)
    type = models.CharField("类型", max_length=10, choices=DistrictType, blank=True)
    type_certainty = models.CharField("类型确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    renewal_share = models.DecimalField(
        "更新用地占比", max_digits=5, decimal_places=2, null=True, blank=True, help_text="%, of districts that are both new and renewal"
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
    developable_km2 = models.DecimalField("待开发用地面积", max_digits=8, decimal_places=4, null=True, blank=True)
    population = models.PositiveIntegerField("规划人口", null=True, blank=True)
    floor_area_forecast = models.DecimalField("规划建筑面积", max_digits=10, decimal_places=2, null=True, blank=True, help_text="万㎡")
    boundary = models.JSONField("规划范围", null=True, blank=True, help_text="GeoJSON MultiPolygon, WGS84")
    boundary_matches = models.BooleanField("范围与单元控规或区域更新范围一致", null=True, blank=True)
    key_areas = models.JSONField("所在重点区域", default=list, blank=True)
    target_star = models.PositiveSmallIntegerField("目标星级", choices=Star, null=True, blank=True)
    unit_plan_open = models.BooleanField("控规即将编制或修编", null=True, blank=True)
    renewal_plan_open = models.BooleanField("区域更新方案正在编制", null=True, blank=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用标准版本")
    edition_text = models.CharField("适用标准（公开资料）", max_length=60, blank=True)
    stage = models.CharField("阶段", max_length=20, choices=Stage, default=Stage.CANDIDATE)
    star = models.PositiveSmallIntegerField("称号星级", choices=Star, null=True, blank=True)
    title_number = models.CharField("称号编号", max_length=40, blank=True)
    titled_on = models.DateField("公告日期", null=True, blank=True)
    titled_on_certainty = models.CharField("公告日期确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    titled_since = models.DateField("持有称号起始日", null=True, blank=True, help_text="of an earlier title that this one took over from")
    title_batch = models.CharField("公告批次", max_length=40, blank=True)
    guideline_area = models.BooleanField("导则覆盖区", default=False, help_text="not a district, never counted")
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
            one_of("type", DistrictType.values, name="district_type_known", blank=True),
            one_of("stage", Stage.values, name="district_stage_known"),
            between("star", 1, 3, name="district_star_1_3"),
            between("renewal_share", 0, 100, name="district_renewal_share_0_100"),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("pk")), name="district_not_merged_into_itself"),
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
    def held_since(self) -> dt.date | None:
        """Day since which the district holds a title without a break: that of the pilot where a demonstration followed it."""
        return self.titled_since or self.titled_on

    @property
    def timeline_scope(self) -> str:
        """What the district's timeline groups by."""
        return f"districts.district:{self.pk}"

    def order_by_area(self) -> None:
        """Keep the code that lists sort by; called by whoever has set ``areas``."""
        self.area_code = self.areas.order_by("special", "code").values_list("code", flat=True).first() or ""
        self.save(update_fields=["area_code"])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the sort and search keys with the name."""
        self.name_pinyin = sort_key(self.name)
        names = [self.name, *self.aliases]
        self.search_text = " ".join([*names, *(search_key(name) for name in names)]).lower()[:800]
        super().save(*args, **kwargs)


class ConsultantMandate(models.Model):
    """The applicant's authorisation of a consultant for a term: edits, never signs or submits."""

    district = models.ForeignKey(District, models.CASCADE, related_name="mandates")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates", verbose_name="咨询单位")
    valid_from = models.DateField("授权起")
    valid_to = models.DateField("授权止", null=True, blank=True)

    class Meta:
        verbose_name = "咨询授权"
        constraints: ClassVar = [ordered("valid_from", "valid_to", name="mandate_term_ordered")]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.district}"


class ExternalHonour(models.Model):
    """A label outside the city's lifecycle."""

    district = models.ForeignKey(District, models.CASCADE, related_name="honours")
    title = models.CharField("称号", max_length=100)
    granted_on = models.DateField("日期", null=True, blank=True)
    detail = models.CharField("说明", max_length=300, blank=True)
    source = models.CharField("出处", max_length=300)
    certainty = models.CharField("确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "外部称号"

    def __str__(self) -> str:
        return self.title


class ImplementationPlan(models.Model):
    """六（三）: yearly plan of an authority. ``filed_on`` stands only while the plan is with the city: a returned one is not filed."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="implementation_plans", verbose_name="实施主体")
    year = models.PositiveSmallIntegerField("年度")
    status = models.CharField("状态", max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT)
    districts = models.ManyToManyField(
        District, related_name="implementation_plans", verbose_name="列入城区", help_text="copy of what the items name"
    )
    filed_on = models.DateField("上报日期", null=True, blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "年度实施计划"
        ordering = ("-year",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "year"], name="implementation_plan_once"),
            one_of("status", PlanStatus.values, name="implementation_plan_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.authority}{self.year}年度实施计划"


class SpecialPlan(models.Model):
    """专业规划 (七（一）); the version in force is the newest. Approval freezes the plan baseline."""

    district = models.ForeignKey(District, models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField("版次", default=1)
    diagnosis_parts = models.JSONField("前期工作", default=list, blank=True)
    positioning = models.TextField("绿色生态定位", max_length=1000, blank=True)
    indicator_dimensions = models.JSONField("指标体系覆盖的维度", default=list, blank=True)
    scheme_dimensions = models.JSONField("规划方案覆盖的维度", default=list, blank=True)
    scheme_in_unit_plan = models.BooleanField("核心理念与要求融入控制性详细规划", null=True, blank=True)
    scheme_in_renewal_plan = models.BooleanField("同步编制并纳入区域更新方案", null=True, blank=True)
    merged_document = models.CharField("融入的法定规划或更新方案", max_length=200, blank=True)
    carbon_intensity_target = models.DecimalField(
        "碳排放强度控制目标", max_digits=10, decimal_places=3, null=True, blank=True, help_text="kgCO₂e/(m²·a)"
    )
    carbon_stage_targets = models.JSONField("分阶段减排目标", default=list, blank=True, help_text='[{"year": 2030, "value": "28.5"}]')
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approval_number = models.CharField("批准文号", max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "绿色生态专业规划"
        ordering = ("-number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["district", "number"], name="plan_number_once")]

    def __str__(self) -> str:
        return f"{self.district}绿色生态专业规划（第{self.number}版）"


class SpecialPlanPart(models.Model):
    """A part of the plan as a file."""

    plan = models.ForeignKey(SpecialPlan, models.CASCADE, related_name="parts")
    part = models.CharField("组成", max_length=20, choices=PlanPart)
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "专业规划组成"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "part"], name="plan_part_once"),
            one_of("part", PlanPart.values, name="plan_part_known"),
        ]

    def __str__(self) -> str:
        return self.part


class Baseline(models.Model):
    """Frozen lists: plots, works and key projects as they stood. Changed only by an approved change case."""

    district = models.ForeignKey(District, models.PROTECT, related_name="baselines")
    kind = models.CharField("基线", max_length=10, choices=BaselineKind)
    number = models.PositiveSmallIntegerField("版次", default=1)
    content = models.JSONField("清单")
    reason = models.CharField("事由", max_length=200)
    frozen_at = models.DateTimeField("冻结时间")
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "基线"
        ordering = ("kind", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "kind", "number"], name="baseline_number_once"),
            one_of("kind", BaselineKind.values, name="baseline_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.get_kind_display()}（第{self.number}版）"
