"""Yearly implementation plan of an authority (六（三）)."""

from typing import ClassVar

from django.db import models

from districts.common.enums import PlanStatus
from districts.file.models.core import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence


class ImplementationPlan(models.Model):
    """六（三）: yearly plan of an authority. ``filed_on`` stands only while the plan is with the city: a returned one is not filed."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="implementation_plans", verbose_name="实施主体")
    year = models.PositiveSmallIntegerField("年度")
    status = models.CharField("状态", max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT)
    districts = models.ManyToManyField(
        District, related_name="implementation_plans", verbose_name="列入城区", help_text="copy of what the items name"
    )
    filed_on = models.DateField("上报日期", null=True, blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "年度实施计划"
        ordering = ("-year",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "year"], name="implementation_plan_once"),
            one_of("status", PlanStatus.values, name="implementation_plan_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.authority}{self.year}年度实施计划"
