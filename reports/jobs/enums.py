"""Enums of report jobs."""

from enum import StrEnum

from django.db import models


class JobState(models.TextChoices):
    """State of an export job. A batch first waits for its parts; only its ZIP expires."""

    COLLECTING = "collecting", "分册生成中"
    QUEUED = "queued", "排队中"
    RUNNING = "running", "生成中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已过期"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {JobState.DONE: "success", JobState.FAILED: "danger", JobState.CANCELLED: "danger"}.get(self, "")


OPEN_STATES = (JobState.COLLECTING, JobState.QUEUED, JobState.RUNNING)


class Scope(models.TextChoices):
    """Subject of a job. A kind has one of the first three; a batch is one kind for several districts."""

    CITY = "city", "全市"
    DISTRICT = "district", "城区"
    MATTER = "matter", "事项"
    BATCH = "batch", "批量"


class Sight(StrEnum):
    """With whose eyes the papers of a kind are made."""

    CITY = "city"  # all that the portal knows; the same for everybody who may ask
    SEATS = "seats"  # what the seats that ask may read; the same for everybody who holds them


class ReportKind(StrEnum):
    """Keys of kinds referred to in code. All kinds are registered in ``kinds.report_kinds``."""

    ANNUAL_DISTRICT = "annual_district"
    ANNUAL_CITY = "annual_city"
    SENSITIVITY = "sensitivity"


OUTBOX_KIND = "report"
