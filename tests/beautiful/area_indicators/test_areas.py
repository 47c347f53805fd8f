"""Indicators by area: contributions of pilots add up to the totals, links follow decisions, nothing is invented."""

import datetime as dt
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.area_indicators import selectors, services
from beautiful.area_indicators.models import AreaFigure, DimensionLinkDecision
from beautiful.area_indicators.sources import AREA_FIGURES
from beautiful.frame.programme import programme
from carbon.measures.models import AbatementMeasure
from carbon.metering.selectors.board import board
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorActual
from districts.indicator_systems.row_rules import CARBON
from districts.indicator_systems.selectors import indicators_context
from districts.plausibility.selectors import answers_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow import second_person
from tests.beautiful.plans.world import CITY_SEATS, seats
from tests.carbon.inventories.world import filed_years
from tests.factories.accounts import cast
from tests.factories.districts import PlotFactory, make_district
from tests.factories.indicator_systems import approved_system
from tests.factories.meters import MeterFactory, write
from tests.factories.meters import at as moment
from tests.factories.once import copy_of, once
from tests.refusing import refuses

TITLED = {"stage": Stage.PILOT, "titled_on": dt.date(2021, 5, 6)}
BASIS = {"basis": "演示会议纪要〔2026〕3号（虚构）", "reason": "口径调整（虚构）"}
FIGURE = {"name": "演示指标（虚构）", "unit": "%", "year": 2024, "value": Decimal("61.5"), "source": "演示年鉴（虚构）", "is_demo": True}
YEAR = 2023
FIRST, SECOND = "演示甲城区（虚构）", "演示乙城区（虚构）"


def make_world():
    people = cast()
    first = make_district(people, name=FIRST, **TITLED)
    make_district(people, name=SECOND, **TITLED)
    system = approved_system(people, first)
    stood = dict.fromkeys(("entered_at", "checked_at"), clock.now())
    IndicatorActual.objects.create(district=first, key=CARBON, year=YEAR, value="20", **stood)
    return people, first, system


made = once(make_world)
world = copy_of("made")


def views(world, key="", *, is_demo=True, year=YEAR):
    found = selectors.area_views(Viewer(world[0].city_officer), is_demo=is_demo, year=year, only=key)
    return found[0] if key else found


def figure(world, area, key, **asked):
    """A figure of the registry as the area shows it."""
    return next(one for one in views(world, area, **asked).figures if one.source is AREA_FIGURES[key])


def checked(figure, world):
    return second_person.check(row=figure, by=world[0].city_checker)


def linked(people, dimension, areas):
    """A link that somebody else of the city has checked."""
    made = services.decide_link(dimension=dimension, areas=areas, on=clock.today(), **BASIS, by=people.city_officer)
    return second_person.check(row=made, by=people.city_checker)


def get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"beautiful:{name}", args=args), query)


def test_lights_of_an_area_are_those_of_the_districts_own_page(world):
    _, first, system = world
    shown = indicators_context(first)
    rows = [one for _, group in shown["groups"] for one in group]
    for view in views(world):
        mine = [one.light.colour for one in rows if view.area.key in programme().dimension_links.get(one.line.row.dimension, ())]
        [share] = [one for one in view.pilots if one.district == first]
        assert {colour: count for colour, _, count in share.lights.counts} == {
            colour: mine.count(colour) for colour, _, _ in share.lights.counts
        }
    assert system.rows.filter(taking_part=True).count() > 10
    assert sum(view.all_lights.total for view in views(world)) > 0


def test_a_pilot_without_a_system_feeds_nothing(world):
    view = views(world, "development")
    assert [(one.district.name, one.has_system) for one in view.pilots] == [(FIRST, True), (SECOND, False)]
    assert (view.feeding, view.all_lights.total) == (1, view.pilots[0].lights.total)


def test_the_overview_tells_what_each_pilot_feeds_to_each_area(client, world):
    answer = get(client, world[0].city_officer, "area_overview", world="demo", year=YEAR)
    shares, areas = answer.context["shares"], answer.context["areas"]
    assert [(share.district.name, share.has_system) for share, _ in shares] == [(FIRST, True), (SECOND, False)]
    for share, counts in shares:
        assert counts == [one.lights.total for view in areas for one in view.pilots if one.district == share.district]
    assert [view.all_lights.total for view in areas] == [sum(counts) for counts in zip(*(counts for _, counts in shares), strict=True)]
    assert sum(shares[0][1]) > 0
    assert get(client, world[0].city_officer, "area_overview", world="real").context["shares"] == []
    area = get(client, world[0].city_officer, "area", "culture", world="demo").content.decode()
    for name in ("stories", "events", "opinions"):
        assert f"{reverse(f'outreach:{name}')}?area=culture" in area


def test_the_pages_open_on_the_first_world_that_has_figures_and_say_so(client, world):
    officer, told = world[0].city_officer, "先显示演示"

    def opened(name, *args, **asked):
        answer = get(client, officer, name, *args, **asked)
        return answer.context["is_demo"], told in answer.content.decode()

    pages = (("area_overview",), ("area", "space"))
    assert [opened(*page, year=YEAR) for page in pages] == [(True, True)] * 2
    assert [opened(*page, year=YEAR, world="demo") for page in pages] == [(True, False)] * 2
    assert [opened(*page, year=YEAR, world="real") for page in pages] == [(False, False)] * 2
    services.record_figure(area="space", values={**FIGURE, "is_demo": False}, by=world[0].city_officer)
    assert [opened(*page) for page in pages] == [(False, False)] * 2


def test_nothing_anywhere_opens_on_reality(client, world):
    District.objects.all().update(stage=Stage.CANDIDATE)
    assert get(client, world[0].city_officer, "area_overview").context["is_demo"] is False


def test_reality_has_no_number_where_only_fiction_has(world):
    for view in views(world, is_demo=False):
        assert (view.is_fed, view.all_lights.total, view.pilots) == (False, 0, ())
        assert [one.total for one in view.figures if one.total is not None] == []


def test_carbon_and_land_feed_through_the_registry(world):
    people, first, _ = world
    filed_years(people, first, [YEAR])
    carbon = figure(world, "development", "carbon_total")
    assert [(district.name, fed is not None) for district, fed in carbon.by_pilot] == [(FIRST, True), (SECOND, False)]
    assert carbon.total.value == carbon.by_pilot[0][1].value > 0
    assert figure(world, "development", "carbon_total", year=YEAR - 1).total is None
    for district, built in ((first, "yes"), (first, "no"), (selectors.pilots(Viewer(people.city_officer), is_demo=True).last(), "yes")):
        PlotFactory(district=district).indicators.create(key="open_green", required="yes", built=built, built_short=built == "no")
    green = figure(world, "habitat", "plots_open_green")
    assert [tuple(fed) for _, fed in green.by_pilot] == [(1, 2), (1, 1)]
    assert tuple(green.total) == (2, 3)


def test_measures_feed_the_years_in_which_they_are_in_operation(world):
    people, first, _ = world
    second = selectors.pilots(Viewer(people.city_officer), is_demo=True).exclude(pk=first.pk).get()
    for district, tonnes, begins, ends in ((first, 120, YEAR - 1, YEAR), (first, 80, YEAR, YEAR + 5), (second, 30, YEAR, YEAR)):
        values = {"name": f"演示措施{tonnes}（虚构）", "sector": "building", "tco2e": tonnes, "investment": 1, "yearly": 0}
        more = {
            "first": begins,
            "last": ends,
            "source": "演示（虚构）",
            "entered_at": clock.now(),
            "entered_by": people.preparer,
            "checked_at": clock.now(),
        }
        AbatementMeasure.objects.create(district=district, **values, **more)

    def told(year):
        found = figure(world, "development", "measures", year=year)
        return [fed and fed.value for _, fed in found.by_pilot], found.total and found.total.value

    assert [told(year) for year in (YEAR - 2, YEAR - 1, YEAR, YEAR + 1)] == [
        ([None, None], None),
        ([120, None], 120),
        ([200, 30], 230),
        ([80, None], 80),
    ]


def test_meters_feed_what_the_district_s_own_board_shows(world):
    people, first, _ = world
    second = selectors.pilots(Viewer(people.city_officer), is_demo=True).exclude(pk=first.pk).get()
    top = MeterFactory(district=first, interval="day", carrier="generation", unit="MWh")
    part = MeterFactory(district=first, interval="day", carrier="generation", parent=top)
    other = MeterFactory(district=second, interval="day", carrier="generation")
    water = MeterFactory(district=second, interval="day", carrier="water", unit="m3")
    for meter, values in ((top, [2] * 10), (part, [900] * 10), (other, [7, 8]), (water, [5, 6])):
        write(meter, values, by=people.preparer, first=moment(YEAR, 3, 1), step=dt.timedelta(days=1))
    for area, key in (("development", "metered_generation"), ("environment", "metered_water")):
        found = figure(world, area, key)
        for district, fed in found.by_pilot:
            rows = {f"metered_{row.carrier}": row.total.amount for row in board(district, YEAR, clock.today())}
            assert (fed and fed.value) == rows.get(key)
        assert found.source.unit == ("kWh" if area == "development" else "m3")
    sun = figure(world, "development", "metered_generation")
    assert ([fed.value for _, fed in sun.by_pilot], sun.total.value) == ([20_000, 15], 20_015)
    assert figure(world, "development", "metered_generation", year=YEAR + 1).total is None


def test_a_pilot_that_feeds_a_figure_alone_is_counted(client, world):
    people, first, _ = world
    links = dict.fromkeys(programme().dimension_links, ())
    filed_years(people, first, [YEAR])
    for dimension in links:
        linked(people, dimension, ["culture"])
    view = views(world, "development")
    assert (view.feeding, view.feeding_anything, view.is_fed) == (0, 1, True)
    rows = get(client, people.city_officer, "area_overview", world="demo", year=YEAR).context["groups"]
    assert [one.feeding_anything for _, found in rows for one in found if one.area.key == "development"] == [1]


def test_a_decision_moves_a_dimension_and_the_frame_stays_as_it_is(world):
    before = views(world, "culture").all_lights.total
    lowcarbon = views(world, "development").pilots[0].lights.total
    linked(world[0], "低碳高效", ["culture"])
    assert selectors.links_in_force()["低碳高效"] == ("culture",)
    assert views(world, "culture").all_lights.total > before
    assert views(world, "development").pilots[0].lights.total < lowcarbon
    assert programme().dimension_links["低碳高效"] == ("development",)
    assert AuditRecord.objects.get(action="beautiful.decide_link").data["before"] == ["development"]
    linked(world[0], "低碳高效", [])
    assert selectors.links_in_force()["低碳高效"] == ()
    assert DimensionLinkDecision.objects.count() == 2


@pytest.mark.parametrize("change", [{"areas": ["development"]}, {"on": dt.date(2999, 1, 1)}, {"basis": " "}, {"reason": ""}])
def test_a_decision_that_changes_nothing_or_lacks_its_ground_is_refused(world, change):
    given = {"dimension": "低碳高效", "areas": ["culture"], "on": clock.today(), **BASIS} | change
    refuses(Refused, services.decide_link, **given, by=world[0].city_officer)


def test_a_figure_by_hand_has_its_source_and_is_withdrawn_with_a_reason(client, world):
    officer = world[0].city_officer
    made = checked(services.record_figure(area="culture", values=FIGURE, by=officer), world)
    assert [one.pk for one in views(world, "culture").by_hand] == [made.pk]
    assert views(world, "culture", is_demo=False).by_hand == ()
    refuses("已经登记", services.record_figure, area="culture", values=FIGURE, by=officer)
    for value, words in (("615", "超过100%"), ("0.615", "约为2024年"), ("61.5", "与2024年相同"), ("-61.5", "相差较大"), ("95", "相差较大")):
        next_year = FIGURE | {"year": 2025, "value": Decimal(value)}
        refuses(words, services.record_figure, area="culture", values=next_year, by=officer)
    asked = services.record_figure(area="culture", values=FIGURE | {"year": 2025}, by=officer, explanation="年鉴同上年（虚构）")
    assert [one.text for one in answers_to(asked)] == ["年鉴同上年（虚构）"]
    client.force_login(world[0].city_checker)
    for page in (reverse("beautiful:area", args=["culture"]), reverse("beautiful:area_figure_check", args=[asked.pk])):
        assert "年鉴同上年（虚构）" in client.get(page, {"world": "demo"}).content.decode(), page
    asked.delete()
    for change in ({"source": " "}, {"name": ""}, {"year": clock.today().year + 1}):
        refuses(Refused, services.record_figure, area="space", values=FIGURE | change, by=officer)
    client.force_login(officer)
    address = reverse("beautiful:area_figure_withdraw", args=[made.pk])
    assert client.post(address, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(address, {"reason": "口径有误（虚构）"}).status_code == HTTPStatus.FOUND
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    assert views(world, "culture").by_hand == ()
    services.record_figure(area="culture", values=FIGURE, by=officer)


def test_a_figure_is_typed_on_its_page(client, world):
    client.force_login(world[0].city_officer)
    address = reverse("beautiful:area_figure_add", args=["ecology"])
    typed = FIGURE | {"is_demo": "on"}
    wrong = client.post(address, typed | {"value": "很多"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert FIGURE["source"] in wrong.content.decode()
    assert client.post(address, typed).status_code == HTTPStatus.FOUND
    assert AreaFigure.objects.get().value == FIGURE["value"]


def test_the_city_reads_and_the_seat_records(client, world):
    people = world[0]
    for name, args in (("area_overview", []), ("area", ["space"]), ("area_links", [])):
        assert seats(client, people, name, *args) == CITY_SEATS, name
    assert seats(client, people, "area_figure_add", "space") == {"city_officer"}
    client.force_login(people.city_director)
    assert client.post(reverse("beautiful:area_links"), {}).status_code == HTTPStatus.NOT_FOUND
    refuses(NotAllowed, services.record_figure, area="space", values=FIGURE, by=people.city_director)


def test_a_decision_is_typed_on_its_page(client, world):
    client.force_login(world[0].city_officer)
    typed = {"dimension": "智慧管控", "areas": ["space", "technology"], "on": clock.today().isoformat(), **BASIS}
    wrong = client.post(reverse("beautiful:area_links"), typed | {"basis": ""})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert BASIS["reason"] in wrong.content.decode()
    assert client.post(reverse("beautiful:area_links"), typed).status_code == HTTPStatus.FOUND
    assert DimensionLinkDecision.objects.get().areas == ["space", "technology"]
