"""Published progress of a quarter."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from beautiful.plans.enums import QUARTERS
from beautiful.plans.models import SEAT, ActionPlan
from greendistrict.accounts.acting import ActorField


class ProgressRelease(models.Model):
    """Publication of a quarter's progress as it was then. A withdrawal fills in who, when and why; the row is never deleted."""

    plan = models.ForeignKey(ActionPlan, models.PROTECT, related_name="releases", verbose_name="计划")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    basis = models.CharField("公开依据", max_length=200, help_text="例如公开的决定、文号或会议")
    frozen = models.JSONField("公开内容")
    released_at = models.DateTimeField("公开时间")
    released_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, related_name="+", verbose_name="公开人")
    withdrawal = models.CharField("撤回理由", max_length=500, blank=True, help_text="撤回后在公众页显示")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )

    class Meta:
        verbose_name = "行动计划进展公开"
        ordering = ("-released_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "year", "quarter"], condition=Q(withdrawn_at__isnull=True), name="progress_release_once"
            ),
            models.CheckConstraint(condition=Q(quarter__in=QUARTERS), name="progress_release_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}{self.year}年第{self.quarter}季度进展"

    @property
    def is_demo(self) -> bool:
        """Whether it is fictional."""
        return self.plan.is_demo
