"""变更范围: read when drafted, compared, previewed with the plots that fall out, adopted by the decision."""

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.changes.kinds import change_kinds
from districts.baselines.models import Baseline
from districts.boundaries.models import Boundary
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from tests.approvals.casework.tampering import in_json, is_named
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import make_pilot
from tests.factories.accounts import cast
from tests.factories.approvals import step
from tests.factories.districts import PlotFactory, make_district

pytestmark = pytest.mark.django_db
RING = [[121.5, 31.2], [121.52, 31.2], [121.52, 31.22], [121.5, 31.22], [121.5, 31.2]]
SMALLER = [[121.5, 31.2], [121.51, 31.2], [121.51, 31.22], [121.5, 31.22], [121.5, 31.2]]


def outline(ring=SMALLER):
    return SimpleUploadedFile("新范围.geojson", json.dumps({"type": "Polygon", "coordinates": [ring]}).encode())


@pytest.fixture
def scene(client):
    """A pilot with its first outline, and a draft change of it."""
    people = cast()
    district = make_pilot(people)
    Boundary.objects.create(
        district=district, kind="plan", number=1, geometry={"type": "MultiPolygon", "coordinates": [[RING]]}, area_km2="4.2262", points=5,
        file_name="a", format="GeoJSON", system="WGS84经纬度", sha256="0" * 64, reason="首次登记", entered_at=clock.now(),
    )  # fmt: skip
    client.force_login(people.preparer)
    return Asked("boundary", people=people, district=district)


def fill(client, case, **typed):
    given = {"version": case.version, "kind": "plan", "system": "EPSG:4326", "plots": "", "reason": "西侧划出", **typed}
    return client.post(reverse("approvals:change_edit", args=[case.pk]), given)


def test_it_is_drafted_compared_decided_and_adopted(client, scene):
    answer = fill(client, scene.case, file=outline(), plots="P1、P9", area_km2="2.1")
    assert answer.status_code == 422
    assert "查无此地块：P9" in answer.content.decode()
    assert "不能同时调出和调入：P1" in fill(client, scene.case, file=outline(), plots="P1", plots_in="P1").content.decode()
    new = PlotFactory(district=scene.district, number="P8", area_ha="1.25", land_use="住宅")
    scene.district.key_projects.first().plots.add(scene.district.plots.get(number="P1"))
    assert fill(client, scene.case, file=outline(), plots="P1、P3", plots_in=new.number, area_km2="2.1").status_code == 302
    case = Case.objects.get(pk=scene.case.pk)
    html = client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    for words in (
        "第1版，4.2262 km²",
        "第2版，2.1131 km²",
        "-2.1131 km²",
        "调出范围的地块",
        "另办地块基线变更后",
        "另办近期重点项目基线变更后",
    ):
        assert words in html
    assert Boundary.objects.count() == 1
    assert fill(client, case, plots="P1", area_km2="2.1").status_code == 302  # the file stays with the draft
    scene.case = Case.objects.get(pk=case.pk)
    scene.do("hand_up", "preparer").do("sign", "reviewer")
    scene.do("to_check", "city_officer", reason="核对无误").do("agree", "city_checker")
    scene.do("decide", "city_director", number="演沪建〔2026〕22号", decided_on=clock.today())
    made = Boundary.objects.order_by("-number").first()
    district = District.objects.get(pk=scene.district.pk)
    assert (made.number, made.file_name, scene.case.number in made.reason) == (2, "新范围.geojson", True)
    assert (district.area_km2, district.boundary, Baseline.objects.count()) == (Decimal("2.1000"), made.geometry, 1)
    assert scene.case.change.result == "规划范围改为第2版，2.1131平方公里"
    assert verify(decision_by_number("演沪建〔2026〕22号")).holds
    is_named(scene, "变更内容和影响", lambda: Boundary.objects.filter(pk=made.pk).update(area_km2="2.1132"))
    is_named(scene, "变更内容和影响", lambda: in_json("districts_boundary", "geometry", "{type}", f"id = {made.pk}"))


def test_what_cannot_be_is_told_beside_its_field(client, scene):
    assert "请选择范围文件" in fill(client, scene.case).content.decode()
    turned = outline([point[::-1] for point in SMALLER])
    assert "经度和纬度写反了" in fill(client, scene.case, file=turned).content.decode()
    assert fill(client, scene.case, file=outline(RING), developable_km2="9").status_code == 302
    case = Case.objects.get(pk=scene.case.pk)
    with pytest.raises(Refused) as refused:
        step("hand_up", case=case, by=scene.people.preparer)
    assert {refusal.text for refusal in refused.value.refusals} == {"变更前后的图形相同", "待开发用地面积大于规划范围面积"}


def test_only_a_titled_district_needs_a_case_for_it(scene):
    assert "boundary" in {kind.key for kind in change_kinds(scene.district)}
    assert "boundary" not in {kind.key for kind in change_kinds(make_district(scene.people))}
