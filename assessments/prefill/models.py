"""Prefilled values of a row with their source, and their confirmation by a person."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.tables.models import FILLERS, ScoreRow
from greendistrict.accounts.acting import ActorField


class RowPrefill(models.Model):
    """A row that was filled from a source; it counts as overridden if its value differs from the prefilled one.

    ``content`` holds the prefilled fields (``value``, ``exclusion_reason``, ``absent_reason``). A person declares 无变化
    (``confirmed_by``), or changes the row and gives a ``reason``.
    """

    row = models.OneToOneField(ScoreRow, models.CASCADE, related_name="prefill")
    source = models.CharField("来源", max_length=30)
    label = models.CharField("来源说明", max_length=200)
    content = models.JSONField("带入的内容")
    taken_at = models.DateTimeField("带入时间")
    confirmed_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=FILLERS, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    reason = models.CharField("改写理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "带入值"
        ordering = ("row",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="prefill_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.label}"
