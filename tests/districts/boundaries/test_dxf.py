"""Outlines of DXF drawings: what is taken, what is refused in which words, shown before it is kept; boundaries and plots out again."""

import io
import json
import sqlite3
from itertools import pairwise

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
from tests.districts.boundaries.test_other_programs import zipped
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
    assert (found.format, found.points) == ("DXF，略去1个非多段线", 5)
    assert found.area_km2 == pytest.approx(1, rel=0.005)
    assert read(drawn(scale=1000, unit=4), unit="mm").area_km2 == pytest.approx(found.area_km2, rel=1e-6)
    assert read(drawn((0, 0), (2, 0))).area_km2 == pytest.approx(2 * found.area_km2, rel=1e-3)


def test_settings_beside_a_drawing_in_a_zip_are_left():
    assert read(zipped(a__dxf=drawn(), project__json=b"{}")).format == "DXF"


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


def changed(change):
    """A drawing of a square, changed by ``change(drawing, modelspace)``."""
    made = ezdxf.read(io.StringIO(drawn().decode()))
    change(made, made.modelspace())
    out = io.StringIO()
    made.write(out)
    return out.getvalue().encode()


def in_block(made, space, layer="0"):
    block = made.blocks.new("B")
    block.add_lwpolyline([(0, 0), (9, 0), (9, 9)], close=True, dxfattribs={"layer": layer})
    space.add_blockref("B", (CORNER[0] + 2_000, CORNER[1]), dxfattribs={"layer": "红线"})


ON = {"layer": "红线"}
AWAY = [(CORNER[0] + x, CORNER[1] + y) for x, y in ((2_000, 0), (3_000, 0), (3_000, 900))]
BESIDE = {
    "circle": (lambda _, space: space.add_circle(AWAY[0], 50, dxfattribs=ON), 1),
    "spline": (lambda _, space: space.add_spline(AWAY, dxfattribs=ON), 1),
    "hatch": (lambda _, space: space.add_hatch(dxfattribs=ON).paths.add_polyline_path(AWAY, is_closed=True), 1),
    "lines": (lambda _, space: [space.add_line(*ends, dxfattribs=ON) for ends in pairwise(AWAY)], 2),
    "block": (in_block, 1), "block whose shapes have the layer": (lambda made, space: in_block(made, space, "红线"), 1),
    "on another layer": (lambda _, space: space.add_circle(AWAY[0], 50), 0),
    "text": (lambda _, space: space.add_text("红线", dxfattribs=ON), 0),
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_no_polyline_on_the_layer_is_left_out_with_a_word(name):
    change, count = BESIDE[name]
    found = read(changed(change))
    assert (found.format, found.points) == (f"DXF，略去{count}个非多段线" if count else "DXF", 5)


def test_an_outline_in_a_block_is_told_the_way():
    content = changed(lambda made, space: [space.delete_entity(entity) for entity in list(space)] + [in_block(made, space)])
    with pytest.raises(BoundaryError, match="轮廓在图块里，请在CAD里分解"):
        read(content)


def test_ends_apart_by_rounding_are_one_and_a_blank_of_a_layer_is_not_typed():
    content = changed(lambda _, space: [
        space[0].set_points([*space[0].get_points(), (CORNER[0] + 0.0001, CORNER[1], 0, 0, 0)]), space[0].set_dxf_attrib("layer", "红线 "),
        setattr(space[0], "closed", False),
    ])  # fmt: skip
    assert read(content).points == 5
    with pytest.raises(BoundaryError, match="没有闭合"):
        read(content.replace(b"357000.0001", b"357000.1"))


def aligned(_, space):
    text = space.add_text("A-1")
    text.set_placement((CORNER[0] + 500, CORNER[1] + 500), align=ezdxf.enums.TextEntityAlignment.MIDDLE_CENTER)
    text.dxf.insert = (CORNER[0] - 900, CORNER[1])


def valued(made, space):
    made.blocks.new("N").add_attdef("NO", (0, 0))
    space.add_blockref("N", (0, 0)).add_attrib("NO", "A-1", (CORNER[0] + 500, CORNER[1] + 500))


@pytest.mark.parametrize(
    "change", [aligned, valued, lambda _, space: space.add_text("%%uA-1%%u", dxfattribs={"insert": (357_500, 3_453_500)})]
)
def test_the_number_of_a_plot_is_read_as_it_is_shown(change):
    [plot] = checks.plots_of(changed(change), "a.dxf", PLANE, "", Drawing("红线", "m"))
    assert plot.number == "A-1"


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
