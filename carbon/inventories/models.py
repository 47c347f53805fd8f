"""Carbon inventories of districts: editions per year, with rows of activity data × factor."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from carbon.enums import Sector
from districts.boundaries.models import Boundary
from districts.file.models.district import District, InDistrict
from greendistrict.core.constraints import one_of


class InventoryState(StrEnum):
    """State of an edition of an inventory."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"


MANDATED = ("checking", "correcting", "reviewing", "signed")  # states of a verification in which its body reads the filed inventory


NUMBER_LENGTH = 90  # characters of a typed number: digits before and after the point
OPEN = (InventoryState.DRAFT.value, InventoryState.SIGNING.value)


class CarbonInventory(InDistrict, models.Model):
    """An edition of the inventory of one district and year. Numbers are stored as decimal texts, so nothing is rounded early.

    ``frozen`` is the filed content with its result, never recalculated; ``digest`` is the SHA-256 of its canonical JSON. A correction is
    the next ``edition``; the newest filed edition is the valid one.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="carbon_inventories", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    edition = models.PositiveSmallIntegerField("版次", default=1)
    status = models.CharField("状态", max_length=10, default=InventoryState.DRAFT.value)
    boundary = models.ForeignKey(Boundary, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核算范围")
    carried_from = models.PositiveSmallIntegerField(
        "沿用年度", null=True, blank=True, help_text="year of the boundary and area, until somebody confirms them"
    )
    area_m2 = models.CharField("核算建筑面积", max_length=NUMBER_LENGTH, blank=True)
    population = models.CharField("常住人口", max_length=NUMBER_LENGTH, blank=True)
    gdp_wan = models.CharField("地区生产总值", max_length=NUMBER_LENGTH, blank=True)
    include_industry = models.BooleanField("产业计入部门和总量", default=False)
    note = models.TextField("说明", blank=True)
    reason = models.CharField("更正理由", max_length=500, blank=True)
    handed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送审人"
    )
    opened_at = models.DateTimeField("建立时间")
    filed_at = models.DateTimeField("报送时间", null=True, blank=True)
    frozen = models.JSONField("报送内容", null=True, blank=True)
    digest = models.CharField("校验值（SHA-256）", max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "碳排放清单"
        ordering = ("-year", "district", "-edition")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "year", "edition"], name="inventory_edition_once"),
            models.UniqueConstraint(fields=["district", "year"], condition=models.Q(status__in=OPEN), name="inventory_open_once"),
            one_of("status", tuple(InventoryState), name="inventory_status_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["year", "status"], name="inventory_year_status")]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度碳排放清单{f'（第{self.edition}版）' if self.edition > 1 else ''}"


class ActivityRow(models.Model):
    """A row as typed. ``factor`` is ``ID@year`` of a library version, or empty if the row states a factor of its own.

    ``carried_from`` is the year of the inventory that the row was taken over from, until somebody confirms or changes it.
    """

    inventory = models.ForeignKey(CarbonInventory, models.CASCADE, related_name="rows")
    order = models.PositiveSmallIntegerField("次序")
    key = models.CharField("编号", max_length=60)
    sector = models.CharField("部门", max_length=10, choices=Sector, blank=True)
    name = models.CharField("活动名称", max_length=100, blank=True)
    amount = models.CharField("活动量", max_length=NUMBER_LENGTH, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    factor = models.CharField("排放因子", max_length=80, blank=True)
    factor_value = models.CharField("自填因子", max_length=NUMBER_LENGTH, blank=True)
    factor_unit = models.CharField("自填因子单位", max_length=30, blank=True)
    factor_source = models.CharField("自填因子出处", max_length=200, blank=True)
    heating_value = models.CharField("热值", max_length=NUMBER_LENGTH, blank=True)
    heating_unit = models.CharField("热值单位", max_length=30, blank=True)
    uncertainty = models.CharField("不确定性%", max_length=NUMBER_LENGTH, blank=True)
    source = models.CharField("数据来源", max_length=200, blank=True)
    carried_from = models.PositiveSmallIntegerField("沿用年度", null=True, blank=True)

    class Meta:
        verbose_name = "清单活动"
        ordering = ("order", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inventory", "key"], name="activity_key_once"),
            one_of("sector", Sector.values, name="activity_sector_known", blank=True),
        ]

    def __str__(self) -> str:
        return self.name or self.key
