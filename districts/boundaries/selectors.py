"""Boundaries in force with their history, and outlines for maps."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from districts.boundaries.geojson import Outline, outline
from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import NEAR, gap_percent
from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from greendistrict.core import clock

# Boundaries as shown on pages.


@dataclass(frozen=True)
class ShownBoundary:
    """One of the three boundaries: its versions, newest first, and a drawing of the newest."""

    kind: BoundaryKind
    versions: list[Boundary]
    drawing: Outline | None

    @property
    def newest(self) -> Boundary | None:
        """The version that counts."""
        return self.versions[0] if self.versions else None


def area_words(boundary: Boundary) -> tuple[str, bool]:
    """Comparison of both areas in words, and whether it needs attention."""
    gap = gap_percent(boundary.area_km2, boundary.stated_km2)
    if gap is None:
        return "没有填写面积，无从比较", False
    if not gap:
        return "与填写的面积一致", False
    far = abs(gap) > NEAR
    return f"比填写的面积{'大' if gap > 0 else '小'}{abs(gap).normalize():f}%{'，请核对图形或面积' if far else ''}", far


def boundaries_of(district: District, on: dt.date | None = None) -> list[ShownBoundary]:
    """The three boundaries in lifecycle order, as they stood at the end of a day if one is given; one query."""
    versions = district.boundaries.select_related("entered_by").order_by("-number")
    rows = list(versions.filter(entered_at__lt=clock.end_of(on)) if on else versions)
    boundaries = []
    for kind in BoundaryKind:
        own = [row for row in rows if row.kind == kind]
        boundaries.append(ShownBoundary(kind, own, outline(own[0].geometry) if own else None))
    return boundaries


def published_boundaries(districts: QuerySet[District]) -> QuerySet[Boundary]:
    """Newest plan boundary of each district that may be shown to the public, that is with a 审图号."""
    newest = (
        Boundary.objects.filter(kind=BoundaryKind.PLAN, district__in=districts).order_by("district_id", "-number").distinct("district_id")
    )
    shown = Boundary.objects.filter(pk__in=newest.values("pk")).exclude(map_number="")
    return shown.select_related("district").order_by("district__is_demo", "district__code")


def public_boundary(district: District) -> Boundary | None:
    """Public boundary of one district (see ``published_boundaries``)."""
    return published_boundaries(District.objects.filter(pk=district.pk)).first()


def public_outline(district: District) -> dict[str, Any]:
    """``outline`` and ``map_number`` for public pages; both empty without a 审图号."""
    boundary = public_boundary(district)
    return {"outline": outline(boundary.geometry) if boundary else None, "map_number": boundary.map_number if boundary else ""}


def key_areas_entered(on: dt.date | None = None) -> list[list[KeyArea]]:
    """Versions of each key area with a known extent, newest first; the first of each list counts (at the end of a day, if one is given)."""
    found: dict[str, list[KeyArea]] = {}
    areas = KeyArea.objects.select_related("entered_by").order_by("name", "-number")
    for area in areas.filter(entered_at__lt=clock.end_of(on)) if on else areas:
        found.setdefault(area.name, []).append(area)
    return list(found.values())


# Outline of a district's current boundary for display.


def outline_of(district: District) -> Outline | None:
    """Boundary as a drawing; None if there is none."""
    return outline(district.boundary) if district.boundary else None
