"""Public notices and the objections to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.cases import Case
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import ordered
from greendistrict.core.encrypted import EncryptedTextField


class Notice(models.Model):
    """公示: open from ``opens_on`` to ``closes_on`` inclusive."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容")
    opens_on = models.DateField("开始")
    closes_on = models.DateField("截止")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = "公示"
        ordering = ("-opens_on",)
        constraints: ClassVar = [ordered("opens_on", "closes_on", name="notice_dates_ordered")]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """An objection to a notice; an anonymous one is kept as a lead and not answered."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections")
    name = models.CharField("姓名或单位", max_length=60, blank=True)
    contact = EncryptedTextField("联系方式", blank=True)
    text = models.TextField("意见")
    origin = models.CharField(max_length=64, blank=True, editable=False, help_text="keyed digest of the sender's address")
    filed_at = models.DateTimeField("时间")
    reply = models.TextField("答复", blank=True)
    held = models.BooleanField("成立", null=True, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    replied_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "异议"
        ordering = ("filed_at", "pk")
        indexes: ClassVar = [models.Index(fields=["origin", "filed_at"], name="objection_by_origin")]

    def __str__(self) -> str:
        return self.text[:40]
