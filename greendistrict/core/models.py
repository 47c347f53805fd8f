"""Tables of the kernel: official holiday arrangement, number counters, codes printed on papers, digests of issued files, job runs."""

from typing import ClassVar

from django.db import models


class CalendarYear(models.Model):
    """A year with an official holiday arrangement; other years have the statutory holidays and are marked 暂定."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("来源", max_length=200)
    digest = models.CharField("校验值", max_length=64, help_text="SHA-256 of the year's days; tells every process when to read them again")

    class Meta:
        verbose_name = "节假日安排年份"
        ordering = ("year",)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day in the official arrangement: a holiday, or a weekend day worked in exchange."""

    date = models.DateField("日期", primary_key=True)
    working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=60)
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = "节假日和调休"
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Counter(models.Model):
    """Last running number per kind and year; written only by ``reference_numbers.next_number``."""

    prefix = models.CharField("种类", max_length=10)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后编号")

    class Meta:
        verbose_name = "编号计数"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prefix", "year"], name="counter_once"),
            models.CheckConstraint(condition=models.Q(last__gte=1), name="counter_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:04d}"


class PaperCode(models.Model):
    """查验码 of one object, printed on all its papers. Written only by ``papers``; older reports keep their UUID without dashes."""

    code = models.CharField("查验码", max_length=32, unique=True)
    subject = models.CharField("对象", max_length=80, unique=True, help_text="label and key of what it leads to")

    class Meta:
        verbose_name = "查验码"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9A-Z]{20,32}$"), name="paper_code_long_enough"),
        ]

    def __str__(self) -> str:
        return self.subject


class IssuedFile(models.Model):
    """Digest of a file that the portal generated and issued. Kept when the file is deleted; written only by ``papers.issue``."""

    sha256 = models.CharField("校验值", max_length=64)
    subject = models.CharField("对象", max_length=80, db_index=True, help_text="label and key of what it is about")
    format = models.CharField("格式", max_length=10)
    signed = models.BooleanField("有数字签名", default=False)
    issued_at = models.DateTimeField("出具时间")

    class Meta:
        verbose_name = "出具的文件"
        ordering = ("issued_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sha256", "subject"], name="issued_file_once"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="issued_file_has_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.format}"


class JobRun(models.Model):
    """Last successful and last failed run of a scheduled job, by its name in ``CELERY_BEAT_SCHEDULE``."""

    name = models.CharField("任务", max_length=60, unique=True)
    known_since = models.DateTimeField("列入日程", null=True, blank=True)
    succeeded_at = models.DateTimeField("最近成功", null=True, blank=True)
    failed_at = models.DateTimeField("最近失败", null=True, blank=True)
    error = models.CharField("失败原因", max_length=500, blank=True)

    class Meta:
        verbose_name = "定时任务"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UndoneRow(models.Model):
    """A row that a scheduled job could not do in its last run; the job went on with the others."""

    job = models.CharField("任务", max_length=60)
    row = models.CharField("对象", max_length=200)
    error = models.CharField("原因", max_length=500)
    seen_at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = "定时任务没有办成的对象"
        ordering = ("job", "row")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "row"], name="undone_row_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.row}"


class Lease(models.Model):
    """Who is at a piece of background work, and until when by the database's clock; written by ``leases`` only."""

    name = models.CharField("事项", max_length=120, unique=True)
    claim = models.UUIDField("认领")
    until = models.DateTimeField("有效至")

    class Meta:
        verbose_name = "后台认领"

    def __str__(self) -> str:
        return self.name


class HostClock(models.Model):
    """A host whose clock differs from the database's by some seconds; told while that was seen lately (``wrong_hosts``)."""

    host = models.CharField("主机", max_length=120, unique=True)
    seconds = models.FloatField("快多少秒", help_text="negative for a clock that is behind")
    seen_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = "时钟不准的主机"
        ordering = ("host",)

    def __str__(self) -> str:
        return self.host


class KeyMark(models.Model):
    """Digest of a key that every host has to have; written by ``key_marks`` only."""

    kind = models.CharField("密钥", max_length=20, unique=True)
    digest = models.CharField("校验值", max_length=64)
    since = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = "密钥校验值"

    def __str__(self) -> str:
        return self.kind


class WorkerHeartbeat(models.Model):
    """Last sign of life of a worker process; deleted when the worker is stopped regularly."""

    name = models.CharField("进程", max_length=120, unique=True)
    queues = models.CharField("队列", max_length=200, blank=True)
    started_at = models.DateTimeField("启动时间")
    seen_at = models.DateTimeField("最近心跳")

    class Meta:
        verbose_name = "后台进程"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
