"""Intersection of a geometry with a rectangle, in degrees; implemented without GEOS, which web workers do not load."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

Point = Sequence[float]
Ring = Sequence[Point]
Rectangle = tuple[float, float, float, float]  # west, south, east, north


def polygons(geometry: Mapping[str, Any]) -> Sequence[Sequence[Ring]]:
    """Rings of each part of a GeoJSON polygon or multipolygon."""
    found: Sequence[Sequence[Ring]] = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return found


def bounds(geometries: Iterable[Mapping[str, Any]]) -> list[float]:
    """West, south, east and north of all geometries."""
    points = [point for geometry in geometries for rings in polygons(geometry) for point in rings[0]]
    east_west, north_south = [point[0] for point in points], [point[1] for point in points]
    return [min(east_west), min(north_south), max(east_west), max(north_south)]


def meets(geometry: Mapping[str, Any], rectangle: Rectangle) -> bool:
    """Whether they intersect: an edge crosses the rectangle, or the rectangle lies inside the polygon."""
    west, south, _, _ = rectangle
    for rings in polygons(geometry):
        if any(_runs_through(start, end, rectangle) for ring in rings for start, end in _sides(ring)):
            return True
        if sum(_crossings(ring, west, south) for ring in rings) % 2:  # in the outer ring and in no hole
            return True
    return False


def _sides(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return pairwise(ring)


def _runs_through(start: Point, end: Point, rectangle: Rectangle) -> bool:
    """Whether part of an edge lies in the rectangle (Liang–Barsky clipping)."""
    west, south, east, north = rectangle
    enter, leave = 0.0, 1.0
    for origin, step, low, high in ((start[0], end[0] - start[0], west, east), (start[1], end[1] - start[1], south, north)):
        if step == 0:
            if not low <= origin <= high:
                return False
            continue
        first, last = sorted(((low - origin) / step, (high - origin) / step))
        enter, leave = max(enter, first), min(leave, last)
        if enter > leave:
            return False
    return True


def _crossings(ring: Ring, x: float, y: float) -> int:
    """Number of crossings of an eastward ray from the point with the ring."""
    return sum(
        (start[1] > y) != (end[1] > y) and x < start[0] + (y - start[1]) * (end[0] - start[0]) / (end[1] - start[1])
        for start, end in _sides(ring)
    )
