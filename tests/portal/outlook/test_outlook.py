"""未来五年: what falls due month by month, figures that open their rows, panels against the pool, for the city and its secretariat."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.experts.models import ExpertProfile
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from obligations.selectors import falling_due
from portal.outlook.rules import month_loads, short_months, year_load
from portal.outlook.selectors import outlook_of
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.reviews import make_experts
from tests.obligations.world import titled, world

NOW, TODAY = at(2027, 4, 12), dt.date(2027, 4, 12)
URL = "portal:outlook"
FIGURES = ("reporting", "city", "panels")


@pytest.fixture
def people(db):
    """Two pilots of 2026 and a real one, whose third anniversaries come in June 2029."""
    people = world()
    titled(people, "演示乙城（虚构）")
    District.objects.filter(pk=titled(people, "真实一城").pk).update(is_demo=False)
    return people


def test_the_months_count_what_falls_due_and_nothing_twice(people):
    with clock.at(NOW):
        found = outlook_of(Viewer(people.city_officer))
        rows = [row for row in falling_due(Viewer(people.city_officer).at(TODAY), 2028) if row.is_demo]
    assert [load.year for load in found.years] == list(range(2027, 2033))
    assert len({row.key for row in rows}) == len(rows)
    filings = {"self_check", "operation_report", "mechanisms"}
    march = found.months[2028][2]
    assert march.reporting == sum(row.due.month == 3 and row.kind in filings for row in rows) >= 4
    for load, months in zip(found.years, found.months.values(), strict=True):
        assert (load.reporting, load.city, load.panels) == tuple(sum(getattr(one, name) for one in months) for name in FIGURES)
    june = found.months[2029][5]
    assert (june.panels, june.seats, june.missing) == (2, 10, 10), "the third anniversaries of two pilots are two panels"
    assert (2029, 6) in {(load.year, load.month) for load in found.short}


def test_a_month_whose_panels_need_more_seats_than_there_are_experts_is_named(people):
    with clock.at(NOW):
        one = falling_due(Viewer(people.city_officer).at(TODAY), 2029)[0]
    rows = [one._replace(kind="stage_hold", due=dt.date(2029, 6, day)) for day in (1, 4, 5)]
    loads = month_loads(rows, 2029, size=5, experts=[14] * 12)
    assert [(load.month, load.seats, load.missing) for load in short_months(loads)] == [(6, 15, 1)]
    assert short_months(month_loads(rows, 2029, size=5, experts=[15] * 12)) == []
    assert (year_load(loads).panels, year_load(loads).missing) == (3, 0)


def test_experts_count_while_their_term_lasts(people):
    first, *rest = make_experts(people, extra=0)
    ExpertProfile.objects.filter(pk=first.pk).update(valid_to=dt.date(2028, 6, 15))
    ExpertProfile.objects.filter(pk=rest[0].pk).update(is_demo=False)
    with clock.at(NOW):
        found = outlook_of(Viewer(people.city_officer))
    assert [load.experts for load in found.months[2028][4:8]] == [4, 4, 3, 3]


def test_every_figure_opens_its_rows_in_the_calendar(officer):
    walked = 0
    with clock.at(NOW):
        answer = officer.get(reverse(URL), {"year": 2028})
        assert "《指导意见》有效期至2028年9月30日，以后的按继续有效推算，是平台的处理" in answer.content.decode()
        for load, figures in answer.context["rows"]:
            assert [number for number, _ in figures] == [load.reporting, load.receiving, load.city, load.panels]
            for number, href in figures:
                assert officer.get(href).context["page"].paginator.count == number, href
                walked += number
    assert walked > 6


def test_the_outlook_costs_the_same_queries_with_more_districts_and_a_year_that_is_not_foreseen_is_the_next(client, people, count_queries):
    client.force_login(people.city_officer)

    def read(**asked):
        with clock.at(NOW):
            return client.get(reverse(URL), asked).context["year"]

    assert [read(year=asked) for asked in ("2031", "1999", "x", "")] == [2031, 2028, 2028, 2028]
    few = count_queries(read)
    for number in range(3):
        make_district(people, name=f"演示丁城{number}（虚构）", stage=Stage.PILOT, titled_on=dt.date(2026, 6, 1))
    assert count_queries(read) == few
