"""Explanation that a district gives for an advisory finding instead of changing the value."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.tables.models import ScoreTable
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role


class FindingAnswer(models.Model):
    """The explanation of one finding; it is valid only as long as the value stays the one it was written for.

    ``rule`` and ``part`` as in ``assessments.plausibility``; ``item_id`` is empty for a finding about the whole table.
    """

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="answers")
    rule = models.CharField("规则", max_length=20)
    item_id = models.CharField("条文号", max_length=20, blank=True)
    part = models.CharField(max_length=40, blank=True)
    value = models.CharField("当时的值", max_length=200, blank=True)
    text = models.CharField("说明", max_length=1000)
    by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+", verbose_name="说明人"
    )
    at = models.DateTimeField("说明时间")

    class Meta:
        verbose_name = "合理性检查的说明"
        ordering = ("table", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "rule", "item_id", "part"], name="finding_answered_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="finding_answer_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.rule}"
