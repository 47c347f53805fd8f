"""Energy audits of a year."""

from typing import ClassVar

from django.db import models

from greendistrict.core.constraints import between
from operation.common.models import LedgerEntry

MOST = 10**9


class EnergyAudit(LedgerEntry):
    """Audit of a building or facility: auditor, findings, energy used and possible saving."""

    subject = models.CharField("审计对象", max_length=100, help_text="建筑或者设施")
    auditor = models.CharField("审计单位", max_length=100)
    audited_on = models.DateField("审计日期")
    area = models.DecimalField("建筑面积", max_digits=12, decimal_places=2, null=True, blank=True)
    consumed = models.DecimalField("年用能", max_digits=14, decimal_places=2, null=True, blank=True)
    saving = models.DecimalField("年节能潜力", max_digits=14, decimal_places=2, null=True, blank=True)
    measures = models.CharField("改进措施", max_length=500, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "能源审计"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            *(between(name, 0, MOST, name=f"energy_audit_{name}_positive") for name in ("area", "consumed", "saving")),
        ]

    def __str__(self) -> str:
        return self.subject
