"""Meters, their readings (partitioned by month), corrections of readings, and monthly and yearly consumption."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from carbon.metering.consumption import MeterSpec
from carbon.metering.enums import METER_UNITS, Estimation, MeteredCarrier, MeterInterval
from districts.common.enums import QueuedState
from districts.file.models.district import District
from districts.plots.models import Plot
from districts.projects.models import Work
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.folded_rows import FoldedKeyModel, OnceFolded

KEEPERS = (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)
SEASONAL = (MeteredCarrier.HEAT, MeteredCarrier.COOLING)


class Meter(FoldedKeyModel):
    """计量器具 of a district. A sub-meter names its ``parent``; its consumption is part of the parent's and is counted once."""

    district = models.ForeignKey(District, models.CASCADE, related_name="meters")
    code = models.CharField("编号", max_length=40, help_text="读数文件和接口按编号识别，本城区内不重复")
    name = models.CharField("名称", max_length=100)
    carrier = models.CharField("计量对象", max_length=12, choices=MeteredCarrier)
    unit = models.CharField("单位", max_length=8, choices=[(unit, unit.replace("m3", "m³")) for unit in METER_UNITS])
    interval = models.CharField("计量间隔", max_length=8, choices=MeterInterval, default=MeterInterval.HOUR)
    cumulative = models.BooleanField("读数", default=True)
    multiplier = models.DecimalField("倍率", max_digits=12, decimal_places=3, default=1, help_text="互感器变比等，没有的填1")
    digits = models.PositiveSmallIntegerField("示数整数位数", null=True, blank=True, help_text="用于判断满量程翻转")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="总表")
    plot = models.ForeignKey(Plot, models.SET_NULL, null=True, blank=True, related_name="meters", verbose_name="所在地块")
    work = models.ForeignKey(Work, models.SET_NULL, null=True, blank=True, related_name="meters", verbose_name="所属市政设施")
    building = models.CharField("建筑", max_length=100, blank=True)
    begins = models.DateField("启用日期")
    ends = models.DateField("停用日期", null=True, blank=True, help_text="换表时填写，并登记新表")
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "计量器具"
        ordering = ("district", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "code"], name="meter_code_once", violation_error_message="这个编号已有计量器具"),
            OnceFolded(key="code", within=["district"], name="meter_code_once_folded"),
            one_of("carrier", MeteredCarrier.values, name="meter_carrier_known"),
            one_of("unit", METER_UNITS, name="meter_unit_known"),
            one_of("interval", MeterInterval.values, name="meter_interval_known"),
            ordered("begins", "ends", name="meter_term_ordered"),
            models.CheckConstraint(condition=Q(multiplier__gt=0), name="meter_multiplier_positive"),
            models.CheckConstraint(condition=Q(digits__isnull=True) | Q(digits__range=(3, 12)), name="meter_digits_few"),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="meter_not_its_own_parent"),
            models.CheckConstraint(condition=Q(plot__isnull=True) | Q(work__isnull=True), name="meter_in_one_place"),
            models.CheckConstraint(condition=Q(begins__gte="1992-01-01"), name="meter_without_summer_time"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> MeterSpec:
        """Properties that checks and sums need."""
        return MeterSpec(
            self.interval, self.unit, self.cumulative, self.multiplier, self.digits, self.begins, self.ends, self.carrier in SEASONAL
        )

    @property
    def place(self) -> str:
        """Plot, building or facility it belongs to, as text."""
        where = f"地块{self.plot}" if self.plot else str(self.work or "")
        return " ".join(filter(None, (where, self.building)))


class MeterReading(models.Model):
    """A reading. The table is partitioned by the month of ``at`` in Beijing time (docs/adr/0019).

    There is no foreign key in the database: only ``services.readings`` writes here, holding a lock on the meters.
    """

    pk = models.CompositePrimaryKey("meter", "at")
    meter = models.ForeignKey(Meter, models.CASCADE, related_name="readings", db_constraint=False, db_index=False)
    at = models.DateTimeField("时间")
    value = models.DecimalField("读数", max_digits=18, decimal_places=3)
    estimated = models.CharField("估算方法", max_length=10, choices=Estimation, blank=True, default=Estimation.MEASURED)

    class Meta:
        verbose_name = "计量读数"
        ordering = ("meter", "at")

    def __str__(self) -> str:
        return f"{self.meter_id} {self.at:%Y-%m-%d %H:%M}"


class ReadingCorrection(models.Model):
    """A correction of a reading: old and new value, who, when and why. Never changed itself."""

    meter = models.ForeignKey(Meter, models.CASCADE, related_name="corrections")
    at = models.DateTimeField("时间")
    before = models.DecimalField("原读数", max_digits=18, decimal_places=3)
    before_estimated = models.CharField("原估算方法", max_length=10, choices=Estimation, blank=True)
    after = models.DecimalField("改为", max_digits=18, decimal_places=3)
    after_estimated = models.CharField("现估算方法", max_length=10, choices=Estimation, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    corrected_at = models.DateTimeField("更正时间")
    corrected_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=KEEPERS, related_name="+", verbose_name="更正人")

    class Meta:
        verbose_name = "读数更正"
        ordering = ("-corrected_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["meter", "at"], name="correction_of_reading")]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.at:%Y-%m-%d %H:%M}"


class MonthlyConsumption(models.Model):
    """Consumption of a meter in a month including its multiplier; ``services.readings`` updates it with the readings."""

    meter = models.ForeignKey(Meter, models.CASCADE, related_name="months")
    month = models.DateField("月份")
    amount = models.DecimalField("用量", max_digits=24, decimal_places=6)
    measured = models.PositiveIntegerField("实测间隔")
    estimated = models.PositiveIntegerField("估算间隔")
    estimated_amount = models.DecimalField("估算用量", max_digits=24, decimal_places=6)

    class Meta:
        verbose_name = "月用量"
        ordering = ("meter", "month")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meter", "month"], name="consumption_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="consumption_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.month:%Y-%m}"


class YearlyConsumption(models.Model):
    """Consumption of a meter in a year, the sum of its months; read by boards over many years."""

    meter = models.ForeignKey(Meter, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField("年份")
    amount = models.DecimalField("用量", max_digits=24, decimal_places=6)

    class Meta:
        verbose_name = "年用量"
        ordering = ("meter", "year")
        constraints: ClassVar = [models.UniqueConstraint(fields=["meter", "year"], name="consumption_year_once")]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.year}"


class ReadingImport(models.Model):
    """An uploaded file of readings, kept until it is checked and written. ``seen`` holds the preview and what was written since."""

    district = models.ForeignKey(District, models.CASCADE, related_name="reading_imports")
    state = models.CharField("状态", max_length=10, choices=QueuedState, default=QueuedState.WAITING)
    file_name = models.CharField("文件", max_length=120)
    content = models.BinaryField("内容")
    seen = models.JSONField("核对结果", default=dict)
    reason = models.CharField("更正原因", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("办理次数", default=0)
    error = models.CharField("没有写入的原因", max_length=500, blank=True)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=KEEPERS, related_name="+", verbose_name="办理人")
    since = models.DateTimeField("状态起始时间")

    class Meta:
        verbose_name = "读数导入"
        ordering = ("-pk",)
        constraints: ClassVar = [one_of("state", QueuedState.values, name="reading_import_state_known")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def state_words(self) -> str:
        """State as text; a checked file without new readings needs no confirmation."""
        if self.state == QueuedState.READ and not (self.seen.get("added") or self.seen.get("changed")):
            return "已核对，没有要写入的读数"
        return str(QueuedState(self.state).label)

    @property
    def asks_heads(self) -> bool:
        """Whether columns may be chosen for heads of the file, which is still kept."""
        is_unread = self.state == QueuedState.REFUSED and "digest" not in self.seen
        return bool(self.seen.get("asked")) and (self.state == QueuedState.READ or is_unread)

    @property
    def is_waiting(self) -> bool:
        """Whether a worker processes it or will do so."""
        return self.state in {QueuedState.WAITING, QueuedState.ORDERED}


class MeterToken(models.Model):
    """Secret with which a system writes readings of one district only, on behalf of the person who made it; only its digest is stored."""

    district = models.ForeignKey(District, models.CASCADE, related_name="meter_tokens")
    label = models.CharField("系统名称", max_length=60, help_text="例如能耗监测平台")
    digest = models.CharField("校验值", max_length=64, unique=True)
    made_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=KEEPERS, related_name="+", verbose_name="生成人")
    made_at = models.DateTimeField("生成时间")
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)

    class Meta:
        verbose_name = "计量接入令牌"
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return self.label
