"""A sheet of settings. Values in force are stored in ``policy.Setting``."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from approvals.settings.models import OPEN_PROPOSALS, PROPOSAL_STATES, Proposed
from greendistrict.core.constraints import one_of


class SheetPart(models.TextChoices):
    """What a sheet is about; 提醒节点 are apart, because nothing but messages depends on them."""

    SETTINGS = "settings", "平台参数"
    REMINDERS = "reminders", "提醒节点"


class SettingSheet(Proposed):
    """Settings proposed together. ``lines`` in the order of the page; ``left`` (since decided otherwise) is written by the decision."""

    part = models.CharField("内容", max_length=10, choices=SheetPart)
    lines = models.JSONField("参数", encoder=DjangoJSONEncoder, help_text='[{"key", "old", "value", "reason", "left"}]')

    class Meta(Proposed.Meta):
        verbose_name = "参数表"
        constraints: ClassVar = [
            one_of("status", PROPOSAL_STATES, name="setting_sheet_status_known"),
            one_of("part", SheetPart.values, name="setting_sheet_part_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="setting_sheet_reasoned"),
            models.UniqueConstraint(
                fields=["part"],
                condition=models.Q(status__in=OPEN_PROPOSALS),
                name="setting_sheet_one_open",
                violation_error_message="这一类参数已有在办的参数表",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}表（{len(self.lines)}项）"
