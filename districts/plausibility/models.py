"""Explanations that somebody gave when a figure was asked about, instead of changing it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role


class FigureAnswer(models.Model):
    """The explanation of one finding about a stored row; it counts as long as the figure stays the one it was written for.

    ``subject`` is the row's key as in the audit record; ``rule`` and ``part`` as in ``PlausibilityFinding``. Answers in score tables are
    ``FindingAnswer`` of ``assessments``: there a finding is answered by itself, here with the paper it belongs to.
    """

    subject = models.CharField(max_length=80, db_index=True)
    rule = models.CharField("规则", max_length=20)
    part = models.CharField(max_length=40, blank=True)
    value = models.CharField("当时的值", max_length=200, blank=True)
    question = models.CharField("提示", max_length=400)
    text = models.CharField("说明", max_length=1000)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=tuple(Role), related_name="+", verbose_name="说明人")
    at = models.DateTimeField("说明时间")

    class Meta:
        verbose_name = "数值核对的说明"
        ordering = ("subject", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "rule", "part"], name="figure_answered_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="figure_answer_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.rule}"
