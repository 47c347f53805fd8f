"""Filings of the public that wait apart."""

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models.correspondence import Notice
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.core.encrypted import EncryptedTextField
from outreach.common.receipts import Arrival


class FilingKind(models.TextChoices):
    """What anybody may file without an account."""

    OPINION = "opinion", "公众意见"
    DISCLOSURE = "disclosure", "政府信息公开申请"
    SIGN_UP = "sign_up", "活动报名"


REASON = 200


class HeldFiling(models.Model):
    """待核对来件: dated and receipted like any other filing, but no matter yet; deleted when it becomes one, kept when it is closed."""

    kind = models.CharField("种类", max_length=12, choices=FilingKind)
    number = models.CharField("编号", max_length=20, unique=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="held_filings", verbose_name="公示")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="held_filings", verbose_name="城区")
    event = models.ForeignKey(
        "outreach.ExchangeEvent", models.PROTECT, null=True, blank=True, related_name="held_filings", verbose_name="交流活动"
    )
    text = models.TextField("内容", blank=True)
    words = EncryptedTextField("填写的各项")
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="digest of the secret code of the receipt")
    origin = models.CharField("来源", max_length=64, editable=False, help_text="keyed digest of the sender's address")
    network = models.CharField("来源网络", max_length=64, editable=False, help_text="keyed digest of the sender's network")
    filed_at = models.DateTimeField("收到时间")
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    closed_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="关闭人"
    )
    close_reason = models.CharField("关闭的理由", max_length=REASON, blank=True, help_text="提出人凭查询码可以看到")
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "待核对来件"
        ordering = ("filed_at", "pk")
        indexes: ClassVar = [models.Index(fields=["closed_at", "filed_at"], name="held_filing_waiting")]
        constraints: ClassVar = [
            one_of("kind", FilingKind.values, name="held_filing_kind"),
            models.CheckConstraint(condition=Q(kind=FilingKind.SIGN_UP) ^ Q(event__isnull=True), name="held_filing_event"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="") | (Q(closed_at__isnull=False) & ~Q(close_reason="")),
                name="held_filing_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def said(self) -> dict[str, Any]:
        """The values of the form, as arguments of the kind's words."""
        values: dict[str, Any] = json.loads(self.words)
        return values

    @property
    def arrival(self) -> Arrival:
        """Number, moment and digests with which it becomes a matter."""
        return Arrival(self.number, self.filed_at, self.digest, self.origin)

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        return str(self.notice or self.district or self.event or "")
