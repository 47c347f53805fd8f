"""Content of a yearly implementation plan: works of the listed districts with money and schedule (六（三）)."""

from typing import ClassVar

from django.db import models

from districts.common.enums import PlanWork
from districts.file.models.core import District
from districts.yearly_plans.models.yearly_plans import ImplementationPlan
from greendistrict.core.constraints import one_of, ordered


class PlanItem(models.Model):
    """One work of a district in a yearly plan. Money in 万元; nothing is 0, not known yet is empty."""

    plan = models.ForeignKey(ImplementationPlan, models.CASCADE, related_name="items")
    district = models.ForeignKey(District, models.PROTECT, related_name="plan_items", verbose_name="城区")
    work = models.CharField("工作类别", max_length=12, choices=PlanWork)
    name = models.CharField("工作内容", max_length=200)
    department = models.CharField("责任单位", max_length=100, blank=True)
    money = models.DecimalField("资金", max_digits=12, decimal_places=2, null=True, blank=True, help_text="万元")
    money_source = models.CharField("资金来源", max_length=100, blank=True)
    start = models.DateField("计划开始", null=True, blank=True)
    finish = models.DateField("计划完成", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "实施计划工作"
        ordering = ("district__name_pinyin", "work", "start", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "district", "work", "name"], name="plan_item_once", violation_error_message="这项工作已经列入"
            ),
            one_of("work", PlanWork.values, name="plan_item_work_known"),
            ordered("start", "finish", name="plan_item_dates_ordered"),
            models.CheckConstraint(
                condition=models.Q(money__isnull=True) | models.Q(money__gte=0),
                name="plan_item_money_not_negative",
                violation_error_message="资金不能小于0",
            ),
        ]

    def __str__(self) -> str:
        return self.name
