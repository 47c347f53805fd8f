"""Reads GeoJSON (RFC 7946, and the coordinate systems that older and newer writers state), and names other JSON."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from districts.boundaries.geometry.boundary_file import BoundaryError, Point, Polygon, RawBoundary, in_words
from districts.boundaries.geometry.rings import closed, no_areas, pair
from greendistrict.core.integers import whole

OTHERS = {"Point": "个点", "MultiPoint": "个点", "LineString": "条线", "MultiLineString": "条线", "": "个没有图形的要素"}
AREAS = ("Polygon", "MultiPolygon")
ESRI = {"geometryType", "rings", "spatialReference"}
DEEPEST = 8
SHOWN = 60
UNKNOWN = "这个JSON不是GeoJSON（最外层应是FeatureCollection、Feature或面），请由测绘软件导出GeoJSON"


def outlines(text: str) -> RawBoundary:
    """Areas of a GeoJSON text. Raises ``BoundaryError``."""
    data = _loaded(text)
    if other := _other_json(data):
        raise BoundaryError(other)
    left: Counter[str] = Counter()
    features = [(attributes(properties), _of_geometry(geometry, left)) for properties, geometry in _geometries(data)]
    if left and not any(polygons for _, polygons in features):
        raise BoundaryError(no_areas(left))
    return RawBoundary("GeoJSON", features, _stated(data), left.total())


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        msg = "文件嵌套太深，不是正常的GeoJSON，请由测绘软件重新导出"
        raise BoundaryError(msg) from error
    except ValueError as error:
        is_lined = sum(line.lstrip().startswith('{"') and line.rstrip().endswith("}") for line in text.splitlines()[:3]) > 1
        msg = (
            "这是逐行的GeoJSON（每行一个要素），请导出成一个FeatureCollection"
            if is_lined
            else "文件不是完整的GeoJSON，请由测绘软件重新导出"
        )
        raise BoundaryError(msg) from error


def _other_json(data: Any) -> str:
    """Refusal of what is JSON but no GeoJSON; empty for GeoJSON."""
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "Topology":
        return "这是TopoJSON，不是GeoJSON，请由测绘软件导出GeoJSON"
    if isinstance(kind, str):
        return ""
    features = data.get("features") if isinstance(data, dict) else None
    first = features[0] if isinstance(features, list) and features else None
    if isinstance(data, dict) and (ESRI & set(data) or (isinstance(first, dict) and "attributes" in first)):
        return "这是Esri JSON，不是GeoJSON，请由测绘软件导出GeoJSON"
    return UNKNOWN


def attributes(properties: Any) -> dict[str, str]:
    """Attributes of a feature as text; values that are not plain are left out."""
    rows = properties.items() if isinstance(properties, dict) else ()
    plain = {name: value for name, value in rows if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))}
    return {str(name): in_words(value) for name, value in plain.items()}


def _stated(data: Any) -> str:
    """Text of the coordinate system, wherever the file states it. Raises ``BoundaryError`` if it states several."""
    named = list(dict.fromkeys(text for part in _parts(data) if (text := _system(part))))
    if len(named) > 1:
        msg = f"文件里写明了几个坐标系（{'、'.join(text[:SHOWN] for text in named[:3])}），请统一后重新导出"
        raise BoundaryError(msg)
    return named[0] if named else ""


def _parts(data: Any) -> Iterator[dict[str, Any]]:
    """The file and what can state a system within it."""
    features = data.get("features") if data.get("type") == "FeatureCollection" else None
    for feature in (data, *(features if isinstance(features, list) else ())):
        for part in (feature, feature.get("geometry") if isinstance(feature, dict) else None):
            if isinstance(part, dict):
                yield part


def _system(part: dict[str, Any]) -> str:
    """The system that a part states: as GDAL of old, GeoJSON 2008 (name, link), GeoJSON of its drafts (code) and JSON-FG do."""
    crs = part.get("crs") or part.get("coordRefSys")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if isinstance(properties, dict):
        crs = properties.get("name") or properties.get("code") or properties.get("href") or crs
    elif isinstance(crs, dict):
        crs = crs.get("name") or crs.get("href") or crs
    if isinstance(crs, int) and not isinstance(crs, bool):
        return f"EPSG:{crs}"
    if isinstance(crs, str):
        plain = crs.strip()
        plain = plain[1:-1] if plain[:1] == "[" else plain  # a safe CURIE
        return plain if whole(plain) is None else f"EPSG:{plain}"
    return json.dumps(crs, ensure_ascii=False) if crs else ""


def _geometries(data: Any) -> list[tuple[Any, Any]]:
    """Attributes and geometry of each member of a feature collection, a feature, a geometry collection or a bare geometry."""
    kind = data.get("type")
    if kind == "FeatureCollection" and isinstance(data.get("features"), list):
        features = [feature if isinstance(feature, dict) else {} for feature in data["features"]]
        return [(feature.get("properties"), _shape(feature)) for feature in features]
    if kind == "FeatureCollection":
        msg = "GeoJSON里没有要素列表（features），请由测绘软件重新导出"
        raise BoundaryError(msg)
    if kind == "GeometryCollection" and isinstance(data.get("geometries"), list):
        return [(None, geometry) for geometry in data["geometries"]]
    return [(data.get("properties"), _shape(data))] if kind == "Feature" else [(None, data)]


def _shape(feature: dict[str, Any]) -> Any:
    """The shape of a feature: that of JSON-FG is in the system which the file states, beside which it can have another in WGS84."""
    place = feature.get("place")
    return place if isinstance(place, dict) and place.get("type") in AREAS else feature.get("geometry")


def _of_geometry(geometry: Any, left: Counter[str], depth: int = 0) -> list[Polygon]:
    """Polygons of a geometry; what is none is counted in ``left``."""
    kind = geometry.get("type") if isinstance(geometry, dict) else "" if geometry is None else None
    kind = kind if isinstance(kind, str) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    members = geometry.get("geometries") if kind == "GeometryCollection" else None
    if isinstance(members, list) and depth < DEEPEST:
        return [polygon for member in members for polygon in _of_geometry(member, left, depth + 1)]
    if kind in OTHERS or (kind in AREAS and coordinates == []):
        left[OTHERS.get(kind, OTHERS[""])] += 1
        return []
    if kind == "Polygon":
        coordinates = [coordinates]
    elif kind != "MultiPolygon":
        named = f"（{kind[:SHOWN]}）" if kind else ""
        msg = f"文件里有不是面的图形{named}，请只导出面（Polygon或MultiPolygon）"
        raise BoundaryError(msg)
    if not isinstance(coordinates, list) or not all(isinstance(polygon, list) and polygon for polygon in coordinates):
        msg = "文件里的面没有坐标"
        raise BoundaryError(msg)
    return [[_ring(ring) for ring in polygon] for polygon in coordinates]


def _ring(ring: Any) -> list[Point]:
    if not isinstance(ring, list):
        msg = "文件里的面没有坐标"
        raise BoundaryError(msg)
    return closed([pair(point) for point in ring])
