"""Shapes of plots as delivered by the district's surveyors."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.boundaries.geojson import Box
from districts.plots.models import Plot
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role


class PlotShape(models.Model):
    """Shape of a plot: a GeoJSON MultiPolygon in WGS84, and the simplified path drawn on maps.

    ``path`` and the box (``west``, ``top``, ``east``, ``bottom``) are in metres on the grid of ``boundaries.geojson.metre_path``, computed
    once when the file is read. No figures are computed from a shape: ratios and areas come from the list of plots.
    """

    plot = models.OneToOneField(Plot, models.CASCADE, related_name="shape")
    geometry = models.JSONField("图形")
    path = models.TextField("示意路径")
    west = models.IntegerField("西")
    top = models.IntegerField("北")
    east = models.IntegerField("东")
    bottom = models.IntegerField("南")
    area_ha = models.DecimalField("图形面积", max_digits=10, decimal_places=4)
    file_name = models.CharField("文件名", max_length=200)
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, related_name="+", verbose_name="登记人"
    )

    class Meta:
        verbose_name = "地块图形"
        ordering = ("plot",)
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(area_ha__gt=0), name="plot_shape_area_positive")]

    def __str__(self) -> str:
        return f"地块{self.plot}图形"

    @property
    def box(self) -> Box:
        """Sides of the bounding box."""
        return self.west, self.top, self.east, self.bottom
