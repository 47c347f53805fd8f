"""Outlines beside their neighbours, and coordinates that can be meant in another way: what is asked, and what is not."""

import cProfile
import json
import pstats
from io import BytesIO, StringIO

import ezdxf
import numpy as np
import pytest
import shapefile
import shapely
from shapely.geometry import mapping

from districts.boundaries.geometry import checks, readings
from districts.boundaries.geometry.child_process import answered
from tests.districts.boundaries.test_dxf import PLANE, drawn
from tests.districts.boundaries.test_geometry import HOLE, SQUARE, kml, packed, plane, polygon
from tests.districts.boundaries.test_other_programs import WGS_TEXT, geopackage, zipped

BOUNDARY = {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
KNOWN = {"规划范围第1版": BOUNDARY}
CRS = {"crs": {"type": "name", "properties": {"name": "EPSG:4549"}}}


def look(content, *, system="", reading="", known=KNOWN, others=None, site=None, drawing=None, name="a"):
    asked = {
        "do": "boundary",
        "name": name,
        "system": system,
        "drawing": drawing,
        "reading": reading,
        "known": known,
        "others": others or {},
    }
    return answered({**asked, "site": site}, content)


def plots(content, *, system="EPSG:4326", reading="", edge=None, stored=None, attribute=""):
    asked = {"do": "plots", "name": "a", "system": system, "drawing": None, "attribute": attribute, "reading": reading}
    return answered({**asked, "edge": edge, "stored": stored or {}}, content)


def turned(ring):
    return [list(point[::-1]) for point in ring]


def shifted(ring):
    return [list(point) for point in readings.to_gcj02(ring)]


def moved(ring, east=0.0, north=0.0):
    return [[x + east, y + north] for x, y in ring]


def plot_file(*rows):
    """Plots by number; a shape that is no ring is taken as it is."""
    shapes = [(number, {"type": "Polygon", "coordinates": [shape]} if isinstance(shape, list) else shape) for number, shape in rows]
    features = [{"type": "Feature", "properties": {"编号": number}, "geometry": shape} for number, shape in shapes]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def turned_files(tmp_path):
    """The square with exchanged axes, as different programs hand it over."""
    squares = plane(SQUARE, PLANE)
    return {
        "degrees in GeoJSON": (polygon(turned(SQUARE)), {}),
        "degrees in KML": (kml(turned(SQUARE)), {}),
        "degrees with heights": (polygon([[*point, 4.5] for point in turned(SQUARE)]), {}),
        "northing first in GeoJSON": (polygon(turned(plane(SQUARE, "EPSG:4549")), **CRS), {}),
        "northing first in a Shapefile": (packed(turned(plane(SQUARE, "EPSG:4549")), system="EPSG:4549"), {}),
        "northing first with the zone": (polygon(turned(plane(SQUARE, "EPSG:4528"))), {"system": "EPSG:4528"}),
        "degrees in a GeoPackage": (geopackage(tmp_path, geometries=(shapely.Polygon(turned(SQUARE)),)), {}),
        "several parts": (json.dumps(mapping(shapely.MultiPolygon([shapely.Polygon(turned(SQUARE))]))).encode(), {}),
        "in a zip": (zipped(a__geojson=polygon(turned(SQUARE))), {}),
        "northing first in centimetres too many": (polygon(turned(squares)), {"system": PLANE}),
    }


def test_exchanged_axes_are_asked_about_and_taken_back(tmp_path):
    for name, (content, named) in turned_files(tmp_path).items():
        first = look(content, **named)["ok"]
        assert (first["asked"], [offer["key"] for offer in first["offers"]]) == (True, ["swapped"]), name
        taken = look(content, reading="swapped", **named)["ok"]
        assert (taken["asked"], taken["reading"]) == (False, "swapped"), name
        assert taken["relations"]["规划范围第1版"]["common"] == pytest.approx(1, abs=0.001), name
        assert taken["found"]["system"].endswith("横纵坐标已对调"), name
        assert "error" in look(content, reading="as_is", **named), name


def test_exchanged_axes_of_a_web_map_are_taken_back_with_its_shift():
    content = polygon(turned(shifted(SQUARE)))
    for made, known in ((content, KNOWN), (content, {}), (kml(turned(shifted(SQUARE))), KNOWN)):
        first = look(made, known=known)["ok"]
        assert (first["asked"], [offer["key"] for offer in first["offers"]]) == (True, ["swapped", "swapped_gcj02"])
    taken = look(content, reading="swapped_gcj02")["ok"]
    assert taken["relations"]["规划范围第1版"]["common"] == pytest.approx(1, abs=0.001)
    assert (taken["asked"], taken["found"]["system"]) == (False, "GCJ-02，已换算成WGS84（误差约1米），横纵坐标已对调")
    assert [offer["key"] for offer in look(content, system="EPSG:4326")["ok"]["offers"]] == ["swapped"], "the user has named the system"
    drawn_so = plot_file(("A-1", turned(shifted(SQUARE))))
    first = plots(drawn_so, system="", edge=BOUNDARY)["ok"]
    assert (first["asked"], [offer["key"] for offer in first["offers"]]) == (True, ["swapped", "swapped_gcj02"])
    assert plots(drawn_so, system="", edge=BOUNDARY, reading="swapped_gcj02")["ok"]["neighbours"]["outside"] == []


def test_a_drawing_with_northing_first_is_asked_about():
    named = {"drawing": {"layer": "红线", "unit": "m"}, "system": PLANE, "known": {}}

    made = ezdxf.new("R2010")
    made.layers.add("红线")
    made.modelspace().add_lwpolyline(turned(plane(SQUARE, PLANE)), close=True, dxfattribs={"layer": "红线"})

    out = StringIO()
    made.write(out)
    found = look(out.getvalue().encode(), **named)["ok"]
    assert (found["asked"], found["reading"]) == (True, "swapped")
    assert look(drawn(), **named)["ok"]["reading"] == "as_is"


RINGS = {
    "square": [SQUARE], "with a hole": [SQUARE, HOLE], "triangle": [[SQUARE[0], SQUARE[1], SQUARE[2], SQUARE[0]]],
    "narrow": [[[121.5, 31.2], [121.52, 31.2], [121.52, 31.203], [121.5, 31.203], [121.5, 31.2]]],
    "large": [[[121.3, 31.0], [121.4, 31.0], [121.4, 31.1], [121.3, 31.1], [121.3, 31.0]]],
    "island": [[[121.9, 31.5], [121.92, 31.5], [121.91, 31.52], [121.9, 31.5]]],
}  # fmt: skip


@pytest.mark.parametrize("name", RINGS)
@pytest.mark.parametrize("system", ["", "EPSG:4326", "EPSG:4490"])
def test_an_outline_that_fits_as_gcj02_is_asked_about(name, system):
    rings = RINGS[name]
    known = {"规划范围第1版": {"type": "MultiPolygon", "coordinates": [rings]}}
    content = polygon(*map(shifted, rings))
    first = look(content, system=system, known=known)["ok"]
    assert (first["asked"], [offer["key"] for offer in first["offers"]]) == (True, ["as_is", "gcj02"])
    told = [offer["relations"]["规划范围第1版"]["common"] for offer in first["offers"]]
    assert told[1] == pytest.approx(1, abs=0.002)
    taken = look(content, system=system, known=known, reading="gcj02")["ok"]
    assert taken["found"]["geometry"]["coordinates"][0][0][0] == pytest.approx(rings[0][0], abs=2e-5), "a metre or two"
    assert (taken["found"]["system"], taken["asked"]) == ("GCJ-02，已换算成WGS84（误差约1米）", False)
    assert look(content, system=system, known=known, reading="as_is")["ok"]["asked"] is False
    plain = look(polygon(*rings), system=system, known=known)["ok"]
    assert (plain["asked"], plain["offers"]) == (False, []), "what fits as it stands is not asked about"


def test_gcj02_that_the_user_names_is_converted_at_once():
    found = look(polygon(shifted(SQUARE)), system="gcj02")["ok"]
    assert (found["asked"], found["reading"]) == (False, "gcj02")
    assert found["relations"]["规划范围第1版"]["common"] == pytest.approx(1, abs=0.001)
    assert "与所选的" in look(polygon(plane(SQUARE, "EPSG:4549"), **CRS), system="gcj02")["error"]


def test_gcj02_that_the_user_names_is_asked_about_with_its_axes_exchanged():
    for made, named in ((polygon(turned(shifted(SQUARE))), look), (plot_file(("A-1", turned(shifted(SQUARE)))), plots)):
        first = named(made, system="gcj02")["ok"]
        assert (first["asked"], [offer["key"] for offer in first["offers"]]) == (True, ["swapped_gcj02"])
        taken = named(made, system="gcj02", reading="swapped_gcj02")["ok"]
        assert (taken["asked"], taken["reading"]) == (False, "swapped_gcj02")
    assert taken["plots"][0]["area_ha"] == pytest.approx(423, rel=0.01)
    assert "如（120.0000，29.0000）" in look(polygon([[120, 29], [120.1, 29], [120.1, 29.1], [120, 29]]), system="gcj02")["error"]


@pytest.mark.parametrize(("content", "system", "is_asked"), [
    (polygon(SQUARE), "", True), (kml(SQUARE), "", True), (zipped(doc__kml=kml(SQUARE)), "", True),
    (polygon(SQUARE), "EPSG:4326", False), (kml(SQUARE), "EPSG:4326", False), (packed(), "", False),
    (polygon(SQUARE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}), "", False),
])  # fmt: skip
def test_where_nothing_is_known_a_file_that_states_no_system_is_asked_about(content, system, is_asked):
    assert look(content, system=system, known={})["ok"]["asked"] is is_asked


@pytest.mark.parametrize(("content", "system", "words"), [
    (polygon(plane(SQUARE, "EPSG:4549")), "", "按坐标落在本市的有：“CGCS2000高斯平面，中央经线120°，不带带号”"),
    (polygon(plane(SQUARE, "EPSG:4528")), "", "“CGCS2000高斯平面，3度带40带，带带号”"),
    (polygon(plane(SQUARE, "EPSG:4529")), "EPSG:4326", "“CGCS2000高斯平面，3度带41带，带带号”"),
    (packed(plane(SQUARE, "EPSG:4549"), system=""), "", "请在“坐标系”里选定后再上传。按坐标落在本市的有：“CGCS2000高斯平面，中央经线120°"),
    (packed(plane(SQUARE, "EPSG:4528"), system=""), "EPSG:4549", "带带号”"),
    (packed(turned(plane(SQUARE, "EPSG:4549")), system=""), "", "中央经线120°"),
    (packed([[-3000.0, 1000.0], [-2000.0, 1000.0], [-2000.0, 2000.0], [-3000.0, 1000.0]], system=""), "", "上海城建坐标等地方坐标系"),
    (polygon([[12000.5, -8000.0], [13000, -8000], [13000, -7000], [12000.5, -8000.0]]), "EPSG:4549", "上海城建坐标等地方坐标系"),
    (packed(SQUARE, system=""), "", "请在“坐标系”里选定后再上传"),
])  # fmt: skip
def test_plane_coordinates_of_an_unknown_or_wrong_system_are_told_what_would_fit(content, system, words):
    assert words in look(content, system=system)["error"]


FAR = moved(SQUARE, -0.4)
HALF = moved(SQUARE, 0.01)


def test_shares_and_distances_are_those_of_the_map():
    told = look(polygon(HALF), system="EPSG:4326", known={"甲": BOUNDARY}, others={"乙": {"type": "Polygon", "coordinates": [FAR]}})["ok"][
        "relations"
    ]
    assert told["甲"] == pytest.approx({"own": 0.5, "other": 0.5, "km2": 2.12, "metres": 0, "common": 1 / 3}, abs=0.01)
    assert (told["乙"]["own"], told["乙"]["metres"]) == (0, pytest.approx(37_100, rel=0.01))
    assert look(polygon(SQUARE), system="EPSG:4326", site=(121.51, 31.21))["ok"]["metres_from_site"] == 0
    assert look(polygon(SQUARE), system="EPSG:4326", site=(121.62, 31.21))["ok"]["metres_from_site"] == pytest.approx(9_520, rel=0.01)


def square_at(east, north=31.205, side=0.002):
    return [[east, north], [east + side, north], [east + side, north + side], [east, north + side], [east, north]]


def shape_at(*place):
    return {"type": "MultiPolygon", "coordinates": [[square_at(*place)]]}


def test_plots_are_compared_with_boundary_each_other_and_what_is_stored():
    content = plot_file(
        ("A", square_at(121.505)), ("B", square_at(121.505)), ("C", square_at(121.506)), ("D", square_at(121.05)),
        ("E", square_at(121.519)), ("F", square_at(121.511)), ("G", square_at(121.513)), ("h", square_at(121.516)),
    )  # fmt: skip
    stored = {"X": shape_at(121.511), "Y": shape_at(121.5135), "Ｈ": shape_at(121.501), "g": shape_at(121.513)}
    told = plots(content, edge=BOUNDARY, stored=stored)["ok"]["neighbours"]
    assert {tuple(sorted(pair)) for pair in told["same"]} == {("A", "B"), ("F", "X")}
    assert {tuple(sorted(pair[:2])) for pair in told["overlaps"]} == {("A", "C"), ("B", "C"), ("G", "Y")}
    outside = {number: (share, metres) for number, share, metres in told["outside"]}
    assert outside == {"D": (1, pytest.approx(42_600, rel=0.01)), "E": (pytest.approx(0.5, abs=0.01), 0)}
    assert told["moved"] == [("h", pytest.approx(1_238, rel=0.02))], "its own former shape, however the number is written"


def test_plots_that_only_touch_are_not_asked_about():
    content = plot_file(
        ("A", square_at(121.505)), ("B", square_at(121.507)), ("C", square_at(121.505, 31.207)), ("D", square_at(121.5089999))
    )
    told = plots(content, edge=BOUNDARY)["ok"]["neighbours"]
    assert told == {"outside": [], "overlaps": [], "same": [], "moved": []}


@pytest.mark.parametrize("again", [True, False])
def test_plots_in_gcj02_are_suspected_by_the_boundary_or_their_former_shapes(again):
    rings = [square_at(121.5 + step * 0.004, 31.2 + row * 0.004, 0.004) for step in range(5) for row in range(5)]
    content = plot_file(*((f"A-{number}", shifted(ring)) for number, ring in enumerate(rings)))
    stored = {f"A-{number}": {"type": "Polygon", "coordinates": [ring]} for number, ring in enumerate(rings)} if again else {}
    found = plots(content, edge=None if again else BOUNDARY, stored=stored)["ok"]
    assert (found["asked"], [offer["key"] for offer in found["offers"]]) == (True, ["as_is", "gcj02"])
    assert plots(content, edge=BOUNDARY, stored=stored, reading="gcj02")["ok"]["neighbours"]["outside"] == []


@pytest.mark.parametrize("reading", ["", "as_is", "gcj02"])
def test_a_file_is_read_once_however_its_coordinates_can_be_meant(reading):
    content = plot_file(*((f"A-{at}", shifted(square_at(121.502 + at * 0.004, 31.205, 0.004))) for at in range(4)))
    profile = cProfile.Profile()
    found = profile.runcall(plots, content, edge=BOUNDARY, reading=reading)["ok"]
    calls = {key[2]: told[0] for key, told in pstats.Stats(profile).stats.items() if key[0] == checks.__file__}
    assert (calls["_plot"], calls["checked_plots"], [offer["key"] for offer in found["offers"]]) == (4, 1, ["as_is", "gcj02"])
    for offer in found["offers"]:
        own = plots(content, edge=BOUNDARY, reading=offer["key"])["ok"]["plots"]
        read = [one["geometry"]["coordinates"][0] for one in own]
        assert np.ravel(offer["geometry"]["coordinates"]) == pytest.approx(np.ravel(read), abs=3e-7), offer["key"]


POINT = {"type": "Point", "coordinates": [121.506, 31.206]}
LINE = {"type": "LineString", "coordinates": SQUARE[:2]}


@pytest.mark.parametrize(("rows", "left", "without"), [
    ([("A", square_at(121.505)), ("A", POINT)], 1, []),
    ([("A", square_at(121.505)), ("B", POINT)], 1, ["B"]),
    ([("A", square_at(121.505)), ("B", None), ("C", LINE), ("C", POINT)], 3, ["B", "C"]),
    ([("A", {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": [square_at(121.505)]}, POINT]})], 1, []),
    ([("A", square_at(121.505)), ("B", {"type": "Polygon", "coordinates": []})], 1, ["B"]),
    ([("A", square_at(121.505))], 0, []),
])  # fmt: skip
def test_points_lines_and_nothing_are_left_out_of_plot_shapes_with_a_word(rows, left, without):
    found = plots(plot_file(*rows), edge=BOUNDARY)["ok"]
    assert ([plot["number"] for plot in found["plots"]], found["left_out"], found["without_area"]) == (["A"], left, without)


def test_placemarks_without_an_area_and_null_shapes_are_left_out():
    bare = "<Placemark><name>B</name><Point><coordinates>121.5,31.2</coordinates></Point></Placemark><Placemark><name>C</name></Placemark>"
    named = kml(SQUARE).decode().replace("<Placemark>", "<Placemark><name>A</name>").replace("</kml>", f"{bare}</kml>").encode()
    found = plots(named, system="", edge=BOUNDARY)["ok"]
    assert ([plot["number"] for plot in found["plots"]], found["left_out"], found["without_area"]) == (["A"], 2, ["B", "C"])
    assert look(named)["ok"]["found"]["format"] == "KML，略去2个非面"
    null = null_shape()
    assert look(null)["ok"]["found"]["format"] == "Shapefile，略去1个非面"
    assert plots(null, system="", edge=BOUNDARY)["ok"]["left_out"] == 1


def null_shape():
    """A Shapefile with a square and a row without a shape."""

    files = {ending: BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C", 40)
        writer.poly([SQUARE[::-1]])
        writer.record("A")
        writer.null()
        writer.record("B")
    return zipped(**{f"a__{ending}": file.getvalue() for ending, file in files.items()}, a__prj=WGS_TEXT)


@pytest.mark.parametrize(("content", "words"), [
    (polygon(SQUARE).replace(b"121.52", b"1" + b"0" * 400, 1), "大得不可能的坐标"),
    (b"\n".join([b'{"type":"Feature","properties":{},"geometry":null}'] * 2), "逐行的GeoJSON"),
    (zipped(a__dwg=b"AC1032\x00\x00"), "不收DWG"), (b"AC1015\x00", "不收DWG，请在CAD里另存为ASCII格式的DXF"),
    (zipped(a__txt=b"x"), "缺shp"),
    (kml(SQUARE).replace(b"<Polygon>", b"<!--").replace(b"</Polygon>", b"-->"), "没有面，只有1个没有图形的要素"),
])  # fmt: skip
def test_the_reason_of_a_refusal_is_the_true_one(content, words):
    assert words in look(content)["error"]


@pytest.mark.parametrize("ending", ["geojson", "json"])
def test_a_single_file_in_a_zip_is_read_as_what_it_is(ending):
    assert look(zipped(**{f"a__{ending}": polygon(SQUARE)}), system="EPSG:4326")["ok"]["found"]["points"] == 5


def test_a_reading_that_cannot_be_meant_is_ignored():
    for found in (
        look(polygon(SQUARE), system="EPSG:4326", reading="swapped")["ok"],
        plots(plot_file(("A-1", SQUARE)), reading="swapped")["ok"],
    ):
        assert (found["reading"], found["asked"], found["offers"]) == ("as_is", False, [])
