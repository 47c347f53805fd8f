"""What is asked before an outline is stored, on the pages: shown, kept with the file, confirmed, and on record."""

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.boundaries import services
from districts.boundaries.geometry.readings import to_gcj02
from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import OutlineAnswer
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.plot_map.models import PlotShape
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from tests.districts.boundaries.test_boundaries import SQUARE, keep
from tests.factories.districts import PlotFactory, make_district, shaped_plots, square
from tests.outlines import answering, asked, readings, sent

pytestmark = pytest.mark.django_db
AREA = Decimal("4.2262")  # of the square


def upload(ring=SQUARE, name="范围.geojson"):
    return SimpleUploadedFile(name, json.dumps({"type": "Polygon", "coordinates": [ring]}).encode())


def moved(east, north=0.0):
    return [[x + east, y + north] for x, y in SQUARE]


def typed(ring=SQUARE, **more):
    return {"kind": "plan", "system": "EPSG:4326", "reason": "控规调整", "map_number": "", "file": upload(ring), **more}


@pytest.fixture
def page(district):
    return reverse("districts:boundary_list", args=[district.code])


@pytest.fixture(autouse=True)
def _as_large(district):
    District.objects.filter(pk=district.pk).update(area_km2=AREA)


def test_what_is_not_odd_is_shown_once_and_stored_by_the_second_press(preparer, page):
    first = preparer.post(page, typed())
    text = first.content.decode()
    assert (first.status_code, asked(first), readings(first), Boundary.objects.exists()) == (200, [], [], False)
    said = ("文件已读出，尚未登记", "核对后再登记", 'class="edge"', "4.2262 km²", "已选文件：范围.geojson", 'value="控规调整"')
    assert [words for words in said if words not in text] == []
    assert " style=" not in text[text.index("核对后再登记") :]
    assert preparer.post(page, answering(first, typed())).status_code == 302
    assert Boundary.objects.get().confirmed == []


@pytest.mark.parametrize("case", [
    ("plan", "candidate", ["plan"], moved(0.4), ["与规划范围第1版不重叠，相距36.2公里"]),
    ("plan", "candidate", ["plan"], moved(0.02), ["与规划范围第1版不重叠，边界相接"]),
    ("plan", "candidate", ["plan"], moved(0.01), ["与规划范围第1版只有50.0%重叠"]),
    ("plan", "candidate", ["plan"], SQUARE, ["与规划范围第1版的图形相同"]),
    ("plan", "candidate", ["area"], moved(0.002), ["有10.0%不在片区范围第1版内"]),
    ("area", "candidate", ["plan"], moved(0.005), ["规划范围第1版有25.0%不在图形内"]),
    ("acceptance", "pilot", ["plan"], moved(0.0, 0.004), ["有20.0%不在规划范围第1版内"]),
    ("acceptance", "pilot", ["plan", "area"], moved(-0.1), ["与片区范围第1版不重叠，相距7.6公里", "与规划范围第1版不重叠，相距7.6公里"]),
    ("acceptance", "pilot", ["plan"], SQUARE, []),
])  # fmt: skip
def test_an_outline_is_compared_with_the_others_of_its_district(preparer, district, page, case):
    kind, stage, known, ring, words = case
    for one in known:
        keep(district, 1, one)
    District.objects.update(stage=stage)
    first = preparer.post(page, typed(ring, kind=kind))
    assert (first.status_code, asked(first)) == (200, words)
    if not words:
        return
    number = Boundary.objects.count()
    unticked = preparer.post(page, answering(first, typed(ring, kind=kind), check=words[1:]))
    assert (unticked.status_code, "确认无误的逐项勾选；有误的" in unticked.content.decode(), Boundary.objects.count()) == (
        422,
        True,
        number,
    )
    assert asked(unticked) == words, "asked again, with the file still there"
    assert preparer.post(page, answering(unticked, typed(ring, kind=kind))).status_code == 302
    kept = Boundary.objects.order_by("-pk").first()
    assert (kept.kind, kept.confirmed, kept.reason, kept.file_name) == (kind, words, "控规调整", "范围.geojson")
    assert AuditRecord.objects.filter(action="districts.keep_boundary").get().data["confirmed"] == words
    assert words[0] in preparer.get(page).content.decode(), "readers of the file see what was confirmed"


def test_an_answer_is_given_back_whatever_else_is_refused(preparer, district, page):
    keep(district, 1)
    ring = moved(0.01)
    early = preparer.post(page, typed(ring, reason=""))
    assert ("写明为什么改" in early.content.decode(), asked(early)) == (True, []), "the reason is asked for before the questions"
    first = preparer.post(page, typed(ring))
    assert len(asked(first)) == 1
    late = preparer.post(page, answering(first, typed(ring, reason="长" * 201)))
    text = late.content.decode()
    assert (late.status_code, asked(late), "核对的结果已保留" in text, ">登记</button>" in text) == (422, asked(first), True, True)
    late = preparer.post(page, answering(late, typed(ring, reason="")))
    assert (late.status_code, asked(late), "已有第1版，请写明为什么改" in late.content.decode()) == (422, asked(first), True)
    assert preparer.post(page, answering(late, typed(ring))).status_code == 302
    assert Boundary.objects.get(number=2).confirmed == asked(first)


def test_what_changed_since_it_was_looked_at_is_noticed(preparer, people, district, page):
    keep(district, 1)
    given = typed(moved(0.001))
    first = preparer.post(page, given)
    assert asked(first) == []
    keep(district, 2)
    again = preparer.post(page, answering(first, given))
    assert (again.status_code, "规划范围第2版" in again.content.decode(), Boundary.objects.count()) == (200, True, 2)
    district.refresh_from_db()
    who = {"district": district, "kind": "plan", "by": people.preparer, "answer": OutlineAnswer(), "reason": "控规调整"}
    looked = services.look_at(upload=upload(moved(0.001)), system="EPSG:4326", drawing=None, **who)
    keep(district, 3)
    with pytest.raises(Refused, match="核对期间他人登记了第3版"):
        services.keep_boundary(asked=looked, **who)
    Boundary.objects.get(number=3).delete()
    District.objects.filter(pk=district.pk).update(stage=Stage.PILOT)
    with pytest.raises(Refused, match="须经变更办理"):
        services.keep_boundary(asked=looked, **who)


def test_area_site_plots_and_published_neighbours_are_compared(preparer, people, district, page):
    District.objects.filter(pk=district.pk).update(area_km2=Decimal("1.88"), longitude=Decimal("121.70"), latitude=Decimal("31.21"))
    other, hidden, real = (make_district(people, name=f"演示{name}区（虚构）", is_demo=name != "真") for name in ("邻", "藏", "真"))
    for one, number in ((other, "演示审图号"), (hidden, ""), (real, "审图号")):
        Boundary.objects.filter(pk=keep(one, 1).pk).update(map_number=number)
    shaped_plots(district, 2)
    PlotShape.objects.filter(plot=district.plots.order_by("number").last()).update(
        geometry={"type": "MultiPolygon", "coordinates": [[square(121.9, 31.2)]]}
    )
    last = district.plots.order_by("number").last().number
    first = preparer.post(page, typed(moved(0.01)))
    assert asked(first) == [
        "图形面积4.2262平方公里，比填写的1.8800平方公里大124.8%",
        "有50.0%与演示邻区（虚构）规划范围重叠",
        f"已登记图形的2个地块中，2个不全在图形内：地块{district.plots.order_by('number').first().number}、地块{last}",
        "离城区登记的位置16.2公里",
    ]
    assert "演示藏区" not in first.content.decode(), "an outline that is not public is told to nobody else"


def test_gcj02_is_asked_and_what_is_chosen_is_shown_before_it_is_stored(preparer, district, page):
    keep(district, 1)
    ring = [list(point) for point in to_gcj02(SQUARE)]
    first = preparer.post(page, typed(ring, system=""))
    assert readings(first) == ["as_is", "gcj02"]
    assert "与规划范围第1版重叠70.1%" in first.content.decode()
    assert " checked" not in first.content.decode().partition("坐标怎样理解")[2].partition("</fieldset>")[0], (
        "nothing is chosen for the user"
    )
    left = preparer.post(page, answering(first, typed(ring, system="")))
    assert (left.status_code, "请选定坐标怎样理解" in left.content.decode()) == (422, True)
    second = preparer.post(page, answering(left, typed(ring, system=""), **{"check-reading": "gcj02"}))
    assert (second.status_code, asked(second)) == (200, ["与规划范围第1版的图形相同"]), "compared anew by the reading"
    given = answering(second, typed(ring, system=""), **{"check-reading": "gcj02"})
    assert preparer.post(page, given).status_code == 302
    kept = Boundary.objects.get(number=2)
    assert kept.system == "GCJ-02，已换算成WGS84（误差约1米）"
    assert kept.confirmed[0].startswith(
        "坐标作GCJ-02（高德、腾讯地图），换算成WGS84：中心约在东经121.5100°、北纬31.2100°，与规划范围第1版重叠100.0%"
    )
    assert kept.geometry["coordinates"][0][0][0] == pytest.approx([121.5, 31.2], abs=1e-6)


def test_a_reading_counts_only_for_the_file_that_it_was_chosen_for(preparer, district, page):
    keep(district, 1)
    ring = [list(point) for point in to_gcj02(SQUARE)]
    first = preparer.post(page, typed(ring, system=""))
    other = preparer.post(page, {**answering(first, typed(), **{"check-reading": "gcj02"}), "file": upload(moved(0.001))})
    assert (other.status_code, readings(other), Boundary.objects.count()) == (200, [], 1)


def test_exchanged_axes_are_taken_back_where_the_user_says_so(preparer, district, page):
    turned = [point[::-1] for point in SQUARE]
    first = preparer.post(page, typed(turned))
    assert (first.status_code, readings(first), Boundary.objects.exists()) == (200, ["swapped"], False)
    assert "照原样不在本市范围内" in first.content.decode()
    assert sent(preparer, page, typed(turned), reading="swapped").status_code == 302
    kept = Boundary.objects.get()
    assert (kept.geometry["coordinates"][0][0][0], kept.system) == ([121.5, 31.2], "WGS84经纬度，横纵坐标已对调")


def test_key_areas_are_compared_with_their_former_version_and_each_other(client, people):
    client.force_login(people.city_officer)
    address = reverse("districts:key_area_list")
    data = {"name": "嘉定新城", "system": "EPSG:4326", "source": "演示批复", "reason": ""}
    assert asked(client.post(address, {**data, "file": upload()})) == []
    assert sent(client, address, {**data, "file": upload()}).status_code == 302
    away = {**data, "reason": "批复调整", "file": upload(moved(0.3))}
    first = client.post(address, away)
    assert asked(first) == ["与嘉定新城第1版不重叠，相距26.7公里"]
    assert client.post(address, {**answering(first, away), "check": []}).status_code == 422
    assert client.post(address, answering(first, away)).status_code == 302
    assert KeyArea.objects.get(number=2).confirmed == ["与嘉定新城第1版不重叠，相距26.7公里"]
    assert "与嘉定新城第1版不重叠" in client.get(address).content.decode()
    twin = client.post(address, {**data, "name": "奉贤新城", "file": upload(moved(0.3))})
    assert asked(twin) == ["与嘉定新城第2版的图形相同"]
    turned = client.post(address, {**data, "name": "青浦新城", "file": upload([point[::-1] for point in SQUARE])})
    assert readings(turned) == ["swapped"]


def test_numbers_of_plots_and_what_touches_the_boundary_can_be_confirmed(preparer, district):
    District.objects.filter(pk=district.pk).update(stage=Stage.CANDIDATE, boundary={"type": "MultiPolygon", "coordinates": [[SQUARE]]})
    PlotFactory(district=district, number="A-1", area_ha=Decimal("1.06"))
    PlotFactory(district=district, number="A-2", area_ha=Decimal("1.06"))
    features = [
        {"type": "Feature", "properties": {"编号": number}, "geometry": {"type": "Polygon", "coordinates": [square(east, 31.205)]}}
        for number, east in (("A-\r\n1\u0007", 121.52), ("A-2", 121.51))
    ]
    file = SimpleUploadedFile("地块.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode())
    given = {"attribute": "", "system": "EPSG:4326", "file": file}
    address = reverse("districts:plot_map", args=[district.code])
    first = preparer.post(address, given)
    assert asked(first) == ["不在规划范围内：A- 1（边界相接）"]
    assert preparer.post(address, answering(first, given, **{"check-reading": "as_is"})).status_code == 302
    assert PlotShape.objects.get(plot__number="A-1").confirmed[-1:] == asked(first)


def test_plot_shapes_are_compared_and_asked_about(preparer, district):
    District.objects.filter(pk=district.pk).update(stage=Stage.CANDIDATE, boundary={"type": "MultiPolygon", "coordinates": [[SQUARE]]})
    for number in ("A-1", "A-2", "A-3"):
        PlotFactory(district=district, number=number, area_ha=Decimal("1.06"))
    address = reverse("districts:plot_map", args=[district.code])

    def file(*rows):
        features = [
            {"type": "Feature", "properties": {"编号": number}, "geometry": shape and {"type": "Polygon", "coordinates": [shape]}}
            for number, shape in rows
        ]
        content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
        return {"attribute": "", "system": "EPSG:4326", "file": SimpleUploadedFile("地块.geojson", content)}

    good = file(("A-1", square(121.505, 31.205)), ("A-3", None))
    first = preparer.post(address, good)
    assert (first.status_code, asked(first)) == (200, [])
    assert "略去1个不是面的要素（点、线或没有图形）；其中没有面的编号：A-3" in first.content.decode()
    assert preparer.post(address, answering(first, good)).status_code == 302
    odd = file(("A-1", square(121.5055, 31.205, 0.002)), ("A-2", square(121.5055, 31.205, 0.002)), ("A-3", square(121.95, 31.205)))
    second = preparer.post(address, odd)
    assert asked(second) == [
        "不在规划范围内：A-3（相距40.9公里）",
        "图形面积与地块清单相差超过1%：A-1（图形4.23公顷，清单1.06公顷）、A-2（图形4.23公顷，清单1.06公顷）",
        "两个编号的图形相同：A-1与A-2",
    ]
    assert "1个已有图形，换成新的，原来的留在历史中" in second.content.decode()
    assert PlotShape.objects.count() == 1
    assert preparer.post(address, answering(second, odd)).status_code == 302
    assert PlotShape.objects.count() == 3
    assert PlotShape.objects.get(plot__number="A-3").confirmed == asked(second)
    [former] = district.plots.get(number="A-1").former_shapes.all()
    assert (former.geometry["coordinates"][0][0][0], former.entered_by, former.ended_by) == (
        [121.505, 31.205],
        former.ended_by,
        former.ended_by,
    )
    assert former.ended_at == PlotShape.objects.get(plot__number="A-1").entered_at
