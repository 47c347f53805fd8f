"""Counts on the work desk equal the obligations listed one by one; tables read together, or not at all, give the same."""

import datetime as dt
from collections import defaultdict

import pytest

from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.file.selectors.visibility import own_districts
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.duty_table import DUTY_KINDS
from obligations import services
from obligations.open_counts import open_counts_of, overdue_count, owed_in_sight
from obligations.selectors import acts, due, everything, falling_due, in_sight, obligations_visible_to, read_by, sees_all, to_come
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage
from tests.factories.waivers import waived_or_extended
from tests.obligations import wide
from tests.obligations.test_truth_table import build
from tests.obligations.world import titled

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("obligations", "districts", "assessments", "approvals")
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
        waived_or_extended(f"self_check:{begun.pk}:2027", people, "甲")
        services.decide(
            obligation=f"operation_report:{done.pk}:2026", by=people.city_director, reason="乙", extended_to=dt.date(2027, 9, 1)
        )
        waived_or_extended("k", people, "不是任何事项")
    return people


@pytest.mark.parametrize("day", DAYS)
def test_what_is_counted_is_what_the_list_shows(busy, day):
    for seat in ("city_officer", "secretariat", "partner", "authority", "preparer", "expert1", "system_keeper"):
        user = busy.everybody[seat]
        rows, owed = obligations_visible_to(Viewer(user).at(day)), owed_in_sight(Viewer(user).at(day))
        assert grouped(owed.open_counts) == grouped(open_counts_of(rows)), seat
        overdue = [row for row in rows if row.is_overdue(day)]
        assert owed.overdue() == overdue_count(Viewer(user).at(day)) == len(overdue), seat
        assert [owed.overdue_of(demo=demo) for demo in (True, False)] == [
            sum(row.is_demo == demo for row in overdue) for demo in (True, False)
        ], seat


def test_what_others_have_to_do_names_them(busy):
    day = DAYS[1]
    for seat in ("authority", "preparer", "bureau"):
        user = busy.everybody[seat]
        rows = [row for row in obligations_visible_to(Viewer(user).at(day)) if row.is_open]
        owed = owed_in_sight(Viewer(user).at(day))
        assert [(entry.due, entry.title, entry.others) for entry in owed.open_counts] == [
            (row.due, row.title, "" if acts(posts_of(user), row) else row.organisation) for row in rows
        ], seat
        assert bool(owed.others) is (seat != "preparer"), seat

    officer = Viewer(busy.city_officer)
    owed = owed_in_sight(officer.at(day))
    assert owed.others == {row.key for row in owed.single if not acts(officer.held, row)} != frozenset()
    assert {entry.others for entry in owed.counted} == {entry.district for entry in owed.counted}


def test_the_world_of_this_module_is_busy(busy):
    assert {row.state(DAYS[1]).value for row in due(Viewer(None, as_of=DAYS[1]))} == {"upcoming", "due", "overdue", "met", "waived"}
    assert {row.is_demo for row in due(Viewer(None, as_of=DAYS[1]))} == {True, False}
    assert max(entry.number for entry in owed_in_sight(Viewer(busy.city_officer).at(DAYS[1])).open_counts) > 2


DAY = dt.date(2027, 3, 20)
LATER = (dt.date(2027, 4, 20), dt.date(2027, 12, 31), dt.date(2028, 9, 30), dt.date(2033, 12, 31))


@pytest.fixture
def mixed(people):
    """Cases at a panel and in their notice, filings, a post-evaluation, a key area, ended terms: something of most families."""
    with clock.at(at(2026, 6, 1)):
        Filing(people, name="演示评审城（虚构）").to_reviewing()
        Filing(people, name="演示公示城（虚构）").to_notice()
        titled(people, "演示乙城（虚构）")
        wide.evaluated(people)
        wide.key_area(people)
        wide.ending_post(people)
        wide.ending_evidence(people)
    return people


def test_every_seat_reads_what_the_whole_list_has_for_it(mixed):
    for day in (dt.date(2026, 6, 2), dt.date(2026, 12, 1), DAY):
        with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
            whole = due(Viewer(None, as_of=day))
            for seat, user in mixed.everybody.items():
                held, own = posts_of(user), {district.pk for district in own_districts(Viewer(user))}
                wanted = [
                    row.key
                    for row in read_by(posts_of(user), whole)
                    if sees_all(posts_of(user))
                    or row.district_id in own
                    or acts(posts_of(user), row)
                    or (row.district_id is None and held.organisation_ids.intersection(row.debtor_ids))
                ]
                assert [row.key for row in in_sight(Viewer(user).at(day))] == ([] if held.is_keeper else wanted), (seat, day)
        assert len({row.kind for row in whole}) >= 10


@AREA
@pytest.mark.parametrize("only", [False, True])
def test_rows_read_for_a_day_serve_later_ones(mixed, only):
    districts = [district.pk for district in own_districts(Viewer(mixed.preparer))] if only else None
    with clock.at(at(2027, 3, 20)):
        alone = {day: everything(Viewer(None, as_of=day), districts) for day in (DAY, *LATER)}
        with held_reads():
            assert {day: everything(Viewer(None, as_of=day), districts) for day in (DAY, *LATER)} == alone
        with held_reads():  # the other way round they are read anew
            assert {day: everything(Viewer(None, as_of=day), districts) for day in (*LATER[::-1], DAY)} == alone


@AREA
def test_a_kind_asked_for_alone_is_what_the_whole_list_has_of_it(mixed):
    with clock.at(at(2026, 6, 2)):
        whole = everything(Viewer(None, as_of=dt.date(2026, 6, 2)))
        for kind in DUTY_KINDS:
            assert everything(Viewer(None, as_of=dt.date(2026, 6, 2)), kinds=(kind,)) == [row for row in whole if row.kind == kind], kind


def test_years_shown_together_are_those_asked_for_one_by_one(mixed):
    for seat in ("city_officer", "preparer", "authority", "partner"):
        user = mixed.everybody[seat]
        with clock.at(at(2027, 3, 20)):
            alone = [falling_due(Viewer(user).at(DAY), year) for year in (2027, 2028)]
            with held_reads():
                assert [falling_due(Viewer(user).at(DAY), year) for year in (2027, 2028)] == alone, seat
                together = {row.key for row in to_come(Viewer(user).at(DAY), 2027, 2028)}
        assert {row.key for rows in alone for row in rows} >= together, seat


@AREA
def test_a_past_day_is_read_by_itself():
    build()
    with clock.at(at(2031, 1, 10)):
        days = (dt.date(2028, 6, 1), dt.date(2026, 9, 14), dt.date(2027, 4, 16))
        alone = [everything(Viewer(None, as_of=day)) for day in days]
        with held_reads():
            assert [everything(Viewer(None, as_of=day)) for day in days] == alone
