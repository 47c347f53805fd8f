"""Outlines that were replaced: read, as they stood on a day, and restored as a version of their own."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.boundaries import services as boundary_services
from districts.boundaries.geometry.readings import to_gcj02
from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import OutlineAnswer
from districts.common.enums import Stage
from districts.file.file_locks import cases_on_file, the_cases
from districts.file.models.district import District
from districts.plot_map import services
from districts.plot_map.models import FormerShape, PlotShape
from districts.plot_map.selectors import shapes_on
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from tests.districts.boundaries.test_asking import moved, typed
from tests.districts.boundaries.test_boundaries import SQUARE, keep
from tests.districts.plot_changes.test_plot_changes import record, splitting
from tests.factories.districts import PlotFactory, square
from tests.outlines import answering, readings, sent

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = (dt.datetime(2026, 3, day, 10, tzinfo=clock.SHANGHAI) for day in (2, 4, 6))


def file(*rows):
    features = [{"type": "Feature", "properties": {"编号": n}, "geometry": {"type": "Polygon", "coordinates": [ring]}} for n, ring in rows]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return {"attribute": "", "system": "EPSG:4326", "file": SimpleUploadedFile("地块.geojson", content)}


def corner(shape):
    return shape.geometry["coordinates"][0][0][0]


@pytest.fixture
def replaced(preparer, district):
    """A plot drawn on the 2nd and anew on the 4th, another one drawn on the 4th."""
    for number in ("A-1", "A-2"):
        PlotFactory(district=district, number=number)
    address = reverse("districts:plot_map", args=[district.code])
    with clock.at(FIRST):
        assert sent(preparer, address, file(("A-1", square(121.505, 31.205)))).status_code == 302
    with clock.at(SECOND):
        assert sent(preparer, address, file(("A-1", square(121.506, 31.206)), ("A-2", square(121.51, 31.206)))).status_code == 302
    return FormerShape.objects.get()


def test_shapes_are_those_that_stood_on_the_day(preparer, district, replaced):
    def stood(day):
        return [(shape.plot.number, shape.entered_at.astimezone(clock.SHANGHAI).day) for shape in shapes_on(district, day).shapes]

    assert [stood(dt.date(2026, 3, day)) for day in (1, 2, 3, 4)] == [[], [("A-1", 2)], [("A-1", 2)], [("A-1", 4), ("A-2", 4)]]
    history = reverse("districts:shape_history", args=[district.code])
    page = preparer.get(f"{history}?on=2026-03-03").content.decode()
    said = ("以下为2026年3月3日当日的图形，只能查看", 'class="plot-building"', "A-1（1.06公顷）", "地块.geojson", "2026年3月4日10:00")
    assert [words for words in said if words not in page] == []
    assert "日期不能晚于今天" in preparer.get(f"{history}?on=2099-01-01").content.decode()
    assert history in preparer.get(reverse("districts:plot_map", args=[district.code])).content.decode()


def test_shapes_of_a_plot_that_was_deleted_stay_showable(preparer, district, replaced):
    plot = district.plots.get(number="A-1")
    with clock.at(THIRD):
        assert preparer.post(reverse("districts:plot_delete", args=[district.code, plot.pk]), {"confirmed": "1"}).status_code == 302
    assert not district.plots.filter(number="A-1").exists()
    stood = [[(shape.number, corner(shape)[0]) for shape in shapes_on(district, dt.date(2026, 3, day)).shapes] for day in (3, 5, 6)]
    assert stood == [[("A-1", 121.505)], [("A-1", 121.506), ("A-2", 121.51)], [("A-2", 121.51)]]
    history = reverse("districts:shape_history", args=[district.code])
    page = preparer.get(f"{history}?on=2026-03-05").content.decode()
    assert ("A-1（1.06公顷）" in page, "删除时的编号" in page, page.count("（地块已删除）")) == (True, True, 2)
    for shape in FormerShape.objects.all():
        address = reverse("districts:former_shape", args=[district.code, shape.pk])
        assert address in page
        text = preparer.get(address).content.decode()
        assert ("地块A-1的原图形" in text, "地块已删除，图形只留作历史" in text, "恢复这个图形" in text) == (True, True, False)
        assert "<dt>换下或删除</dt>" in text
        assert preparer.post(address, {"reason": "误删"}).status_code == 409
    district.delete()
    assert not FormerShape.objects.exists(), "they go with their district"


def test_a_boundary_is_shown_with_the_numbers_and_overlaps_of_the_day(preparer, people, district):
    boundary = keep(district, 1)

    def enter(ring, number, at):
        with clock.at(at):
            upload = typed(ring)["file"]
            answer, more = OutlineAnswer(), {"name": "嘉定新城", "upload": upload, "reason": "调整", "by": people.city_officer}
            looked = boundary_services.look_at_key_area(system="EPSG:4326", answer=answer, **more)
            answer = OutlineAnswer(confirmed=frozenset(looked.preview.oddities))
            boundary_services.save_key_area(system="EPSG:4326", source="演示批复", answer=answer, **more)
            boundary_services.set_map_number(boundary=boundary, map_number=number, by=people.preparer)

    enter(moved(0.01), "演示审图号甲", FIRST)
    enter(moved(0.015), "演示审图号乙", THIRD)
    address = reverse("districts:boundary_list", args=[district.code])
    pages = {on: preparer.get(f"{address}{on}").content.decode() for on in ("?on=2026-03-01", "?on=2026-03-04", "?on=2026-03-06", "")}
    told = ["审图号：演示审图号甲", "审图号：演示审图号乙", "嘉定新城（50.0%）", "嘉定新城（25.0%）", "与当日已登记范围的重点区域没有重叠"]
    assert {on: [words for words in told if words in text] for on, text in pages.items()} == {
        "?on=2026-03-01": [told[4]], "?on=2026-03-04": [told[0], told[2]], "?on=2026-03-06": [told[1], told[3]], "": [told[1], told[3]],
    }  # fmt: skip


def test_a_former_shape_is_shown_over_the_present_one_and_restored_with_a_reason(preparer, people, district, replaced):
    address = reverse("districts:former_shape", args=[district.code, replaced.pk])
    page = preparer.get(address).content.decode()
    assert ('class="edge-known"' in page, 'class="edge"' in page, "恢复这个图形" in page) == (True, True, True)
    assert "事由" in preparer.post(address, {"reason": " "}).content.decode()
    with clock.at(THIRD):
        done = sent(preparer, address, {"reason": "测绘单位更正"})
    assert done.status_code == 302
    present = PlotShape.objects.get(plot__number="A-1")
    assert (corner(present), present.reason, present.entered_by) == (
        [121.505, 31.205],
        "恢复2026-03-02登记的图形：测绘单位更正",
        people.preparer,
    )
    assert [corner(shape) for shape in FormerShape.objects.order_by("ended_at")] == [[121.505, 31.205], [121.506, 31.206]], (
        "nothing is lost"
    )
    assert AuditRecord.objects.get(action="districts.restore_plot_shape").data["restored"] == ["A-1"]
    assert [corner(PlotShape.objects.get(plot__number="A-2")), len(shapes_on(district, dt.date(2026, 3, 5)).shapes)] == [
        [121.51, 31.206],
        2,
    ]


def test_what_is_drawn_so_already_stays(preparer, district, replaced):
    address = reverse("districts:plot_map", args=[district.code])
    given = file(("A-1", square(121.506, 31.206)), ("A-2", square(121.511, 31.206)))
    with clock.at(THIRD):
        first = preparer.post(address, given)
        text = first.content.decode()
        assert ("1个与已登记的图形相同" in text, "1个已有图形，换成新的，原来的留在历史中" in text) == (True, True)
        done = preparer.post(address, answering(first, given), follow=True)
    assert "1个地块的图形已登记，1个与已登记的相同" in done.content.decode()
    assert [(shape.plot.number, shape.ended_at) for shape in FormerShape.objects.order_by("ended_at")] == [
        ("A-1", SECOND),
        ("A-2", THIRD),
    ]
    assert PlotShape.objects.get(plot__number="A-1").entered_at == SECOND
    data = AuditRecord.objects.filter(action="districts.upload_plot_shapes").latest("pk").data
    assert (data["plots"], data["unchanged"]) == (2, 1)
    with clock.at(THIRD):
        again = reverse("districts:former_shape", args=[district.code, FormerShape.objects.get(plot__number="A-2").pk])
        assert sent(preparer, again, {"reason": "更正"}).status_code == 302
        assert "与现在的图形相同，不必恢复" in sent(preparer, again, {"reason": "更正"}).content.decode()


def test_shapes_are_stored_only_for_plots_that_are_still_listed(preparer, people, district, replaced):
    who = {"district": district, "by": people.preparer, "answer": OutlineAnswer()}
    upload = file(("A-2", square(121.512, 31.206)))["file"]
    looked = services.look_at(upload=upload, system="EPSG:4326", **who)
    who["answer"] = OutlineAnswer(confirmed=frozenset(looked.preview.oddities))
    district.plots.get(number="A-2").delete()
    with pytest.raises(Refused, match="核对期间已不在地块清单：A-2"):
        services.keep_shapes(asked=looked, **who)


def test_readers_see_the_history_and_only_editors_restore(client, people, district, replaced):
    District.objects.update(stage=Stage.PILOT)
    address = reverse("districts:former_shape", args=[district.code, replaced.pk])
    client.force_login(people.authority)
    page = client.get(address)
    assert (page.status_code, "恢复这个图形" in page.content.decode()) == (200, False)
    assert client.post(address, {"reason": "x"}).status_code == 403
    client.force_login(people.outsider_preparer)
    assert client.get(address).status_code in {403, 404}
    assert PlotShape.objects.get(plot__number="A-1").reason == ""


def test_a_former_boundary_is_read_and_restored_as_the_next_version(preparer, district):
    address = reverse("districts:boundary_list", args=[district.code])
    with clock.at(FIRST):
        assert sent(preparer, address, typed()).status_code == 302
    with clock.at(SECOND):
        assert sent(preparer, address, typed(moved(0.1))).status_code == 302
    old, new = Boundary.objects.order_by("number")
    listed = preparer.get(f"{address}?on=2026-03-03").content.decode()
    newest = reverse("districts:boundary_version", args=[district.code, new.pk])
    assert (newest in listed, "以下为2026年3月3日当日的图形" in listed, "上传并检查" in listed) == (False, True, False)
    assert "当日尚未登记" in preparer.get(f"{address}?on=2026-03-01").content.decode()
    version = reverse("districts:boundary_version", args=[district.code, old.pk])
    page = preparer.get(version).content.decode()
    assert ("恢复这一版" in page, 'class="edge-known"' in page) == (True, True)
    assert "恢复这一版" not in preparer.get(newest).content.decode()
    assert sent(preparer, version, {"reason": "误传"}).status_code == 302
    made = Boundary.objects.get(number=3)
    assert (made.geometry, made.reason, made.format, made.sha256) == (old.geometry, "恢复第1版：误传", old.format, old.sha256)
    assert "与规划范围第2版不重叠，相距7.6公里" in made.confirmed
    District.objects.update(stage=Stage.PILOT)
    assert "须经变更办理" in preparer.post(version, {"reason": "误传"}).content.decode()


def test_a_locked_file_is_told_as_such_and_what_was_typed_stays(preparer, people, district, replaced, monkeypatch):
    old, _ = keep(district, 1), keep(district, 2)
    version = reverse("districts:boundary_version", args=[district.code, old.pk])
    former = reverse("districts:former_shape", args=[district.code, replaced.pk])
    shapes = reverse("districts:plot_map", args=[district.code])
    held = replace(the_cases(), mark="district.name", words=lambda name: Refusal(f"{name}正在办理，城区资料不能修改"))
    monkeypatch.setitem(cases_on_file.by_key, "case", held)
    for address in (version, former):
        assert "</form>" not in preparer.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
        told = preparer.post(address, {"reason": "测绘单位更正"})
        text = told.content.decode()
        assert (told.status_code, "正在办理，城区资料不能修改" in text, "测绘单位更正" in text) == (422, True, True)
    told = preparer.post(shapes, file(("A-1", square(121.507, 31.206))))
    assert (told.status_code, "正在办理，城区资料不能修改" in told.content.decode()) == (422, True)
    backfill = preparer.post(reverse("districts:plot_backfill", args=[district.code]), {"reason": "x"})
    assert (backfill.status_code, "正在办理，城区资料不能修改" in backfill.content.decode()) == (422, True)
    preparer.force_login(people.authority)
    District.objects.update(stage=Stage.PILOT)
    assert {preparer.post(address, {"reason": "x"}).status_code for address in (version, former, shapes)} == {403}


@pytest.mark.parametrize(("stage", "kind", "words"), [
    (Stage.PILOT, "plan", "称号授予后，规划范围须经变更办理"), (Stage.CANDIDATE, "acceptance", "验收范围在取得试点称号后登记"),
    (Stage.CANDIDATE, "plan", ""), (Stage.PILOT, "acceptance", ""),
])  # fmt: skip
def test_a_version_is_offered_for_restoring_only_where_it_can_be(preparer, district, stage, kind, words):
    old, _ = keep(district, 1, kind), keep(district, 2, kind)
    District.objects.update(stage=stage)
    version = reverse("districts:boundary_version", args=[district.code, old.pk])
    text = preparer.get(version).content.decode()
    assert ("恢复这一版" in text, words in text) == (not words, True)
    if words:
        assert words in preparer.post(version, {"reason": "误传"}).content.decode()


def test_a_shape_of_a_plot_that_was_split_is_not_offered_for_restoring(preparer, people, district, replaced):
    half = district.plots.get(number="A-1").area_ha / 2
    record(district, people.preparer, splitting(district, "A-1", (("B-1", half, None), ("B-2", half, None))))
    former = reverse("districts:former_shape", args=[district.code, replaced.pk])
    text = preparer.get(former).content.decode()
    assert ("恢复这个图形" in text, "图形只留作历史，不能恢复" in text) == (False, True)
    told = preparer.post(former, {"reason": "误传"})
    assert (told.status_code, "图形只留作历史，不能恢复" in told.content.decode()) == (409, True)


def test_what_is_stored_is_restored_as_it_stands(preparer, district):
    shifted = [list(point) for point in to_gcj02(SQUARE)]
    rows = [keep(district, number) for number in (1, 2)]
    Boundary.objects.filter(pk=rows[0].pk).update(geometry={"type": "MultiPolygon", "coordinates": [[shifted]]})
    version = reverse("districts:boundary_version", args=[district.code, rows[0].pk])
    first = preparer.post(version, {"reason": "误传"})
    assert (first.status_code, readings(first)) == (200, [])
    given = answering(first, {"reason": "误传"}, **{"check-reading": "gcj02"})
    assert preparer.post(version, given).status_code == 302
    made = Boundary.objects.get(number=3)
    assert (made.geometry["coordinates"][0][0][0], made.sha256) == (pytest.approx(shifted[0], abs=1e-6), rows[0].sha256)


def test_a_former_extent_of_a_key_area_is_read_and_restored_by_the_officer(client, people):
    client.force_login(people.city_officer)
    address = reverse("districts:key_area_list")
    data = {"name": "嘉定新城", "system": "EPSG:4326", "source": "演示批复", "reason": "批复"}
    for moment, ring in ((FIRST, SQUARE), (SECOND, moved(0.1))):
        with clock.at(moment):
            assert sent(client, address, {**data, "file": typed(ring)["file"]}).status_code == 302
    old = KeyArea.objects.get(number=1)
    assert "第1版" in client.get(f"{address}?on=2026-03-03").content.decode()
    version = reverse("districts:key_area_version", args=[old.pk])
    client.force_login(people.city_checker)
    assert (client.get(version).status_code, client.post(version, {"reason": "x"}).status_code) == (200, 403)
    client.force_login(people.city_officer)
    assert sent(client, version, {"reason": "误传"}).status_code == 302
    assert KeyArea.current().get().geometry == old.geometry
