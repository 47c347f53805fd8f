"""Indicator systems (七（一）1): participating clauses, baselines and targets by year."""

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from districts.common.enums import Dimension, SystemStatus
from districts.file.models.district import District
from districts.file.stated_figures import StatedFigure, StatedFigures
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.constraints import between, one_of
from greendistrict.workflow.second_person import another_person, checked_or_returned
from indicators.editions.models import Edition


class TargetRule(models.TextChoices):
    """Comparison of an achieved value with its target, for indicators outside the edition."""

    AT_LEAST = "ge", "不小于（≥）"
    AT_MOST = "le", "不大于（≤）"
    YES = "yes", "是否做到"
    RANGE = "range", "在范围内"


class Term(models.TextChoices):
    """The three target years of an indicator system."""

    NEAR = "near", "近期"
    MID = "mid", "中期"
    LONG = "long", "远期"


FIRST_YEAR, LAST_YEAR = 2000, 2100
OPEN = (SystemStatus.DRAFT, SystemStatus.SIGNING, SystemStatus.HANDED_UP)


class IndicatorSystems(models.QuerySet["IndicatorSystem"]):
    """Versions of indicator systems, of one plan."""

    def counting_on(self, on: dt.date) -> "IndicatorSystem | None":
        """The version that counts on a day: the newest approved by then, else the newest draft; no query where they were prefetched."""
        versions = sorted(self, key=lambda one: -one.number)
        approved = [one for one in versions if one.approved_at and one.approved_at.astimezone(clock.SHANGHAI).date() <= on]
        return next(iter(approved or versions), None)


class IndicatorSystem(models.Model):
    """A version of a district's indicator system under a version of its specialised plan.

    ``status`` is written only by the state machine ``indicator_system``; an approved version never changes.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="indicator_systems")
    plan = models.ForeignKey("districts.SpecialPlan", models.PROTECT, related_name="indicator_systems", verbose_name="专业规划")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name="评价标准")
    number = models.PositiveSmallIntegerField("版次", default=1)
    status = models.CharField("状态", max_length=12, choices=SystemStatus, default=SystemStatus.DRAFT)
    near_year = models.PositiveSmallIntegerField("近期目标年", null=True, blank=True)
    mid_year = models.PositiveSmallIntegerField("中期目标年", null=True, blank=True)
    long_year = models.PositiveSmallIntegerField("远期目标年", null=True, blank=True)
    by_change = models.BooleanField("变更草案", default=False, help_text="approved by a change decision, not by the leading body")
    handed_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = IndicatorSystems.as_manager()

    class Meta:
        verbose_name = "指标体系"
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "number"], name="indicator_system_number_once"),
            models.UniqueConstraint(fields=["district"], condition=Q(status__in=OPEN), name="indicator_system_one_open"),
            one_of("status", SystemStatus.values, name="indicator_system_status_known"),
            *(between(f"{term}_year", FIRST_YEAR, LAST_YEAR, name=f"indicator_system_{term}_year") for term in ("near", "mid", "long")),
            models.CheckConstraint(
                condition=(Q(near_year__isnull=True) | Q(mid_year__isnull=True) | Q(near_year__lt=F("mid_year")))
                & (Q(mid_year__isnull=True) | Q(long_year__isnull=True) | Q(mid_year__lt=F("long_year")))
                & (Q(near_year__isnull=True) | Q(long_year__isnull=True) | Q(near_year__lt=F("long_year"))),
                name="indicator_system_years_ordered",
                violation_error_message="目标年应依次为近期、中期、远期，一个比一个晚",
            ),
            models.CheckConstraint(
                condition=~Q(status=SystemStatus.APPROVED) | Q(approved_at__isnull=False),
                name="indicator_system_approved_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district}指标体系（第{self.number}版）"

    @property
    def timeline_scope(self) -> str:
        """Groups the entry with its district on the timeline."""
        return self.district.timeline_scope

    @property
    def terms(self) -> list[tuple[str, int | None]]:
        """Names and years of the three target columns."""
        return [(f"{term.label}目标", getattr(self, f"{term.value}_year")) for term in Term]

    def dimensions_covered(self) -> frozenset[str]:
        """Dimensions with a participating indicator that has a target (七（一）1)."""
        return covered(self.rows.all())


class IndicatorRow(models.Model):
    """An indicator: a clause of the edition (``item_id``), or one outside it with its own rule.

    Values are texts in the form of ``districts.indicator_systems.targets`` (``"70.5"``, ``"yes"``, ``"60~80"``, the key of an option); an
    empty text means not filled in. Title and chapter of a clause are copied, so that an approved version stays as approved.
    """

    system = models.ForeignKey(IndicatorSystem, models.CASCADE, related_name="rows")
    key = models.CharField("编号", max_length=64)
    item_id = models.CharField("条文号", max_length=64, blank=True)
    order = models.PositiveIntegerField("顺序")
    chapter = models.CharField("章", max_length=80)
    dimension = models.CharField("方面", max_length=20, choices=Dimension, blank=True)
    title = models.CharField("指标名称", max_length=200)
    unit = models.CharField("单位", max_length=30, blank=True, help_text="是否做到的指标不填单位")
    rule = models.CharField("达标要求", max_length=8, choices=TargetRule, blank=True)
    taking_part = models.BooleanField("参评", default=True)
    exclusion_reason = models.CharField("不参评理由", max_length=300, blank=True)
    baseline_year = models.PositiveSmallIntegerField("基准年", null=True, blank=True)
    baseline = models.CharField("基准值", max_length=60, blank=True)
    near = models.CharField("近期目标", max_length=60, blank=True)
    mid = models.CharField("中期目标", max_length=60, blank=True)
    long = models.CharField("远期目标", max_length=60, blank=True)
    department = models.CharField("责任部门", max_length=100, blank=True)
    source = models.CharField("数据来源", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "指标"
        ordering = ("order", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "key"], name="indicator_row_key_once"),
            one_of("rule", TargetRule.values, name="indicator_row_rule_known", blank=True),
            one_of("dimension", Dimension.values, name="indicator_row_dimension_known", blank=True),
            between("baseline_year", FIRST_YEAR, LAST_YEAR, name="indicator_row_baseline_year"),
            models.CheckConstraint(condition=~Q(item_id="", rule=""), name="indicator_row_own_has_rule"),
            models.CheckConstraint(
                condition=Q(taking_part=True) | (~Q(exclusion_reason="") & ~Q(item_id="")),
                name="indicator_row_excluded_with_reason",
                violation_error_message="不参评要写明理由",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.title}".strip()


def covered(rows: Iterable[IndicatorRow]) -> frozenset[str]:
    """Dimensions with a participating indicator that has a target."""
    return frozenset(row.dimension for row in rows if row.dimension and row.taking_part and (row.near or row.mid or row.long))


class IndicatorActuals(StatedFigures["IndicatorActual"]):
    """Values by how far they are."""

    def titled(self) -> Self:
        """With the title of the indicator in the district's newest version that has it."""
        rows = IndicatorRow.objects.filter(system__district=OuterRef("district"), key=OuterRef("key")).order_by("-system__number")
        return self.annotate(title=Coalesce(Subquery(rows.values("title")[:1]), "key"))


class IndicatorActual(StatedFigure):
    """Value reached in a year by an indicator outside the edition or by the carbon intensity; clauses get theirs from received self-checks.

    It belongs to the district and survives the approval of the next version. ``value`` is in stored form.
    """

    NAME = "指标实际值"
    NOTED = ("key", "year", "value")
    ACTS = ("districts.check_actual", "districts.return_actual")
    PAGES = ("districts:actual_check", "districts:actual_return")

    title: str  # of ``titled()``
    district = models.ForeignKey(District, models.CASCADE, related_name="indicator_actuals")
    key = models.CharField("编号", max_length=64)
    year = models.PositiveSmallIntegerField("年份")
    value = models.CharField("实际值", max_length=60)
    source = models.CharField("出处", max_length=200, blank=True)
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, related_name="+")
    entered_at = models.DateTimeField("填报时间")

    objects = IndicatorActuals.as_manager()

    class Meta:
        verbose_name = "指标实际值"
        ordering = ("year", "key")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "key", "year"], name="indicator_actual_once"),
            between("year", FIRST_YEAR, LAST_YEAR, name="indicator_actual_year"),
            another_person("indicator_actual", "entered"),
            checked_or_returned("indicator_actual"),
        ]

    def __str__(self) -> str:
        return f"{getattr(self, 'title', self.key)}（{self.year}年）"
