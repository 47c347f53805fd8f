"""Confirmation or dissent of a member about an agreed score."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.reviews.models.review import AgreedScore, PanelMember


class AgreedConfirmation(models.Model):
    """A member's confirmation of or dissent from an agreed score; it lapses if the clause is agreed again.

    ``by`` is the member, or the person who entered it from the signed sheet; in that case ``checked_by`` is the second person who compared
    it.
    """

    agreed = models.ForeignKey(AgreedScore, models.CASCADE, related_name="confirmations")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="confirmations")
    agrees = models.BooleanField("同意")
    dissent = models.CharField("保留意见", max_length=500, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核对人")

    class Meta:
        verbose_name = "商定确认"
        ordering = ("agreed", "member__number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreed", "member"], name="agreed_confirmed_once"),
            models.CheckConstraint(condition=~models.Q(checked_by=models.F("by")), name="agreed_checked_by_another"),
            models.CheckConstraint(condition=models.Q(agrees=True) | ~models.Q(dissent=""), name="agreed_dissent_said"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.agreed_id}"
