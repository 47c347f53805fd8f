"""Requests for government information with the digest of their receipt."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.core.encrypted import EncryptedTextField
from outreach.disclosures.enums import WITHHOLDING, DisclosureAsker, DisclosureDelivery, DisclosureOutcome, DisclosureProgress, Withheld

NAME, CONTACT, IDENTITY, ADDRESS, WANTED, REPLY, REASON, NUMBER = 60, 100, 40, 200, 1000, 2000, 300, 60


class DisclosureRequest(models.Model):
    """政府信息公开申请. What identifies whoever asks is encrypted; decisions are stored, days and progress are derived."""

    number = models.CharField("编号", max_length=20, unique=True)
    asker = models.CharField("申请人类型", max_length=10, choices=DisclosureAsker)
    name = models.CharField("姓名或名称", max_length=NAME)
    identity = EncryptedTextField("身份证明")
    contact = EncryptedTextField("联系方式")
    address = EncryptedTextField("通信地址", blank=True)
    wanted = models.TextField("所需信息")
    delivery = models.CharField("获取方式", max_length=10, choices=DisclosureDelivery)
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="digest of the secret code of the receipt")
    origin = models.CharField(max_length=64, blank=True, editable=False, help_text="keyed digest of the sender's address")
    filed_at = models.DateTimeField("收到时间")
    extended_at = models.DateTimeField("延长时间", null=True, blank=True)
    extended_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_CHECKER,),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="同意人",
    )
    extension_reason = models.CharField("延长的理由", max_length=REASON, blank=True)
    outcome = models.CharField("答复类型", max_length=12, choices=DisclosureOutcome, blank=True)
    withheld = models.CharField("不予公开的依据", max_length=12, choices=Withheld, blank=True)
    reply = models.TextField("答复内容", blank=True)
    reply_number = models.CharField("告知书文号", max_length=NUMBER, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    replied_at = models.DateTimeField("登记答复的时间", null=True, blank=True)
    replied_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "政府信息公开申请"
        ordering = ("-filed_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["filed_at"], name="disclosure_by_day"),
            models.Index(fields=["origin", "filed_at"], name="disclosure_by_origin"),
        ]
        constraints: ClassVar = [
            one_of("asker", DisclosureAsker.values, name="disclosure_asker_known"),
            one_of("delivery", DisclosureDelivery.values, name="disclosure_delivery_known"),
            one_of("outcome", DisclosureOutcome.values, name="disclosure_outcome_known", blank=True),
            one_of("withheld", Withheld.values, name="disclosure_withheld_known", blank=True),
            models.CheckConstraint(condition=~Q(wanted="") & ~Q(name=""), name="disclosure_asks"),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True, extension_reason="") | (Q(extended_at__isnull=False) & ~Q(extension_reason="")),
                name="disclosure_extension_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, replied_on__isnull=True, outcome="", reply="", reply_number="")
                | (Q(replied_at__isnull=False, replied_on__isnull=False) & ~Q(outcome="") & ~Q(reply="") & ~Q(reply_number="")),
                name="disclosure_replied",
            ),
            models.CheckConstraint(
                condition=Q(withheld="", outcome__in=["", *(one for one in DisclosureOutcome.values if one not in WITHHOLDING)])
                | (Q(outcome__in=WITHHOLDING) & ~Q(withheld="")),
                name="disclosure_withheld_has_ground",
            ),
            models.UniqueConstraint(fields=["reply_number"], condition=~Q(reply_number=""), name="disclosure_reply_number_once"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def progress(self) -> DisclosureProgress:
        """How far it is."""
        if self.replied_at is not None:
            return DisclosureProgress.ANSWERED
        return DisclosureProgress.AWAITED if self.extended_at is None else DisclosureProgress.EXTENDED
