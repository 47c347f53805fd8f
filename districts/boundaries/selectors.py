"""Boundaries in force with their history, and outlines for maps."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from districts.boundaries.geojson import Outline, outline
from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import NEAR, gap_percent
from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import subject_of
from greendistrict.core import clock

# Boundaries as shown on pages.


@dataclass(frozen=True)
class ShownBoundary:
    """One of the three boundaries: its versions, newest first, and of the newest a drawing, its 审图号 and its overlaps with key areas.

    ``overlaps``: shares (0 to 1) by name, None if those of the day cannot be computed any more.
    """

    kind: BoundaryKind
    versions: list[Boundary]
    drawing: Outline | None
    map_number: str = ""
    overlaps: dict[str, float] | None = None

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
    """The three boundaries in lifecycle order, as they stood at the end of a day if one is given; one query for those of today."""
    versions = district.boundaries.select_related("entered_by").order_by("-number")
    rows = list(versions.filter(entered_at__lt=clock.end_of(on)) if on else versions)
    boundaries = []
    for kind in BoundaryKind:
        own = [row for row in rows if row.kind == kind]
        if not own:
            boundaries.append(ShownBoundary(kind, [], None))
            continue
        newest = own[0]
        number, overlaps = (_map_number_on(newest, on), _overlaps_on(newest, on)) if on else (newest.map_number, newest.overlaps)
        boundaries.append(ShownBoundary(kind, own, outline(newest.geometry), number, overlaps))
    return boundaries


def _map_number_on(boundary: Boundary, on: dt.date) -> str:
    """The 审图号 at the end of a day: what the first change after it replaced."""
    changes = AuditRecord.objects.filter(
        subject=subject_of(boundary.district), action="districts.set_map_number", at__gte=clock.end_of(on), data__kind=boundary.kind,
        data__number=boundary.number,
    )  # fmt: skip
    first = changes.order_by("pk").values_list("data", flat=True).first()
    return str(first["changed"]["map_number"][0]) if first else boundary.map_number


def _overlaps_on(boundary: Boundary, on: dt.date) -> dict[str, float] | None:
    """Overlaps with the key areas of a day. Stored are those with the present ones, so they are computed anew if one changed since."""
    moment, stored = clock.end_of(on), dict(boundary.overlaps)
    if boundary.kind != BoundaryKind.PLAN or not KeyArea.objects.filter(entered_at__gte=moment).exists():
        return stored
    areas = KeyArea.objects.filter(entered_at__lt=moment).order_by("name", "-number").distinct("name")
    try:
        return reader.shares(boundary.geometry, {area.name: area.geometry for area in areas})
    except BoundaryError:
        return None


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
