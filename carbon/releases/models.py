"""Release of a yearly carbon figure to the public."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from carbon.inventories.models import CarbonInventory
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role


class CarbonRelease(InDistrict, models.Model):
    """Release of the figure of one filed edition. A withdrawal fills in who, when and why; the row is never deleted."""

    district = models.ForeignKey(District, models.PROTECT, related_name="carbon_releases", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    inventory = models.ForeignKey(CarbonInventory, models.PROTECT, related_name="releases", verbose_name="公开的清单")
    basis = models.CharField("公开依据", max_length=200, help_text="例如公开的决定、文号或会议")
    released_at = models.DateTimeField("公开时间")
    released_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.AUTHORITY,), related_name="+", verbose_name="公开人")
    withdrawal = models.CharField("撤回理由", max_length=500, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.AUTHORITY,), null=True, blank=True, related_name="+", verbose_name="撤回人"
    )  # fmt: skip

    class Meta:
        verbose_name = "碳排放数字公开"
        ordering = ("-released_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "year"], condition=models.Q(withdrawn_at__isnull=True), name="carbon_release_once_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度碳排放数字"
