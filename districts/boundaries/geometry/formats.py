"""Readers of the boundary formats: rings of plain numbers and the coordinate system stated in the file. Only its structure is checked."""

import io
import json
import lzma
import math
import re
import struct
import zipfile
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Any

import shapefile
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from districts.boundaries.geometry.boundary_file import MAX_UNPACKED, MIB, BoundaryError, Point, Polygon, RawBoundary, in_words
from districts.boundaries.geometry.drawings import BINARY, DWG, Drawing, is_drawing

SQLITE = b"SQLite format 3\x00"
# Encodings that files state, as Python has them; GB 18030 holds what GB 2312 and GBK do.
GBK = dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936", "936", "ansi 936"), "gb18030")
BIG5 = dict.fromkeys(("big5", "big-5", "cp950", "950", "ansi 950"), "big5")
ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "65001": "utf-8", **GBK, **BIG5}
# Two bytes a sign, by the mark or by the first sign of a file that has none.
WIDE = dict.fromkeys((b"\xff\xfe", b"\xfe\xff"), "utf-16")
WIDE |= {sign.encode(code): code for sign in "<{[" for code in ("utf-16-le", "utf-16-be")}
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
UNCLOSED = {False: 1e-8, True: 1e-3}  # of degrees or metres: what rounding leaves between the ends of a ring, a millimetre
OTHERS = {"Point": "个点", "MultiPoint": "个点", "LineString": "条线", "MultiLineString": "条线", "": "个没有图形的要素"}
KML_OTHERS = {"Point": "个点", "LineString": "条线", "LinearRing": "条线", "Track": "条线"}
DEEPEST = 8
PACK = "只有一个文件不够，请把shp、shx、dbf、prj一起压缩成zip后上传"
PARTS = {"shx", "dbf", "prj", "cpg"}
APPLE = re.compile(r"__MACOSX|(^|/)\._[^/]*$")  # what macOS packs beside each file
COMMA = re.compile(r"\s*,\s*")  # some write 121.4, 31.1
POLYGONS = {shapefile.POLYGON, shapefile.POLYGONZ, shapefile.POLYGONM}


def read(content: bytes, name: str, *, named: bool = False, drawing: Drawing | None = None) -> RawBoundary:
    """Read a file by its content; the name only helps to say what is wrong. Raises ``BoundaryError``.

    A DXF is refused without a ``drawing``, that is if the form does not ask for layer and unit.

    Attributes of a Shapefile are read only if its features must be ``named``: outlines need none, and a damaged attribute table should not
    prevent reading them.
    """
    if content.startswith(SQLITE):
        from districts.boundaries.geometry import geopackage  # noqa: PLC0415 -- loads GDAL, for these files only

        return geopackage.outlines(content, named=named)
    if content[:4] == b"PK\x03\x04":
        return _packed(content, named=named, drawing=drawing)
    if is_drawing(content):
        return _drawn(content, named=named, drawing=drawing)
    text = _text(content)
    if text[:1] == "<":
        return _kml(text)
    if text[:1] in {"{", "["}:
        return _geojson(text)
    taken = "GeoJSON、KML、KMZ、GeoPackage" if drawing is None else "GeoJSON、KML、KMZ、GeoPackage、DXF"
    ways = {"shp": PACK, "shx": PACK, "dbf": PACK, "prj": PACK, "rar": "请改压缩成zip后上传", "7z": "请改压缩成zip后上传"}
    way = ways.get(name.lower().rpartition(".")[2], f"认不出这个文件，请上传{taken}，或把shp、shx、dbf、prj一起压缩成zip")
    raise BoundaryError(way)


def _text(content: bytes) -> str:
    """The file as text: by its byte order mark, by what its first line states, as UTF-8, or as GBK, which surveying software writes."""
    stated = DECLARED.match(content)
    named = ENCODINGS.get(stated[1].decode().lower(), "utf-8") if stated else "utf-8"
    marked = WIDE.get(content[:2], "utf-8-sig")
    for encoding in (marked, named, "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding).strip()
    return ""


def _packed(content: bytes, *, named: bool, drawing: Drawing | None) -> RawBoundary:
    """Outlines of a zip: a Shapefile, KML (KMZ), or a single file of another format."""
    members = _unpacked(content)
    inner = next((ending for ending in ("gpkg", "geojson", "json", "dxf", "dwg") if ending in members), "")
    if inner and not {"shp", "kml"} & set(members) and members[inner][:4] != b"PK\x03\x04":
        return read(members[inner], f"a.{inner}", named=named, drawing=drawing)
    if "kml" not in members or "shp" in members:
        return _shapefile(members, named=named)
    text = _text(members["kml"])
    return replace(_kml(text), format="KMZ")


def _drawn(content: bytes, *, named: bool, drawing: Drawing | None) -> RawBoundary:
    if content.startswith(DWG):
        msg = "不收DWG，请在CAD里另存为ASCII格式的DXF"
        raise BoundaryError(msg)
    if content.startswith(BINARY):
        msg = "不收二进制的DXF，请在CAD里另存为ASCII格式的DXF"
        raise BoundaryError(msg)
    if drawing is None:
        msg = "这里不收DXF，请转成GeoJSON、KML或Shapefile后上传"
        raise BoundaryError(msg)
    from districts.boundaries.geometry import dxf  # noqa: PLC0415 -- a large library, for drawings only

    return dxf.outlines(content, layer=drawing.layer.strip(), unit=drawing.unit, named=named)


def _geojson(text: str) -> RawBoundary:
    try:
        data = json.loads(text)
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
    if other := _other_json(data):
        msg = f"这是{other}，不是GeoJSON，请由测绘软件导出GeoJSON"
        raise BoundaryError(msg)
    left: Counter[str] = Counter()
    features = [(_attributes(properties), _of_geometry(geometry, left)) for properties, geometry in _geometries(data)]
    if left and not any(polygons for _, polygons in features):
        raise BoundaryError(_no_areas(left))
    return RawBoundary("GeoJSON", features, _crs_member(data), left.total())


def _no_areas(left: Counter[str]) -> str:
    return f"文件里没有面，只有{'、'.join(f'{number}{kind}' for kind, number in left.items())}，请导出面（Polygon或MultiPolygon）"


def _other_json(data: Any) -> str:
    """Name of another format that is written as JSON; empty for none."""
    if not isinstance(data, dict):
        return ""
    if data.get("type") == "Topology":
        return "TopoJSON"
    return "Esri JSON" if {"geometryType", "rings", "spatialReference"} & set(data) else ""


def _attributes(properties: Any) -> dict[str, str]:
    """Attributes of a feature as text; values that are not plain are left out."""
    rows = properties.items() if isinstance(properties, dict) else ()
    return {str(name): in_words(value) for name, value in rows if value is None or isinstance(value, str | int | float)}


def _crs_member(data: Any) -> str:
    crs = data.get("crs") if isinstance(data, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name.strip() if isinstance(name, str) else ""


def _geometries(data: Any) -> list[tuple[Any, Any]]:
    """Attributes and geometry of each member of a feature collection, a feature, a geometry collection or a bare geometry."""
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "FeatureCollection" and isinstance(data.get("features"), list):
        return [(feature.get("properties"), feature.get("geometry")) for feature in data["features"] if isinstance(feature, dict)]
    if kind == "GeometryCollection" and isinstance(data.get("geometries"), list):
        return [(None, geometry) for geometry in data["geometries"]]
    return [(data.get("properties"), data.get("geometry"))] if kind == "Feature" else [(None, data)]


def _of_geometry(geometry: Any, left: Counter[str], depth: int = 0) -> list[Polygon]:
    """Polygons of a geometry; what is none is counted in ``left``."""
    kind = geometry.get("type") if isinstance(geometry, dict) else "" if geometry is None else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    members = geometry.get("geometries") if kind == "GeometryCollection" else None
    if isinstance(members, list) and depth < DEEPEST:
        return [polygon for member in members for polygon in _of_geometry(member, left, depth + 1)]
    if kind in OTHERS or (kind in {"Polygon", "MultiPolygon"} and coordinates == []):
        left[OTHERS.get(kind, OTHERS[""])] += 1
        return []
    if kind == "Polygon":
        coordinates = [coordinates]
    elif kind != "MultiPolygon":
        msg = "文件里有不是面的图形，请只导出面（Polygon或MultiPolygon）"
        raise BoundaryError(msg)
    if not isinstance(coordinates, list) or not all(isinstance(polygon, list) and polygon for polygon in coordinates):
        msg = "文件里的面没有坐标"
        raise BoundaryError(msg)
    return [[_ring(ring) for ring in polygon] for polygon in coordinates]


def _ring(ring: Any) -> list[Point]:
    if not isinstance(ring, list):
        msg = "文件里的面没有坐标"
        raise BoundaryError(msg)
    return _closed([_pair(point) for point in ring])


def _closed(ring: list[Point]) -> list[Point]:
    """The ring, closed where only rounding keeps its ends apart."""
    if len(ring) > 1 and ring[0] != ring[-1]:
        most = UNCLOSED[max(map(abs, ring[0])) > 360]  # noqa: PLR2004 -- degrees
        if math.dist(ring[0], ring[-1]) <= most:
            return [*ring[:-1], ring[0]]
    return ring


def _pair(point: Any) -> Point:
    numbers = point[:2] if isinstance(point, list | tuple) else []
    if len(numbers) != 2 or not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):  # noqa: PLR2004 -- a pair
        msg = "文件里有不是数字的坐标"
        raise BoundaryError(msg)
    try:
        return float(numbers[0]), float(numbers[1])
    except OverflowError as error:
        msg = "文件里有大得不可能的坐标"
        raise BoundaryError(msg) from error


def _kml(text: str) -> RawBoundary:
    """Read KML, whose coordinates are WGS84 by its standard (OGC 12-007r2)."""
    try:
        root = ElementTree.fromstring(DECLARATION.sub("", text).strip())  # which states the encoding that it came in
    except DefusedXmlException as error:
        msg = "KML文件里有实体定义，出于安全不收，请由测绘软件重新导出"
        raise BoundaryError(msg) from error
    except (ElementTree.ParseError, ValueError) as error:
        msg = "文件不是完整的KML，请由测绘软件重新导出"
        raise BoundaryError(msg) from error
    if not root.tag.endswith("kml"):
        msg = "这个XML文件不是KML，请由测绘软件导出KML"
        raise BoundaryError(msg)
    marks = [node for node in root.iter() if _tag(node) == "Placemark"]
    features = [(_kml_attributes(mark), [_kml_polygon(node) for node in mark.iter() if _tag(node) == "Polygon"]) for mark in marks]
    inside = {id(node) for mark in marks for node in mark.iter()}
    loose = [_kml_polygon(node) for node in root.iter() if _tag(node) == "Polygon" and id(node) not in inside]
    sides = {id(node) for polygon in root.iter() if _tag(polygon) == "Polygon" for node in polygon.iter()}
    others = Counter(KML_OTHERS[_tag(node)] for node in root.iter() if _tag(node) in KML_OTHERS and id(node) not in sides)
    bare = sum(not any(_tag(node) in {"Polygon", *KML_OTHERS} for node in mark.iter()) for mark in marks)
    left = others + Counter({OTHERS[""]: bare} if bare else {})
    if left and not loose and not any(polygons for _, polygons in features):
        raise BoundaryError(_no_areas(left))
    return RawBoundary("KML", [*features, ({}, loose)], "EPSG:4326", left.total())


def _kml_attributes(mark: Any) -> dict[str, str]:
    """Name of a placemark and the values of its data."""
    name = next((node.text.strip() for node in mark if _tag(node) == "name" and node.text), "")
    found = {"name": name}
    for node in mark.iter():
        if _tag(node) == "SimpleData" and node.text:
            found[node.get("name", "")] = node.text.strip()
        if _tag(node) == "Data":
            found[node.get("name", "")] = "".join(value.text or "" for value in node if _tag(value) == "value").strip()
    return found


def _tag(node: Any) -> str:
    return str(node.tag).rsplit("}", 1)[-1]


def _kml_polygon(polygon: Any) -> Polygon:
    outer = [_kml_ring(node) for side in polygon if _tag(side) == "outerBoundaryIs" for node in side]
    inner = [_kml_ring(node) for side in polygon if _tag(side) == "innerBoundaryIs" for node in side]
    if len(outer) != 1:
        msg = "KML里的面没有外边界"
        raise BoundaryError(msg)
    return [*outer, *inner]


def _kml_ring(ring: Any) -> list[Point]:
    text = " ".join(node.text or "" for node in ring if _tag(node) == "coordinates")
    try:
        points = COMMA.sub(",", text).split()
        return _closed([_pair([float(number) for number in point.split(",")]) for point in points])
    except ValueError as error:
        msg = "文件里有不是数字的坐标"
        raise BoundaryError(msg) from error


def _shapefile(members: dict[str, bytes], *, named: bool) -> RawBoundary:
    if missing := [ending for ending in ("shp", "shx", "dbf") if ending not in members]:
        msg = f"压缩包里缺{'、'.join(missing)}文件，请把同名的shp、shx、dbf、prj一起压缩"
        raise BoundaryError(msg)
    try:
        files = {ending: io.BytesIO(members[ending]) for ending in ("shp", "shx", "dbf")}
        with shapefile.Reader(**files, encodingErrors="replace") as reader:
            kind, shapes = reader.shapeType, list(reader.iterShapes())
    except Exception as error:
        msg = "Shapefile读不出来，请由测绘软件重新导出"
        raise BoundaryError(msg) from error
    rows = _records(members["dbf"], members.get("cpg", b"")) if named else [{} for _ in shapes]
    if len(rows) != len(shapes):
        msg = "Shapefile的图形和属性表行数不同，请由测绘软件重新导出"
        raise BoundaryError(msg)
    if kind not in POLYGONS:
        msg = "Shapefile里不是面图形，请只导出面"
        raise BoundaryError(msg)
    features = [(row, _of_shape(shape)) for row, shape in zip(rows, shapes, strict=True)]
    system = members.get("prj", b"").decode("utf-8-sig", "replace").strip()
    return RawBoundary("Shapefile", features, system, sum(not polygons for _, polygons in features))


def _records(dbf: bytes, cpg: bytes) -> list[dict[str, str]]:
    """Attributes of each shape, in the encoding that is stated. Surveying software writes UTF-8, or GBK without declaring it."""
    stated = ENCODINGS.get(cpg.decode("utf-8-sig", "replace").strip().lower())
    for encoding in filter(None, (stated, "utf-8", "gb18030")):
        wrong_encoding = suppress(UnicodeDecodeError, shapefile.ShapefileException, ValueError)
        with wrong_encoding, shapefile.Reader(dbf=io.BytesIO(dbf), encoding=encoding) as reader:
            return [_attributes(record.as_dict()) for record in reader.iterRecords()]
    msg = "Shapefile的属性表（dbf）读不出来，请由测绘软件以UTF-8或GBK重新导出"
    raise BoundaryError(msg)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Members of the archive by file extension, within the permitted size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = [row for row in archive.infolist() if not (row.is_dir() or APPLE.search(row.filename))]
            if sum(row.file_size for row in rows) > MAX_UNPACKED:
                msg = f"压缩包解开后超过{MAX_UNPACKED // MIB} MB，请简化后再上传"
                raise BoundaryError(msg)
            if sum(row.filename.lower().endswith(".shp") for row in rows) > 1:
                msg = "压缩包里有几个Shapefile，请每次只上传一个"
                raise BoundaryError(msg)
            if sum(row.filename.lower().endswith(".kml") for row in rows) > 1:
                msg = "压缩包里有几个KML，请每次只上传一个"
                raise BoundaryError(msg)
            return {_ending(row): archive.read(row) for row in _of_one_name(rows)}
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, UnicodeDecodeError, struct.error) as error:
        msg = "压缩包打不开（损坏或加了密码），请重新压缩成zip"
        raise BoundaryError(msg) from error


def _ending(row: zipfile.ZipInfo) -> str:
    return row.filename.lower().rpartition(".")[2]


def _of_one_name(rows: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Members without tables and coordinate systems of something else than the Shapefile, which bear another name."""
    named = next((row.filename.lower().removesuffix("shp") for row in rows if _ending(row) == "shp"), None)
    return [row for row in rows if named is None or _ending(row) not in PARTS or row.filename.lower() == f"{named}{_ending(row)}"]


def _of_shape(shape: Any) -> list[Polygon]:
    """Polygons of a shape: clockwise rings are outer rings, and the following inner rings are their holes; none of a null shape."""
    if not shape.points:
        return []
    ends = [*shape.parts[1:], len(shape.points)]
    rings = [_closed([_pair(list(point)) for point in shape.points[start:end]]) for start, end in zip(shape.parts, ends, strict=True)]
    if any(len(ring) > 1 and ring[0] != ring[-1] for ring in rings):
        return [[ring] for ring in rings]  # refused by the check of closed rings
    shape.points = [point for ring in rings for point in ring]
    geometry = shape.__geo_interface__
    several = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[[_pair(list(point)) for point in ring] for ring in polygon] for polygon in several]
