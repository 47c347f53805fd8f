"""Check a boundary: closed, WGS84, within bounds, valid; measure it on the ellipsoid."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyproj
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.polygon import orient

from districts.boundaries.geojson import metre_path
from districts.boundaries.geometry import coordinate_systems, readings
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
from districts.common.coordinate_systems import AS_IS, GCJ02, NOT_TAKEN, SWAPPED, SWAPPED_GCJ02, SYSTEMS
from greendistrict.core.folded_keys import folded, visible

RING_POINTS = 4
DRAWING = "DXF"
MOST_TOLD = 9_999  # features left out: the field of the format holds 20 signs
SQUARE_METRES = 1_000_000
LEAST = 0.0001  # km² of an outline, ha of a plot: what is stored
DEGREES = 360
METRE = 1e-5  # of a degree, about: what a drawing of a district does not show
TOUCHING = 2e-7  # of a degree: two centimetres, as near as arcs of a drawing are followed
HECTARES = 100  # of a square kilometre
# A Shapefile has ten bytes for a name: of 地块编号 in UTF-8 remains 地块编.
NUMBER_NAMES = ("地块编号", "地块编", "地块号", "编号", "地块", "number", "plot", "plot_no", "plotno", "dkbh", "dkh", "name", "名称")
TRIED = 200  # points from which a fitting system is told
LOCAL = 500_000  # metres: local systems of the city have their origin in it
BY_CONVENTION = ("KML", "KMZ")  # which cannot state a system
READ_AS = {AS_IS: "{}", GCJ02: "GCJ-02，已换算成WGS84（误差约1米）", SWAPPED: "{}，横纵坐标已对调"}
READ_AS[SWAPPED_GCJ02] = f"{READ_AS[GCJ02]}，横纵坐标已对调"
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


@dataclass(frozen=True)
class MeantSystem:
    """Coordinate system of a file with its name in words, whether file or user named it, and the reading that the user named with it."""

    crs: pyproj.CRS
    words: str
    is_named: bool
    reading: str


def boundary_of(content: bytes, name: str, system: str = "", drawing: Drawing | None = None, reading: str = "") -> CheckedBoundary:
    """Boundary of a file; ``system`` is the key of the coordinate system named by the user. Raises ``BoundaryError``."""
    raw = read(content, name, drawing=drawing)
    return checked(raw, meant(raw, system), reading)


def checked(raw: RawBoundary, system: MeantSystem, reading: str = "") -> CheckedBoundary:
    """Boundary of what was read, its coordinates as they stand or by a ``reading``. Raises ``BoundaryError``."""
    hold_rings(raw.polygons, MAX_POINTS)
    polygons = in_degrees(raw.polygons, system, reading)
    hold_bounds(polygons, raw.polygons)
    drawn = drawn_of(polygons)
    area = _large_enough(area_km2(drawn), SQUARE_METRES)
    points = int(shapely.get_num_coordinates(drawn))
    other = "非多段线" if raw.format == DRAWING else "非面"
    taken = f"{raw.format}，略去{min(raw.left_out, MOST_TOLD)}个{other}" if raw.left_out else raw.format
    words = READ_AS[reading or system.reading or AS_IS].format(system.words)
    return CheckedBoundary(_geojson(drawn), area, taken, words, points)


@dataclass(frozen=True)
class CheckedPlot:
    """A plot of a file: number, GeoJSON MultiPolygon in WGS84, hectares on the ellipsoid, path and box on the metre grid."""

    number: str
    geometry: dict[str, Any]
    area_ha: float
    path: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class CheckedPlots:
    """Plots of a file, and what was left out: how many shapes that are no areas, and numbers that only have such."""

    plots: list[CheckedPlot]
    format: str
    left_out: int
    without_area: list[str]


def plots_of(content: bytes, name: str, system: str = "", attribute: str = "", drawing: Drawing | None = None) -> list[CheckedPlot]:
    """Plots of a file, numbered by ``attribute`` or by the first attribute with a usual name. Raises ``BoundaryError``."""
    raw = read(content, name, named=True, drawing=drawing)
    return checked_plots(raw, meant(raw, system), attribute).plots


def checked_plots(raw: RawBoundary, system: MeantSystem, attribute: str, reading: str = "") -> CheckedPlots:
    """Plots of what was read; several shapes with the same number form one plot. Raises ``BoundaryError``."""
    hold_rings(raw.polygons, MAX_PLOT_POINTS)
    attribute = NUMBER if raw.format == DRAWING else attribute
    found: dict[str, list[Polygon]] = {}
    for attributes, polygons in raw.features:
        if polygons:
            found.setdefault(_number(attributes, attribute), []).extend(polygons)
    bare = [number for attributes, polygons in raw.features if not polygons and (number := _named(attributes, attribute))]
    plots = [_plot(number, in_degrees(polygons, system, reading), polygons) for number, polygons in found.items()]
    return CheckedPlots(plots, raw.format, raw.left_out, list(dict.fromkeys(number for number in bare if number not in found)))


def _named(attributes: dict[str, str], attribute: str) -> str:
    named = {_key(name): value for name, text in attributes.items() if (value := _on_one_line(text))}
    return next((named[name] for name in ([_key(attribute)] if attribute else NUMBER_NAMES) if name in named), "")[:40]


_key = lru_cache(maxsize=1_000)(folded)  # of the name of an attribute, which each feature repeats


def _on_one_line(text: str) -> str:
    """A number as it can be shown, typed and sent back by a browser."""
    return visible("".join(sign if sign.isprintable() else " " for sign in text))


def _number(attributes: dict[str, str], attribute: str) -> str:
    number = _named(attributes, attribute)
    if not number:
        known = "、".join(list(attributes)[:8]) or "没有属性"
        msg = f"有图形没有写明地块编号，请在“编号属性”里写明哪个属性是编号（文件里有：{known}）"
        raise BoundaryError(msg, field="attribute")
    return number


def _plot(number: str, polygons: list[Polygon], as_written: list[Polygon]) -> CheckedPlot:
    try:
        hold_bounds(polygons, as_written)
        drawn = drawn_of(polygons)
        area = _large_enough(area_km2(drawn) * HECTARES, SQUARE_METRES / HECTARES)
    except BoundaryError as error:
        msg = f"地块{number}：{error}"
        raise BoundaryError(msg, field=error.field) from error
    thin = drawn.simplify(METRE)
    kept = thin if thin.geom_type == "MultiPolygon" else MultiPolygon([thin])
    path, box = metre_path(_geojson(drawn if kept.is_empty else kept))
    return CheckedPlot(number, _geojson(drawn), area, path, box)


def _large_enough(area: float, metres: float) -> float:
    """The area in a unit of so many square ``metres``, as it is stored. Raises ``BoundaryError`` if nothing of it would be left."""
    if area < LEAST:
        msg = f"图形的面积只有{area * metres:.3g}平方米，请核对坐标和单位"
        raise BoundaryError(msg)
    return area


def meant(raw: RawBoundary, system: str) -> MeantSystem:
    """Coordinate system of what was read; ``system`` is the key named by the user. Raises ``BoundaryError``."""
    named = coordinate_systems.chosen(system)
    by_standard = raw.format == "GeoJSON" and not raw.system and named is None  # RFC 7946, 4: WGS84 and nothing else
    stated = coordinate_systems.WGS84 if by_standard else raw.system
    try:
        crs = coordinate_systems.settled(coordinate_systems.of_text(stated) if stated else None, named)
    except BoundaryError as error:
        if error.field != "system" or system in NOT_TAKEN:
            raise
        msg = f"{error}{fitting_words(raw.polygons)}"
        raise BoundaryError(msg, field="system") from error
    words = f"{coordinate_systems.words(crs)}{coordinate_systems.BY_STANDARD if by_standard else ''}"
    is_named = named is not None or not (by_standard or raw.format in BY_CONVENTION)
    return MeantSystem(crs, words, is_named, GCJ02 if system == GCJ02 else "")


def fitting_words(polygons: list[Polygon]) -> str:
    """Which of the accepted systems would place these coordinates in the city, to be added to a refusal; never chosen for the user."""
    points = [point for polygon in polygons for ring in polygon[:1] for point in ring[:TRIED]][:TRIED]
    largest = max((max(map(abs, point)) for point in points), default=0.0)
    if not points or not math.isfinite(largest) or largest <= DEGREES:
        return ""
    found = []
    for key, words in SYSTEMS.items():
        crs = pyproj.CRS.from_user_input(key)
        if not crs.is_geographic:
            convert = pyproj.Transformer.from_crs(crs, coordinate_systems.WGS84, always_xy=True)
            turned = [(second, first) for first, second in points]
            found += [f"“{words}”" for ring in (points, turned) if all(is_inside((x, y)) for x, y in convert.itransform(ring))]
    if found:
        return f"。按坐标落在本市的有：{'、'.join(dict.fromkeys(found))}，请问测绘单位是哪一种"
    local = "。坐标像上海2000、上海城建坐标等地方坐标系，平台不能换算，请由测绘单位换算成CGCS2000"
    return local if largest < LOCAL else ""


def drawn_of(polygons: list[Polygon]) -> MultiPolygon:
    """The polygons as one valid shape. Raises ``BoundaryError`` with the place of the fault."""
    drawn = MultiPolygon([(polygon[0], polygon[1:]) for polygon in polygons])
    if len(polygons) > 1 and not drawn.is_valid and all(part.is_valid for part in drawn.geoms):
        drawn = _joined(drawn)
    _hold_valid(drawn)
    return drawn


def _joined(drawn: MultiPolygon) -> MultiPolygon:
    """Parts with common sides as one; as they are where they overlap by more than ``TOUCHING``, measured across these sides."""
    whole = shapely.unary_union(list(drawn.geoms))
    overlap = sum(part.area for part in drawn.geoms) - whole.area
    sides = (drawn.length - whole.length) / 2
    if overlap > TOUCHING * sides:
        return drawn
    return whole if whole.geom_type == "MultiPolygon" else MultiPolygon([whole])


def hold_rings(polygons: list[Polygon], most: int) -> None:
    """Raise ``BoundaryError`` for rings that are too short, open, or together have more than ``most`` points."""
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


def in_degrees(polygons: list[Polygon], system: MeantSystem, reading: str = "") -> list[Polygon]:
    """Coordinates in WGS84 degrees, longitude first. Raises ``BoundaryError`` for coordinates outside the system."""
    crs, way = system.crs, reading or system.reading
    largest = max(abs(value) for polygon in polygons for ring in polygon for point in ring for value in point)
    if crs.is_geographic and largest > DEGREES:
        msg = f"坐标系写的是{coordinate_systems.words(crs)}，坐标却像平面直角坐标（米），请核对坐标系{fitting_words(polygons)}"
        raise BoundaryError(msg, field="system")
    if not crs.is_geographic and largest <= DEGREES:
        msg = f"坐标系写的是{coordinate_systems.words(crs)}，坐标却像经纬度，请核对坐标系"
        raise BoundaryError(msg, field="system")
    meant_so = readings.before(polygons, way)
    if not crs.is_geographic:  # degrees of CGCS2000 and WGS84 are the same to within a decimetre
        convert = pyproj.Transformer.from_crs(crs, coordinate_systems.WGS84, always_xy=True).itransform
        meant_so = [[[(float(x), float(y)) for x, y in convert(ring)] for ring in polygon] for polygon in meant_so]
    return readings.after(meant_so, way)


def is_inside(point: Point) -> bool:
    """Whether a place in degrees lies in the city."""
    return EAST[0] <= point[0] <= EAST[1] and NORTH[0] <= point[1] <= NORTH[1]


def hold_bounds(polygons: list[Polygon], as_written: list[Polygon]) -> None:
    """Raise ``BoundaryError`` unless all points in degrees lie in the city; ``as_written``: the coordinates of the file."""
    points = [point for polygon in polygons for ring in polygon for point in ring]
    outside = [place for place, point in enumerate(points) if not is_inside(point)]
    if not outside:
        return
    east, north = points[outside[0]]
    written = [point for polygon in as_written for ring in polygon for point in ring][outside[0]]
    first, second = written if max(map(abs, written)) <= DEGREES else (east, north)  # what GCJ-02 makes of them is found nowhere
    if all(is_inside((y, x)) for x, y in points):
        msg = f"经度和纬度写反了：第一点是（{first:g}，{second:g}），应经度在前、纬度在后"
        raise BoundaryError(msg)
    fitting = fitting_words(as_written)
    if not (math.isfinite(east) and math.isfinite(north)):
        msg = f"按所选坐标系换算不出经纬度，请核对坐标系{fitting}"
        raise BoundaryError(msg, field="system")
    west, south = f"{EAST[0]:g}°–{EAST[1]:g}°", f"{NORTH[0]:g}°–{NORTH[1]:g}°"
    msg = f"有{len(outside):,}个点不在本市范围内（东经{west}，北纬{south}），如（{first:.4f}，{second:.4f}），请核对文件和坐标系{fitting}"
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
        polygons.append([[[round(x, readings.PLACES), round(y, readings.PLACES)] for x, y, *_ in ring.coords] for ring in rings])
    return {"type": "MultiPolygon", "coordinates": polygons}
