"""Counts on the work desk equal the obligations listed one by one."""

import datetime as dt
from collections import defaultdict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core import clock
from obligations import services
from obligations.open_counts import open_counts_of, overdue_count, owed_in_sight
from obligations.selectors import acts, due, obligations_visible_to
from portal.city import selectors as city
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage
from tests.obligations.world import titled

DAYS = (dt.date(2027, 2, 1), dt.date(2027, 4, 1), dt.date(2028, 1, 10), dt.date(2028, 9, 1))


def grouped(open_counts):
    """(count, first district, the one link, whether the day is by default) by day, title and fiction."""
    groups = defaultdict(list)
    for entry in open_counts:
        groups[entry.due, entry.title, entry.is_demo].append(entry)
    return {
        key: (
            sum(entry.number for entry in rows),
            min(entry.district for entry in rows),
            rows[0].link if len(rows) == rows[0].number == 1 else "",
        )
        for key, rows in groups.items()
    }


@pytest.fixture
def busy(people):
    """Districts titled in different years, of both stages, real and fictional, some of which have met, begun or been let off."""
    titled(people, "演示乙城（虚构）")
    make_district(people, name="演示丙城（虚构）", stage=Stage.DEMONSTRATION, titled_on=dt.date(2024, 6, 1))
    make_district(people, name="演示丁城（虚构）", stage=Stage.DEMONSTRATION, titled_on=None)
    long_held = {"titled_since": dt.date(2025, 6, 1), "titled_on": dt.date(2028, 1, 5)}
    make_district(people, name="演示戊城（虚构）", stage=Stage.DEMONSTRATION, **long_held)
    make_district(people, name="演示未称号（虚构）", stage=Stage.CANDIDATE)
    make_district(people, name="演示导则区（虚构）", stage=Stage.PILOT, guideline_area=True)
    real = make_district(people, name="桃浦智创城", stage=Stage.PILOT, is_demo=False, sources=["x"], titled_on=dt.date(2025, 1, 1))
    make_district(name="无申报主体城区（虚构）", stage=Stage.PILOT).authorities.add(people.authority_body)
    YearlyReport.objects.create(district=real, kind="operation", year=2026, status="draft", opened_at=at(2027, 1, 1))
    begun, done = District.objects.get(name="演示乙城（虚构）"), District.objects.get(name="演示丙城（虚构）")
    make_self_check(people, district=begun, year=2026, filled=False)
    make_self_check(people, district=done, year=2026, filled=False, status="filed", filed_at=at(2027, 3, 1))
    make_stage(people, district=done, filled=False, due=dt.date(2027, 6, 1))
    with clock.at(at(2027, 1, 10)):
        services.decide(obligation=f"self_check:{begun.pk}:2027", by=people.city_director, reason="甲")
        services.decide(
            obligation=f"operation_report:{done.pk}:2026", by=people.city_director, reason="乙", extended_to=dt.date(2027, 9, 1)
        )
        services.decide(obligation="k", by=people.city_director, reason="不是任何事项")
    return people


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("seat", ["city_officer", "secretariat", "partner", "authority", "preparer", "expert1", "system_keeper"])
def test_what_is_counted_is_what_the_list_shows(busy, seat, day):
    user = busy.everybody[seat]
    rows = obligations_visible_to(user, day)
    owed = owed_in_sight(user, day)
    assert grouped(owed.open_counts) == grouped(open_counts_of(rows))
    overdue = [row for row in rows if row.is_overdue(day)]
    assert owed.overdue() == overdue_count(user, day) == len(overdue)
    assert [owed.overdue_of(demo=demo) for demo in (True, False)] == [sum(row.is_demo == demo for row in overdue) for demo in (True, False)]


@pytest.mark.parametrize("seat", ["authority", "preparer", "bureau"])
def test_what_others_have_to_do_names_them(busy, seat):
    user, day = busy.everybody[seat], DAYS[1]
    rows = [row for row in obligations_visible_to(user, day) if row.is_open]
    owed = owed_in_sight(user, day)
    assert [(entry.due, entry.title, entry.others) for entry in owed.open_counts] == [
        (row.due, row.title, "" if acts(user, row) else row.organisation) for row in rows
    ]
    assert owed.others if seat != "preparer" else not owed.others
    assert owed_in_sight(busy.city_officer, day).others == frozenset()


def test_the_world_of_this_module_is_busy(busy):
    assert {row.state(DAYS[1]).value for row in due(DAYS[1])} == {"upcoming", "due", "overdue", "met", "waived"}
    assert {row.is_demo for row in due(DAYS[1])} == {True, False}
    assert max(entry.number for entry in owed_in_sight(busy.city_officer, DAYS[1]).open_counts) > 2


@pytest.mark.parametrize("day", DAYS)
def test_the_city_counts_each_authority_as_the_list_does(busy, day):
    user, year = busy.city_officer, day.year - 1
    titled_here = set(
        District.objects.filter(stage__in=("pilot", "demonstration"), is_demo=True, guideline_area=False).values_list("pk", flat=True)
    )
    rows = [row for row in due(day) if row.is_demo]
    checks = {row.district_id for row in rows if row.rule == "SELF-CHECK" and row.key.endswith(f":{year}") and not row.waived}
    late = [row for row in rows if row.is_overdue(day)]
    seen = city.overview(user, owed_in_sight(user, day))
    [line] = seen.authorities
    assert (line.owed, line.overdue) == (len(checks), sum(row.district_id in titled_here for row in late))
    assert (seen.totals.owed, seen.totals.overdue) == (len(checks), len(late))
    assert line.pilots + line.demonstrations == seen.totals.pilots + seen.totals.demonstrations == len(titled_here)


def queries(user, day):
    with CaptureQueriesContext(connection) as caught:
        owed_in_sight(user, day)
    return len(caught)


@pytest.mark.parametrize("seat", ["city_officer", "partner"])
def test_counting_costs_the_same_for_any_number_of_districts(busy, seat):
    user, day = busy.everybody[seat], DAYS[1]
    queries(user, day)  # the calendar is kept from now on
    few = queries(user, day)
    for number in range(3):
        titled(busy, f"演示第{number}城（虚构）")
    assert queries(user, day) == few
