"""Outlines of DXF drawings: what is taken, what is refused in which words, shown before it is kept; boundaries and plots out again."""

import io
import json
import sqlite3

import ezdxf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.boundaries.geometry import checks
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.geometry.drawings import Drawing
from districts.boundaries.models import Boundary
from districts.plot_map.models import PlotShape
from greendistrict.audit.models import AuditRecord
from tests.factories.districts import PlotFactory
from tests.outlines import answering, asked

PLANE = "EPSG:4550"  # CGCS2000, 123°; a kilometre square about 121.5° E, 31.2° N
CORNER = (357_000.0, 3_453_000.0)
SIDE = 1_000.0


def drawn(*squares, layer="红线", unit=6, closed=True, scale=1.0, texts=(), bulge=0.0, other=False):
    """A drawing with squares by their place in kilometres, as text."""
    made = ezdxf.new("R2010")
    made.header["$INSUNITS"] = unit
    made.layers.add(layer)
    space = made.modelspace()
    for x, y in squares or ((0, 0),):
        west, south = CORNER[0] + x * SIDE, CORNER[1] + y * SIDE
        corners = [(west, south), (west + SIDE, south), (west + SIDE, south + SIDE), (west, south + SIDE)]
        points = [(a * scale, b * scale, bulge if at == 0 else 0) for at, (a, b) in enumerate(corners)]
        space.add_lwpolyline(points, format="xyb", close=closed, dxfattribs={"layer": layer})
    for words, x, y in texts:
        space.add_text(words, dxfattribs={"insert": ((CORNER[0] + x * SIDE) * scale, (CORNER[1] + y * SIDE) * scale)})
    if other:
        space.add_circle(CORNER, 50, dxfattribs={"layer": layer})
    out = io.StringIO()
    made.write(out)
    return out.getvalue().encode()


def read(content, layer="红线", unit="m", system=PLANE):
    return checks.boundary_of(content, "a.dxf", system, Drawing(layer, unit))


def test_a_closed_polyline_in_metres_or_millimetres_is_a_square_kilometre():
    found = read(drawn(other=True))
    assert (found.format, found.points) == ("DXF", 5)
    assert found.area_km2 == pytest.approx(1, rel=0.005)
    assert read(drawn(scale=1000, unit=4), unit="mm").area_km2 == pytest.approx(found.area_km2, rel=1e-6)
    assert read(drawn((0, 0), (2, 0))).area_km2 == pytest.approx(2 * found.area_km2, rel=1e-3)


def test_an_arc_becomes_chords_within_two_centimetres():
    assert read(drawn(bulge=0.1)).points > 20


@pytest.mark.parametrize(
    ("content", "asked", "words", "field"),
    [
        (drawn(), {"system": ""}, "没有写明坐标系", "system"),
        (drawn(), {"system": "local"}, "不收上海2000", "system"),
        (drawn(), {"unit": ""}, "请选定绘图单位", "unit"),
        (drawn(), {"unit": "mm"}, "文件写明的绘图单位是米，与所选的毫米不一致", "unit"),
        (drawn(), {"layer": ""}, "请填写轮廓所在的图层，文件中有多段线的图层：红线（1条）", "layer"),
        (drawn(), {"layer": "道路"}, "没有图层“道路”的多段线", "layer"),
        (drawn(closed=False), {}, "1条多段线没有闭合", "file"),
        (drawn((0, 0), (0.5, 0.5)), {}, "相互重叠", "file"),
        (drawn((200, 0)), {}, "不在本市范围内", "file"),
        (drawn(), {"system": "EPSG:4326"}, "坐标却像平面直角坐标", "system"),
        (drawn()[:9_000], {}, "DXF", "file"),
        (b"  0\nSECTION\n  2\nENTITIES\n" + b"\x00\xff" * 500, {}, "DXF", "file"),
        (b"  0\nSECTION\n" + b"  0\nSECTION\n" * 50_000, {}, "DXF", "file"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", {}, "不收二进制的DXF", "file"),
        (b"AC1032\x00\x00", {}, "不收DWG", "file"),
    ],
    ids=range(15),
)  # fmt: skip
def test_a_wrong_drawing_is_refused_in_words(content, asked, words, field):
    with pytest.raises(BoundaryError, match=words) as caught:
        read(content, **asked)
    assert caught.value.field in (field, "layer")


def test_where_nobody_is_asked_a_drawing_is_not_taken():
    with pytest.raises(BoundaryError, match="这里不收DXF"):
        checks.boundary_of(drawn(), "a.dxf", PLANE)


def test_the_text_in_an_outline_is_the_number_of_its_plot():
    content = drawn((0, 0), (1, 0), texts=(("A-1", 0.5, 0.5), ("A-2", 1.5, 0.5)))
    assert [plot.number for plot in checks.plots_of(content, "a.dxf", PLANE, "", Drawing("红线", "m"))] == ["A-1", "A-2"]
    with pytest.raises(BoundaryError, match="轮廓里没有文字"):
        checks.plots_of(drawn(), "a.dxf", PLANE, "", Drawing("红线", "m"))
    with pytest.raises(BoundaryError, match="有2个文字（A、B）"):
        checks.plots_of(drawn(texts=(("A", 0.5, 0.5), ("B", 0.6, 0.5))), "a.dxf", PLANE, "", Drawing("红线", "m"))


def uploaded(content):
    return SimpleUploadedFile("红线.dxf", content)


def test_a_drawing_is_shown_before_it_is_kept(district, preparer):
    url = reverse("districts:boundary_list", args=[district.code])
    content = drawn()  # each has marks of its own
    typed = {"kind": "plan", "system": PLANE, "layer": "红线", "unit": "m"}
    page = preparer.post(url, {**typed, "file": uploaded(content)})
    assert (page.status_code, "核对后再登记" in page.content.decode()) == (200, True)
    assert not Boundary.objects.exists()
    given = answering(page, typed)
    other = preparer.post(url, {**given, "file": uploaded(drawn((0, 0), (2, 0)))})
    assert (other.status_code, answering(other, typed)["check-mark"] == given["check-mark"]) == (200, False), "another file is shown anew"
    assert preparer.post(url, {**given, "file": uploaded(content)}).status_code == 302
    assert Boundary.objects.get().format == "DXF"


def test_plots_of_a_drawing_are_shown_taken_and_come_out_again(district, preparer):
    for number in ("A-1", "A-2"):
        PlotFactory(district=district, number=number)
    url = reverse("districts:plot_map", args=[district.code])
    content = drawn((0, 0), (1, 0), texts=(("A-1", 0.5, 0.5), ("X", 1.5, 0.5)))
    typed = {"system": PLANE, "layer": "红线", "unit": "m"}
    page = preparer.post(url, {**typed, "file": uploaded(content)})
    assert "地块清单里没有、不登记：X" in page.content.decode()
    assert asked(page) == ["图形面积与地块清单相差超过1%：A-1（图形99.95公顷，清单1.25公顷）"]
    assert not PlotShape.objects.exists()
    assert preparer.post(url, {**answering(page, typed), "check": []}).status_code == 422
    assert preparer.post(url, answering(page, typed)).status_code == 302
    assert PlotShape.objects.get().plot.number == "A-1"
    out = preparer.get(reverse("districts:plot_map_export", args=[district.code, "geojson"]))
    [feature] = json.loads(out.content)["features"]
    assert feature["properties"]["地块编号"] == "A-1"
    assert feature["geometry"] == PlotShape.objects.get().geometry
    packed = preparer.get(reverse("districts:plot_map_export", args=[district.code, "gpkg"])).content
    base = sqlite3.connect(":memory:")
    base.deserialize(packed)
    assert base.execute('SELECT "地块编号", "用地面积_ha" FROM plots').fetchall() == [("A-1", 1.25)]
    assert base.execute("SELECT table_name, srs_id FROM gpkg_contents").fetchall() == [("plots", 4326)]
    assert AuditRecord.objects.filter(action="districts.map_export").count() == 2
    assert preparer.get(reverse("districts:plot_map_export", args=[district.code, "dwg"])).status_code == 404


def test_nothing_to_export_is_said_and_no_file_made(district, preparer):
    page = preparer.get(reverse("districts:plot_map", args=[district.code])).content.decode()
    assert "尚无范围，也尚无有图形的地块" in page
    for kind in ("geojson", "gpkg"):
        url = reverse("districts:plot_map_export", args=[district.code, kind])
        assert url not in page
        refused = preparer.get(url)
        assert (refused.status_code, "暂不能导出" in refused.content.decode()) == (409, True)
    assert not AuditRecord.objects.filter(action="districts.map_export").exists()
