"""Yearly implementation plan of an authority, and the works it lists with money and schedule (六（三）)."""

from typing import ClassVar

from django.db import models

from districts.common.enums import PlanStatus
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered
from greendistrict.documents.models import Evidence


class PlanWork(models.TextChoices):
    """Kinds of works in a yearly plan; anything else is 其他."""

    PLANNING = "planning", "专业规划编制"
    APPLY = "apply", "试点申报"
    LAND = "land", "土地出让或划拨"
    PLOTS = "plots", "地块建设"
    WORKS = "works", "市政设施建设"
    PROJECTS = "projects", "近期重点项目"
    RENEWAL = "renewal", "区域更新"
    OPERATE = "operate", "运营管理"
    ACCEPT = "accept", "终期验收"
    OTHER = "other", "其他"


class ImplementationPlan(models.Model):
    """The yearly plan of an authority (六（三）). ``filed_on`` is set only while the plan is with the city, not after a return."""

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


class PlanItem(models.Model):
    """A work of a district in a yearly plan. Money in 万元: 0 means none, empty means not known yet.

    A work copied from last year's plan waits until somebody confirms or saves it (``is_confirmed``); the plan is not filed before.
    """

    plan = models.ForeignKey(ImplementationPlan, models.CASCADE, related_name="items")
    district = models.ForeignKey(District, models.PROTECT, related_name="plan_items", verbose_name="城区")
    work = models.CharField("工作类别", max_length=12, choices=PlanWork)
    name = models.CharField("工作内容", max_length=200)
    department = models.CharField("责任单位", max_length=100, blank=True)
    money = models.DecimalField("资金", max_digits=12, decimal_places=2, null=True, blank=True, help_text="不需要资金的填0；上报前要填")
    money_source = models.CharField("资金来源", max_length=100, blank=True, help_text="如区财政、市级补助、社会投资")
    start = models.DateField("计划开始", null=True, blank=True, help_text="上报前要填")
    finish = models.DateField("计划完成", null=True, blank=True, help_text="上报前要填")
    note = models.CharField("说明", max_length=300, blank=True)
    is_confirmed = models.BooleanField("已确认", default=True, db_default=True)
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
