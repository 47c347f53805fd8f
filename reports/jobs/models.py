"""Export jobs."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.file.models.district import District
from greendistrict.core.constraints import between, one_of
from greendistrict.documents.models import Evidence
from reports.jobs.enums import OPEN_STATES, JobState, ReportKind
from reports.jobs.kinds import Report, report_kinds


class ExportJob(models.Model):
    """One report with its progress; ``done`` and ``total`` count steps of work.

    ``asked`` names what it is made of: while it waits or is being made, the same is not made twice (``services.share``). ``claim`` is of
    the worker that has it and ``alive_at`` that worker's last sign of life (``lease``).
    """

    kind = models.CharField("报告", max_length=20, choices=ReportKind)
    year = models.PositiveSmallIntegerField("年度")
    subject = models.CharField("对象", max_length=100, blank=True, help_text="what it is about, for kinds that are no annual report")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="城区")
    state = models.CharField("状态", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=1)
    error = models.TextField("原因", blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    asked = models.CharField("内容", max_length=200)
    claim = models.UUIDField("认领", null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField("开始次数", default=0)
    progressed_at = models.DateTimeField("最近进展", null=True, blank=True)
    alive_at = models.DateTimeField("最近动静", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "报告"
        ordering = ("-requested_at", "-pk")
        constraints: ClassVar = [
            one_of("state", JobState.values, name="job_state_known"),
            one_of("kind", ReportKind.values, name="job_kind_known"),
            models.UniqueConstraint(fields=["asked"], condition=models.Q(state__in=OPEN_STATES), name="job_open_once"),
            between("year", 2000, 2100, name="job_year_plausible"),
            models.CheckConstraint(
                condition=~models.Q(kind=ReportKind.ANNUAL_DISTRICT) | models.Q(district__isnull=False), name="job_district_given"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def report(self) -> Report:
        """The kind of report."""
        return report_kinds.by_key[self.kind]

    @property
    def label(self) -> str:
        """What it is, in words: on pages, in messages and as the name of its files."""
        return self.report.title.format(whose=self.district.name if self.district else "全市", year=self.year, subject=self.subject)


class Asker(models.Model):
    """Somebody who asked for a report, and is notified when it is there; the first is its ``requested_by`` as well."""

    job = models.ForeignKey(ExportJob, models.CASCADE, related_name="askers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    at = models.DateTimeField("申请时间")

    class Meta:
        verbose_name = "报告申请人"
        ordering = ("at", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "user"], name="report_asker_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.job}"


class ReportFile(models.Model):
    """A file a job made."""

    job = models.ForeignKey(ExportJob, models.CASCADE, related_name="files")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+")
    format = models.CharField("格式", max_length=5)

    class Meta:
        verbose_name = "报告文件"
        ordering = ("job", "format")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "format"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.format}"
