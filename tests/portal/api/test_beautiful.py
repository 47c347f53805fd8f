"""API of 美丽上海: each role gets what its pages show: areas, indicators, tasks with quarters, releases, projects, evaluations."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import resolve, reverse

from beautiful.area_indicators import selectors
from beautiful.evaluations import services as evaluations
from beautiful.evaluations.models import AreaEvaluation
from beautiful.evaluations.selectors import evaluations_visible_to
from beautiful.frame.programme import programme
from beautiful.plans import services as plans
from beautiful.plans.models import PlannedTask
from beautiful.plans.selectors.plans import planned_visible_to
from beautiful.releases import services as releases
from beautiful.reserves.selectors import reserves_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from portal.open_data.datasets import BEAUTIFUL
from portal.open_data.versions import keep_versions, readable_rows, versions_of
from portal.tokens.services import make_token
from tests.beautiful.area_export.test_area_export import BARE, FEEDING, FIGURE, TITLED, YEAR, make_world
from tests.beautiful.plans.world import FIRST, report, spring
from tests.beautiful.reserves.world import POOL, make_project
from tests.factories.districts import KeyProjectFactory, make_district
from tests.factories.indicator_systems import approved_system
from tests.factories.once import copy_of, once
from tests.portal.api.world import LISTS
from tests.steps import step

AREA = pytest.mark.area("portal/api", "beautiful")
OF_A_YEAR = {"areas", "indicators"}
KEEPERS = {"system_keeper", "security_keeper", "audit_keeper"}
DEMO = f"?is_demo=true&year={YEAR}"


def make_released():
    world = make_world()
    with clock.at(spring(FIRST + 1)):
        linked = KeyProjectFactory(district=world.first, name="光伏重点项目（虚构）", is_demo=True)
        world.draft, world.held = make_project(world.people), make_project(world.people, key_project=linked)
        step(world.held, "submit", world.people.authority)
        step(world.held, "admit", world.people.city_officer)
        evaluations.begin(plan=world.plan, year=FIRST, areas=["habitat", "institution"], by=world.people.city_officer)
        world.release = releases.release(plan=world.plan, quarter=(FIRST, 1), basis="演示〔2026〕9号（虚构）", by=world.people.city_officer)
    return world


made = once(make_released)
world = copy_of("made")


@pytest.fixture
def get(client, world):
    def ask(name, query="", seat="city_officer"):
        client.force_login(getattr(world.people, seat))
        answer = client.get(f"{reverse(f'api:beautiful_{name}')}{query}")
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["results"]

    return ask


@pytest.mark.parametrize("name", LISTS)
def test_rows_have_the_shape_the_schema_tells_and_carry_the_mark(client, get, world, name):
    found = get(name, DEMO if name in OF_A_YEAR else "")
    assert found
    assert {row["mark"] for row in found} == {programme().mark}
    shape = resolve(reverse(f"api:beautiful_{name}")).func.view_class.serializer_class()
    for row in found:
        assert set(row) == set(shape.fields)
    client.logout()
    token = make_token(by=world.people.bureau)
    assert client.get(reverse(f"api:beautiful_{name}"), headers={"Authorization": f"Token {token}"}).status_code == 200


def test_areas_are_those_of_the_draft_and_what_feeds_them_that_of_the_page(get, world):
    found = get("areas", DEMO, "city_director")
    assert [(row["key"], row["tasks"]) for row in found] == [(area.key, list(area.tasks)) for area in programme().areas]
    for row, view in zip(found, selectors.area_views(Viewer(world.people.city_officer), is_demo=True, year=YEAR), strict=True):
        fed = row["fed"]
        assert [fed[colour or "none"] for colour, _, _ in view.all_lights.counts] == [count for _, _, count in view.all_lights.counts]
        assert (fed["pilots"], fed["feeding"], fed["figures"]) == (2, view.feeding_anything, view.figures_fed)
        assert fed["unfed"] == [one.source.name for one in view.figures_unfed]
        assert fed["note"] == ("" if view.is_fed else "没有城区供数")
    assert {row["fed"]["indicators"] for row in get("areas")} == {0}  # nothing of fiction in reality
    assert {row["fed"]["note"] for row in get("areas")} == {"没有城区供数"}


def test_what_feeds_an_area_is_for_the_city_and_the_frame_for_every_seat_but_the_keepers(get, world):
    for seat in world.people.everybody:
        found, told = get("areas", DEMO, seat), get("indicators", DEMO, seat)
        is_city = seat.startswith("city_")
        assert len(found) == (0 if seat in KEEPERS else 10), seat
        assert {row["fed"] is not None for row in found} <= {is_city}, seat
        assert bool(told) == is_city, seat


def test_indicators_have_source_value_path_and_light(client, get, world):
    [carbon] = [row for row in get("indicators", f"{DEMO}&area=development&kind=indicator&limit=200") if row["found"]]
    assert (carbon["district_name"], carbon["year"], carbon["found"], carbon["light"]) == (FEEDING, YEAR, "20", "green")
    assert (carbon["source"], carbon["dimension"]) == ("城区填报；统计年报", "低碳高效")
    figures = get("indicators", f"{DEMO}&area=development&kind=figure")
    assert {(row["name"], row["district_name"]) for row in figures} == {("碳排放总量", FEEDING)}
    assert get("indicators", f"{DEMO}&area=development&kind=figure&district={world.first.code}") == figures
    [hand] = get("indicators", f"{DEMO}&kind=city")
    assert (hand["area"], hand["found"], hand["source"], hand["district"]) == ("culture", "61.5", FIGURE["source"], None)
    assert get("indicators", f"?year={YEAR}") == []
    whole = get("indicators", f"{DEMO}&limit=200")
    assert BARE not in str(whole)
    read, address = [], f"{reverse('api:beautiful_indicators')}{DEMO}&limit=7"
    while address:  # read through by cursor
        answer = client.get(address).json()
        read += answer["results"]
        address = answer["next"]
    assert (read, len(whole) > 14) == (whole, True)


def test_a_city_task_has_the_sum_of_its_districts_whoever_asks(get, world):
    for seat in ("city_officer", "partner", "authority"):
        [city] = get("tasks", f"?number={world.city.task.number}", seat)
        assert [(one["quarter"], one["value"], one["light"], one["reported"], one["asked"]) for one in city["quarters"]] == [
            (1, "10", "green", 2, 2),
            (2, "9", "none", 1, 2),
        ]
    [own] = get("tasks", f"?number={world.own.task.number}&is_demo=true&plan={world.plan.pk}&area=habitat")
    assert (own["city_task"], own["target_value"], own["due_on"]) == (world.city.task.number, "60", "2028-12-31")
    assert [(one["value"], one["reported"]) for one in own["quarters"]] == [("4", None), ("9", None)]
    [alone] = get("tasks", "?area=institution")
    assert (alone["quarters"], alone["target_value"]) == ([], None)
    assert get("tasks", "?is_demo=false") == []


def test_released_progress_is_what_was_frozen_and_nothing_else(get, world):
    found = get("progress", seat="partner")
    assert [(row["number"], row["value"], row["light"]) for row in found if row["reported"]] == [
        (world.city.task.number, "10 公里", "green")
    ]
    assert {(row["year"], row["quarter"]) for row in found} == {(FIRST, 1)}
    assert "用地未落实" not in str(found)
    assert get("progress", "?quarter=2") == []
    assert {row["area_name"] for row in get("progress", "?area=habitat")} == {"人居之美"}
    rows_open = [dict(zip([field.key for field in BEAUTIFUL.fields], row, strict=True)) for row in BEAUTIFUL.rows({})]
    names = ("release", "number", "title", "value", "parts", "year", "quarter", "mark", "is_demo", "owner", "target", "due_on", "reported")
    assert [[row[name] for name in names] for row in rows_open] == [[row[name] for name in names] for row in found]
    keep_versions()
    [version] = versions_of(BEAUTIFUL)
    assert len(readable_rows(BEAUTIFUL, version)) == len(found)
    releases.withdraw(plan=world.plan, quarter=(FIRST, 1), reason="有误（虚构）", by=world.people.city_officer)
    assert get("progress", seat="partner") == list(BEAUTIFUL.rows({})) == []
    assert readable_rows(BEAUTIFUL, version) is None  # what was withdrawn is read in no older version


@AREA
def test_each_seat_reads_the_tasks_projects_and_evaluations_of_its_pages(get, world):
    for seat, user in world.people.everybody.items():
        assert {row["id"] for row in get("tasks", seat=seat)} == set(planned_visible_to(Viewer(user)).values_list("pk", flat=True)), seat
        assert [row["id"] for row in get("reserves", seat=seat)] == list(reserves_visible_to(Viewer(user)).values_list("pk", flat=True)), (
            seat
        )
        assert [row["id"] for row in get("evaluations", seat=seat)] == [one.pk for one in evaluations_visible_to(Viewer(user))], seat
    assert get("tasks", seat="preparer") == []
    assert {row["number"] for row in get("tasks", seat="authority")} == {world.own.task.number, world.city.task.number}
    assert {row["id"] for row in get("reserves", seat="authority")} == {world.draft.pk, world.held.pk}
    assert {row["id"] for row in get("reserves")} == {row["id"] for row in get("reserves", seat="partner")} == {world.held.pk}
    assert {row["area"] for row in get("evaluations", seat="authority")} == {"habitat"}
    assert {row["area"] for row in get("evaluations", seat="partner")} == {"habitat", "institution"}
    for seat in ("bureau", "preparer", *sorted(KEEPERS)):
        assert get("reserves", seat=seat) == [], seat


def test_a_project_has_its_money_by_source_and_the_screening_of_the_day_it_came_in(get, world):
    [held] = get("reserves", f"?pool={POOL}&status=reserved&area=development&is_demo=true&number={world.held.number}")
    assert [held[name] for name in ("fiscal", "social", "other", "total")] == ["300", "700.5", None, "1000.5"]
    assert (held["key_project_name"], held["district"]) == ("光伏重点项目（虚构）", world.first.code)
    assert {one["answer"] for one in held["readiness"]} == {"已具备"}
    type(world.held).objects.filter(pk=world.held.pk).update(social=None)
    [held] = get("reserves")
    assert [one["met"] for one in held["screened"]] == [True] * len(held["screening"])
    assert [one["text"] for one in held["screening"] if not one["met"]] == ["金融支持项目写明社会资本"]
    assert (held["total"], held["social"]) == ("300", None)
    [draft] = get("reserves", "?status=draft", "authority")
    assert (draft["number"], draft["screened"], draft["key_project"], draft["district"]) == ("", None, None, None)
    assert get("reserves", "?is_demo=false") == get("reserves", "?area=culture") == []


def concluded(world):
    """The evaluation of the area that has reports, through to its use."""
    people = world.people
    with clock.at(spring(FIRST + 1)):
        for act, by, more in (
            ("report", people.authority, {}),
            ("check", people.city_officer, {}),
            ("conclude", people.city_director, {"conclusion": "partly"}),
        ):
            found = AreaEvaluation.objects.select_related("plan").get(area="habitat")
            getattr(evaluations, act)(evaluation=found, version=found.version, text=f"{act}（虚构）", by=by, **more)
        planned = PlannedTask.objects.get(pk=world.own.pk)
        adjusted = plans.adjust_task(
            planned=planned, values={"title": "加快的任务（虚构）"}, on=clock.today(), basis="演示〔2027〕2号", reason="滞后（虚构）",
            version=planned.version, by=people.city_officer,
        )  # fmt: skip
        found = AreaEvaluation.objects.select_related("plan").get(area="habitat")
        evaluations.use(evaluation=found, adjustment=adjusted, note="加快（虚构）", by=people.city_officer)


@AREA
def test_an_evaluation_has_its_texts_the_tasks_as_they_stood_and_what_was_adjusted(get, world):
    [before] = get("evaluations", "?area=habitat&standing=reporting")
    assert (before["conclusion"], before["concluded_at"], before["uses"]) == ("", None, [])
    assert [(one["quarter"], one["value"]) for one in before["tasks"]] == [
        ("第2季度", "9 公里"),
        ("第2季度", "9 公里"),
        ("第1季度", "6 公里"),
    ]
    concluded(world)
    with clock.at(spring(FIRST + 1) + dt.timedelta(days=1)):
        report(world.own, world.people.authority, 3, Decimal(70))
    [after] = get("evaluations", f"?year={FIRST}&plan={world.plan.pk}&standing=concluded&is_demo=true")
    assert [after[name] for name in ("report", "check_text", "conclusion", "conclusion_text")] == [
        "report（虚构）", "check（虚构）", "partly", "conclude（虚构）",
    ]  # fmt: skip
    assert after["tasks"] == before["tasks"]
    assert after["concluded_at"] == "2027-01-12T10:00:00+08:00"
    [use] = after["uses"]
    assert (use["decided_on"], use["note"]) == ("2027-01-12", "加快（虚构）")
    assert use["changes"] == [{"name": "任务", "before": "演示区任务（虚构）", "after": "加快的任务（虚构）"}]
    assert world.people.city_director.name not in str(after)
    [other] = get("evaluations", "?area=institution")
    assert [one["light_words"] for one in other["tasks"]] == ["未报"]


@AREA
@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_queries_for_one_and_three(client, get, world, kept_queries, *, name, many):
    for number in range(1, many):
        approved_system(world.people, make_district(world.people, name=f"演示{number}号城区（虚构）", **TITLED))
        with clock.at(spring(FIRST + 1)):
            report(world.own, world.people.authority, number + 1, "12")
            make_project(world.people, by="city_officer")
            evaluations.begin(plan=world.plan, year=FIRST, areas=[("space", "culture")[number - 1]], by=world.people.city_officer)
            releases.release(plan=world.plan, quarter=(FIRST, number + 1), basis="演示（虚构）", by=world.people.city_officer)
    address = f"{reverse(f'api:beautiful_{name}')}{DEMO if name in OF_A_YEAR else f'?limit={many}'}"
    get(name)
    client.get(address)
    with kept_queries(name):
        found = client.get(address).json()["results"]
    assert len(found) >= many
