"""Training sessions of a year: plan, date, attendance, evaluation."""

from typing import ClassVar

from django.db import models
from django.db.models import TextChoices

from greendistrict.core.constraints import between, one_of
from operation.common.models import LedgerEntry


class TrainingTier(TextChoices):
    """Whom a session is for."""

    MANAGEMENT = "management", "管理人员"
    TECHNICAL = "technical", "专业技术人员"
    WORKING = "working", "作业服务人员"


class TrainingSession(LedgerEntry):
    """A session; it is only planned while ``held_on`` is empty."""

    tier = models.CharField("培训对象", max_length=12, choices=TrainingTier)
    title = models.CharField("培训内容", max_length=200)
    planned_on = models.DateField("计划日期", null=True, blank=True)
    held_on = models.DateField("举办日期", null=True, blank=True, help_text="尚未举办的先不填")
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, null=True, blank=True)
    invited = models.PositiveIntegerField("计划人数", null=True, blank=True)
    attended = models.PositiveIntegerField("参加人数", null=True, blank=True)
    material = models.CharField("教材", max_length=200, blank=True)
    rating = models.DecimalField("满意率", max_digits=5, decimal_places=2, null=True, blank=True)
    result = models.CharField("培训评价", max_length=500, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "培训"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            one_of("tier", TrainingTier.values, name="training_tier_known"),
            between("rating", 0, 100, name="training_rating_share"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lacks(self) -> str:
        """Why the entry does not count: it was not held, or its attendance is unknown."""
        if self.held_on is None:
            return "尚未举办"
        return "" if self.attended is not None else "未填参加人数"
