"""Changes of the pilot baseline, of the outline, of the indicator system and of the edition: compared, decided, applied."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.acceptances import services as acceptances
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.changes.change_kinds import change_kind, change_kinds
from districts.baselines import services as baselines
from districts.baselines.models import Baseline
from districts.boundaries.models import Boundary
from districts.common.enums import ProjectState, Stage
from districts.facts.facts import district_facts
from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors import system_in_force
from districts.indicator_systems.services import changes, indicators
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from indicators.editions.models import Edition
from indicators.editions.services import load_shipped_editions
from tests.approvals.casework.tampering import in_json, is_named
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import make_pilot
from tests.factories.accounts import cast
from tests.factories.approvals import step
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district
from tests.factories.indicator_systems import approved_system
from tests.outlines import answering, asked, readings

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals", "districts")


@pytest.fixture
def district(people):
    made = make_district(people, type="new", stage=Stage.PILOT)
    KeyProjectFactory(district=made, name="甲", state=ProjectState.IN_USE, in_use_on=dt.date(2026, 5, 1))
    KeyProjectFactory(district=made, name="乙")
    PlotFactory(district=made, number="A-1")
    baselines.freeze_baseline(district=made, kind="pilot", reason="授予试点", by=None)
    return made


def test_a_kind_is_offered_to_a_district_that_it_makes_sense_for(people, district):
    """Lists of a pilot that has its baseline, or none yet; the outline and a title of who holds one; a system that is approved."""
    without, system = make_pilot(people, name="演示补录区（虚构）"), approved_system(people, make_district(people)).district
    without.baselines.all().delete()
    system.stage = Stage.PILOT
    plots = {f"plot_{way}" for way in ("split", "merge", "renumber", "plan")}
    lists = {"key_projects_baseline", "plots_baseline", "works_baseline", *plots}
    titled = {"boundary", "transfer"}
    told = lists | titled | {"pilot_baseline", "indicator_system", "edition"}
    for one, wanted in (
        (make_district(people), set()), (district, lists | titled), (without, {"pilot_baseline", "edition"} | titled),
        (system, {"indicator_system", "edition", "pilot_baseline"} | titled),
    ):  # fmt: skip
        assert {kind.key for kind in change_kinds(one)} & told == wanted, one.name
    assert {change_kind(key).director for key in lists} == {"change_of_baseline"}


def test_a_project_leaves_the_baseline_by_a_decided_case_with_its_effect_frozen(people, district):
    stuck = district.key_projects.get(name="乙")
    asked = Asked("key_projects_baseline", {"drop": [stuck.pk], "add": [], "renew": []}, people, district).to_deciding()
    change = asked.case.change
    assert change.lines == [{"what": "乙", "before": "在基线", "after": "调出"}]
    effects = {line["what"]: (line["before"], line["after"]) for line in change.effects}
    assert effects["投入使用的重点项目（八（三））"] == ("1/2，50.0%，不满足", "1/1，100.0%，满足")
    assert district.baselines.count() == 1
    asked.do("decide", "city_director", number="演沪建〔2026〕31号", decided_on=clock.today())
    newest = district.baselines.order_by("-number").first()
    assert ([row["name"] for row in newest.content["key_projects"]], newest.number) == (["甲"], 2)
    assert asked.case.number in newest.reason
    assert district_facts(district, clock.today())["key_projects_in_use_ratio"].number == 1


@pytest.mark.parametrize(("rows", "typed"), [(1, ["{pk}"]), (61, "N-3、A-1")])
def test_the_form_has_boxes_for_few_and_numbers_for_many(district, rows, typed):
    for number in range(rows - 1):
        PlotFactory(district=district, number=f"N-{number}")
    baselines.freeze_baseline(district=district, kind="pilot", reason="测试", by=None)
    plot = district.plots.get(number="A-1")
    form = change_kind("plots_baseline").form
    given = [part.format(pk=plot.pk) for part in typed] if isinstance(typed, list) else typed
    good = form({"drop": given}, district=district, today=clock.today())
    assert good.is_valid(), good.errors
    assert plot.pk in good.values()["drop"]
    assert not form({"drop": ["999999"] if isinstance(typed, list) else "X-9"}, district=district, today=clock.today()).is_valid()
    assert form(initial={"drop": [plot.pk]}, district=district, today=clock.today())["drop"].value() in ([plot.pk], "A-1")


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
    assert (answer.status_code, "查无此地块：P9" in answer.content.decode()) == (422, True)
    assert "不能同时调出和调入：P1" in fill(client, scene.case, file=outline(), plots="P1", plots_in="P1").content.decode()
    new = PlotFactory(district=scene.district, number="P8", area_ha="1.25", land_use="住宅")
    scene.district.key_projects.first().plots.add(scene.district.plots.get(number="P1"))
    assert fill(client, scene.case, file=outline(), plots="P1、P3", plots_in=new.number, area_km2="2.1").status_code == 302
    case = Case.objects.get(pk=scene.case.pk)
    html = client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    shown = ("第1版，4.2262 km²", "第2版，2.1131 km²", "-2.1131 km²", "调出范围的地块", "另办地块基线变更后", "另办近期重点项目基线变更后")
    assert [words for words in shown if words not in html] == []
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
    assert readings(fill(client, scene.case, file=turned)) == ["swapped"]
    same = fill(client, scene.case, file=outline(RING), developable_km2="9")
    assert asked(same) == ["图形面积4.2262平方公里，比填写的2.5000平方公里大69%", "与规划范围第1版的图形相同"]
    assert fill(client, scene.case, **answering(same, {"developable_km2": "9"})).status_code == 302
    case = Case.objects.get(pk=scene.case.pk)
    with pytest.raises(Refused) as refused:
        step("hand_up", case=case, by=scene.people.preparer)
    assert {refusal.text for refusal in refused.value.refusals} == {"变更前后的图形相同", "待开发用地面积大于规划范围面积"}


def test_an_outline_read_for_one_boundary_is_checked_anew_for_another(client, scene):
    far = outline([[x + 0.3, y] for x, y in RING])
    assert fill(client, scene.case, kind="area", **answering(fill(client, scene.case, kind="area", file=far), {})).status_code == 302
    case = Case.objects.get(pk=scene.case.pk)
    before = case.change.values["read"]
    turned = fill(client, case, kind="plan", area_km2="4.2262")
    assert (turned.status_code, asked(turned)) == (422, ["与规划范围第1版不重叠，相距26.7公里"])
    assert Case.objects.get(pk=case.pk).change.values["read"] == before
    assert fill(client, case, kind="plan", **answering(turned, {"area_km2": "4.2262"})).status_code == 302
    case = Case.objects.get(pk=case.pk)
    read = case.change.values["read"]
    assert (read["confirmed"], read["sha256"], read["name"]) == (asked(turned), before["sha256"], "新范围.geojson")
    other = fill(client, case, kind="plan", area_km2="8")
    assert (other.status_code, len(asked(other))) == (422, 2), "compared with the area that is stated now"


def test_an_odd_outline_is_confirmed_in_the_draft_and_what_was_confirmed_stays_with_it(client, scene):
    far = outline([[x + 0.3, y] for x, y in RING])
    first = fill(client, scene.case, file=far, plots="P1", area_km2="4.2262")
    assert (first.status_code, asked(first)) == (422, ["与规划范围第1版不重叠，相距26.7公里"])
    assert ('value="4.2262"' in first.content.decode(), "已选文件：新范围.geojson" in first.content.decode()) == (True, True)
    given = answering(first, {"plots": "P1", "area_km2": "4.2262"})
    assert fill(client, scene.case, **{**given, "check": []}).status_code == 422
    assert fill(client, scene.case, **given).status_code == 302
    case = Case.objects.get(pk=scene.case.pk)
    assert case.change.values["read"]["confirmed"] == asked(first)
    assert "与规划范围第1版不重叠，相距26.7公里" in client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    scene.case = case
    scene.do("hand_up", "preparer").do("sign", "reviewer").do("to_check", "city_officer", reason="核对无误").do("agree", "city_checker")
    scene.do("decide", "city_director", number="演沪建〔2026〕23号", decided_on=clock.today())
    assert Boundary.objects.get(number=2).confirmed == asked(first)


@pytest.fixture
def system(people):
    system = approved_system(people, make_district(people))
    District.objects.filter(pk=system.district_id).update(stage=Stage.PILOT)
    system.district.refresh_from_db()
    return system


@pytest.fixture
def draft(people, system):
    draft = changes.start_change(district=system.district, by=people.preparer)
    row = draft.rows.get(key="4.2.1")
    indicators.save_row(row=row, values={"near": "41.5"}, version=row.version, by=people.preparer)
    return draft


def system_change(people, system, draft):
    kind = change_kind("indicator_system")
    form = kind.form({"system": draft.pk}, district=system.district, today=clock.today())
    assert form.is_valid()
    return Asked("indicator_system", form.values(), people=people, district=system.district)


def decide(asked):
    asked.do("decide", "city_director", number="演沪建〔2026〕22号", decided_on=clock.today())


def test_the_decision_puts_the_draft_in_force(people, system, draft):
    asked = system_change(people, system, draft).to_approved()
    assert system_in_force(system.district) == draft
    assert IndicatorSystem.objects.get(pk=system.pk).status == "approved"
    lines = asked.case.change.lines
    assert lines[0] == {"what": "指标体系", "before": "第1版", "after": "第2版"}
    assert any(line["what"].startswith("4.2.1 ") and line["after"] == "41.5%" for line in lines)


@AREA
def test_a_draft_touched_after_it_was_signed_is_not_decided(people, system, draft):
    asked = system_change(people, system, draft).to_deciding()
    row = draft.rows.get(key="4.2.1")
    indicators.save_row(row=row, values={"near": "42"}, version=row.version, by=people.preparer)
    with pytest.raises(Refused) as refused:
        decide(asked)
    assert any("有改动" in one.text for one in refused.value.refusals)
    assert system_in_force(system.district) == system


def test_a_draft_without_any_difference_cannot_be_submitted(people, system):
    draft = changes.start_change(district=system.district, by=people.preparer)
    with pytest.raises(Refused) as refused:
        system_change(people, system, draft).to_sent()
    assert "变更草案与现行指标体系相同" in [one.text for one in refused.value.refusals]


@AREA
def test_another_edition_is_decided_by_the_director_and_begins_a_draft(people, system):
    load_shipped_editions()
    new = Edition.objects.exclude(code="GD-REF-2024").get(complete=True)
    Edition.objects.filter(pk=new.pk).update(status="published")
    asked = Asked("edition", {"edition": new.pk}, people=people, district=system.district).to_deciding()
    assert asked.case.change.lines[0]["after"].startswith(new.code)
    decide(asked)
    district = District.objects.get(pk=system.district_id)
    assert district.edition == new
    newest = district.indicator_systems.first()
    assert (newest.edition, newest.status, newest.rows.get(key="carbon").near) == (new, "draft", "30")
    system.refresh_from_db()
    assert (system.status, system.edition.code) == ("approved", "GD-REF-2024")


KIND = change_kind("pilot_baseline")
BASIS = "专业规划批复（演规〔2022〕3号）"


@pytest.fixture
def unfrozen(people):
    """A pilot with lists, as after the historical take-over: without the baseline that a grant in the portal freezes."""
    made = make_pilot(people)
    made.baselines.all().delete()
    return made


def values(unfrozen):
    form = KIND.form({"basis": BASIS}, district=unfrozen, today=clock.today())
    assert form.is_valid(), form.errors
    return form.values()


def test_the_decision_freezes_the_lists_and_acceptance_may_begin(people, unfrozen):
    with pytest.raises(Refused, match="尚未建立试点基线") as refused:
        acceptances.start_acceptance(district=unfrozen, by=people.preparer)
    assert [one.remedy for one in refused.value.refusals] == ["试点称号不是在平台授予的，先由填报人办理变更“补录试点基线”"]
    asked = Asked("pilot_baseline", values(unfrozen), people, unfrozen).to_deciding()
    assert not unfrozen.baselines.exists()
    before = {line["what"]: line["before"] for line in asked.case.change.lines}
    assert before == dict.fromkeys(["地块基线", "近期重点项目基线", "市政设施基线", "清单依据"], "尚未建立")
    asked.do("decide", "city_director", number="演沪建〔2026〕31号", decided_on=clock.today())
    made = unfrozen.baselines.get()
    assert (made.kind, made.number, made.frozen_by) == ("pilot", 1, people.city_director)
    assert len(made.content["plots"]) == unfrozen.plots.count() > 0
    assert asked.case.number in made.reason
    assert asked.case.change.result.startswith("建立试点基线第1版（地块")
    assert district_facts(unfrozen, clock.today())["plots_built_ratio"].denominator
    assert verify(asked.case).holds
    assert acceptances.start_acceptance(district=unfrozen, by=people.preparer).district == unfrozen


@AREA
def test_lists_altered_after_the_change_was_filled_in_are_looked_at_again(people, unfrozen):
    asked = Asked("pilot_baseline", values(unfrozen), people, unfrozen).to_deciding()
    PlotFactory(district=unfrozen, number="Z-9")
    with pytest.raises(Refused, match="填写后清单有改动"):
        asked.do("decide", "city_director", number="演沪建〔2026〕31号", decided_on=clock.today())
    assert not unfrozen.baselines.exists()


@AREA
def test_a_list_that_acceptance_runs_over_is_not_empty(people):
    empty = make_district(people, type="new", stage=Stage.PILOT)
    said = [why.text for why in KIND.against(empty, values(empty), clock.today())]
    assert said == [f"{word}清单为空，不能视为全部完成" for word in ("地块", "近期重点项目", "市政设施")]
    renewal = make_district(people, name="演示更新区（虚构）", type="renewal", stage=Stage.PILOT)
    assert [why.text for why in KIND.against(renewal, values(renewal), clock.today())] == ["近期重点项目清单为空，不能视为全部完成"]
    KeyProjectFactory(district=renewal, name="甲")
    assert KIND.against(renewal, values(renewal), clock.today()) == []


def test_the_file_of_the_district_leads_to_the_change(client, people, unfrozen):
    client.force_login(people.preparer)
    archive = f"{reverse('districts:district_detail', args=[unfrozen.code])}?tab=archive"
    assert f'href="{archive}#base-title"' in client.get(reverse("districts:district_detail", args=[unfrozen.code])).content.decode()
    start = f"{reverse('approvals:change_start')}?district={unfrozen.code}&amp;kind=pilot_baseline"
    assert f'href="{start}"' in client.get(archive).content.decode()
    form = client.get(start.replace("&amp;", "&")).context["form"]
    assert (form["district"].value(), form["kind"].value()) == (unfrozen.code, "pilot_baseline")
    client.post(reverse("approvals:change_start"), {"district": unfrozen.code, "kind": "pilot_baseline"})
    case = cases_visible_to(Viewer(people.preparer)).get(kind="BG")
    page = reverse("approvals:change_edit", args=[case.pk])
    assert client.post(page, {"basis": BASIS, "reason": "试点称号为平台启用前授予", "version": case.version}).status_code == 302
    assert BASIS in client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    client.force_login(people.city_officer)
    assert reverse("approvals:change_start") not in client.get(archive).content.decode()
