"""The yearly self-check: score table and report, filed together (八（二）)."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.tables.models import ScoreTable
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class SelfCheckState(StrEnum):
    """States of a self-check."""

    DRAFT = "draft"
    SIGNING = "signing"
    COUNTERSIGNING = "countersigning"
    FILED = "filed"
    RECEIVED = "received"
    RETURNED = "returned"


SIGNED_STATES = (SelfCheckState.COUNTERSIGNING, SelfCheckState.FILED, SelfCheckState.RECEIVED)


SELF_CHECK_STATES = tuple(SelfCheckState)


class SelfCheck(InDistrict, models.Model):
    """The self-check of one district and year; ``year`` is the year reported on."""

    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="self_checks", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    table = models.OneToOneField(ScoreTable, models.PROTECT, related_name="self_check", verbose_name="自评分表")
    report = models.JSONField("自评报告", default=dict, help_text="section key → text")
    report_version = models.PositiveIntegerField(default=0)
    status = models.CharField("状态", max_length=20, default="draft")
    countersign_required = models.BooleanField("须区专门机构会签", default=False, help_text="copied from the settings at opening")
    handed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送审人"
    )
    countersigned_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.REVIEWER,), null=True, blank=True, related_name="+", verbose_name="会签人"
    )
    countersigned_at = models.DateTimeField("会签时间", null=True, blank=True)
    findings = models.JSONField("需要补充的内容", default=list, help_text="item_id and text; an empty id is the whole")
    opened_at = models.DateTimeField("开放时间")
    filed_at = models.DateTimeField("提交时间", null=True, blank=True)
    received_at = models.DateTimeField("接收时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "年度自查"
        ordering = ("-year", "district")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "year"], name="self_check_once_a_year"),
            one_of("status", SELF_CHECK_STATES, name="self_check_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度自查"
