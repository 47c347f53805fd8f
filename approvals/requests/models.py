"""Requests apart from the steps of a case: extensions, rectifications, entries from paper."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.cases import Case
from approvals.common.enums import WrongField
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class ExtensionState(StrEnum):
    """States of a requested extension."""

    ASKED = "asked"
    DECIDING = "deciding"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_EXTENSIONS = (ExtensionState.ASKED, ExtensionState.DECIDING)


class RectificationState(StrEnum):
    """States of a rectification."""

    PROPOSED = "proposed"
    DECIDING = "deciding"
    DONE = "done"
    REFUSED = "refused"


OPEN_RECTIFICATIONS = (RectificationState.PROPOSED, RectificationState.DECIDING)


class DeadlineKind(models.TextChoices):
    """Deadlines of a case that may be extended."""

    CORRECTION = "correction", "补正期限"
    HEARING = "hearing", "陈述申辩期限"


RESTS_ON = {DeadlineKind.CORRECTION.value: "supplement.days", DeadlineKind.HEARING.value: "hearing_days"}  # settings of these deadlines
EXTENSION_STATES = tuple(ExtensionState)
RECTIFICATION_STATES = tuple(RectificationState)


class ExtensionRequest(models.Model):
    """延期申请: filed before the deadline, decided by 审定; ``until`` is the requested last day."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions")
    deadline = models.CharField("期限", max_length=12, choices=DeadlineKind)
    was_due = models.DateField("原期限")
    until = models.DateField("申请延至")
    reason = models.TextField("理由")
    status = models.CharField("状态", max_length=10, default="asked")
    asked_at = models.DateTimeField("申请时间")
    asked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.REVIEWER, Role.CITY_OFFICER), related_name="+", verbose_name="申请人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "延期申请"
        ordering = ("-asked_at", "-pk")
        constraints: ClassVar = [
            one_of("status", EXTENSION_STATES, name="extension_status_known"),
            one_of("deadline", DeadlineKind.values, name="extension_deadline_known"),
            models.UniqueConstraint(
                fields=["case", "deadline"],
                condition=models.Q(status__in=OPEN_EXTENSIONS),
                name="extension_one_open",
            ),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("was_due")), name="extension_is_later"),
        ]

    @property
    def rests_on(self) -> str:
        """Setting from which the deadline is counted."""
        return RESTS_ON[self.deadline]

    def __str__(self) -> str:
        return f"{self.case}{self.what}"

    @property
    def what(self) -> str:
        """What is requested, in words, without naming the case."""
        return f"{self.get_deadline_display()}延期申请"

    @property
    def timeline_scope(self) -> str:
        """Key that groups its steps with the timeline of the district."""
        return self.case.timeline_scope

    @property
    def is_demo(self) -> bool:
        """Whether the request is demonstration data, like its district."""
        return self.case.is_demo


class Rectification(models.Model):
    """更正 of a number, date or star after a decision; the old value is kept here and in the transition record."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="rectifications")
    field = models.CharField("更正内容", max_length=20, choices=WrongField)
    before = models.CharField("原值", max_length=60)
    after = models.CharField("更正为", max_length=60, help_text="日期写作2026-11-20，星级写作1、2或3")
    reason = models.TextField("理由和依据")
    status = models.CharField("状态", max_length=10, default="proposed")
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="提出人")
    done_at = models.DateTimeField("更正时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "更正"
        ordering = ("-proposed_at", "-pk")
        constraints: ClassVar = [
            one_of("status", RECTIFICATION_STATES, name="rectification_status_known"),
            one_of("field", WrongField.values, name="rectification_field_known"),
            models.UniqueConstraint(
                fields=["case", "field"],
                condition=models.Q(status__in=OPEN_RECTIFICATIONS),
                name="rectification_one_open",
            ),
            models.CheckConstraint(condition=~models.Q(before=models.F("after")), name="rectification_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.case}{self.what}"

    @property
    def what(self) -> str:
        """What is to be corrected, in words, without naming the case."""
        return f"{self.get_field_display()}更正"

    @property
    def timeline_scope(self) -> str:
        """Key that groups its steps with the timeline of the district."""
        return self.case.timeline_scope

    @property
    def is_demo(self) -> bool:
        """Whether the rectification is demonstration data, like its district."""
        return self.case.is_demo
