"""Check a boundary: closed, WGS84, within bounds, valid; measure it on the ellipsoid."""

import math
import re
from dataclasses import asdict, dataclass
from typing import Any

import pyproj
import shapely
from shapely.geometry import MultiPolygon, shape
from shapely.geometry.polygon import orient

from districts.boundaries.geojson import metre_path
from districts.boundaries.geometry import coordinate_systems
from districts.boundaries.geometry.boundary_file import (
    EAST,
    MAX_PLOT_POINTS,
    MAX_POINTS,
    NORTH,
    NUMBER,
    BoundaryError,
    Point,
    Polygon,
    RawBoundary,
)
from districts.boundaries.geometry.drawings import Drawing
from districts.boundaries.geometry.formats import read

RING_POINTS = 4
MOST_TOLD = 9_999  # features left out: the field of the format holds 20 signs
SQUARE_METRES = 1_000_000
DEGREES = 360
PLACES = 7  # of a degree: a centimetre
METRE = 1e-5  # of a degree, about: what a drawing of a district does not show
HECTARES = 100  # of a square kilometre
NUMBER_NAMES = ("地块编号", "地块号", "编号", "地块", "number", "plot", "plot_no", "plotno", "dkbh", "dkh", "name", "名称")
REASONS = (
    (re.compile("Self-intersection|Ring Self"), "边界自相交或几块相互重叠"),
    (re.compile("Hole lies outside|Holes are nested"), "挖空的部分不在面内"),
    (re.compile("Nested shells"), "几块相互重叠"),
    (re.compile("Duplicate Rings"), "同一圈边界出现了两次"),
    (re.compile("Interior is disconnected"), "面的内部被边界切断"),
    (re.compile("Too few"), "一圈边界至少要有3个不同的点"),
)


@dataclass(frozen=True)
class CheckedBoundary:
    """A valid boundary: GeoJSON MultiPolygon in WGS84, km² on the ellipsoid, format and system in words, number of points."""

    geometry: dict[str, Any]
    area_km2: float
    format: str
    system: str
    points: int


def boundary_of(content: bytes, name: str, system: str = "", drawing: Drawing | None = None) -> CheckedBoundary:
    """Boundary of a file; ``system`` is the key of the coordinate system named by the user. Raises ``BoundaryError``."""
    raw = read(content, name, drawing=drawing)
    _hold_rings(raw.polygons, MAX_POINTS)
    crs, words = _system_of(raw, system)
    polygons = _in_degrees(raw.polygons, crs)
    _hold_bounds([point for polygon in polygons for ring in polygon for point in ring])
    drawn = _drawn(polygons)
    points = sum(len(ring) for polygon in polygons for ring in polygon)
    taken = f"{raw.format}，略去{min(raw.left_out, MOST_TOLD)}个非面" if raw.left_out else raw.format
    return CheckedBoundary(_geojson(drawn), area_km2(drawn), taken, words, points)


@dataclass(frozen=True)
class CheckedPlot:
    """A plot of a file: number, GeoJSON MultiPolygon in WGS84, hectares on the ellipsoid, path and box on the metre grid."""

    number: str
    geometry: dict[str, Any]
    area_ha: float
    path: str
    box: tuple[int, int, int, int]


def plots_of(content: bytes, name: str, system: str = "", attribute: str = "", drawing: Drawing | None = None) -> list[CheckedPlot]:
    """Plots of a file, numbered by ``attribute`` or by the first attribute with a usual name. Raises ``BoundaryError``.

    Several shapes with the same number form one plot.
    """
    raw = read(content, name, named=True, drawing=drawing)
    _hold_rings(raw.polygons, MAX_PLOT_POINTS)
    crs, _ = _system_of(raw, system)
    found: dict[str, list[Polygon]] = {}
    for attributes, polygons in raw.features:
        if polygons:
            found.setdefault(_number(attributes, NUMBER if raw.format == "DXF" else attribute), []).extend(polygons)
    return [_plot(number, _in_degrees(polygons, crs)) for number, polygons in found.items()]


def _number(attributes: dict[str, str], attribute: str) -> str:
    named = {name.casefold(): value for name, value in attributes.items()}
    number = next((named[name] for name in ([attribute.casefold()] if attribute else NUMBER_NAMES) if named.get(name)), "")
    if not number:
        known = "、".join(list(attributes)[:8]) or "没有属性"
        msg = f"有图形没有写明地块编号，请在“编号属性”里写明哪个属性是编号（文件里有：{known}）"
        raise BoundaryError(msg, field="attribute")
    return number[:40]


def _plot(number: str, polygons: list[Polygon]) -> CheckedPlot:
    try:
        _hold_bounds([point for polygon in polygons for ring in polygon for point in ring])
        drawn = _drawn(polygons)
    except BoundaryError as error:
        msg = f"地块{number}：{error}"
        raise BoundaryError(msg, field=error.field) from error
    thin = drawn.simplify(METRE)
    kept = thin if thin.geom_type == "MultiPolygon" else MultiPolygon([thin])
    path, box = metre_path(_geojson(drawn if kept.is_empty else kept))
    return CheckedPlot(number, _geojson(drawn), area_km2(drawn) * HECTARES, path, box)


def _system_of(raw: RawBoundary, system: str) -> tuple[pyproj.CRS, str]:
    """Coordinate system of a file and its name in words; ``system`` is the key named by the user."""
    named = coordinate_systems.chosen(system)
    by_standard = raw.format == "GeoJSON" and not raw.system and named is None  # RFC 7946, 4: WGS84 and nothing else
    stated = coordinate_systems.WGS84 if by_standard else raw.system
    crs = coordinate_systems.settled(coordinate_systems.of_text(stated) if stated else None, named)
    return crs, f"{coordinate_systems.words(crs)}{coordinate_systems.BY_STANDARD if by_standard else ''}"


def _drawn(polygons: list[Polygon]) -> MultiPolygon:
    drawn = MultiPolygon([(polygon[0], polygon[1:]) for polygon in polygons])
    _hold_valid(drawn)
    return drawn


def answer(content: bytes, name: str, system: str = "", drawing: Drawing | None = None) -> dict[str, Any]:
    """Result of ``boundary_of`` as plain data for the parent process."""
    return asdict(boundary_of(content, name, system, drawing))


def plots_answer(content: bytes, name: str, system: str = "", attribute: str = "", drawing: Drawing | None = None) -> list[dict[str, Any]]:
    """Result of ``plots_of`` as plain data for the parent process."""
    return [asdict(plot) for plot in plots_of(content, name, system, attribute, drawing)]


def _hold_rings(polygons: list[Polygon], most: int) -> None:
    if not polygons:
        msg = "文件里没有面"
        raise BoundaryError(msg)
    rings = [ring for polygon in polygons for ring in polygon]
    if (count := sum(len(ring) for ring in rings)) > most:
        msg = f"范围有{count:,}个点，超过{most:,}个，请简化后再上传"
        raise BoundaryError(msg)
    for number, ring in enumerate(rings, start=1):
        if len(ring) < RING_POINTS:
            msg = f"第{number}圈边界只有{len(ring)}个点，一圈至少要有4个点（首尾相同）"
            raise BoundaryError(msg)
        if ring[0] != ring[-1]:
            msg = f"第{number}圈边界没有闭合：最后一点应与第一点相同"
            raise BoundaryError(msg)
        if not all(math.isfinite(value) for point in ring for value in point):
            msg = "文件里有不是数字的坐标"
            raise BoundaryError(msg)


def _in_degrees(polygons: list[Polygon], crs: pyproj.CRS) -> list[Polygon]:
    """Coordinates in WGS84 degrees, longitude first. Raises ``BoundaryError`` for coordinates outside the system."""
    largest = max(abs(value) for polygon in polygons for ring in polygon for point in ring for value in point)
    if crs.is_geographic and largest > DEGREES:
        msg = f"坐标系写的是{coordinate_systems.words(crs)}，坐标却像平面直角坐标（米），请核对坐标系"
        raise BoundaryError(msg, field="system")
    if not crs.is_geographic and largest <= DEGREES:
        msg = f"坐标系写的是{coordinate_systems.words(crs)}，坐标却像经纬度，请核对坐标系"
        raise BoundaryError(msg, field="system")
    if crs.is_geographic:
        return polygons  # CGCS2000 and WGS84 are the same to within a decimetre
    convert = pyproj.Transformer.from_crs(crs, coordinate_systems.WGS84, always_xy=True).itransform
    return [[[(float(x), float(y)) for x, y in convert(ring)] for ring in polygon] for polygon in polygons]


def _is_inside(point: Point) -> bool:
    return EAST[0] <= point[0] <= EAST[1] and NORTH[0] <= point[1] <= NORTH[1]


def _hold_bounds(points: list[Point]) -> None:
    outside = [point for point in points if not _is_inside(point)]
    if not outside:
        return
    east, north = outside[0]
    if all(_is_inside((second, first)) for first, second in points):
        msg = f"经度和纬度写反了：第一点是（{east:g}，{north:g}），应经度在前、纬度在后"
        raise BoundaryError(msg)
    if not (math.isfinite(east) and math.isfinite(north)):
        msg = "按所选坐标系换算不出经纬度，请核对坐标系"
        raise BoundaryError(msg, field="system")
    west, south = f"{EAST[0]:g}°–{EAST[1]:g}°", f"{NORTH[0]:g}°–{NORTH[1]:g}°"
    msg = f"有{len(outside):,}个点不在本市范围内（东经{west}，北纬{south}），如（{east:.4f}，{north:.4f}），请核对文件和坐标系"
    raise BoundaryError(msg)


def _hold_valid(drawn: MultiPolygon) -> None:
    if drawn.is_valid and not drawn.is_empty and drawn.area > 0:
        return
    reason = shapely.is_valid_reason(drawn)
    words = next((text for pattern, text in REASONS if pattern.search(reason)), "边界图形不成立")
    place = re.search(r"\[(-?[\d.]+) (-?[\d.]+)", reason)
    where = f"，位置约在东经{float(place[1]):.5f}°、北纬{float(place[2]):.5f}°" if place else ""
    msg = f"{words}{where}，请在测绘软件里修正后再上传"
    raise BoundaryError(msg)


def area_km2(drawn: MultiPolygon) -> float:
    """Area on the WGS84 ellipsoid in km², without holes."""
    geod = pyproj.Geod(ellps="WGS84")
    return float(sum(abs(geod.geometry_area_perimeter(orient(part))[0]) for part in drawn.geoms) / SQUARE_METRES)


def _geojson(drawn: MultiPolygon) -> dict[str, Any]:
    """GeoJSON geometry by RFC 7946: outer rings counter-clockwise, coordinates rounded to about a centimetre."""
    polygons = []
    for part in drawn.geoms:
        turned = orient(part)
        rings = [turned.exterior, *turned.interiors]
        polygons.append([[[round(x, PLACES), round(y, PLACES)] for x, y, *_ in ring.coords] for ring in rings])
    return {"type": "MultiPolygon", "coordinates": polygons}


def shares(geometry: dict[str, Any], others: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Share (0 to 1) of a boundary that lies in each of the others, by name; those without overlap are left out."""
    own = shape(geometry)
    found = {name: own.intersection(shape(other)).area / own.area for name, other in others.items()}
    return {name: share for name, share in found.items() if share > 0}
