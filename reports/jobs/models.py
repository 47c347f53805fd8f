"""Export jobs."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.file.models.district import District
from greendistrict.core.constraints import between, one_of
from greendistrict.core.errors import Refused
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from reports.jobs.enums import OPEN_STATES, JobState, Scope, Sight
from reports.jobs.kinds import Made, Progress, Report, report_kinds


def _no_longer_made(job: "ExportJob", code: str, report_progress: Progress) -> Made:
    del code, report_progress
    msg = f"平台不再生成这种报告（{job.kind}）"
    raise Refused(msg)


FORMER = Report("{whose}{year}年度{subject}报告", sight=Sight.CITY, files=_no_longer_made, name="不再生成的报告", offered=False)


class ExportJob(models.Model):
    """A report with its progress, or a batch of reports; ``done`` and ``total`` count steps, for a batch districts.

    ``kind`` is a key of ``report_kinds`` (no choices, so that a new kind needs no migration). ``asked`` identifies the content: equal
    content is not generated twice while it is queued, running or valid (``services.share``). ``sight`` are the seats it is made for, empty
    where it says the same to everybody (``sights``). ``formats`` are the requested ones, empty for all. ``claim`` identifies the worker by
    its lease (``lease``). ``scheduled`` names the occasion of a scheduled job. ``ofd_asked_at`` and ``ofd_error`` tell how the office's
    converter fares with its PDF (``ofd_files``).
    """

    kind = models.CharField("报告", max_length=40)
    scope = models.CharField("范围", max_length=10, choices=Scope, default=Scope.CITY)
    year = models.PositiveSmallIntegerField("年度")
    subject = models.CharField("对象", max_length=100, blank=True, help_text="key of the matter it is about")
    subject_name = models.CharField("对象名称", max_length=200, blank=True)
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
    sight = models.TextField("视角", blank=True, default="", db_default="", help_text="seats that it was made for")  # however many
    formats = models.JSONField("格式", default=list, blank=True)
    pages = models.PositiveIntegerField("页数", null=True, blank=True)
    edition = models.CharField("版次", max_length=40, blank=True)
    expires_at = models.DateTimeField("保留至", null=True, blank=True)
    scheduled = models.CharField("定期", max_length=60, null=True, blank=True, unique=True)
    claim = models.UUIDField("认领", null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField("开始次数", default=0)
    progressed_at = models.DateTimeField("最近进展", null=True, blank=True)
    ofd_asked_at = models.DateTimeField("转换为OFD的时间", null=True, blank=True)
    ofd_error = models.TextField("没有转换成OFD的原因", blank=True, default="", db_default="")
    is_demo = models.BooleanField("演示数据", default=False)
    confidentiality = models.CharField("密级", max_length=10, choices=Confidentiality, default=Confidentiality.INTERNAL)

    class Meta:
        verbose_name = "报告"
        ordering = ("-requested_at", "-pk")
        constraints: ClassVar = [
            one_of("state", JobState.values, name="job_state_known"),
            one_of("confidentiality", Confidentiality.values, name="job_confidentiality_known"),
            one_of("scope", Scope.values, name="job_scope_known"),
            models.UniqueConstraint(fields=["asked"], condition=models.Q(state__in=OPEN_STATES), name="job_open_once"),
            between("year", 2000, 2100, name="job_year_plausible"),
            models.CheckConstraint(
                condition=models.Q(scope=Scope.DISTRICT, district__isnull=False)
                | models.Q(scope=Scope.MATTER) & ~models.Q(subject="")
                | models.Q(scope__in=(Scope.CITY, Scope.BATCH), district__isnull=True),
                name="job_about_its_scope",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def state_tone(self) -> str:
        """Tone of the tag of its state."""
        return JobState(self.state).tone

    @property
    def report(self) -> Report:
        """The kind of report; jobs of removed kinds keep their files."""
        return report_kinds.by_key.get(self.kind, FORMER)

    @property
    def label(self) -> str:
        """Title on pages, in messages and in file names."""
        subject = self.subject_name or self.subject
        if self.scope == Scope.BATCH:
            return f"{self.report.word}（{self.year}年度，{subject}）"
        return self.report.title.format(whose=self.district.name if self.district else "全市", year=self.year, subject=subject)


class BatchPart(models.Model):
    """A district's report within a batch; a report may be part of several batches and be requested individually."""

    batch = models.ForeignKey(ExportJob, models.CASCADE, related_name="parts")
    report = models.ForeignKey(ExportJob, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField("序号")

    class Meta:
        verbose_name = "批量分册"
        ordering = ("batch", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "report"], name="batch_part_once"),
            models.UniqueConstraint(fields=["batch", "number"], name="batch_part_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.number}"


class Asker(models.Model):
    """A user who requested a report and is notified when it is finished; the first one is also ``requested_by``."""

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
    """A file generated by a job."""

    job = models.ForeignKey(ExportJob, models.CASCADE, related_name="files")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+")
    format = models.CharField("格式", max_length=5)

    class Meta:
        verbose_name = "报告文件"
        ordering = ("job", "format")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "format"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.format}"
