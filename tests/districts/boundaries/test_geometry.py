"""Boundary files: what is taken, what is refused and in which words, how it is drawn. Pure."""

import io
import json
import re
import struct
import subprocess
import sys
import zipfile

import pyproj
import pytest
import shapefile

from districts.boundaries import geojson
from districts.boundaries.geometry import checks, reader
from districts.boundaries.geometry.boundary_file import MAX_BYTES, BoundaryError
from districts.boundaries.geometry.child_process import CPU_SECONDS
from tests.calls import calls

WGS = "EPSG:4326"
LIMITS = "from districts.boundaries.geometry import child_process"
SQUARE = [[121.5, 31.2], [121.52, 31.2], [121.52, 31.22], [121.5, 31.22], [121.5, 31.2]]
CROSSED = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
HOLE = [[121.505, 31.205], [121.51, 31.205], [121.51, 31.21], [121.505, 31.205]]
CRS84 = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}


def encoded(data):
    return json.dumps(data).encode()


def polygon(*rings, **more):
    return encoded({"type": "Polygon", "coordinates": list(rings), **more})


def kml(*rings, extra=""):
    outer, *inner = [" ".join(f"{x},{y},0" for x, y in ring) for ring in rings]
    holes = "".join(f"<innerBoundaryIs><LinearRing><coordinates>{text}</coordinates></LinearRing></innerBoundaryIs>" for text in inner)
    ring = f"<outerBoundaryIs><LinearRing><coordinates>{outer}</coordinates></LinearRing></outerBoundaryIs>"
    return f'<kml xmlns="http://www.opengis.net/kml/2.2">{extra}<Placemark><Polygon>{ring}{holes}</Polygon></Placemark></kml>'.encode()


def packed(points=SQUARE, *, system=WGS, kind=shapefile.POLYGON, leave_out=(), copies=1, last=None):
    files = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=kind) as writer:
        writer.field("name", "C")
        if kind == shapefile.POLYGON:
            writer.poly([points[::-1]])
        else:
            writer.point(*points[0])
        writer.record("a")
    content = {ending: file.getvalue() for ending, file in files.items()}
    if last:
        content["shp"] = content["shp"][:-16] + struct.pack("<2d", *last)
    if system:
        content["prj"] = pyproj.CRS.from_user_input(system).to_wkt("WKT1_ESRI").encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as folder:
        for number in range(copies):
            for ending, data in content.items():
                if ending not in leave_out:
                    folder.writestr(f"a{number}.{ending}", data)
    return archive.getvalue()


def plane(ring, system):
    return [list(point) for point in pyproj.Transformer.from_crs(WGS, system, always_xy=True).itransform(ring)]


def kilometre(east=121.5, north=31.2):
    """A square of a kilometre a side, walked along the ellipsoid."""
    geod = pyproj.Geod(ellps="WGS84")
    right = geod.fwd(east, north, 90, 1000)[:2]
    return [[east, north], [*right], [*geod.fwd(*right, 0, 1000)[:2]], [*geod.fwd(east, north, 0, 1000)[:2]], [east, north]]


@pytest.mark.parametrize(("content", "system"), [
    (polygon(kilometre()), WGS), (polygon(kilometre(), **CRS84), ""), (polygon(kilometre()), "EPSG:4490"),
    (polygon(plane(kilometre(), "EPSG:4549")), "EPSG:4549"), (polygon(plane(kilometre(), "EPSG:4528")), "EPSG:4528"),
    (polygon(plane(kilometre(), "EPSG:32651")), "EPSG:32651"), (kml(kilometre()), ""), (packed(kilometre()), ""),
    (packed(kilometre(), system="EPSG:4490"), ""), (packed(kilometre(), system="EPSG:4490"), "EPSG:4490"),
    (packed(plane(kilometre(), "EPSG:4549"), system="EPSG:4549"), ""), (packed(kilometre(), system=""), WGS),
])  # fmt: skip
def test_a_square_kilometre_is_one_within_a_thousandth(content, system):
    found = checks.boundary_of(content, "a", system)
    assert found.area_km2 == pytest.approx(1, rel=0.001)
    assert found.geometry["coordinates"][0][0][0] == pytest.approx([121.5, 31.2], abs=0.02)


def test_the_area_is_not_that_of_a_flat_map():
    south, north = (checks.boundary_of(polygon(kilometre(121.5, at)), "a", WGS).area_km2 for at in (30.7, 31.8))
    assert south == pytest.approx(north, rel=1e-5)


def test_a_hole_is_taken_out_of_the_area():
    whole, holed = (checks.boundary_of(content, "a", WGS) for content in (polygon(SQUARE), kml(SQUARE, HOLE)))
    assert whole.area_km2 - holed.area_km2 == pytest.approx(checks.boundary_of(polygon(HOLE), "a", WGS).area_km2, rel=1e-6)
    assert len(holed.geometry["coordinates"][0]) == 2


@pytest.mark.parametrize(
    "data",
    [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}]},
        {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": [[[*point, 4.0] for point in SQUARE]]}]},
    ],
)
def test_polygons_in_any_dress_become_one_multipolygon(data):
    assert checks.boundary_of(encoded(data), "a", WGS).geometry == {"type": "MultiPolygon", "coordinates": [[SQUARE]]}


def test_the_points_are_those_of_the_outline_that_is_stored():
    beside = [[round(x + 0.02, 2), y] for x, y in SQUARE]
    for outlines, points in (([SQUARE], 5), ([SQUARE, beside], 7)):  # of the two the common side goes
        found = checks.boundary_of(encoded({"type": "MultiPolygon", "coordinates": [[one] for one in outlines]}), "a", WGS)
        assert found.points == points == sum(len(ring) for part in found.geometry["coordinates"] for ring in part)


def test_the_limits_themselves_are_inside():
    corners = [[120.85, 30.65], [122.4, 30.65], [122.4, 31.9], [120.85, 30.65]]
    assert checks.boundary_of(polygon(corners), "a", WGS)


@pytest.mark.parametrize(("east", "north", "is_of_the_city"), [
    (122 + 14.6 / 60, 31 + 25.3 / 60, True), (122 + 23 / 60, 31 + 11 / 60, True), (123 + 9.4 / 60, 30 + 44.1 / 60, False),
], ids=["佘山岛", "鸡骨礁", "海礁"])  # fmt: skip
def test_the_islands_of_the_city_lie_within_its_limits(east, north, is_of_the_city):
    assert checks.is_inside((east, north)) == is_of_the_city


MESSAGES = [
    (polygon(CROSSED), WGS, "自相交", "file"),
    (encoded({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}), WGS, "重叠", "file"),
    (polygon(HOLE, SQUARE), WGS, "挖空的部分不在面内", "file"), (polygon(SQUARE[:-1]), WGS, "没有闭合", "file"),
    (packed(last=(121.501, 31.2)), "", "没有闭合", "file"), (polygon(SQUARE[:3]), WGS, "至少要有4个点", "file"),
    (polygon([SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[0]]), WGS, "请在测绘软件里修正", "file"),
    (polygon([point[::-1] for point in SQUARE]), WGS, "经度和纬度写反了", "file"),
    (kml([point[::-1] for point in SQUARE]), "", "经度和纬度写反了", "file"),
    (polygon([[x - 5, y] for x, y in SQUARE]), WGS, "不在本市范围内", "file"),
    (polygon(plane(SQUARE, "EPSG:4549")), "", "却像平面直角坐标", "system"), (packed(system=""), "", "没有写明坐标系", "system"),
    (polygon(SQUARE), "EPSG:4549", "却像经纬度", "system"), (polygon(plane(SQUARE, "EPSG:4549")), WGS, "却像平面直角坐标", "system"),
    (polygon(plane(SQUARE, "EPSG:4549")), "EPSG:4550", "不在本市范围内", "file"),
    (packed(plane(SQUARE, "EPSG:4549"), system="EPSG:4549"), WGS, "与所选的", "system"),
    (polygon(SQUARE, crs={"type": "name", "properties": {"name": "EPSG:4214"}}), "", "不收这一坐标系", "file"),
    (polygon(SQUARE, crs={"type": "name", "properties": {"name": "上海2000"}}), "", "认不出文件写明的坐标系", "file"),
    (polygon(SQUARE), "bd09", "不收BD-09", "system"), (polygon(SQUARE), "local", "地方坐标系", "system"),
    (b"[" * 300_000, WGS, "嵌套太深", "file"), (b'{"a":' * 100_000, WGS, "嵌套太深", "file"),
    (b"<kml>" + b"<a>" * 50_000, "", "不是完整的KML", "file"), (b'<!DOCTYPE a [<!ENTITY b "c">]><kml>&b;</kml>', "", "实体定义", "file"),
    (b"<html></html>", "", "不是KML", "file"), (kml(SQUARE).replace(b"121.5,", b"east,"), "", "不是数字的坐标", "file"),
    (b"\xff\xfe\x00", WGS, "认不出这个文件", "file"), (b"{]", WGS, "不是完整的GeoJSON", "file"),
    (encoded([]), WGS, "这个JSON不是GeoJSON", "file"),
    (encoded({"type": "Point", "coordinates": [121.5, 31.2]}), WGS, "没有面，只有1个点", "file"),
    (encoded({"type": "FeatureCollection", "features": []}), WGS, "没有面", "file"),
    (encoded({"type": "FeatureCollection", "features": [{"geometry": None}]}), WGS, "没有面，只有1个没有图形的要素", "file"),
    (encoded({"type": "Circle", "coordinates": []}), WGS, "不是面的图形", "file"),
    (encoded({"type": "Polygon", "coordinates": []}), WGS, "没有面，只有1个没有图形的要素", "file"),
    (encoded({"type": "Polygon", "coordinates": None}), WGS, "没有坐标", "file"),
    (polygon([*SQUARE[:4], [121.5, None]]), WGS, "不是数字的坐标", "file"),
    (polygon([*SQUARE[:4], [True, True]]), WGS, "不是数字的坐标", "file"),
    (b'{"type":"Polygon","coordinates":[[[NaN,31.2],[121.5,31.2],[121.6,31.2],[NaN,31.2]]]}', WGS, "", "file"),
    (polygon([[121.5, 31.2 + number / 1e7] for number in range(60_000)]), WGS, "60,000个点", "file"),
    (packed(kind=shapefile.POINT), "", "不是面图形", "file"), (packed(leave_out=("shx",)), "", "缺shx", "file"),
    (packed(copies=2), "", "几个Shapefile", "file"), (packed()[:200], "", "打不开", "file"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "system", "words", "field"), MESSAGES, ids=[f"{n}-{row[2]}" for n, row in enumerate(MESSAGES)])
def test_a_wrong_file_is_refused_in_words_quickly(content, system, words, field):
    def refused():
        with pytest.raises(BoundaryError) as caught:
            checks.boundary_of(content, "a", system)
        return caught.value

    error = refused()  # coordinate systems are looked up once
    assert (words in str(error), bool(str(error)), error.field) == (True, True, field)
    # A good file of many points costs 1.5 calls a byte; a wrong one may cost as much and the fixed part, never more than its size explains.
    assert calls(refused) < 2_000 + 2 * len(content)


def test_a_good_file_costs_what_its_size_explains():
    few, many = (polygon([[121.5 + at / 1e6, 31.2] for at in range(count)] + [[121.5, 31.3], [121.5, 31.2]]) for count in (1_000, 20_000))
    checks.boundary_of(few, "a", WGS)
    one, twenty = (calls(lambda content=content: checks.boundary_of(content, "a", WGS)) for content in (few, many))
    assert twenty < 21 * one


def test_a_zip_that_swells_is_refused_before_it_is_unpacked():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("a.shp", b"\0" * 41 * 1024 * 1024)
    with pytest.raises(BoundaryError, match="解开后超过40 MB"):
        checks.boundary_of(archive.getvalue(), "a.zip")


@pytest.mark.parametrize(
    ("content", "words"), [(b" " * 50 * 1024 * 1024, "有50 MB"), (b" " * (MAX_BYTES + 1), "超过10 MB"), (b"", "是空的")]
)
def test_a_file_is_refused_by_its_size_before_a_process_is_started(content, words, monkeypatch):
    monkeypatch.setattr(reader, "COMMAND", ("false",))
    with pytest.raises(BoundaryError, match=words):
        reader.read(content, name="a.geojson")


def test_the_process_answers_and_refuses():
    found = reader.read(polygon(SQUARE), name="a.geojson", system=WGS)
    assert (str(found.area_km2), found.format, found.system, found.points) == ("4.2262", "GeoJSON", "WGS84经纬度", 5)
    assert reader.read(polygon(SQUARE), name="a.geojson").system == "WGS84经纬度（文件未写明，GeoJSON按RFC 7946即WGS84）"
    with pytest.raises(BoundaryError, match="没有写明坐标系") as caught:
        reader.read(packed(system=""), name="a.zip")
    assert caught.value.field == "system"


def test_a_process_that_dies_or_hangs_is_told_in_words(monkeypatch):
    monkeypatch.setattr(reader, "COMMAND", ("false",))
    with pytest.raises(BoundaryError, match="太复杂"):
        reader.read(polygon(SQUARE), name="a.geojson", system=WGS)
    monkeypatch.setattr(reader, "COMMAND", ("sleep", "60"))
    monkeypatch.setattr(reader, "SECONDS", 0.1)
    with pytest.raises(BoundaryError, match="读不完，请稍后再试"):
        reader.read(polygon(SQUARE), name="a.geojson", system=WGS)


def test_work_without_end_is_stopped_by_the_time_it_worked(monkeypatch):
    burning = f"{LIMITS}; child_process.CPU_SECONDS = 1; child_process.hold_limits()\nwhile True: pass"
    monkeypatch.setattr(reader, "COMMAND", (sys.executable, "-c", burning))
    with pytest.raises(BoundaryError, match=f"{CPU_SECONDS}秒内读不完，请简化后再上传"):
        reader.read(polygon(SQUARE), name="a.geojson", system=WGS)
    assert reader.SECONDS >= 5 * CPU_SECONDS, "the bound on the wall is far wider than the work allowed"


def test_the_web_worker_never_loads_the_libraries():
    code = "import sys; from districts.boundaries.geometry import reader; "
    code += "assert not {'numpy', 'shapely', 'pyproj', 'shapefile'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=reader.ROOT).returncode == 0


def test_overlay_tells_the_share_in_each_area():
    half = [[121.51, 31.19], [121.6, 31.19], [121.6, 31.3], [121.51, 31.3], [121.51, 31.19]]
    own, east, far = ({"type": "Polygon", "coordinates": [ring]} for ring in (SQUARE, half, [[x + 0.5, y] for x, y in SQUARE]))
    found = reader.shares_of_many([own, far], {"东片": east, "远处": far})
    assert found == [{"东片": pytest.approx(0.5, abs=1e-6)}, {"远处": 1.0}]


def test_the_outline_fits_its_box_and_keeps_the_proportions():
    drawn = geojson.outline({"type": "MultiPolygon", "coordinates": [[SQUARE]]})
    numbers = [float(number) for number in re.findall(r"[\d.]+", drawn.path)]
    wide, high = (max(some) - min(some) for some in (numbers[::2], numbers[1::2]))
    assert min(numbers) >= 0
    assert max(numbers[::2]) <= drawn.width
    assert wide / high == pytest.approx(0.855, abs=0.01)
    assert high == pytest.approx(drawn.height - 2 * 16, abs=0.2)  # it fills the height between the margins
    assert drawn.scale_words in {"500 m", "1 km"}
    assert drawn.scale_px <= drawn.width / 5 + 1


def test_a_boundary_that_is_almost_a_line_still_draws():
    flat = [[121.5, 31.2], [121.6, 31.2], [121.55, 31.2], [121.5, 31.2]]
    assert geojson.outline({"type": "MultiPolygon", "coordinates": [[flat]]}).path.startswith("M")
