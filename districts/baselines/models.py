"""Frozen baseline of a district's plots and land."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.common.enums import BaselineKind
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class Baseline(models.Model):
    """Frozen lists of plots, works and key projects. Changed only by an approved change case."""

    district = models.ForeignKey(District, models.PROTECT, related_name="baselines")
    kind = models.CharField("基线", max_length=10, choices=BaselineKind)
    number = models.PositiveSmallIntegerField("版次", default=1)
    content = models.JSONField("清单")
    reason = models.CharField("事由", max_length=200)
    frozen_at = models.DateTimeField("冻结时间")
    frozen_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, related_name="+")

    class Meta:
        verbose_name = "基线"
        ordering = ("kind", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "kind", "number"], name="baseline_number_once"),
            one_of("kind", BaselineKind.values, name="baseline_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.get_kind_display()}（第{self.number}版）"
