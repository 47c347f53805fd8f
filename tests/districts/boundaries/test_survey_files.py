"""Outlines and plots as survey and office programs hand them over: of each file what its user sees on the page of boundaries and on that
of plot shapes. A row whose name has an ending is a file of a review; the others are variants of it.

Neighbours of these files: encodings and packed formats in ``test_other_programs``, exchanged axes and GCJ-02 in ``test_neighbours``,
damaged files in ``test_geometry``, drawings in ``test_dxf``, files of foreign packages in ``tests/documents/package_files.yaml``. The PDFs
of the same review stand in ``tests/reports/matters/test_bound_pages.py``: a null among the notes in ``ODD``, a layer that is off in
``LAYERS`` (marked), a value without appearance in ``FORMS`` (number).
"""

import json
import re
import struct
import time
import warnings
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pyogrio
import pyproj
import pytest
import shapefile
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.boundaries.geometry import formats
from districts.plot_map.models import PlotShape
from tests.districts.boundaries.test_geometry import CROSSED, CRS84, SQUARE, plane
from tests.districts.boundaries.test_neighbours import look, moved, plots, turned
from tests.districts.boundaries.test_other_programs import WGS_TEXT, named_kml, zipped
from tests.factories.districts import PlotFactory
from tests.outlines import sent

EAST = [[121.52, 31.2], [121.54, 31.2], [121.54, 31.22], [121.52, 31.22], [121.52, 31.2]]  # has a side in common with the square
AWAY = moved(SQUARE, 0.1)
GAUSS, ZONED = "EPSG:4549", "EPSG:4528"


def area(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def features(*rows, encoding="utf-8", **more):
    """GeoJSON of pairs of number and geometry; a ring is an area."""
    made = [{"type": "Feature", "properties": {"编号": number}, "geometry": area(shape) if isinstance(shape, list) else shape}
            for number, shape in rows]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": made, **more}, ensure_ascii=False).encode(encoding)


def stating(system, ring=SQUARE):
    return features(("A", ring), crs={"type": "name", "properties": {"name": system}})


def gauss(east, middle=120.0, name="CGCS2000_3_Degree_GK", more=""):
    """Text of a plane system as ArcGIS writes it."""
    degrees = WGS_TEXT.replace("GCS_WGS_1984", "GCS_China_Geodetic_Coordinate_System_2000").replace("D_WGS_1984", "D_China_2000")
    degrees = degrees.replace('"WGS_1984",6378137.0,298.257223563', '"CGCS2000",6378137.0,298.257222101')
    values = {"False_Easting": east, "False_Northing": 0.0, "Central_Meridian": middle, "Scale_Factor": 1.0, "Latitude_Of_Origin": 0.0}
    said = ",".join(f'PARAMETER["{key}",{value}]' for key, value in values.items())
    return f'PROJCS["{name}",{degrees},PROJECTION["Gauss_Kruger"],{said},UNIT["Meter",1.0]]{more}'


def on_plane(east, middle=120.0):
    return plane(SQUARE[::-1], pyproj.CRS.from_proj4(f"+proj=tmerc +lon_0={middle} +k=1 +x_0={east} +ellps=GRS80 +units=m"))


def table(*numbers, rings=None, field="编号", kind=shapefile.POLYGON, column=("C", 40), encoding="utf-8"):
    """Members of a Shapefile: a shape for each number, by default a square clockwise, as outer rings are."""
    files = {ending: BytesIO() for ending in ("shp", "shx", "dbf")}
    with warnings.catch_warnings(), shapefile.Writer(**files, shapeType=kind, encoding=encoding) as writer:
        warnings.simplefilter("ignore")  # names longer than ten bytes are wanted
        writer.field(field, *column)
        write = {shapefile.POLYLINE: writer.line, shapefile.POLYGONZ: writer.polyz, shapefile.POLYGONM: writer.polym}.get(kind, writer.poly)
        for number, ring in zip(numbers, rings or [SQUARE[::-1]] * len(numbers), strict=True):
            write([ring]) if ring else writer.null()
            writer.record(number)
    return {ending: file.getvalue() for ending, file in files.items()}


def pack(members, *, prj=WGS_TEXT, stem="地块", upper=False, **more):
    """A zip of the members under one name; ``more`` are further members by ending, ``others`` by their whole name."""
    out = BytesIO()
    others = more.pop("others", {})
    with ZipFile(out, "w") as archive:
        for ending, content in {**members, **({} if prj is None else {"prj": prj}), **more}.items():
            archive.writestr(f"{stem}.{ending.upper() if upper else ending}", content)
        for name, content in others.items():
            archive.writestr(name, content)
    return out.getvalue()


def deleted(rows):
    """A table whose first row is deleted and not yet taken out."""
    head = int.from_bytes(rows[8:10], "little")
    return rows[:head] + b"*" + rows[head + 1 :]


def without(members, ending):
    return {key: value for key, value in members.items() if key != ending}


def outline(content, name="a"):
    answer = look(content, name=name, known={})
    if "error" in answer:
        return f"refused: {answer['error']}"
    found = answer["ok"]["found"]
    state = f"asked {'/'.join(offer['key'] for offer in answer['ok']['offers'])}" if answer["ok"]["asked"] else "read"
    return f"{state}: {found['area_km2']:.2f} km², {found['format']}, {found['system']}"


def numbered(content, name="a"):
    answer = plots(content, system="")
    if "error" in answer:
        return f"refused: {answer['error']}"
    found = answer["ok"]
    shown = "、".join(f"{plot['number']} {plot['area_ha']:.0f}" for plot in found["plots"])
    left = f"；略去{found['left_out']}" if found["left_out"] else ""
    return f"{shown}{left}{'；没有面的：' if found['without_area'] else ''}{'、'.join(found['without_area'])}"


WGS, CGCS = "WGS84经纬度", "CGCS2000经纬度"
BY_RFC = f"GeoJSON, {WGS}（文件未写明，GeoJSON按RFC 7946即WGS84）"
ONE = f"asked as_is/gcj02: 4.23 km², {BY_RFC}"
LEFT = ONE.replace("GeoJSON,", "GeoJSON，略去1个非面,")
TWO = ONE.replace("4.23", "8.45")
POINT = {"type": "Point", "coordinates": [121.51, 31.21]}
LINED = [json.dumps({"type": "Feature", "properties": {}, "geometry": area(ring)}) for ring in (SQUARE, EAST)]
NOTCH = [[121.5, 31.205], [121.505, 31.207], [121.505, 31.203], [121.5, 31.205]]
MEMBERS = {
    "ok.geojson": (features(("A", SQUARE)), ONE, "A 423"),
    "null_geometry.geojson": (features(("A", SQUARE), ("B", None)), LEFT, "A 423；略去1；没有面的：B"),
    "poly_plus_label_point.geojson": (features(("A", SQUARE), ("A", POINT)), LEFT, "A 423；略去1"),
    "geometrycollection_in_feature.geojson": (features(("A", {"type": "GeometryCollection", "geometries": [area(SQUARE)]})), ONE, "A 423"),
    "z_values.geojson": (features(("A", [[*point, 4.5] for point in SQUARE])), ONE, "A 423"),
    "empty_polygon.geojson": (features(("A", SQUARE), ("B", area())), LEFT, "A 423；略去1；没有面的：B"),
    "utf16.geojson": (features(("甲", SQUARE), encoding="utf-16"), ONE, "甲 423"),
    "gbk.geojson": (features(("甲", SQUARE), encoding="gbk"), ONE, "甲 423"),
    "Greek number": (features(("α-1", SQUARE)).replace("编号".encode(), b"plot"), ONE, "α-1 423"),
    "Latin number": (features(("Ø-é", SQUARE)).replace("编号".encode(), b"plot"), ONE, "Ø-é 423"),
    "GBK that is Cyrillic in UTF-8": (features(("学-1", SQUARE), encoding="gbk").replace("编号".encode("gbk"), b"plot"), ONE, "学-1 423"),
    "bigint.geojson": (features(("A", SQUARE)).replace(b"121.52", b"1" + b"0" * 400, 1), "refused: 大得不可能的坐标", None),
    "ndjson.geojsonl": ("\n".join(LINED).encode(), "refused: 这是逐行的GeoJSON（每行一个要素）", None),
    "topojson.json": (json.dumps({"type": "Topology", "objects": {}, "arcs": [SQUARE]}).encode(), "refused: 这是TopoJSON", None),
    "esri.json": (json.dumps({"geometryType": "esriGeometryPolygon", "features": []}).encode(), "refused: 这是Esri JSON", None),
    "lines with the sign of RFC 8142": ("\n".join(f"\x1e{line}" for line in LINED).encode(), "refused: 这是逐行的GeoJSON", None),
    "Z and M": (features(("A", [[*point, 4.5, 0.0] for point in SQUARE])), ONE, "A 423"),
    "one number in two features": (features(("A", SQUARE), (" A ", AWAY)), TWO, "A 845"),
    "coordinates as texts": (features(("A", [[str(x), str(y)] for x, y in SQUARE])), "refused: 不是数字的坐标", None),
    "line that is closed": (features(("A", {"type": "LineString", "coordinates": SQUARE})), "refused: 没有面，只有1条线", None),
    "UTF-16 without its mark": (features(("甲", SQUARE), encoding="utf-16-le"), ONE, "甲 423"),
    "UTF-16 without its mark, big end first": (features(("甲", SQUARE), encoding="utf-16-be"), ONE, "甲 423"),
    "script instead of data": (b"var plots = " + features(("A", SQUARE)), "refused: 认不出这个文件", None),
    "number as a number": (features((101, SQUARE)), ONE, "101 423"),
    "number as a decimal number": (features((101.0, SQUARE)), ONE, "101 423"),
    "number as null": (features((None, SQUARE)), ONE, "refused: 请在“编号属性”里写明哪个属性是编号（文件里有：编号）"),
    "name with a blank": (features(("A", SQUARE)).replace('"编号"'.encode(), '"编号 "'.encode()), ONE, "A 423"),
    "feature that is null": (features(("A", SQUARE)).replace(b'"features": [', b'"features": [null, '), LEFT, "A 423；略去1"),
    "list of features": (json.dumps([json.loads(LINED[0])]).encode(), "refused: 这个JSON不是GeoJSON", None),
    "within another object": (b'{"data": %s}' % features(("A", SQUARE)), "refused: 这个JSON不是GeoJSON", None),
    "kind in small letters": (features(("A", SQUARE)).replace(b'"Polygon"', b'"polygon"'), "refused: 不是面的图形（polygon）", None),
    "kind that is a list": (features(("A", SQUARE)).replace(b'"Polygon"', b'["Polygon"]'), "refused: 不是面的图形", None),
    "features of Esri": (
        json.dumps({"features": [{"attributes": {}, "geometry": {"rings": [SQUARE]}}]}).encode(), "refused: 这是Esri JSON", None),
    "points of a land office": ("[属性描述]\nJ1,1,3450000,353000\n@".encode("gbk"), "refused: 不收坐标表", None),
    "number that is true": (features((True, SQUARE)), ONE, "refused: 没有写明地块编号"),
    "GBK that is UTF-8 as well": (features(("学-1", SQUARE)).replace("编号".encode(), b"name").decode().encode("gbk"), ONE, "学-1 423"),
    "sign that GBK would take for a word": (features(("A·1", SQUARE)).replace("编号".encode(), b"name"), ONE, "A·1 423"),
    "two names, one empty": (features(("A", SQUARE)).replace('"编号"'.encode(), '"地块编号": " ", "编号"'.encode()), ONE, "A 423"),
}  # fmt: skip
XIAN = WGS_TEXT.replace("WGS_1984", "Xian_1980").replace("6378137.0,298.257223563", "6378140.0,298.257")
BEIJING = "Beijing 1954），不收这一坐标系"
PLANE_WORDS = "CGCS2000高斯平面，中央经线120°，不带带号"
SYSTEMS = {
    "axis_swapped.geojson": (
        features(("A", turned(SQUARE))), ONE.replace("as_is/gcj02", "swapped/swapped_gcj02") + "，横纵坐标已对调", "A 423"),
    "crs_urn4326.geojson": (stating("urn:ogc:def:crs:EPSG::4326"), f"read: 4.23 km², GeoJSON, {WGS}", "A 423"),
    "crs_crs84.geojson": (features(("A", SQUARE), **CRS84), "read: 4.23 km², GeoJSON, WGS 84 (CRS84)", "A 423"),
    "crs_urn4490.geojson": (stating("urn:ogc:def:crs:EPSG::4490"), f"read: 4.23 km², GeoJSON, {CGCS}", "A 423"),
    "epsg3857.geojson": (
        stating("urn:ogc:def:crs:EPSG::3857", plane(SQUARE, "EPSG:3857")), "read: 4.23 km², GeoJSON, WGS 84 / Pseudo-Mercator", "A 423"),
    "epsg4549.geojson": (stating(GAUSS, plane(SQUARE, GAUSS)), f"read: 4.23 km², GeoJSON, {PLANE_WORDS}", "A 423"),
    "epsg4549_northing_first.geojson": (
        stating(GAUSS, turned(plane(SQUARE, GAUSS))), f"asked swapped: 4.23 km², GeoJSON, {PLANE_WORDS}，横纵坐标已对调", "A 423"),
    "epsg2437_bj54.geojson": (stating("EPSG:2437", plane(SQUARE, "EPSG:2437")), "refused: Beijing 1954），不收这一坐标系", None),
    "chongming_isles.geojson": (features(("A", moved(SQUARE, 0.74, 0.22))), ONE.replace("4.23", "4.22"), "A 422"),
    "isles of Zhejiang": (features(("A", moved(SQUARE, 0.89, -0.47))), "refused: 有2个点不在本市范围内", None),
    "Xi'an 1980": (stating("EPSG:2384", plane(SQUARE, "EPSG:2384")), "refused: Xian 1980），不收这一坐标系", None),
    "name by address": (stating("http://www.opengis.net/def/crs/EPSG/0/4490"), f"read: 4.23 km², GeoJSON, {CGCS}", "A 423"),
    "name by edition": (stating("urn:ogc:def:crs:EPSG:6.9:4490"), f"read: 4.23 km², GeoJSON, {CGCS}", "A 423"),
    "heights in the system": (
        stating("EPSG:4490+5737"), "read: 4.23 km², GeoJSON, China Geodetic Coordinate System 2000 + Yellow Sea 1985 height", "A 423"),
    "system is null": (features(("A", SQUARE), crs=None), ONE, "A 423"),
    "system is a blank": (stating(" "), ONE, "A 423"),
    "zone stated, none written": (stating(ZONED, plane(SQUARE, GAUSS)), f"refused: 按坐标落在本市的有：“{PLANE_WORDS}”", None),
    "number of the system, old style": (
        features(("A", plane(SQUARE, GAUSS)), crs={"type": "EPSG", "properties": {"code": 4549}}),
        f"read: 4.23 km², GeoJSON, {PLANE_WORDS}", "A 423"),
    "old system by its number": (features(("A", SQUARE), crs={"type": "EPSG", "properties": {"code": 4214}}), f"refused: {BEIJING}", None),
    "old system as a text": (features(("A", SQUARE), crs="EPSG:4214"), f"refused: {BEIJING}", None),
    "system as a text": (features(("A", SQUARE), crs="EPSG:4490"), f"read: 4.23 km², GeoJSON, {CGCS}", "A 423"),
    "system as a number": (features(("A", SQUARE), crs=4490), f"read: 4.23 km², GeoJSON, {CGCS}", "A 423"),
    "system behind a link": (
        features(("A", SQUARE), crs={"type": "link", "properties": {"href": "http://a.invalid/b"}}),
        "refused: 认不出文件写明的坐标系“http", None),
    "system of JSON-FG": (
        features(("A", SQUARE), coordRefSys="http://www.opengis.net/def/crs/EPSG/0/4490"), f"read: 4.23 km², GeoJSON, {CGCS}", "A 423"),
    "old system of JSON-FG": (features(("A", SQUARE), coordRefSys="[EPSG:4214]"), f"refused: {BEIJING}", None),
    "place of JSON-FG": (
        json.dumps({"type": "Feature", "properties": {"编号": "A"}, "geometry": area(SQUARE), "place": area(plane(SQUARE, GAUSS)),
                    "coordRefSys": "http://www.opengis.net/def/crs/EPSG/0/4549"}).encode(),
        f"read: 4.23 km², GeoJSON, {PLANE_WORDS}", "A 423"),
    "system in full": (stating(WGS_TEXT), f"read: 4.23 km², GeoJSON, {WGS}", "A 423"),
    "system in a file beside": (
        zipped(a__geojson=features(("A", SQUARE)), a__prj=XIAN), "refused: 不收这一坐标系", None),
    "old system at the shape": (features(("A", {**area(SQUARE), "crs": "EPSG:4214"})), f"refused: {BEIJING}", None),
    "two systems": (
        features(("A", {**area(SQUARE), "crs": "EPSG:4214"}), crs="EPSG:4490"), "refused: 几个坐标系（EPSG:4490、EPSG:4214）", None),
    "system in words of its own": (features(("A", SQUARE), crs={"datum": "上海2000"}), "refused: 认不出文件写明的坐标系“{", None),
}  # fmt: skip
SPIKE = [*SQUARE[:2], [121.56, 31.2], *SQUARE[1:]]
THICK = [[121.5199999, 31.2], *EAST[1:3], [121.5199999, 31.22], [121.5199999, 31.2]]
LOWER = [[121.52, 31.2], [121.54, 31.2], [121.54, 31.208], [121.52, 31.208], [121.52, 31.2]]
UPPER = [[121.52, 31.208], [121.54, 31.208], [121.54, 31.22], [121.52, 31.22], [121.52, 31.208]]


def small(side):
    return [[121.5, 31.2], [121.5 + side, 31.2], [121.5 + side, 31.2 + side], [121.5, 31.2 + side], [121.5, 31.2]]


def joined(*rings):
    return {"type": "MultiPolygon", "coordinates": [[plane(ring, GAUSS)] for ring in rings]}


RINGS = {
    "sliver_duplicate_points.geojson": (features(("A", [SQUARE[0], *SQUARE[:2], SQUARE[1], *SQUARE[2:]])), ONE, "A 423"),
    "spike.geojson": (features(("A", SPIKE)), "refused: 位置约在东经121.56000°、北纬31.20000°，请在测绘软件里修正", None),
    "bowtie.geojson": (features(("A", CROSSED)), "refused: 自相交或几块相互重叠，位置约在东经121.51000°、北纬31.21000°", None),
    "hole_touches_shell.geojson": (features(("A", area(SQUARE, NOTCH))), ONE.replace("4.23", "4.12"), "A 412"),
    "unclosed_ring.geojson": (features(("A", SQUARE[:-1])), "refused: 第1圈边界没有闭合：最后一点应与第一点相同", None),
    "closed_with_rounding.geojson": (features(("A", [*SQUARE[:-1], [121.5000000001, 31.2]])), ONE, "A 423"),
    "touching_parcels.geojson": (features(("A", SQUARE), ("B", moved(SQUARE, 0.02))), TWO, "A 423、B 423"),
    "overlap_1cm.geojson": (features(("A", SQUARE), ("B", THICK)), TWO, "A 423、B 423"),
    "plots with a common side": (features(("A", SQUARE), ("B", EAST)), TWO, "A 423、B 423"),
    "one plot in two parts with a common side": (features(("A", SQUARE), ("A", EAST)), TWO, "A 845"),
    "common side with a corner between": (features(("A", SQUARE), ("A", LOWER), ("A", UPPER)), TWO, "A 845"),
    "common side on a plane": (stating(GAUSS, joined(SQUARE, LOWER, UPPER)), f"read: 8.45 km², GeoJSON, {PLANE_WORDS}", "A 845"),
    "overlap of a metre along the side": (
        features(("A", SQUARE), ("A", [[121.51999, 31.2], *EAST[1:3], [121.51999, 31.22], [121.51999, 31.2]])), "refused: 相互重叠", None),
    "overlap of a corner": (features(("A", SQUARE), ("A", moved(SQUARE, 0.0199, 0.0199))), "refused: 相互重叠", None),
    "the same part twice": (features(("A", SQUARE), ("A", SQUARE)), "refused: 相互重叠", None),
    "small part within another": (features(("A", SQUARE), ("A", NOTCH)), "refused: 相互重叠", None),
    "closed twice": (features(("A", [*SQUARE, SQUARE[0]])), ONE, "A 423"),
    "begun at another corner": (features(("A", [*SQUARE[2:], *SQUARE[1:3]])), ONE, "A 423"),
    "there and back": (features(("A", [*SQUARE[:2], *SQUARE[:2], SQUARE[0]])), "refused: 请在测绘软件里修正", None),
    "hole that is the whole": (features(("A", area(SQUARE, SQUARE))), "refused: 请在测绘软件里修正", None),
    "second area in the place of a hole": (features(("A", area(SQUARE, AWAY))), "refused: 挖空的部分不在面内", None),
    "open by five millimetres": (
        stating(GAUSS, [*plane(SQUARE, GAUSS)[:-1], [plane(SQUARE, GAUSS)[0][0] + 0.005, plane(SQUARE, GAUSS)[0][1]]]),
        "refused: 没有闭合", None),
    "less than a square metre": (features(("A", small(1e-6))), "refused: 图形的面积只有0.0106平方米，请核对坐标和单位", None),
    "of a plot of ten square metres": (features(("A", small(3e-5))), "refused: 图形的面积只有9.51平方米", "A 0"),
    "ring without points": (features(("A", area(SQUARE, []))), "refused: 第2圈边界只有0个点", None),
    "two areas that meet in a corner": (features(("A", SQUARE), ("B", moved(SQUARE, 0.02, 0.02))), TWO, "A 423、B 423"),
}  # fmt: skip
KML = f"asked as_is/gcj02: 4.23 km², KML, {WGS}"
KMZ = KML.replace("KML", "KMZ")
MARK = named_kml("UTF-8")
RING = re.search("<LinearRing>.*</LinearRing>", MARK)[0]
LINE = RING.replace("LinearRing", "LineString")
BROKEN = "refused: 文件不是完整的KML"
KMLS = {
    "ok.kml": (MARK, KML, "甲-1 423"), "gbk.kml": (named_kml("GBK").encode("gbk"), KML, "甲-1 423"),
    "gb2312.kml": (named_kml("gb2312").encode("gb2312"), KML, "甲-1 423"),
    "bom_utf16.kml": (named_kml("UTF-16").encode("utf-16"), KML, "甲-1 423"),
    "spaces_after_commas.kml": (named_kml("UTF-8", " "), KML, "甲-1 423"),
    "newlines.kml": (MARK.replace("31.2,0 ", "31.2,0\n\t\t"), KML, "甲-1 423"),
    "closed_linestring.kml": (re.sub("<Polygon>.*</Polygon>", LINE, MARK), "refused: 没有面，只有1条线", None),
    "doc.kmz": (zipped(doc__kml=MARK), KMZ, "甲-1 423"), "kmz_named.zip": (zipped(doc__kml=MARK), KMZ, "甲-1 423"),
    "of Google's first edition": (MARK.replace("opengis.net/kml/2.2", "google.com/kml/2.0"), KML, "甲-1 423"),
    "with names of a space": (MARK.replace("<kml xmlns=", "<k:kml xmlns:k=").replace("</kml>", "</k:kml>"), KML, "甲-1 423"),
    "blank lines before": (f"\n\n{MARK}", KML, "甲-1 423"),
    "label in the shape": (
        MARK.replace("<Polygon>", "<MultiGeometry><Point><coordinates>121.51,31.21</coordinates></Point><Polygon>").replace(
            "</Polygon>", "</Polygon></MultiGeometry>"), KML.replace("KML", "KML，略去1个非面"), "甲-1 423；略去1"),
    "number beside the name": (
        MARK.replace("</name>", '图</name><ExtendedData><Data name="编号"><value>甲-1</value></Data></ExtendedData>'), KML, "甲-1 423"),
    "name as raw text": (MARK.replace("甲-1", "<![CDATA[甲-1]]>"), KML, "甲-1 423"),
    "comma of full width": (MARK.replace("121.52,31.2", "121.52，31.2"), "refused: 不是数字的坐标", None),
    "blank of a web page": (MARK.replace("<Polygon>", "<description>&nbsp;</description><Polygon>"), BROKEN, None),
    "UTF-16 without its mark": (named_kml("UTF-16").encode("utf-16-le"), KML, "甲-1 423"),
    "UTF-16 without its mark, big end first": (named_kml("UTF-16").encode("utf-16-be"), KML, "甲-1 423"),
    "ring without its area": (re.sub("<Polygon>.*</Polygon>", RING, MARK), "refused: 没有面，只有1条线", None),
    "without its root": (MARK.split('2.2">')[1].removesuffix("</kml>"), "refused: 这个XML文件不是KML", None),
    "link to another file": (re.sub("<Placemark>.*</Placemark>", "<NetworkLink/>", MARK), "refused: 文件里没有面", None),
    "link beside": (MARK.replace("</kml>", "<NetworkLink/></kml>"), KML.replace("KML", "KML，略去1个非面"), "甲-1 423；略去1"),
    "picture on the ground": (
        re.sub("<Placemark>.*</Placemark>", "<GroundOverlay/>", MARK), "refused: 没有面，只有1张贴图", None),
    "two outer rings": (MARK.replace("</Polygon>", f"<outerBoundaryIs>{RING}</outerBoundaryIs></Polygon>"), "refused: 几个外边界", None),
    "points without blanks": (MARK.replace(",0 ", ",0,"), "refused: 这里连成了一串", None),
    "GBK that is UTF-8 as well": (named_kml("GBK").replace("甲-1", "学-1").encode("gbk"), KML, "学-1 423"),
    "GBK that is Greek in UTF-8": (named_kml("GBK").replace("甲-1", "位-1").encode("gbk"), KML, "位-1 423"),
    "Greek number that states nothing": (named_kml("").replace("甲-1", "α-1"), KML, "α-1 423"),
    "UTF-8 that states GBK": (named_kml("GBK"), KML, "甲-1 423"),
    "beside another kind": (
        zipped(doc__kml=MARK, a__geojson=features(("A", SQUARE))),
        "refused: 几个图形文件，请每次只上传一个（有：doc.kml、a.geojson）", None),
    "within another package": (zipped(a__kmz=zipped(doc__kml=MARK)), "refused: 压缩包里还是压缩包（a.kmz）", None),
    "two of GeoJSON in one": (
        zipped(a__geojson=features(("A", SQUARE)), b__geojson=features(("B", AWAY))), "refused: 几个图形文件", None),
    "two of JSON in one": (zipped(a__json=features(("A", SQUARE)), b__json=features(("B", AWAY))), "refused: 几个图形文件", None),
    "settings beside GeoJSON": (zipped(a__geojson=features(("A", SQUARE)), b__json="{}"), ONE, "A 423"),
    "table of a workbook": (zipped(**{"xl/workbook__xml": "<x/>"}), "refused: 没有GeoJSON、KML或GeoPackage", None),
    "several in one": (zipped(doc__kml=MARK, more__kml=MARK), "refused: 几个KML，请每次只上传一个", None),
}  # fmt: skip
SHAPE = f"read: 4.23 km², Shapefile, {WGS}"
A, POLYGONS = table("A"), "refused: Shapefile里不是面图形，请只导出面"
HIGH = [[*point, 3] for point in SQUARE[::-1]]
VERTICAL = (
    ',VERTCS["Yellow_Sea_1985",VDATUM["Yellow_Sea_1985"],PARAMETER["Vertical_Shift",0.0],PARAMETER["Direction",1.0],UNIT["Meter",1.0]]'
)
TWO_ROWS = table("A", "B", rings=[AWAY[::-1], SQUARE[::-1]])
SHAPES = {
    "wgs84.zip": (pack(A), SHAPE, "A 423"), "ccw_outer.zip": (pack(table("A", rings=[SQUARE])), SHAPE, "A 423"),
    "c2000.zip": (pack(A, prj=pyproj.CRS("EPSG:4490").to_wkt("WKT1_ESRI")), SHAPE.replace(WGS, CGCS), "A 423"),
    "polyz.zip": (pack(table("A", rings=[HIGH], kind=shapefile.POLYGONZ)), SHAPE, "A 423"),
    "gk120.zip": (pack(table("A", rings=[on_plane(500_000)]), prj=gauss(500_000.0)), SHAPE.replace(WGS, PLANE_WORDS), "A 423"),
    "gk_zone40.zip": (
        pack(table("A", rings=[on_plane(40_500_000)]), prj=gauss(40_500_000.0)),
        SHAPE.replace(WGS, "CGCS2000高斯平面，3度带40带，带带号"), "A 423"),
    "gk_cm121_28_local.zip": (  # the file states it whole, so it is read as stated; a system only named (上海2000) is refused
        pack(table("A", rings=[on_plane(0, 121.4666667)]), prj=gauss(0.0, 121.4666667, "SH2000_local")),
        SHAPE.replace(WGS, "SH2000_local"), "A 423"),
    "gbk_nocpg.zip": (pack(table("甲-01", encoding="gbk")), SHAPE, "甲-01 423"),
    "gbk_cpg.zip": (pack(table("甲-01", encoding="gbk"), cpg="GBK"), SHAPE, "甲-01 423"),
    "big5_cpg.zip": (pack(table("區-01", encoding="big5", field="name"), cpg="BIG5"), SHAPE, "區-01 423"),
    "gbk_ambiguous.zip": (pack(table("联通", encoding="gbk"), cpg="936"), SHAPE, "联通 423"),
    "null_shape.zip": (
        pack(table("A", "B", rings=[SQUARE[::-1], None])), SHAPE.replace("file,", "file，略去1个非面,"), "A 423；略去1；没有面的：B"),
    "polyline.zip": (pack(table("A", kind=shapefile.POLYLINE)), POLYGONS, None),
    "noprj.zip": (pack(A, prj=None), "refused: 文件没有写明坐标系，请在“坐标系”里选定后再上传", None),
    "noshx.zip": (pack(without(A, "shx")), "refused: 压缩包里缺shx文件", None),
    "upper_in_folder.zip": (pack(A, stem="范围/地块", upper=True), SHAPE, "A 423"),
    "prj_utf8bom.zip": (pack(A, prj=f"\ufeff{WGS_TEXT}"), SHAPE, "A 423"),
    "with measures": (pack(table("A", rings=[HIGH], kind=shapefile.POLYGONM)), SHAPE, "A 423"),
    "heights in the system of a plane": (
        pack(table("A", rings=[on_plane(500_000)]), prj=gauss(500_000.0, more=VERTICAL)),
        SHAPE.replace(WGS, "CGCS2000_3_Degree_GK + Yellow Sea 1985 height"), "A 423"),
    "Chinese that looks like UTF-8": (pack(table("联通", encoding="gbk")), SHAPE, "联通 423"),
    "GBK that states UTF-8": (pack(table("甲-01", encoding="gbk"), cpg="UTF-8"), SHAPE, "甲-01 423"),
    "number as a number of ten digits": (pack(table(101, column=("N", 10, 0))), SHAPE, "101 423"),
    "Xi'an 1980 on degrees": (pack(A, prj=XIAN), "refused: 不收这一坐标系", None),
    "zone in the system, none in the numbers": (
        pack(table("A", rings=[on_plane(500_000)]), prj=gauss(40_500_000.0)), f"refused: 按坐标落在本市的有：“{PLANE_WORDS}”", None),
    "system is a word": (pack(A, prj="CAD"), "refused: 认不出文件写明的坐标系“CAD”", None),
    "system is empty": (pack(A, prj=""), "refused: 文件没有写明坐标系", None),
    "table of something else beside it": (pack(A, others={"汇总.dbf": table("B")["dbf"]}), SHAPE, "A 423"),
    "system of something else beside it": (pack(A, others={"旧/范围.prj": gauss(500_000.0)}), SHAPE, "A 423"),
    "only the table of something else": (pack(without(A, "dbf"), others={"B.dbf": A["dbf"]}), "refused: 缺dbf文件，请把同名的", None),
    "copies of macOS beside it": (pack(A, others={"._地块.shp": b"x", "__MACOSX/范围/._地块.dbf": b"x"}), SHAPE, "A 423"),
    "number of a column of decimals": (pack(table(101.0, column=("F", 19, 11))), SHAPE, "101 423"),
    "number of a column with decimals": (pack(table(101, column=("N", 19, 4))), SHAPE, "101 423"),
    "number with decimals": (pack(table(1.5, column=("N", 19, 4))), SHAPE, "1.5 423"),
    "name of ten bytes": (pack(table("A", field="地块编号")), SHAPE, "A 423"),
    "column of numbers without one": (
        pack(table(None, column=("N", 10, 0))), SHAPE, "refused: 请在“编号属性”里写明哪个属性是编号（文件里有：编号）"),
    "ellipsoid of another system": (pack(A, prj=WGS_TEXT.replace("6378137.0,298.257223563", "6378245.0,298.3")), "refused: 的椭球是", None),
    "degrees from Paris": (pack(A, prj=WGS_TEXT.replace('"Greenwich",0.0', '"Paris",2.337229166667')), "refused: 从Paris起算经度", None),
    "grads": (pack(A, prj=WGS_TEXT.replace('"Degree",0.0174532925199433', '"Grad",0.01570796326794897')), "refused: 的单位不是度", None),
    "shift of its own": (
        pack(A, prj=WGS_TEXT.replace("298.257223563]", "298.257223563],TOWGS84[100,0,0,0,0,0,0]")), "refused: 另有平移或旋转参数", None),
    "Big5 that states nothing": (pack(table("區段編號-01", encoding="big5", field="name")), SHAPE, "區段編號-01 423"),
    "Big5 that states UTF-8": (pack(table("區段編號-01", encoding="big5", field="name"), cpg="UTF-8"), SHAPE, "區段編號-01 423"),
    "rare signs of GBK": (pack(table("朱镕堃-01", encoding="gbk", field="name")), SHAPE, "朱镕堃-01 423"),
    "UTF-8 that states GBK": (pack(table("地块"), cpg="GBK"), SHAPE, "地块 423"),
    "GBK that is UTF-8 as well": (pack(table("学-1", field="name", encoding="gbk")), SHAPE, "学-1 423"),
    "GBK that is Greek in UTF-8": (pack(table("位-1", field="name", encoding="gbk")), SHAPE, "位-1 423"),
    "row that is deleted": (pack({**TWO_ROWS, "dbf": deleted(TWO_ROWS["dbf"])}), SHAPE, "B 423"),
    "table that is cut off": (pack({**A, "dbf": A["dbf"][:-20]}), SHAPE, "refused: 属性表（dbf）读不出来"),
    "beside a drawing": (pack(A, others={"x.dxf": "0\nSECTION"}), "refused: 几个图形文件，请每次只上传一个（有：地块.shp、x.dxf）", None),
    "beside a drawing that nobody can read": (pack(A, others={"x.dwg": "AC1032"}), SHAPE, "A 423"),
    "no rows": (pack(table()), "refused: 文件里没有面", None),
    "number that is blank": (pack(table(" ")), SHAPE, "refused: 请在“编号属性”里写明哪个属性是编号（文件里有：编号）"),
}  # fmt: skip
FAMILIES = {"members": MEMBERS, "systems": SYSTEMS, "rings": RINGS, "kml": KMLS, "shapefiles": SHAPES}


def differs(told, wanted):
    """Whether a user is told something else than wanted; of a refusal its reason is wanted."""
    state, _, reason = wanted.partition(": ")
    return not (told.startswith("refused: ") and reason in told) if state == "refused" else told != wanted


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", FAMILIES)
def test_each_file_is_read_asked_about_or_refused_for_its_reason(family):
    wrong = {}
    for name, (made, outlined, plotted) in FAMILIES[family].items():
        content = made.encode() if isinstance(made, str) else made
        told = (outline(content, name), numbered(content, name))
        if any(map(differs, told, (outlined, outlined if plotted is None else plotted))):
            wrong[name] = told
    assert wrong == {}


def test_a_deleted_row_of_a_long_table_is_found_without_a_copy_of_the_rest_for_each_row():
    whole, seconds, columns = table(*["A"] * 3_000), [], 16
    head = struct.pack("<B3xIHH20x", 3, 3_000, 33 + 32 * columns, 1 + 250 * columns)
    long = head + columns * struct.pack("<11sc4xB15x", b"A", b"C", 250) + b"\r" + b" " * 3_000 * (1 + 250 * columns)
    for rows in (long, deleted(long)):
        content, begun = pack({**whole, "dbf": rows}), time.process_time()
        formats.read(content, "a.zip")
        seconds.append(time.process_time() - begun)
    assert seconds[1] < 3 * seconds[0], seconds


@pytest.mark.parametrize(("column", "wanted"), [
    (np.array([101, 102]), "101 423、102 423"), (np.array([101.0, 102.0]), "101 423、102 423"),
    (np.array(["A", None], dtype=object), "refused: 请在“编号属性”里写明哪个属性是编号（文件里有：编号）"),
    (np.array([101.0, np.nan]), "refused: 请在“编号属性”里写明哪个属性是编号（文件里有：编号）"),
    (np.array([" A\n1", "b-2"], dtype=object), "A 1 423、b-2 423"),
])  # fmt: skip
def test_numbers_of_a_geopackage_are_those_of_its_table(tmp_path, column, wanted):
    path, shapes = tmp_path / "a.gpkg", np.array([shapely.to_wkb(shapely.Polygon(ring)) for ring in (SQUARE, AWAY)], dtype=object)
    pyogrio.raw.write(path, shapes, [column], ["编号"], layer="a", driver="GPKG", geometry_type="Polygon", crs="EPSG:4490")
    assert not differs(told := numbered(path.read_bytes()), wanted), told


POSTED = [
    ("null_geometry.geojson", MEMBERS, {}, ["略去1个不是面的要素（点、线或没有图形）；其中没有面的编号：B"], "as_is"),
    ("epsg4549_northing_first.geojson", SYSTEMS, {}, ["横纵坐标对调", "照原样不在本市范围内"], "swapped"),
    ("bowtie.geojson", RINGS, {}, ["地块图形文件：地块A：边界自相交"], ""),
    ("gbk.kml", KMLS, {}, ["作GCJ-02（高德、腾讯地图），换算成WGS84"], "gcj02"),
    ("noprj.zip", SHAPES, {}, ["文件没有写明坐标系，请在“坐标系”里选定后再上传"], ""),
    ("noprj.zip", SHAPES, {"system": "EPSG:4490"}, ["文件已读出"], "as_is"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("row", POSTED, ids=[f"{row[0]}{'-named' if row[2] else ''}" for row in POSTED])
def test_what_is_told_of_a_file_stands_on_the_page_before_it_is_stored(preparer, district, row):
    name, family, typed, words, reading = row
    for number in ("A", "甲-1"):
        PlotFactory(district=district, number=number)
    address, made = reverse("districts:plot_map", args=[district.code]), family[name][0]
    content = made.encode() if isinstance(made, str) else made
    given = {"attribute": "", "system": "", **typed}
    first = preparer.post(address, {**given, "file": SimpleUploadedFile(name, content)})
    text = first.content.decode()
    assert [one for one in words if one not in text] == []
    assert (first.status_code, PlotShape.objects.exists()) == (200 if reading else 422, False)
    if reading:
        assert sent(preparer, address, {**given, "file": SimpleUploadedFile(name, content)}, reading=reading).status_code == 302
        assert PlotShape.objects.count() == 1
