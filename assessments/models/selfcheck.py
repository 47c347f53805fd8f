"""The yearly self-check: score table and report; both or it is not filed (八（二）)."""

from typing import ClassVar

from django.db import models

from assessments.models.score import ScoreTable
from districts.models import District
from greendistrict.core.constraints import one_of

SELF_CHECK_STATES = ("draft", "signing", "countersigning", "filed", "received", "returned")


class SelfCheck(models.Model):
    """One per district and year. ``year`` is the year reported on."""

    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="self_checks", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    table = models.OneToOneField(ScoreTable, models.PROTECT, related_name="self_check", verbose_name="自评分表")
    report = models.JSONField("自评报告", default=dict, help_text="section key → text")
    report_version = models.PositiveIntegerField(default=0)
    status = models.CharField("状态", max_length=20, default="draft")
    opened_at = models.DateTimeField("开放时间")
    filed_at = models.DateTimeField("提交时间", null=True, blank=True)
    received_at = models.DateTimeField("接收时间", null=True, blank=True)

    class Meta:
        verbose_name = "年度自查"
        ordering = ("-year", "district")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "year"], name="self_check_once_a_year"),
            one_of("status", SELF_CHECK_STATES, name="self_check_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度自查"

    @property
    def timeline_scope(self) -> str:
        """Groups with the district."""
        return f"districts.district:{self.district_id}"
