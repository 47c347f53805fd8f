"""Stored decisions about obligations (waivers, extensions). Due dates themselves are computed."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Exemption(models.Model):
    """A waiver (no new date) or an extension (a new date) of one obligation, decided by the city with a reason."""

    obligation = models.CharField("事项", max_length=120, help_text="key of the obligation")
    extended_to = models.DateField("延至", null=True, blank=True)
    reason = models.CharField("理由", max_length=300)
    decided_at = models.DateTimeField("时间")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="审定人")

    class Meta:
        verbose_name = "免报与延期"
        ordering = ("-decided_at",)
        indexes: ClassVar = [models.Index(fields=["obligation"], name="exemption_obligation")]

    def __str__(self) -> str:
        return f"{self.obligation} {'延至' + str(self.extended_to) if self.extended_to else '免报'}"
