"""Shapes of plots as delivered by the district's surveyors, and those that were replaced."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.boundaries.geojson import Box
from districts.boundaries.models import confirmed_field
from districts.file.models.district import District
from districts.plots.models import Plot
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role


class DrawnShape(models.Model):
    """Shape of a plot: a GeoJSON MultiPolygon in WGS84, and the simplified path drawn on maps.

    ``path`` and the box (``west``, ``top``, ``east``, ``bottom``) are in metres on the grid of ``boundaries.geojson.metre_path``, computed
    once when the file is read. No figures are computed from a shape: ratios and areas come from the list of plots. ``confirmed`` holds the
    sentences of the preview that were confirmed before the file was stored, ``reason`` why a former shape was restored.
    """

    geometry = models.JSONField("图形")
    path = models.TextField("示意路径")
    west = models.IntegerField("西")
    top = models.IntegerField("北")
    east = models.IntegerField("东")
    bottom = models.IntegerField("南")
    area_ha = models.DecimalField("图形面积", max_digits=10, decimal_places=4)
    file_name = models.CharField("文件名", max_length=200)
    confirmed = confirmed_field()
    reason = models.CharField("事由", max_length=200, blank=True, default="", db_default="")
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, related_name="+", verbose_name="登记人"
    )

    class Meta:
        abstract = True

    @property
    def box(self) -> Box:
        """Sides of the bounding box."""
        return self.west, self.top, self.east, self.bottom


class PlotShape(DrawnShape):
    """The present shape of a plot."""

    plot = models.OneToOneField(Plot, models.CASCADE, related_name="shape")

    class Meta:
        verbose_name = "地块图形"
        ordering = ("plot",)
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(area_ha__gt=0), name="plot_shape_area_positive")]

    def __str__(self) -> str:
        return f"地块{self.plot}图形"

    @property
    def number(self) -> str:
        """Number of the plot."""
        return self.plot.number


class FormerShape(DrawnShape):
    """A shape of a plot that was replaced at ``ended_at``, or whose plot was deleted then; never changed.

    Shapes of a deleted plot have no ``plot``, but the district that it was ``deleted_from`` and its ``deleted_number``.
    """

    plot = models.ForeignKey(Plot, models.CASCADE, null=True, related_name="former_shapes")
    deleted_from = models.ForeignKey(District, models.CASCADE, null=True, related_name="+", verbose_name="删除地块的城区")
    deleted_number = models.CharField("删除时的地块编号", max_length=40, blank=True, default="", db_default="")
    ended_at = models.DateTimeField("替换时间")
    ended_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, related_name="+", verbose_name="替换人"
    )

    class Meta:
        verbose_name = "地块的原图形"
        ordering = ("plot", "-ended_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(plot__isnull=False, deleted_from__isnull=True) | models.Q(plot__isnull=True, deleted_from__isnull=False),
                name="former_shape_of_one_district",
            )
        ]

    def __str__(self) -> str:
        return f"地块{self.number}原图形"

    @property
    def number(self) -> str:
        """Number of the plot: the present one, or the last one of a deleted plot."""
        return self.plot.number if self.plot else self.deleted_number
