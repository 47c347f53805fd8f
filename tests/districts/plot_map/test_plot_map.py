"""Shapes of plots from a file, and the map that draws them by state on the boundary with the key projects."""

import datetime as dt
import json
from io import BytesIO
from zipfile import ZipFile

import pytest
import shapefile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.boundaries.geojson import frame_of, metre_path
from districts.common.enums import PlotState, Stage
from districts.plot_changes.selectors import plots_on
from districts.plot_map import selectors
from districts.plot_map.models import PlotShape
from districts.plot_map.selectors import plot_map_of
from districts.plots.models import Plot
from districts.plots.selectors.board import step_words
from greendistrict.audit.models import AuditRecord
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district, shaped_plots, square
from tests.outlines import sent

pytestmark = pytest.mark.django_db


def address(district):
    return reverse("districts:plot_map", args=[district.code])


def geojson(*plots, attribute="地块编号", name="地块.geojson"):
    shapes = [(number, {"type": "Polygon", "coordinates": [ring]}) for number, ring in plots]
    features = [{"type": "Feature", "properties": {attribute: number}, "geometry": shape} for number, shape in shapes]
    return SimpleUploadedFile(name, json.dumps({"type": "FeatureCollection", "features": features}).encode())


def upload(client, district, file, **values):
    return sent(client, address(district), {"file": file, "attribute": "", "system": "", **values})


def test_shapes_are_taken_by_the_number_of_the_plot_and_others_are_named(preparer, people, district):
    one, two = PlotFactory(district=district, number="A-1"), PlotFactory(district=district, number="A-2")
    done = upload(preparer, district, geojson(("A-1", square(121.5, 31.2)), ("B-9", square(121.51, 31.2))))
    assert done.status_code == 302
    page = preparer.get(address(district)).content.decode()
    assert "1个地块的图形已登记；地块清单里没有的未登记：B-9" in page
    assert "1个：A-2" in page, "the plot without a shape is named"
    shape = PlotShape.objects.get()
    assert (shape.plot, shape.entered_by) == (one, people.preparer)
    assert float(shape.area_ha) == pytest.approx(1.0567)
    assert shape.path == "M0 0l95+0+0-111-95+0z"
    assert AuditRecord.objects.filter(action="districts.upload_plot_shapes").count() == 1
    upload(preparer, district, geojson(("A-1", square(121.52, 31.2)), ("A-2", square(121.53, 31.2)), attribute="DH"), attribute="dh")
    assert PlotShape.objects.count() == 2
    assert PlotShape.objects.get(plot=one).geometry["coordinates"][0][0][0] == [121.52, 31.2], "the newer shape counts"
    assert PlotShape.objects.filter(plot=two).exists()


def test_a_number_that_is_only_written_otherwise_is_the_same_plot(preparer, district):
    one, two, three = (PlotFactory(district=district, number=number) for number in ("A-1", "A-2", "A-3"))
    Plot.objects.filter(pk=three.pk).update(number="ａ-2", looks_like_another=True)  # from before such ones were refused
    upload(preparer, district, geojson(("a–1\u200b", square(121.5, 31.2)), ("A-2", square(121.51, 31.2)), ("ａ-2", square(121.52, 31.2))))
    assert set(PlotShape.objects.values_list("plot", flat=True)) == {one.pk, two.pk, three.pk}
    page = upload(preparer, district, geojson(("A-1", square(121.5, 31.2)), ("Ａ-1", square(121.51, 31.2)))).content.decode()
    assert "文件里的编号只是写法不同：A-1、Ａ-1" in page


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (geojson(("X-1", square(121.5, 31.2))), "没有一个相同：X-1"),
        (geojson(("A-1", square(121.5, 31.2)), attribute="代号"), "请在“编号属性”里写明哪个属性是编号（文件里有：代号）"),
        (geojson(("A-1", square(100.5, 31.2))), "地块A-1：有"),
        (geojson(("A-1", [[121.5, 31.2], [121.6, 31.3], [121.6, 31.2], [121.5, 31.3], [121.5, 31.2]])), "地块A-1：边界自相交"),
        (SimpleUploadedFile("地块.geojson", b"{"), "不是完整的GeoJSON"),
    ],
)
def test_a_file_that_fits_no_plot_is_refused_with_the_reason(preparer, district, file, words):
    PlotFactory(district=district, number="A-1")
    file.seek(0)
    answer = upload(preparer, district, file)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not PlotShape.objects.exists()


def test_kml_and_shape_files_name_their_plots(preparer, district):
    PlotFactory(district=district, number="A-1")
    PlotFactory(district=district, number="甲-2")
    ring = " ".join(f"{x},{y}" for x, y in square(121.5, 31.2))
    polygon = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>A-1</name>{polygon}</Placemark></Document></kml>'
    assert upload(preparer, district, SimpleUploadedFile("地块.kml", kml.encode())).status_code == 302
    parts = {ending: BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, encoding="gb18030") as writer:
        writer.field("编号", "C")
        writer.poly([list(reversed(square(121.51, 31.2)))])
        writer.record("甲-2")
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for ending, stream in parts.items():
            archive.writestr(f"plots.{ending}", stream.getvalue())
    answer = upload(preparer, district, SimpleUploadedFile("地块.zip", packed.getvalue()), system="EPSG:4326")
    assert answer.status_code == 302, "surveying software writes GBK without saying so"
    assert set(PlotShape.objects.values_list("plot__number", flat=True)) == {"A-1", "甲-2"}


def test_a_file_of_no_known_kind_is_told_which_are_taken(preparer, district):
    PlotFactory(district=district, number="A-1")
    answer = upload(preparer, district, SimpleUploadedFile("地块.dxf", b"no drawing"), layer="", unit="")
    assert "地块图形文件：认不出这个文件，请上传GeoJSON、KML、KMZ、GeoPackage、DXF，或把shp" in answer.content.decode()
    answer = upload(preparer, district, geojson())
    assert "地块图形文件：文件里没有面" in answer.content.decode()


def test_every_plot_is_in_one_state_and_its_list_has_exactly_those(preparer, district):
    day = dt.date(2025, 1, 1)
    got, built = {"acquired_on": day}, {"acquired_on": day, "started_on": day, "built_on": day}
    made = {
        PlotState.BUILT: built | {"conforms": True}, PlotState.UNFIT: built | {"conforms": False},
        PlotState.UNCHECKED: got | {"built_on": day}, PlotState.BUILDING: got | {"started_on": day},
        PlotState.WAITING: got, PlotState.KEPT: {"buildable": False},
    }  # fmt: skip
    for values in made.values():
        shaped_plots(district, 2, **values)
    PlotFactory(district=district)
    drawn = plot_map_of(district)
    assert {state.state: (state.plots, state.drawn) for state in drawn.states} == dict.fromkeys(made, (2, 2)) | {PlotState.WAITING: (3, 2)}
    assert (drawn.total, drawn.drawn) == (13, 12)
    for state in drawn.states:
        listed = preparer.get(f"{reverse('districts:plot_list', args=[district.code])}?{state.query}")
        assert len(listed.context["rows"]) == state.plots, state


def test_map_list_board_and_report_call_a_completed_plot_the_same(preparer, district):
    day = dt.date(2025, 1, 1)
    for conforms in (True, False, None):
        PlotFactory(district=district, number=f"{conforms}", built_on=day, conforms=conforms)
    PlotFactory(district=district, buildable=False, conforms=False)
    on_map = {state.state.label: state.plots for state in plot_map_of(district).states if state.state != PlotState.KEPT}
    assert on_map == {"建成且符合": 1, "竣工不符合": 1, "竣工未核定": 1}
    plots = district.plots.filter(buildable=True)
    assert {step_words(plot) for plot in plots} == {f"补录：{words}" for words in on_map}
    assert {plot.state for plot in plots_on([district.pk], day)[district.pk] if plot.buildable} == set(on_map)
    board = preparer.get(reverse("districts:plot_board", args=[district.code]))
    assert [plot.number for plot in board.context["failing"]] == ["False"]
    lists = reverse("districts:plot_list", args=[district.code])
    for query, number in (("short=failing", "False"), ("state=unfit", "False"), ("state=unchecked", "None")):
        assert [row.number for row in preparer.get(f"{lists}?{query}").context["rows"]] == [number], query
    assert f'<a href="{lists}?state=unchecked">1个地块竣工未核定</a>' in board.content.decode()


def test_few_plots_are_links_and_many_are_one_path_a_state(preparer, district, monkeypatch):
    plots = shaped_plots(district, 3)
    page = preparer.get(address(district)).content.decode()
    for plot in plots:
        assert f'href="{reverse("districts:plot_control", args=[district.code, plot.pk])}" aria-label="地块{plot.number}，未开工"' in page
    assert 'role="group"' in page
    monkeypatch.setattr(selectors, "LINKED", 2)
    page = preparer.get(address(district)).content.decode()
    assert ('role="img"' in page, page.count('<path class="plot plot-waiting"'), "3个地块：3个未开工" in page) == (True, 1, True)


def test_key_projects_stand_on_their_plots_and_those_without_are_named(district):
    plot, other = shaped_plots(district, 2)
    KeyProjectFactory(district=district, name="能源站", planned_start="2024-01-01").plots.add(plot, other)
    KeyProjectFactory(district=district, name="未定项目", planned_start="2025-01-01")
    first, second = plot_map_of(district).projects
    assert (first.number, first.name, first.path) == (1, "能源站", plot.shape.path + other.shape.path)
    assert first.x == pytest.approx(260, abs=0.1), "in the middle of both"
    assert (second.number, second.x) == (2, None)


def test_nothing_is_drawn_that_nobody_gave(preparer, people):
    district = make_district(people, boundary=None, stage=Stage.CANDIDATE)
    assert plot_map_of(district) is None
    assert "尚未上传范围文件，也没有登记地块" in preparer.get(address(district)).content.decode()
    PlotFactory(district=district)
    page = preparer.get(address(district)).content.decode()
    assert ("1个地块都没有图形" in page, '<path class="plot plot-' in page) == (True, False)


def test_paths_of_one_grid_fit_one_frame():
    path, box = metre_path({"type": "MultiPolygon", "coordinates": [[square(121.5, 31.2), square(121.5002, 31.2002, 0.0004)]]})
    assert path.count("M") == 2
    assert box == (0, -111, 95, 0)
    frame = frame_of([box, (1000, -2000, 1100, -1900)])
    x, y = frame.place((0, 0, 0, 0))
    assert (y, frame.top) == (324.0, 324.0), "the south of the lowest box stands on the margin"
    assert frame.scale_words == "500 m"
    assert 0 < x < 520
