"""Published progress of a quarter."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from beautiful.plans.models import QUARTERS, SEAT, ActionPlan
from districts.releases.models import LIVE, PublicRelease


class ProgressRelease(PublicRelease):
    """Release of a quarter's progress as it was then."""

    seat = SEAT

    plan = models.ForeignKey(ActionPlan, models.PROTECT, related_name="releases", verbose_name="计划")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    frozen = models.JSONField("公开内容")
    withdrawal = models.CharField("撤回理由", max_length=500, blank=True, help_text="撤回后在公众页显示")

    class Meta(PublicRelease.Meta):
        verbose_name = "行动计划进展公开"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "year", "quarter"], condition=LIVE, name="progress_release_once"),
            models.CheckConstraint(condition=Q(quarter__in=QUARTERS), name="progress_release_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}{self.year}年第{self.quarter}季度进展"

    @property
    def is_demo(self) -> bool:
        """Whether it is fictional."""
        return self.plan.is_demo
