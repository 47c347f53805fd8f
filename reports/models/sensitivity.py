"""What a change of the standard would do to received score tables: what was asked, and what was found."""

from django.db import models

from indicators.editions.models import Edition
from reports.models.jobs import ExportJob


class Sensitivity(models.Model):
    """One computation. ``changes`` as ``sensitivity.adjust.Changed``, empty for the edition as it is; ``rows`` as ``figures.Row``.

    ``digest`` is the text of the edition that was asked about.
    """

    job = models.OneToOneField(ExportJob, models.CASCADE, related_name="sensitivity")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name="标准")
    digest = models.CharField("摘要", max_length=64)
    changes = models.JSONField("调整", default=list)
    rows = models.JSONField("结果", default=list)

    class Meta:
        verbose_name = "标准调整影响测算"

    def __str__(self) -> str:
        return f"{self.edition.code} {len(self.changes)}"
