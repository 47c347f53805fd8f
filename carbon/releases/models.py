"""Release of a yearly carbon figure to the public."""

from typing import ClassVar

from django.db import models

from carbon.inventories.models import CarbonInventory
from districts.file.models.district import District, InDistrict
from districts.releases.models import LIVE, PublicRelease
from greendistrict.accounts.enums import Role


class CarbonRelease(InDistrict, PublicRelease):
    """Release of the figure of one filed edition."""

    seat = (Role.AUTHORITY,)

    district = models.ForeignKey(District, models.PROTECT, related_name="carbon_releases", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    inventory = models.ForeignKey(CarbonInventory, models.PROTECT, related_name="releases", verbose_name="公开的清单")

    class Meta(PublicRelease.Meta):
        verbose_name = "碳排放数字公开"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "year"], condition=LIVE, name="carbon_release_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度碳排放数字"
