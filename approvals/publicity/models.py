"""Extension of a public notice with its reason."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.correspondence import Notice
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import ordered


class NoticeExtension(models.Model):
    """Extension of a notice because of a justified objection; the notice has the new last day."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="extensions")
    was = models.DateField("原截止")
    until = models.DateField("延至")
    reason = models.TextField("理由")
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "公示延期"
        ordering = ("notice", "pk")
        constraints: ClassVar = [
            ordered("was", "until", name="notice_extension_is_later"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="notice_extension_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} 延至{self.until}"
