"""Decisions that link dimensions to areas, and figures that the city records itself with their source."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from beautiful.frame.programme import programme
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR, SEAT
from greendistrict.accounts.acting import ActorField
from greendistrict.core.constraints import between, one_of
from greendistrict.core.days import day_in_words
from greendistrict.workflow.second_person import CheckedRecord, CheckedRows, ReturnableRecord, another_person, checked_or_returned


class DimensionLinkDecisions(CheckedRows["DimensionLinkDecision"]):
    """Decisions by how far they are."""


class DimensionLinkDecision(ReturnableRecord):
    """Decision that a dimension of the indicator systems belongs to these areas; immutable, the newest one that is checked applies."""

    NAME = "方面与重点领域的对应"
    NOTED = ("dimension", "areas", "basis")
    ACTS = ("beautiful.check_link", "beautiful.return_link")
    PAGES = ("beautiful:area_link_check", "beautiful:area_link_return")

    dimension = models.CharField("城区指标的方面", max_length=20)
    areas = models.JSONField("重点领域", default=list, blank=True)
    decided_on = models.DateField("决定日期")
    basis = models.CharField("依据文件", max_length=200, help_text="名称和文号")
    reason = models.CharField("理由", max_length=300)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, related_name="+", verbose_name="登记人")

    objects = DimensionLinkDecisions.as_manager()

    class Meta:
        verbose_name = "方面与重点领域的对应"
        ordering = ("-recorded_at", "-pk")
        constraints: ClassVar = [
            one_of("dimension", programme().dimension_links, name="dimension_link_known"),
            models.UniqueConstraint(
                fields=["dimension"],
                condition=Q(checked_at__isnull=True, returned_at__isnull=True),
                name="dimension_link_one_waiting",
                violation_error_message="这一方面已有对应等待核对",
            ),
            another_person("dimension_link"),
            checked_or_returned("dimension_link"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}　{day_in_words(self.decided_on)}"

    @property
    def area_names(self) -> list[str]:
        """Names of the linked areas, in order."""
        return [area.name for area in programme().areas if area.key in self.areas]


class AreaFigures(CheckedRows["AreaFigure"]):
    """Figures by how far they are."""


class AreaFigure(CheckedRecord):
    """A figure of the city for an area, recorded with its source and checked by another person; until then nothing reads it.

    A withdrawal fills in who, when and why.
    """

    NAME = "市级登记的指标"
    ENDED = "withdrawn_at"
    NOTED = ("name", "year", "value")
    ACTS = ("beautiful.check_figure", "beautiful.withdraw_figure")
    PAGES = ("beautiful:area_figure_check", "beautiful:area_figure_withdraw")

    area = models.CharField("重点领域", max_length=20, choices=programme().area_choices)
    name = models.CharField("指标", max_length=80)
    unit = models.CharField("单位", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    value = models.DecimalField("数值", max_digits=16, decimal_places=4)
    source = models.CharField("出处", max_length=300, help_text="发布单位、文件或年鉴的名称和页码")
    is_demo = models.BooleanField("演示数据", default=False)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, related_name="+", verbose_name="登记人")
    withdrawal = models.CharField("撤销理由", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )

    objects = AreaFigures.as_manager()

    class Meta:
        verbose_name = "重点领域指标"
        ordering = ("area", "name", "-year", "pk")
        constraints: ClassVar = [
            one_of("area", [area.key for area in programme().areas], name="area_figure_area_known"),
            between("year", FIRST_YEAR, LAST_YEAR, name="area_figure_year"),
            models.UniqueConstraint(
                fields=["area", "name", "year", "is_demo"],
                condition=Q(withdrawn_at__isnull=True),
                name="area_figure_once",
                violation_error_message="这个指标这一年度已经登记；要改，先撤销",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="area_figure_source"),
            another_person("area_figure"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.year}年）"

    @property
    def is_fictional(self) -> bool:
        """Whether it was recorded for the demo."""
        return self.is_demo
