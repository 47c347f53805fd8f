"""Boundaries kept: versions, areas compared, key areas by overlay, who may, when not."""

import json
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.boundaries import services
from districts.boundaries.models import Boundary, KeyArea
from districts.common.enums import Stage
from districts.file.file_locks import cases_on_file, the_cases
from districts.file.models.district import District
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refusal
from tests.outlines import sent
from tests.refusing import refuses

AREA = pytest.mark.area("districts/boundaries", "districts/file")  # a process for each file
SQUARE = [[121.5, 31.2], [121.52, 31.2], [121.52, 31.22], [121.5, 31.22], [121.5, 31.2]]
EAST = [[121.51, 31.19], [121.6, 31.19], [121.6, 31.3], [121.51, 31.3], [121.51, 31.19]]


def file(ring=SQUARE):
    return SimpleUploadedFile("范围.geojson", json.dumps({"type": "Polygon", "coordinates": [ring]}).encode())


def page(district, name="boundary_list", **kw):
    return reverse(f"districts:{name}", kwargs={"code": district.code, **kw})


def keep(district, number, kind="plan"):
    geometry = {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    return Boundary.objects.create(
        district=district, kind=kind, number=number, geometry=geometry, area_km2="4.2262", stated_km2="2.5", points=5, file_name="a",
        format="GeoJSON", system="WGS84经纬度", sha256="0" * 64, reason="首次登记", entered_at="2026-01-01T00:00:00+08:00",
    )  # fmt: skip


def test_a_wrong_file_is_refused_and_the_right_one_kept_and_drawn(preparer, district):
    wrong = preparer.post(page(district), {"kind": "plan", "file": file([[x + 5, y] for x, y in SQUARE]), "system": "EPSG:4326"})
    assert (wrong.status_code, "不在本市范围内" in wrong.content.decode()) == (422, True)
    assert not Boundary.objects.exists()
    assert sent(preparer, page(district), {"kind": "plan", "file": file()}).status_code == 302
    shown = preparer.get(page(district)).content.decode()
    said = ("GeoJSON按RFC 7946即WGS84", 'class="edge"', "4.2262 km²", "比填写的面积大69%，请核对图形或面积")
    assert [words for words in said if words not in shown] == []
    assert District.objects.get(pk=district.pk).boundary["type"] == "MultiPolygon"
    assert AuditRecord.objects.filter(action="districts.keep_boundary").count() == 1


@AREA
def test_a_new_version_says_why_and_the_old_one_stays(preparer, district):
    keep(district, 1)
    given = {"kind": "plan", "system": "EPSG:4326"}
    assert "写明为什么改" in sent(preparer, page(district), {**given, "file": file(EAST)}).content.decode()
    assert sent(preparer, page(district), {**given, "file": file(EAST), "reason": "控规局部调整"}).status_code == 302
    made = district.boundaries.order_by("-number").first()
    assert (made.number, made.reason, made.stated_km2) == (2, "控规局部调整", district.area_km2)
    assert list(district.boundaries.values_list("number", flat=True)) == [2, 1]


@pytest.mark.parametrize(("stage", "kind", "words"), [
    (Stage.CANDIDATE, "acceptance", "在取得试点称号后登记"), (Stage.PILOT, "plan", "规划范围须经变更办理"),
    (Stage.PILOT, "area", "片区范围须经变更办理"), (Stage.DEMONSTRATION, "plan", "规划范围须经变更办理"),
])  # fmt: skip
def test_the_stage_says_which_boundary_is_open(people, district, stage, kind, words):
    District.objects.update(stage=stage)
    district.refresh_from_db()
    refuses(words, services.upload_boundary, district=district, kind=kind, upload=file(), system="EPSG:4326", by=people.preparer)


def test_only_who_fills_in_the_file_uploads(people, district):
    for user in (people.reviewer, people.authority, people.city_officer, people.outsider_preparer):
        refuses(NotAllowed, services.upload_boundary, district=district, kind="plan", upload=file(), system="EPSG:4326", by=user)


def test_while_somebody_holds_the_file_nothing_of_it_changes(preparer, district, monkeypatch):
    held = replace(the_cases(), mark="district.name", words=lambda name: Refusal(f"{name}正在办理，城区资料不能修改"))
    monkeypatch.setitem(cases_on_file.by_key, "case", held)
    shown = preparer.get(page(district))
    assert (shown.status_code, "正在办理，城区资料不能修改" in shown.content.decode()) == (200, True)
    assert preparer.post(page(district), {"kind": "plan", "file": file(), "system": "EPSG:4326"}).status_code == 422
    for name in ("profile_edit", "plan_edit"):
        refused = preparer.post(page(district, name))
        assert (preparer.get(page(district, name)).status_code, refused.status_code) == (200, 422)
        assert "正在办理，城区资料不能修改" in refused.content.decode()


@AREA
def test_key_areas_are_found_by_overlay_and_told_ones_without_extent_stay(people, district):
    District.objects.update(key_areas=["五个新城", "奉贤新城"])
    made = keep(district, 1)
    assert made.overlaps == {}
    services.save_key_area(name="嘉定新城", upload=file(EAST), system="EPSG:4326", source="演示批复", by=people.city_officer)
    away = [[x - 0.3, y] for x, y in SQUARE]
    services.save_key_area(name="奉贤新城", upload=file(away), system="EPSG:4326", source="演示批复", by=people.city_officer)
    made.refresh_from_db()
    district.refresh_from_db()
    assert made.overlaps == {"嘉定新城": pytest.approx(0.5, abs=1e-6)}
    assert district.key_areas == ["五个新城", "嘉定新城"]


@AREA
def test_key_areas_are_entered_by_the_officer_with_a_source(client, people):
    given = {"name": "嘉定新城", "upload": file(), "system": "EPSG:4326"}
    refuses(NotAllowed, services.save_key_area, **given, source="演示", by=people.city_checker)
    refuses("出处", services.save_key_area, **given, source=" ", by=people.city_officer)
    client.force_login(people.city_officer)
    address = reverse("districts:key_area_list")
    data = {"name": "嘉定新城", "file": file(), "system": "EPSG:4326", "source": "演示批复"}
    assert sent(client, address, data).status_code == 302
    assert KeyArea.objects.get().area_km2 > 4
    assert sent(client, address, {**data, "file": file(EAST)}).status_code == 422
    assert sent(client, address, {**data, "file": file(EAST), "reason": "批复调整"}).status_code == 302
    assert [(area.number, area.reason) for area in KeyArea.objects.order_by("number")] == [(1, "首次登记"), (2, "批复调整")]
    assert KeyArea.current().get().number == 2


def test_the_public_sees_the_shape_with_its_approval_number_only(client, people, district):
    District.objects.update(stage=Stage.PILOT, boundary={"type": "MultiPolygon", "coordinates": [[SQUARE]]})
    keep(district, 1)
    address = reverse("portal:public_district", args=[district.code])
    assert 'class="edge"' not in client.get(address).content.decode()
    client.force_login(people.outsider_preparer)
    assert 'class="edge"' not in client.get(page(district, "district_detail")).content.decode()
    client.force_login(people.preparer)
    assert 'class="edge"' in client.get(page(district, "district_detail")).content.decode()
    number = page(district, "boundary_map_number", pk=district.boundaries.get().pk)
    assert client.post(number, {"map_number": "演示审图号1"}).status_code == 302
    client.logout()
    shown = client.get(address).content.decode()
    assert ('class="edge"' in shown, "审图号：演示审图号1" in shown) == (True, True)
