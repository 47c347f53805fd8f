"""Funds of a year: source, budget and use. Funds applied for and granted are in the district's file instead."""

from typing import ClassVar

from django.db import models
from django.db.models import TextChoices

from greendistrict.core.constraints import between, one_of
from operation.common.models import LedgerEntry


class YearFundKind(TextChoices):
    """Purpose of a fund."""

    PLANNING = "planning", "专业规划编制资金"
    SPECIAL = "special", "专项支持资金"
    OPERATION = "operation", "运营管理经费"


MOST = 10**8


class YearFund(LedgerEntry):
    """One source of funds in one year; amounts in 万元."""

    kind = models.CharField("类别", max_length=10, choices=YearFundKind, help_text="专业规划编制资金，由同级财政予以保障　七（一）")
    source = models.CharField("资金来源", max_length=100, help_text="如区财政")
    document = models.CharField("依据文件", max_length=200, blank=True, help_text="名称和文号")
    budget = models.DecimalField("预算", max_digits=12, decimal_places=2, null=True, blank=True)
    used = models.DecimalField("使用", max_digits=12, decimal_places=2, null=True, blank=True)
    purpose = models.CharField("用途", max_length=200, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "资金"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["district", "year", "kind", "source"], name="year_fund_once", violation_error_message="这一来源的资金当年已登记"
            ),
            one_of("kind", YearFundKind.values, name="year_fund_kind_known"),
            between("budget", 0, MOST, name="year_fund_budget_positive"),
            between("used", 0, MOST, name="year_fund_used_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.source}）"

    @property
    def lacks(self) -> str:
        """What is missing before the entry counts: the source and the amount, by which 七（一） is judged."""
        return "" if self.budget else "未填预算"
