"""Readers of the boundary formats: rings of plain numbers and the coordinate system stated in the file. Only its structure is checked."""

import io
import lzma
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

from districts.boundaries.geometry import geojson_file
from districts.boundaries.geometry.boundary_file import MAX_UNPACKED, MIB, BoundaryError, Point, Polygon, RawBoundary
from districts.boundaries.geometry.drawings import BINARY, DWG, Drawing, is_drawing
from districts.boundaries.geometry.encodings import ENCODINGS, text_of, tried
from districts.boundaries.geometry.rings import closed, no_areas, pair

SQLITE = b"SQLite format 3\x00"
DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
SURVEYED = "[属性描述]"  # how the 界址点 files of the land offices begin
KML_OTHERS = {"Point": "个点", "LineString": "条线", "LinearRing": "条线", "Track": "条线"}
KML_ELSEWHERE = {"NetworkLink": "个网络链接", "GroundOverlay": "张贴图", "PhotoOverlay": "张贴图"}  # what stands beside the placemarks
KML_NUMBERS = 3  # of a point
PACK = "只有一个文件不够，请把shp、shx、dbf、prj一起压缩成zip后上传"
ZIP = "请改压缩成zip后上传"
TABLE = "不收坐标表，请由测绘软件生成面后导出GeoJSON、KML或Shapefile"
WAYS = {
    **dict.fromkeys(("shp", "shx", "dbf", "prj"), PACK), **dict.fromkeys(("rar", "7z", "gz", "tar"), ZIP),
    **dict.fromkeys(("csv", "txt", "xls", "xlsx"), TABLE),
    **dict.fromkeys(("tab", "mif", "dgn"), "请由原软件导出GeoJSON、KML或Shapefile后上传"),
}  # fmt: skip
PARTS = {"shx", "dbf", "prj", "cpg"}
DRAWN = ("shp", "kml", "kmz", "gpkg", "geojson", "dxf")  # endings of what holds outlines
NESTED = ("zip", "kmz")
SINGLE = ("gpkg", "geojson", "json", "dxf", "dwg")
APPLE = re.compile(r"__MACOSX|(^|/)\._[^/]*$")  # what macOS packs beside each file
COMMA = re.compile(r"\s*,\s*")  # some write 121.4, 31.1
NAMED = 4  # members of a package in a refusal
DELETED = b"*"  # before a row of a table
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
    text = text_of(content)
    if text[:1] == "<":
        return _kml(text)
    if text[:1] in {"{", "["} and not text.startswith((SURVEYED, "{\\rtf")):
        return geojson_file.outlines(text)
    taken = "GeoJSON、KML、KMZ、GeoPackage" if drawing is None else "GeoJSON、KML、KMZ、GeoPackage、DXF"
    way = TABLE if text.startswith(SURVEYED) else WAYS.get(name.lower().rpartition(".")[2], "")
    raise BoundaryError(way or f"认不出这个文件，请上传{taken}，或把shp、shx、dbf、prj一起压缩成zip")


def _packed(content: bytes, *, named: bool, drawing: Drawing | None) -> RawBoundary:
    """Outlines of a zip: a Shapefile, KML (KMZ), or a single file of another format."""
    members, held = _unpacked(content)
    if held == "kml":
        return replace(_kml(text_of(members["kml"])), format="KMZ")
    if held in SINGLE and members[held][:4] != b"PK\x03\x04":
        raw = read(members[held], f"a.{held}", named=named, drawing=drawing)
        return raw if raw.system or raw.format != "GeoJSON" else replace(raw, system=_beside(members))
    return _shapefile(members, named=named)


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
    others += Counter(KML_ELSEWHERE[_tag(node)] for node in root.iter() if _tag(node) in KML_ELSEWHERE)
    bare = sum(not any(_tag(node) in {"Polygon", *KML_OTHERS} for node in mark.iter()) for mark in marks)
    left = others + Counter({geojson_file.OTHERS[""]: bare} if bare else {})
    if left and not loose and not any(polygons for _, polygons in features):
        raise BoundaryError(no_areas(left))
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
        msg = "KML里的一个面有几个外边界，请分成几个面" if outer else "KML里的面没有外边界"
        raise BoundaryError(msg)
    return [*outer, *inner]


def _kml_ring(ring: Any) -> list[Point]:
    text = " ".join(node.text or "" for node in ring if _tag(node) == "coordinates")
    try:
        points = [[float(number) for number in point.split(",")] for point in COMMA.sub(",", text).split()]
    except ValueError as error:
        msg = "文件里有不是数字的坐标"
        raise BoundaryError(msg) from error
    if any(len(point) > KML_NUMBERS for point in points):
        msg = "KML的坐标应以空格分开各点（经度,纬度,高程），这里连成了一串"
        raise BoundaryError(msg)
    return closed([pair(point) for point in points])


def _shapefile(members: dict[str, bytes], *, named: bool) -> RawBoundary:
    if missing := [ending for ending in ("shp", "shx", "dbf") if ending not in members]:
        words = "" if "shp" in members else "没有GeoJSON、KML或GeoPackage，也"
        msg = f"压缩包里{words}缺{'、'.join(missing)}文件，请把同名的shp、shx、dbf、prj一起压缩"
        raise BoundaryError(msg)
    try:
        files = {ending: io.BytesIO(members[ending]) for ending in ("shp", "shx", "dbf")}
        with shapefile.Reader(**files, encodingErrors="replace") as reader:
            kind, shapes = reader.shapeType, list(reader.iterShapes())
    except Exception as error:
        msg = "Shapefile读不出来，请由测绘软件重新导出"
        raise BoundaryError(msg) from error
    shapes = _kept(shapes, members["dbf"])
    rows = _records(members["dbf"], members.get("cpg", b"")) if named else [{} for _ in shapes]
    if len(rows) != len(shapes):
        msg = "Shapefile的图形和属性表行数不同，请由测绘软件重新导出"
        raise BoundaryError(msg)
    if kind not in POLYGONS:
        msg = "Shapefile里不是面图形，请只导出面"
        raise BoundaryError(msg)
    features = [(row, _of_shape(shape)) for row, shape in zip(rows, shapes, strict=True)]
    return RawBoundary("Shapefile", features, _beside(members), sum(not polygons for _, polygons in features))


def _beside(members: dict[str, bytes]) -> str:
    """Text of the coordinate system in the file that holds nothing else."""
    return members.get("prj", b"").decode("utf-8-sig", "replace").strip()


def _kept(shapes: list[Any], table: bytes) -> list[Any]:
    """Shapes without those whose row is deleted, which stays in the table until it is packed."""
    if len(table) < 12:  # noqa: PLR2004 -- head of a table
        return shapes
    head, length = struct.unpack("<HH", table[8:12])
    starts = range(head, head + len(shapes) * length, length) if length and DELETED in table[head:] else ()
    marks = [table[start : start + 1] for start in starts]
    return [shape for shape, mark in zip(shapes, marks, strict=True) if mark != DELETED] if marks else shapes


def _records(dbf: bytes, cpg: bytes) -> list[dict[str, str]]:
    """Attributes of each shape that is not deleted, in the encoding that the table is written in, whatever is stated."""
    stated = ENCODINGS.get(cpg.decode("utf-8-sig", "replace").strip().lower(), "")
    head = int.from_bytes(dbf[8:10], "little")
    names = b" ".join(dbf[place : place + 11].partition(b"\x00")[0] for place in range(32, head - 1, 32))
    for encoding in tried(b" ".join((names, dbf[head:])), stated):
        wrong_encoding = suppress(UnicodeDecodeError, shapefile.ShapefileException, ValueError, struct.error, IndexError)
        with wrong_encoding, shapefile.Reader(dbf=io.BytesIO(dbf), encoding=encoding) as reader:
            return [geojson_file.attributes(record.as_dict()) for record in reader.iterRecords()]
    msg = "Shapefile的属性表（dbf）读不出来，请由测绘软件以UTF-8或GBK重新导出"
    raise BoundaryError(msg)


def _unpacked(content: bytes) -> tuple[dict[str, bytes], str]:
    """Members of the archive by file extension, within the permitted size, and the extension of the one that holds the outlines."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = [row for row in archive.infolist() if not (row.is_dir() or APPLE.search(row.filename))]
            if sum(row.file_size for row in rows) > MAX_UNPACKED:
                msg = f"压缩包解开后超过{MAX_UNPACKED // MIB} MB，请简化后再上传"
                raise BoundaryError(msg)
            held = _held(rows)
            return {_ending(row): archive.read(row) for row in _of_one_name(rows)}, held
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, UnicodeDecodeError, struct.error) as error:
        msg = "压缩包打不开（损坏或加了密码），请重新压缩成zip"
        raise BoundaryError(msg) from error


def _held(rows: list[zipfile.ZipInfo]) -> str:
    """Extension of the file that holds the outlines, empty if there is none. Raises ``BoundaryError`` for several: nobody could choose."""
    by_ending = [[row for row in rows if _ending(row) in endings] for endings in (DRAWN, ("json",), NESTED)]
    drawn = next(filter(None, by_ending), [])
    kinds = {_ending(row) for row in drawn}
    names = "、".join(row.filename.rpartition("/")[2] for row in drawn[:NAMED])
    if len(drawn) > 1:
        several = {"shp": "Shapefile", "kml": "KML"}.get(min(kinds)) if len(kinds) == 1 else None
        msg = f"压缩包里有几个{several or '图形文件'}，请每次只上传一个（有：{names}）"
        raise BoundaryError(msg)
    if kinds & {*NESTED}:
        msg = f"压缩包里还是压缩包（{names}），请解开后上传里面的文件"
        raise BoundaryError(msg)
    return next(iter(kinds), "dwg" if any(_ending(row) == "dwg" for row in rows) else "")


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
    rings = [closed([pair(list(point)) for point in shape.points[start:end]]) for start, end in zip(shape.parts, ends, strict=True)]
    if any(len(ring) > 1 and ring[0] != ring[-1] for ring in rings):
        return [[ring] for ring in rings]  # refused by the check of closed rings
    shape.points = [point for ring in rings for point in ring]
    geometry = shape.__geo_interface__
    several = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[[pair(list(point)) for point in ring] for ring in polygon] for polygon in several]
