"""Supervision (监督检查, 八（四）): visits and desk checks, their findings and rectification."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.stage_assessments.models import StageAssessment
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import between, one_of
from greendistrict.documents.models import Evidence


class InspectionState(StrEnum):
    """States of an inspection."""

    DRAFT = "draft"
    ISSUED = "issued"
    CLOSED = "closed"
    DISCARDED = "discarded"


KNOWN_TO_DISTRICT = (InspectionState.ISSUED, InspectionState.CLOSED)  # its letter was issued


class InspectionFindingState(models.TextChoices):
    """States of a finding of an inspection."""

    OPEN = "open", "待整改"
    REPLIED = "replied", "待复核"
    CLOSED = "closed", "已销号"


class InspectionMode(models.TextChoices):
    """How an inspection is done."""

    ONSITE = "onsite", "现场检查"
    DESK = "desk", "书面检查"


class Severity(models.TextChoices):
    """Weight of a finding; a serious one allows an early assessment."""

    MINOR = "minor", "一般"
    SERIOUS = "serious", "严重"


INSPECTION_STATES = tuple(InspectionState)
FINDING_STATES = tuple(InspectionFindingState)


class Inspection(InDistrict, models.Model):
    """An inspection of one district; the district can read it once it is issued.

    If it is registered for a future day, ``planned_on`` keeps that day; ``inspected_on`` becomes the day on which it was held.
    """

    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="inspections", verbose_name="城区")
    mode = models.CharField("方式", max_length=10, choices=InspectionMode)
    basis = models.CharField("检查事由", max_length=300, help_text="如年度检查计划、群众反映")
    inspected_on = models.DateField("检查日期", help_text="今后的日期列入监督检查计划，检查后改为实际日期")
    planned_on = models.DateField("计划检查日期", null=True, blank=True)
    team = models.CharField("检查人员", max_length=300)
    summary = models.TextField("检查情况", blank=True, help_text="发出前必填")
    status = models.CharField("状态", max_length=12, default="draft")
    early = models.ForeignKey(
        StageAssessment, models.PROTECT, null=True, blank=True, related_name="called_by", verbose_name="提前组织的阶段评估"
    )
    opened_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_OFFICER, Role.SECRETARIAT),
        null=True,
        related_name="+",
        verbose_name="登记人",
    )
    opened_at = models.DateTimeField("登记时间")
    issued_at = models.DateTimeField("发出时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "监督检查"
        ordering = ("-inspected_on", "-pk")
        constraints: ClassVar = [
            one_of("status", INSPECTION_STATES, name="inspection_status_known"),
            one_of("mode", InspectionMode.values, name="inspection_mode_known"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.inspected_on:%Y年}{self.inspected_on.month}月监督检查"

    @property
    def is_to_be_held(self) -> bool:
        """Whether it is planned and not held yet."""
        return self.planned_on is not None and not self.summary.strip()


class InspectionFinding(models.Model):
    """A finding, tied to a policy rule or to a clause of the district's edition, with the required rectification and its deadline."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="findings")
    order = models.PositiveSmallIntegerField("序号")
    rule = models.CharField("政策条款", max_length=40, blank=True)
    item_id = models.CharField("条文号", max_length=20, blank=True)
    text = models.TextField("问题")
    severity = models.CharField("程度", max_length=10, choices=Severity, default=Severity.MINOR)
    demand = models.TextField("整改要求")
    due = models.DateField("整改期限")
    status = models.CharField("状态", max_length=10, default="open")
    reply = models.TextField("整改情况", blank=True)
    replied_at = models.DateTimeField("报送时间", null=True, blank=True)
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "检查问题"
        ordering = ("inspection", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inspection", "order"], name="finding_order_once"),
            models.CheckConstraint(condition=~models.Q(rule="", item_id=""), name="finding_is_bound"),
            one_of("status", FINDING_STATES, name="inspection_finding_status_known"),
            one_of("severity", Severity.values, name="inspection_finding_severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection}问题{self.order}"

    @property
    def timeline_scope(self) -> str:
        """Groups the entry with its district on the timeline."""
        return self.inspection.timeline_scope


class InspectionPhoto(models.Model):
    """Time and place of a photo, read from the file, which is stored without them."""

    document = models.OneToOneField(Evidence, models.PROTECT, related_name="+", verbose_name="照片")
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        verbose_name = "检查照片"
        ordering = ("pk",)
        constraints: ClassVar = [
            between("latitude", -90, 90, name="inspection_photo_latitude"),
            between("longitude", -180, 180, name="inspection_photo_longitude"),
        ]

    def __str__(self) -> str:
        return f"{self.document}拍摄信息"
