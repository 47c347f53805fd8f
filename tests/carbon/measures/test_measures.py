"""Pages of measures, forecast and scenarios: permissions of each role, and that a scenario changes no measure."""

from decimal import Decimal

import pytest
from django.urls import reverse

from carbon.measures import services
from carbon.measures.models import AbatementMeasure, CarbonScenario
from carbon.measures.selectors import basis_of, forecast_of, measures_of, scenario_forecast, scenarios_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from tests.carbon.inventories.world import NOW, make_inventory, to_filed
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import SpecialPlanFactory
from tests.factories.once import copy_of, item_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
SUN = {
    "name": "屋顶光伏（虚构）", "sector": "renewable", "tco2e": Decimal(600), "investment": Decimal(300), "yearly": Decimal(-12),
    "first": 2024, "last": 2033, "source": "可行性研究（虚构）",
}  # fmt: skip
WALL = SUN | {"name": "外墙改造（虚构）", "sector": "building", "tco2e": Decimal("120.5"), "investment": Decimal(482), "yearly": Decimal(0)}
WALL |= {"first": 2025, "last": 2044}
OWN = {"preparer", "consultant", "reviewer", "authority"}
READERS = OWN | {"bureau", "city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner"}


def make_world():
    cast = make_cast()
    with clock.at(NOW):
        district = to_filed(make_inventory(cast), cast).district
        SpecialPlanFactory(district=district, carbon_stage_targets=[{"year": 2024, "value": "45"}, {"year": 2026, "value": "41"}])
        sun = services.save_measure(district=district, values=SUN, by=cast.preparer)
        services.save_measure(district=district, values=WALL, by=cast.preparer)
        services.save_scenario(district=district, name="半数光伏", note="", shares={sun.pk: Decimal(50)}, by=cast.preparer)
    return cast, district


made = once(make_world)
world = copy_of("made")
people, district = item_of("world", 0), item_of("world", 1)


def address(name, district, *more):
    return reverse(f"carbon:{name}", args=[district.code, *more])


def posted(values, **more):
    return {name: str(value) for name, value in values.items()} | more


def test_the_path_is_as_worked_by_hand(people, district):
    # 2024: 5756.19 − 600 = 5156.19, 47.968 − 5 = 42.968 (path 45); 2025: −120.5 more, 41.964 (path 43); 2026 the same (path 41)
    basis = basis_of(Viewer(people.preparer), district)
    found = forecast_of(basis, list(measures_of(district)))
    assert [(row.year, against.due, against.is_missed) for row, against in found.lines] == [
        (2022, "47.968", False), (2023, "46.48", True), (2024, "45", False), (2025, "43", False), (2026, "41", True),
    ]  # fmt: skip


def test_a_scenario_changes_no_measure_and_stands_beside_the_others(preparer, people, district):
    before = list(measures_of(district).values())
    sun, wall = measures_of(district)
    data = {"name": "不采取措施", "note": "", f"share-{sun.pk}": "0", f"share-{wall.pk}": ""}
    answer = preparer.post(address("scenario_create", district), data)
    still = CarbonScenario.objects.get(name="不采取措施")
    assert answer["Location"] == address("scenario", district, still.pk)
    assert list(measures_of(district).values()) == before
    basis = basis_of(Viewer(people.preparer), district)
    none, half = (scenario_forecast(basis, scenarios_of(district).get(name=name)) for name in ("不采取措施", "半数光伏"))
    assert {(str(row.total), str(row.less)) for row in none.years} == {("575619/100", "0")}
    assert (half.tonnes, half.investment) == (Decimal("300.00"), Decimal("150.00"))
    text = preparer.get(address("carbon_forecast", district)).content.decode()
    assert text.count("半数光伏") == 2
    assert "45.468" in text  # 47.968 − 300 t over 120000 m²
    assert "路径与不采取措施相同" in preparer.get(address("scenario", district, still.pk)).content.decode()
    changed = {"name": "不采取措施", "note": "改", f"share-{sun.pk}": "100.01", "version": 0}
    assert preparer.post(address("scenario_edit", district, still.pk), changed).status_code == 422
    assert preparer.post(address("scenario_edit", district, still.pk), changed | {f"share-{sun.pk}": "12.5"}).status_code == 302
    assert [str(one.share) for one in still.shares.all()] == ["12.50"]


def test_scenarios_are_shown_to_the_districts_own_people_alone(client, people, district):
    scenario = address("scenario", district, CarbonScenario.objects.get().pk)
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert (client.get(scenario).status_code == 200) is (seat in OWN), seat
        page = client.get(address("carbon_forecast", district))
        assert (page.status_code == 200, "半数光伏" in page.content.decode()) == (seat in READERS, seat in OWN), seat
    row, of = CarbonScenario.objects.get(), {"district": district, "by": people.authority}
    for act, given in (
        (services.save_measure, of | {"values": SUN}), (services.save_scenario, of | {"name": "试", "note": "", "shares": {}}),
        (services.drop_measure, {"measure": measures_of(district)[0], "by": people.authority}),
        (services.drop_scenario, {"scenario": row, "by": people.authority}),
    ):  # fmt: skip
        refuses(NotAllowed, act, **given)


def test_a_measure_is_stated_changed_and_dropped(client, people, district):
    client.force_login(people.consultant)
    data = posted(SUN, name="路灯（虚构）")
    assert client.post(address("measure_create", district), data)["Location"] == address("carbon_forecast", district)
    row = AbatementMeasure.objects.get(name="路灯（虚构）")
    assert AuditRecord.objects.filter(action="carbon.save_measure").last().data["changed"]["source"] == ["", "可行性研究（虚构）"]
    edit = address("measure_edit", district, row.pk)
    assert client.post(edit, data | {"tco2e": "700", "version": "0"}).status_code == 302
    answer = client.post(edit, data | {"tco2e": "800", "version": "0"})
    assert (answer.status_code, "700" in answer.content.decode()) == (409, True)
    refuses(Stale, services.save_measure, district=district, values=SUN, by=people.preparer, measure=row, version=0)
    drop = address("measure_delete", district, row.pk)
    for data, status, left in (({}, 200, True), ({"confirmed": "1"}, 302, False)):
        assert (client.post(drop, data).status_code, AbatementMeasure.objects.filter(pk=row.pk).exists()) == (status, left)


@pytest.mark.parametrize(("field", "value", "words"), [
    ("tco2e", "0", "年减排量应大于 0"), ("tco2e", "", "年减排量：请填写"), ("investment", "-1", "投资：不能小于0"),
    ("last", "2020", "终止年不能早于起始年"), ("source", "", "数据来源：请填写"), ("name", "外墙改造（虚构）", "这个名称已有措施"),
    ("sector", "none", "部门：请从列出的选项中选择"),
])  # fmt: skip
def test_what_a_measure_may_not_be(preparer, district, field, value, words):
    answer = preparer.post(address("measure_create", district), posted(SUN, name="新措施（虚构）") | {field: value})
    told = answer.content.decode().partition('class="gd-errors"')[2].partition("</ul>")[0]
    assert (answer.status_code, words in told, told.count("<li>")) == (422, True, 1)
    assert AbatementMeasure.objects.count() == 2


def test_a_measure_of_a_scenario_stays(preparer, people, district):
    sun = measures_of(district)[0]
    answer = preparer.post(address("measure_delete", district, sun.pk), {"confirmed": "1"}, follow=True)
    assert "情景“半数光伏”用到这项措施" in answer.content.decode()
    row = CarbonScenario.objects.get()
    assert preparer.post(address("scenario_delete", district, row.pk), {"confirmed": "1"}).status_code == 302
    assert not CarbonScenario.objects.exists()
    services.drop_measure(measure=sun, by=people.preparer)
    for number in range(services.MOST_SCENARIOS):
        services.save_scenario(district=district, name=f"情景{number}", note="", shares={}, by=people.preparer)
    refuses("最多保留6个情景", services.save_scenario, district=district, name="再一个", note="", shares={}, by=people.preparer)


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_asks_as_much_for_more_rows(preparer, people, district, more, kept_queries):
    for number in range(more):
        one = services.save_measure(district=district, values=SUN | {"name": f"措施{number}"}, by=people.preparer)
        services.save_scenario(district=district, name=f"情景{number}", note="", shares={one.pk: Decimal(30)}, by=people.preparer)
    preparer.get(address("carbon_forecast", district))
    with kept_queries():
        assert preparer.get(address("carbon_forecast", district)).status_code == 200
