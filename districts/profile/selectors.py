"""What the sizes of a district are compared with: its drawn boundary, sub-areas and plots."""

from decimal import Decimal

from django.db.models import Q, Sum

from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from districts.plausibility.expectations import Sizes, SizesOfParts


def sizes_of(district: District) -> Sizes:
    """Sizes as they stand on the object."""
    return Sizes(*(getattr(district, name) for name in Sizes._fields))


def sizes_of_parts(district: District) -> SizesOfParts:
    """Drawn and listed sizes of the same land; three queries."""
    drawn = (
        Boundary.objects.filter(district=district, kind=BoundaryKind.PLAN).order_by("-number").values_list("area_km2", flat=True).first()
    )
    areas = list(district.sub_areas.values_list("area_km2", flat=True))
    stated = [area for area in areas if area is not None]
    land = district.plots.aggregate(all=Sum("area_ha"), buildable=Sum("area_ha", filter=Q(buildable=True)), floors=Sum("floor_area"))
    together = sum(stated, Decimal(0)) if stated and len(stated) == len(areas) else None
    return SizesOfParts(drawn, together, land["all"], land["buildable"], land["floors"])
