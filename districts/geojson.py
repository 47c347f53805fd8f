"""Boundaries as GeoJSON: reading, checking and drawing as a schematic outline. Pure, no Django.

Coordinates are WGS84 degrees, longitude first. Only the area around Shanghai is taken, so that swapped or projected
coordinates are found at once.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 5 * 1024 * 1024
EAST = (120.85, 122.25)
NORTH = (30.65, 31.90)
RING_POINTS = 4
KM_PER_DEGREE = 111.32
Ring = list[list[float]]


class BoundaryError(ValueError):
    """The file is no boundary of ours; the text says what to do."""


@dataclass(frozen=True)
class Outline:
    """A boundary as an SVG path in a box of ``width`` × ``height``, with the length in km that ``scale_px`` stands for."""

    path: str
    width: int
    height: int
    scale_km: float
    scale_px: float

    @property
    def view_box(self) -> str:
        """Value of the ``viewBox`` attribute."""
        return f"0 0 {self.width} {self.height}"

    @property
    def scale_words(self) -> str:
        """Length of the scale bar in words."""
        return f"{self.scale_km:g} km" if self.scale_km >= 1 else f"{self.scale_km * 1000:g} m"


def parse(content: bytes) -> dict[str, Any]:
    """Boundary of an uploaded file as a ``MultiPolygon`` geometry. Raises ``BoundaryError`` with what to do."""
    if len(content) > MAX_BYTES:
        msg = "范围文件超过5 MB，请简化后再上传"
        raise BoundaryError(msg)
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        msg = "范围文件不是GeoJSON，请由测绘软件导出GeoJSON（UTF-8）"
        raise BoundaryError(msg) from error
    polygons = [polygon for geometry in _geometries(data) for polygon in _polygons(geometry)]
    if not polygons:
        msg = "范围文件里没有面（Polygon或MultiPolygon）"
        raise BoundaryError(msg)
    return {"type": "MultiPolygon", "coordinates": polygons}


def _geometries(data: Any) -> list[Any]:
    """Geometries of a feature collection, a feature, a geometry collection or a bare geometry."""
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "FeatureCollection" and isinstance(data.get("features"), list):
        return [feature.get("geometry") for feature in data["features"] if isinstance(feature, dict)]
    if kind == "GeometryCollection" and isinstance(data.get("geometries"), list):
        return list(data["geometries"])
    return [data.get("geometry")] if kind == "Feature" else [data]


def _polygons(geometry: Any) -> list[list[Ring]]:
    """Checked polygons of one geometry. Raises ``BoundaryError``."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Polygon":
        coordinates = [coordinates]
    elif kind != "MultiPolygon":
        msg = "范围文件里有不是面的图形，请只导出Polygon或MultiPolygon"
        raise BoundaryError(msg)
    if not isinstance(coordinates, list) or not all(isinstance(polygon, list) and polygon for polygon in coordinates):
        msg = "范围文件里的面没有坐标"
        raise BoundaryError(msg)
    return [[_ring(ring) for ring in polygon] for polygon in coordinates]


def _ring(ring: Any) -> Ring:
    """Ring of points within bounds, closed. Raises ``BoundaryError``."""
    if not isinstance(ring, list) or len(ring) < RING_POINTS:
        msg = "范围边界的一圈至少要有4个点"
        raise BoundaryError(msg)
    points = [_point(point) for point in ring]
    if points[0] != points[-1]:
        msg = "范围边界没有闭合：最后一点应与第一点相同"
        raise BoundaryError(msg)
    return points


def _point(point: Any) -> list[float]:
    """Longitude and latitude of a point within bounds. Raises ``BoundaryError``."""
    numbers = point[:2] if isinstance(point, list) else []
    if len(numbers) != 2 or not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):  # noqa: PLR2004 -- a pair
        msg = "范围文件里有不是经纬度的坐标"
        raise BoundaryError(msg)
    east, north = (float(number) for number in numbers)
    if not (math.isfinite(east) and EAST[0] <= east <= EAST[1] and NORTH[0] <= north <= NORTH[1]):
        msg = f"坐标（{east:g}，{north:g}）不在上海范围内，请用WGS84经纬度，经度在前"
        raise BoundaryError(msg)
    return [east, north]


def outline(boundary: dict[str, Any], *, width: int = 520, height: int = 340, margin: int = 16) -> Outline:
    """Draw a checked boundary: equal scale both ways, north up, centred."""
    points = [point for polygon in boundary["coordinates"] for ring in polygon for point in ring]
    west, east = min(point[0] for point in points), max(point[0] for point in points)
    south, north = min(point[1] for point in points), max(point[1] for point in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = (east - west) * squeeze or 1e-9, (north - south) or 1e-9
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    left, top = (width - wide * scale) / 2, (height - high * scale) / 2

    def place(point: list[float]) -> str:
        return f"{left + (point[0] - west) * squeeze * scale:.1f} {top + (north - point[1]) * scale:.1f}"

    path = "".join(f"M{'L'.join(place(point) for point in ring[:-1])}Z" for polygon in boundary["coordinates"] for ring in polygon)
    km = _round_length(width / 5 / scale * KM_PER_DEGREE)
    return Outline(path, width, height, km, round(km / KM_PER_DEGREE * scale, 1))


def _round_length(km: float) -> float:
    """Largest 1, 2 or 5 × 10ⁿ not above ``km``."""
    power: float = 10 ** math.floor(math.log10(km))
    return max(step * power for step in (1, 2, 5) if step * power <= km or step == 1)
