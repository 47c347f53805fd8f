"""Mechanisms of a year, and the meetings or evaluations held under them."""

from typing import ClassVar

from django.db import models

from assessments.common.mechanism import CHECKLIST, STANDINGS
from greendistrict.core.constraints import one_of
from operation.common.models import LedgerEntry

MECHANISMS = [(one.key, one.title) for one in CHECKLIST]
ESTABLISHED = "done"


class MechanismRecord(LedgerEntry):
    """State of one mechanism of 七（三）1 in a year: lead, participants, founding document."""

    mechanism = models.CharField("机制", max_length=20, choices=MECHANISMS, help_text="前两项是七（三）1的应建立机制")
    standing = models.CharField("情况", max_length=10, choices=[(one.key, one.label) for one in STANDINGS])
    lead = models.CharField("牵头单位", max_length=100, blank=True)
    members = models.CharField("参加单位", max_length=500, blank=True, help_text="各单位之间用顿号隔开")
    basis = models.CharField("依据文件", max_length=200, blank=True, help_text="名称和文号")
    established_on = models.DateField("建立日期", null=True, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "管理机制记录"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["district", "year", "mechanism"], name="mechanism_once_a_year", violation_error_message="这一机制当年已登记"
            ),
            one_of("mechanism", [key for key, _ in MECHANISMS], name="mechanism_known"),
            one_of("standing", [one.key for one in STANDINGS], name="mechanism_standing_known"),
        ]

    def __str__(self) -> str:
        return self.get_mechanism_display()

    @property
    def lacks(self) -> str:
        """What is missing before the entry counts: being established, the lead, or the founding document."""
        if self.standing != ESTABLISHED:
            return "尚未建立"
        lacking = [word for word, value in (("牵头单位", self.lead), ("依据文件", self.basis)) if not value.strip()]
        return f"缺{'、'.join(lacking)}" if lacking else ""


class MechanismMeeting(LedgerEntry):
    """A meeting or evaluation held under a mechanism."""

    mechanism = models.CharField("机制", max_length=20, choices=MECHANISMS)
    title = models.CharField("议题或评估事项", max_length=200)
    held_on = models.DateField("日期")
    attended = models.PositiveIntegerField("参加人数", null=True, blank=True)
    outcome = models.CharField("结论和落实", max_length=500, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "会议和评估记录"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            one_of("mechanism", [key for key, _ in MECHANISMS], name="meeting_mechanism_known"),
        ]

    def __str__(self) -> str:
        return self.title
