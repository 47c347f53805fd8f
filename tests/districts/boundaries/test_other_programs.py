"""Files as other programs write them: encodings, what is no area among the areas, packed formats; the reason of a refusal is true."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapefile
import shapely

from districts.boundaries.geometry import checks
from districts.boundaries.geometry.boundary_file import BoundaryError
from tests.districts.boundaries.test_geometry import SQUARE, kml, packed

NULL, POINT = None, {"type": "Point", "coordinates": [121.51, 31.21]}
LINE = {"type": "LineString", "coordinates": SQUARE[:2]}
AREA = {"type": "Polygon", "coordinates": [SQUARE]}
UNCLOSED = SQUARE[:-1]


def collection(*geometries):
    features = [{"type": "Feature", "properties": {"编号": f"甲-{place}"}, "geometry": one} for place, one in enumerate(geometries)]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def named_kml(encoding, blanks=""):
    """KML with a Chinese name that states an encoding; ``blanks`` stand after each comma of a coordinate."""
    text = kml(SQUARE).decode().replace("<Placemark>", "<Placemark><name>甲-1</name>").replace(",", f",{blanks}")
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}' if encoding else text


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def shapes(encoding="utf-8", cpg=None, prj=""):
    files = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        writer.field("name", "C", 40)
        writer.poly([SQUARE[::-1]])
        writer.record("甲-1")
    more = {"a__cpg": cpg} if cpg is not None else {}
    return zipped(**{f"a__{ending}": file.getvalue() for ending, file in files.items()}, a__prj=prj or WGS_TEXT, **more)


WGS_TEXT = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


DRAWN = shapely.Polygon(SQUARE)


def geopackage(tmp_path, *, system="EPSG:4490", layers=("plots",), kind="Polygon", geometries=(DRAWN,)):
    path = tmp_path / "a.gpkg"
    outlines = np.array([None if one is None else shapely.to_wkb(one) for one in geometries], dtype=object)
    values = [np.array([f"甲-{place}" for place in range(len(geometries))], dtype=object)]
    for layer in layers:
        pyogrio.raw.write(
            path, outlines, values, ["编号"], layer=layer, driver="GPKG", geometry_type=kind, crs=system, append=path.exists()
        )
    return path.read_bytes()


NAMED = {
    "KML in GBK": named_kml("GBK").encode("gbk"), "KML in GB2312": named_kml("gb2312").encode("gbk"),
    "KML in GB18030": named_kml("GB18030").encode("gb18030"),
    "KML in UTF-16": named_kml("UTF-16").encode("utf-16"), "KML in UTF-16, big end": b"\xfe\xff" + named_kml("utf-16").encode("utf-16-be"),
    "KML in Big5": named_kml("Big5").encode("big5"), "KML in GBK that states UTF-8": named_kml("UTF-8").encode("gbk"),
    "KML in GBK that states nothing": named_kml("").encode("gbk"), "KML with a mark": named_kml("UTF-8").encode("utf-8-sig"),
    "blank after comma": named_kml("UTF-8", " ").encode(), "tab after comma": named_kml("UTF-8", "\t\n").encode(),
    "KMZ": zipped(doc__kml=named_kml("UTF-8")), "KMZ with a picture": zipped(images__png=b"x", doc__KML=named_kml("GBK").encode("gbk")),
    "Shapefile in Big5": shapes("big5", "BIG5"), "Shapefile in Big5 by number": shapes("big5", "950"),
    "Shapefile in GBK": shapes("gbk", "GBK"),
    "Shapefile in GBK that states nothing": shapes("gbk"), "Shapefile in GBK that states Latin": shapes("gbk", "ISO-8859-1"),
    "Shapefile in UTF-8": shapes("utf-8", "\ufeffUTF-8"), "system with a mark": shapes(prj="\ufeff" + WGS_TEXT),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_names_are_read_in_the_encoding_that_the_file_has(name):
    [plot] = checks.plots_of(NAMED[name], "a", attribute="name")
    assert plot.number == "甲-1"
    assert checks.boundary_of(NAMED[name], "a").area_km2 == pytest.approx(4.24, abs=0.05)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_geojson_is_read_in_every_usual_encoding(encoding):
    assert [plot.number for plot in checks.plots_of(collection(AREA).encode(encoding), "a")] == ["甲-0"]


LEFT = {
    "null": ([AREA, NULL], "GeoJSON，略去1个非面"), "label point": ([AREA, POINT], "GeoJSON，略去1个非面"),
    "points and line": ([POINT, LINE, AREA, NULL], "GeoJSON，略去3个非面"), "nothing": ([AREA], "GeoJSON"),
    "collection": ([{"type": "GeometryCollection", "geometries": [AREA]}], "GeoJSON"),
    "collection with a point": ([{"type": "GeometryCollection", "geometries": [AREA, POINT]}], "GeoJSON，略去1个非面"),
    "collection in a collection": (
        [{"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": [AREA]}]}], "GeoJSON"),
    "empty area": ([AREA, {"type": "Polygon", "coordinates": []}], "GeoJSON，略去1个非面"),
    "ten thousand points": ([AREA, *[POINT] * 10_000], "GeoJSON，略去9999个非面"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_what_is_no_area_is_left_out_with_a_word(name):
    geometries, told = LEFT[name]
    found = checks.boundary_of(collection(*geometries).encode(), "a")
    assert (found.format, found.points) == (told, 5)
    assert len(found.format) <= 20


REFUSED = {
    "points only": (collection(POINT, POINT, NULL), "只有2个点、1个没有图形的要素"),
    "TopoJSON": (json.dumps({"type": "Topology", "arcs": []}), "这是TopoJSON"),
    "Esri JSON": (json.dumps({"geometryType": "esriGeometryPolygon", "features": []}), "这是Esri JSON"),
    "Esri geometry": (json.dumps({"rings": [SQUARE]}), "这是Esri JSON"), "unknown shape": (collection({"type": "Circle"}), "不是面的图形"),
    "ring open by ten metres": (collection({"type": "Polygon", "coordinates": [[*UNCLOSED, [121.5001, 31.2]]]}), "没有闭合"),
    "two KML": (zipped(a__kml=named_kml(""), b__kml=named_kml("")), "几个KML"), "KMZ without KML": (zipped(a__png=b"x"), "缺shp"),

    "no GeoPackage": (b"SQLite format 3\x00" + bytes(100), "GeoPackage读不出来"), "DWG": (b"AC1032" + bytes(200), "另存为ASCII格式的DXF"),
    "KML cut off": (named_kml("GBK").encode("gbk")[:-20], "不是完整的KML"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_the_true_reason(name):
    content, words = REFUSED[name]
    with pytest.raises(BoundaryError, match=words):
        checks.boundary_of(content.encode() if isinstance(content, str) else content, "a")


@pytest.mark.parametrize(
    ("name", "words"), [("a.shp", "一起压缩成zip"), ("A.DBF", "一起压缩成zip"), ("a.rar", "改压缩成zip"), ("a.bin", "认不出这个文件")]
)
def test_a_file_of_another_kind_is_told_the_way(name, words):
    with pytest.raises(BoundaryError, match=words):
        checks.boundary_of(b"\x00\x00\x27\x0a", name)


@pytest.mark.parametrize("last", [[121.5000000001, 31.2], [121.5, 31.2000000099], [121.4999999999, 31.1999999999]])
def test_a_ring_is_closed_where_only_rounding_keeps_it_open(last):
    ring = [*UNCLOSED, last]
    for content in (collection({"type": "Polygon", "coordinates": [ring]}).encode(), kml(ring), packed(last=last)):
        drawn = checks.boundary_of(content, "a").geometry["coordinates"][0][0]
        assert drawn[0] == drawn[-1]


@pytest.mark.parametrize("system", ["EPSG:4490", "EPSG:4326"])
def test_a_geopackage_is_read_with_its_numbers(tmp_path, system):
    content = geopackage(tmp_path, system=system, geometries=(shapely.Polygon(SQUARE), shapely.box(121.6, 31.2, 121.61, 31.21)))
    assert [plot.number for plot in checks.plots_of(content, "a")] == ["甲-0", "甲-1"]
    found = checks.boundary_of(content, "a")
    assert (found.format, len(found.geometry["coordinates"])) == ("GeoPackage", 2)


GEOPACKAGES = {
    "several parts": ({"kind": "MultiPolygon", "geometries": (shapely.MultiPolygon([shapely.Polygon(SQUARE)]),)}, "GeoPackage"),
    "heights": ({"kind": "Polygon Z", "geometries": (shapely.Polygon([(*point, 4.5) for point in SQUARE]),)}, "GeoPackage"),
    "null": ({"geometries": (shapely.Polygon(SQUARE), None)}, "GeoPackage，略去1个非面"),
    "point among them": ({"kind": "Unknown", "geometries": (DRAWN, shapely.Point(121.5, 31.2))}, "GeoPackage，略去1个非面"),
    "two layers": ({"layers": ("范围", "地块")}, "几个面图层（范围、地块）"),
    "points": ({"kind": "Point", "geometries": (shapely.Point(121.5, 31.2),)}, "没有面图层"),
    "Beijing 1954": ({"system": "EPSG:4214"}, "不收这一坐标系"),
    "all null": ({"geometries": (None,)}, "没有面"),
}  # fmt: skip


@pytest.mark.parametrize("name", GEOPACKAGES)
def test_a_geopackage_is_taken_or_refused_in_words(tmp_path, name):
    made, words = GEOPACKAGES[name]
    content = geopackage(tmp_path, **made)
    if words.startswith("GeoPackage"):
        assert checks.boundary_of(content, "a").format == words
    else:
        with pytest.raises(BoundaryError, match=words):
            checks.boundary_of(content, "a")


@pytest.mark.parametrize(("kind", "shapes", "told"), [("Point", [shapely.Point(121.5, 31.2)], "，略去1个非面"), ("Polygon", [], "")])
def test_layers_beside_the_outlines_are_counted_or_empty(tmp_path, kind, shapes, told):
    geopackage(tmp_path, layers=("范围",))
    beside = np.array([shapely.to_wkb(one) for one in shapes], dtype=object)
    more = {"layer": "其他", "driver": "GPKG", "geometry_type": kind, "crs": "EPSG:4490", "append": True}
    pyogrio.raw.write(tmp_path / "a.gpkg", beside, [np.array(["x"] * len(shapes), dtype=object)], ["编号"], **more)
    assert checks.boundary_of((tmp_path / "a.gpkg").read_bytes(), "a").format == f"GeoPackage{told}"


@pytest.mark.parametrize("key", [0, -1])
def test_a_geopackage_without_a_system_is_asked_for_one(tmp_path, key):
    geopackage(tmp_path)
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", [key])
        base.commit()
    content = (tmp_path / "a.gpkg").read_bytes()
    with pytest.raises(BoundaryError, match="没有写明坐标系"):
        checks.boundary_of(content, "a")
    assert checks.boundary_of(content, "a", "EPSG:4490").system == "CGCS2000经纬度"
