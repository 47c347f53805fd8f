"""Explanations of missed carbon targets."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role


class TargetExplanation(models.Model):
    """Why the inventory of a year lies above the target, and what is done about it; one per district and year, overwritten by edits."""

    district = models.ForeignKey(District, models.PROTECT, related_name="carbon_explanations", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    text = models.TextField("原因和措施")
    entered_at = models.DateTimeField("填写时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+", verbose_name="填写人"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "未达目标的说明"
        ordering = ("-year",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["district", "year"], name="explanation_once_a_year")]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度"
