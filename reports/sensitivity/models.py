"""Sensitivity report: effect of a changed standard on received score tables, as requested and computed."""

from django.db import models

from indicators.editions.models import Edition
from reports.jobs.models import ExportJob


class Sensitivity(models.Model):
    """A computation. ``changes`` as ``sensitivity.adjust.Changed``, empty for the unchanged edition; ``rows`` as in ``figures``.

    ``digest`` is that of the edition's text at the time of the request.
    """

    job = models.OneToOneField(ExportJob, models.CASCADE, related_name="sensitivity")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name="标准")
    digest = models.CharField("校验值", max_length=64)
    changes = models.JSONField("调整", default=list)
    rows = models.JSONField("结果", default=list)

    class Meta:
        verbose_name = "标准调整影响测算"

    def __str__(self) -> str:
        return f"{self.edition.code} {len(self.changes)}"
