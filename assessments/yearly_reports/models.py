"""Yearly reports: operation report (运营工作报告, 八（四）) and carbon verification (碳核查, 七（三）4)."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import YearlyReportKind
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of


class YearlyReportState(StrEnum):
    """States of a yearly report."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"
    RECEIVED = "received"
    RETURNED = "returned"


REPORT_STATES = tuple(YearlyReportState)


class YearlyReport(InDistrict, models.Model):
    """A report of one kind, district and year reported on. ``figures`` are decimal texts by key (``yearly_reports.kinds``).

    ``verifier`` is the body's name as written by the district, ``verifier_body`` the organisation with that name or alias, if any: its
    people do not judge the district.
    """

    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="yearly_reports", verbose_name="城区")
    kind = models.CharField("类别", max_length=10, choices=YearlyReportKind)
    year = models.PositiveSmallIntegerField("年度")
    status = models.CharField("状态", max_length=10, default="draft")
    figures = models.JSONField("数据", default=dict)
    verifier = models.CharField(
        "核查机构", max_length=100, blank=True, help_text="填写单位全称，可在已有单位中选择；它的人员不参加本城区的评审"
    )
    verifier_body = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="平台内核查机构")
    note = models.TextField("说明", blank=True)
    explained = models.JSONField("与平台数据不同的说明", default=dict, blank=True, help_text="key of a difference → explanation")
    text = models.JSONField("报告正文", default=dict, blank=True, help_text="section key → text, of the kind that is written here")
    text_version = models.PositiveIntegerField(default=0)
    handed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送审人"
    )
    opened_at = models.DateTimeField("开放时间")
    filed_at = models.DateTimeField("报送时间", null=True, blank=True)
    received_at = models.DateTimeField("接收时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "运营与碳排放核查报告"
        ordering = ("-year", "district", "kind")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "kind", "year"], name="yearly_report_once"),
            one_of("status", REPORT_STATES, name="yearly_report_status_known"),
            one_of("kind", YearlyReportKind.values, name="yearly_report_kind_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["year", "status"], name="yearly_report_year_status")]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度{self.get_kind_display()}"
