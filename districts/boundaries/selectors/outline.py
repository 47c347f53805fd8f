"""Outline of a district's current boundary for display."""

from districts.boundaries.geojson import Outline, outline
from districts.file.models.district import District


def outline_of(district: District) -> Outline | None:
    """Boundary as a drawing; None if there is none."""
    return outline(district.boundary) if district.boundary else None
