"""Shares: rows of a table assigned to a bureau or a person, with their own deadline and sign-off."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.tables.models import ScoreRow, ScoreTable
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation


class ShareState(StrEnum):
    """States of a share."""

    OPEN = "open"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


SHARE_STATES = tuple(ShareState)


class RowShare(models.Model):
    """Rows assigned to exactly one of an organisation (as data provider) and a person of the applicant."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="数据提供部门")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="row_shares", verbose_name="经办人"
    )
    due_on = models.DateField("完成期限", null=True, blank=True)
    note = models.CharField("要求", max_length=500, blank=True)
    status = models.CharField("状态", max_length=12, default="open")
    assigned_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER,), related_name="+", verbose_name="分派人")
    assigned_at = models.DateTimeField("分派时间")
    signed_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER,), null=True, blank=True, related_name="+", verbose_name="签认人"
    )
    signed_at = models.DateTimeField("签认时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "分工"
        ordering = ("table", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=True, person__isnull=False)
                | models.Q(organisation__isnull=False, person__isnull=True),
                name="share_has_one_assignee",
            ),
            models.CheckConstraint(condition=models.Q(status__in=SHARE_STATES), name="share_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.table}（{self.assignee}）"

    @property
    def assignee(self) -> str:
        """Name of the assignee."""
        return str(self.organisation or (self.person.name if self.person else ""))

    @property
    def timeline_scope(self) -> str:
        """Groups the entry with its district on the timeline."""
        return self.table.timeline_scope


class SharedRow(models.Model):
    """A row of a share; a row has at most one assignee."""

    share = models.ForeignKey(RowShare, models.CASCADE, related_name="rows")
    row = models.OneToOneField(ScoreRow, models.CASCADE, related_name="shared")

    class Meta:
        verbose_name = "分派的条文"
        ordering = ("row__order",)

    def __str__(self) -> str:
        return str(self.row)
