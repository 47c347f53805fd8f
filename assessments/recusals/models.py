"""Requests for recusal by an applicant, and bodies named as having worked on a table."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import BodyRole, RecusalState
from assessments.tables.models import ScoreTable
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class ProjectBody(models.Model):
    """A body that planned, designed, advised on or verified what a table claims; its people may not judge it."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="project_bodies")
    role = models.CharField("作用", max_length=10, choices=BodyRole)
    name = models.CharField("单位", max_length=100, help_text="填全称")
    group = models.CharField("所属集团", max_length=100, blank=True)
    at = models.DateTimeField("时间")
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.REVIEWER), related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "参与单位"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("role", BodyRole.values, name="project_body_role_known"),
            models.UniqueConstraint(fields=["table", "role", "name"], name="project_body_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}{self.name}"


class RecusalRequest(models.Model):
    """Request that a person, or the people of a body, do not judge a table; answered before the list freezes."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="recusals")
    person = models.CharField("专家姓名", max_length=60, blank=True, help_text="姓名和单位至少填一项；两项都填的，按该单位的这名专家")
    body = models.CharField("单位或集团", max_length=100, blank=True, help_text="填全称")
    reason = models.CharField("理由", max_length=500)
    status = models.CharField("状态", max_length=10, choices=RecusalState, default=RecusalState.ASKED)
    answer = models.CharField("答复", max_length=500, blank=True)
    at = models.DateTimeField("提出时间")
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.REVIEWER), related_name="+", verbose_name="提出人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "回避申请"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("status", RecusalState.values, name="recusal_status_known"),
            models.CheckConstraint(condition=~models.Q(person="") | ~models.Q(body=""), name="recusal_names_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.table} 回避申请 {self.named}"

    @property
    def named(self) -> str:
        """Name of the person or body concerned."""
        return "，".join(part for part in (self.person, self.body) if part)
