"""Closed lists of report jobs."""

from django.db import models


class JobState(models.TextChoices):
    """State of an export job."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "生成中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class ReportKind(models.TextChoices):
    """Reports the portal makes."""

    ANNUAL_DISTRICT = "annual_district", "城区年度评估报告"
    ANNUAL_CITY = "annual_city", "全市年度评估报告"
    SENSITIVITY = "sensitivity", "标准调整影响测算"


OUTBOX_KIND = "report"
