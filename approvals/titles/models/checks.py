"""Self-checks from before the portal, imported as historical records."""

from typing import ClassVar

from django.db import models

from approvals.cases.models.runs import BulkRun
from districts.common.enums import Certainty
from districts.file.models.district import District
from greendistrict.documents.models import Evidence


class HistoricSelfCheck(models.Model):
    """历史补录: an old self-check as a scan with source and certainty; it is never scored."""

    district = models.ForeignKey(District, models.PROTECT, related_name="historic_self_checks", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    filed_on = models.DateField("报送日期", null=True, blank=True)
    source = models.CharField("出处", max_length=500)
    certainty = models.CharField("确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    note = models.CharField("说明", max_length=300, blank=True)
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件")
    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="self_checks")

    class Meta:
        verbose_name = "历史自查"
        ordering = ("district", "-year")
        constraints: ClassVar = [models.UniqueConstraint(fields=["district", "year"], name="historic_self_check_once")]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度自查（历史补录）"
