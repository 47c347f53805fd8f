"""Verification mandates for one district and year, their findings and the signed statement."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from carbon.inventories.models import MANDATED, CarbonInventory
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of


class VerificationState(StrEnum):
    """State of a verification."""

    CHECKING = "checking"
    CORRECTING = "correcting"
    REVIEWING = "reviewing"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class VerificationConclusion(models.TextChoices):
    """Conclusion of the verifier about the whole inventory."""

    UNQUALIFIED = "unqualified", "无保留意见"
    QUALIFIED = "qualified", "保留意见"
    ADVERSE = "adverse", "否定意见"


class CarbonVerification(InDistrict, models.Model):
    """Verification of the inventory of a district and year by one body.

    ``handed_by`` hands the finished verification to a second person, who signs it. ``inventory`` is the edition that was verified,
    ``frozen`` the signed content and ``digest`` the SHA-256 of its canonical JSON.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="carbon_verifications", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="carbon_verifications", verbose_name="核查机构")
    status = models.CharField("状态", max_length=10, default=VerificationState.CHECKING.value)
    mandated_at = models.DateTimeField("委托时间")
    mandated_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.AUTHORITY,), related_name="+", verbose_name="委托人")
    statement = models.TextField("核查声明", blank=True)
    conclusion = models.CharField("核查结论", max_length=12, choices=VerificationConclusion, blank=True)
    inventory = models.ForeignKey(CarbonInventory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核查的清单")
    handed_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.VERIFIER,), null=True, blank=True, related_name="+", verbose_name="提交复核人"
    )
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    frozen = models.JSONField("签发内容", null=True, blank=True)
    digest = models.CharField("校验值（SHA-256）", max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "碳排放核查"
        ordering = ("-year", "district", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "year"], condition=models.Q(status__in=MANDATED), name="verification_once_a_year"),
            one_of("status", tuple(VerificationState), name="verification_status_known"),
            one_of("conclusion", VerificationConclusion.values, name="verification_conclusion_known", blank=True),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度碳排放核查"


class VerificationFinding(models.Model):
    """A finding, the district's reply, and its settlement; open until ``closed_at`` is set."""

    verification = models.ForeignKey(CarbonVerification, models.CASCADE, related_name="findings")
    order = models.PositiveSmallIntegerField("次序")
    text = models.TextField("核查发现")
    found_at = models.DateTimeField("提出时间")
    reply = models.TextField("更正情况", blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    note = models.TextField("核实意见", blank=True)
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)

    class Meta:
        verbose_name = "核查发现"
        ordering = ("order",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["verification", "order"], name="verification_finding_order_once")]

    def __str__(self) -> str:
        return f"{self.verification}问题{self.order}"
