"""Boundaries of districts and of key areas, stored as versions."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


def confirmed_field() -> "models.JSONField[Any]":
    """Odd things of an outline that were asked about and confirmed, in the words of the question."""
    return models.JSONField("确认过的疑点", default=list, blank=True, db_default=models.Value([], output_field=models.JSONField()))


class Boundary(models.Model):
    """A version of one of a district's three boundaries; the newest counts. Only its 审图号 may change.

    ``geometry`` is a GeoJSON MultiPolygon in WGS84; ``area_km2`` is computed on the ellipsoid, ``stated_km2`` is the area stated in the
    district file on that day. ``overlaps`` holds its share (0 to 1) within each key area by name, ``confirmed`` the sentences
    of the preview that were confirmed before it was stored.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="boundaries")
    kind = models.CharField("范围", max_length=12, choices=BoundaryKind)
    number = models.PositiveSmallIntegerField("版次", default=1)
    geometry = models.JSONField("图形")
    area_km2 = models.DecimalField("图形面积", max_digits=10, decimal_places=4)
    stated_km2 = models.DecimalField("填写的面积", max_digits=8, decimal_places=4, null=True, blank=True)
    points = models.PositiveIntegerField("点数")
    file_name = models.CharField("文件名", max_length=200)
    format = models.CharField("格式", max_length=20)
    system = models.CharField("坐标系", max_length=100)
    sha256 = models.CharField("文件校验值", max_length=64)
    reason = models.CharField("事由", max_length=200, help_text="已有一版的，写明为什么改")
    map_number = models.CharField("审图号", max_length=40, blank=True, help_text="有审图号的范围才向公众显示；没有的不填")
    overlaps = models.JSONField("与重点区域叠加", default=dict, blank=True)
    confirmed = confirmed_field()
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT, Role.CITY_OFFICER), null=True, related_name="+"
    )

    class Meta:
        verbose_name = "范围"
        ordering = ("kind", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "kind", "number"], name="boundary_number_once"),
            one_of("kind", BoundaryKind.values, name="boundary_kind_known"),
            models.CheckConstraint(condition=models.Q(area_km2__gt=0), name="boundary_area_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.get_kind_display()}（第{self.number}版）"


class KeyArea(models.Model):
    """A version of the extent of a key area (四（二）), entered by the city with its source; the newest counts.

    Without an extent, overlaps with the key area cannot be computed.
    """

    name = models.CharField("名称", max_length=60)
    number = models.PositiveSmallIntegerField("版次", default=1)
    reason = models.CharField("事由", max_length=200, blank=True, help_text="已有一版的，写明为什么改")
    geometry = models.JSONField("图形")
    area_km2 = models.DecimalField("图形面积", max_digits=10, decimal_places=4)
    source = models.CharField("出处", max_length=300, help_text="范围由哪个文件划定，如批复文号")
    system = models.CharField("坐标系", max_length=100)
    sha256 = models.CharField("文件校验值", max_length=64)
    confirmed = confirmed_field()
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT, Role.CITY_OFFICER), null=True, related_name="+"
    )

    class Meta:
        verbose_name = "重点区域范围"
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "number"], name="key_area_version_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> models.QuerySet["KeyArea"]:
        """The newest version of every key area, by name."""
        return cls.objects.order_by("name", "-number").distinct("name")
