"""Reading tables together, once for several days, or not at all gives the same result as reading them one by one."""

import datetime as dt

import pytest

from districts.file.selectors.visibility import own_districts
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from obligations.duties import kinds
from obligations.selectors import acts, due, everything, falling_due, in_sight, read_by, sees_all, to_come
from tests.factories.approvals import Filing
from tests.factories.received import at
from tests.obligations import wide
from tests.obligations.test_truth_table import build
from tests.obligations.world import titled

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 3, 20)
LATER = (dt.date(2027, 4, 20), dt.date(2027, 12, 31), dt.date(2028, 9, 30), dt.date(2033, 12, 31))


@pytest.fixture
def busy(people):
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


@pytest.mark.parametrize("day", [dt.date(2026, 6, 2), dt.date(2026, 12, 1), DAY])
def test_every_seat_reads_what_the_whole_list_has_for_it(busy, day):
    with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
        whole = due(day)
        for seat, user in busy.everybody.items():
            held, own = posts_of(user), {district.pk for district in own_districts(user)}
            wanted = [
                row.key
                for row in read_by(user, whole)
                if sees_all(user)
                or row.district_id in own
                or acts(user, row)
                or (row.district_id is None and held.organisation_ids.intersection(row.debtor_ids))
            ]
            assert [row.key for row in in_sight(user, day)] == ([] if held.is_keeper else wanted), seat
    assert len({row.kind for row in whole}) >= 10


@pytest.mark.parametrize("only", [False, True])
def test_rows_read_for_a_day_serve_later_ones(busy, only):
    districts = [district.pk for district in own_districts(busy.preparer)] if only else None
    with clock.at(at(2027, 3, 20)):
        alone = {day: everything(day, districts) for day in (DAY, *LATER)}
        with held_reads():
            assert {day: everything(day, districts) for day in (DAY, *LATER)} == alone
        with held_reads():  # the other way round they are read anew
            assert {day: everything(day, districts) for day in (*LATER[::-1], DAY)} == alone


def test_a_kind_asked_for_alone_is_what_the_whole_list_has_of_it(busy):
    with clock.at(at(2026, 6, 2)):
        whole = everything(dt.date(2026, 6, 2))
        for kind in kinds():
            assert everything(dt.date(2026, 6, 2), kinds=(kind,)) == [row for row in whole if row.kind == kind], kind


@pytest.mark.parametrize("seat", ["city_officer", "preparer", "authority", "partner"])
def test_years_shown_together_are_those_asked_for_one_by_one(busy, seat):
    user = busy.everybody[seat]
    with clock.at(at(2027, 3, 20)):
        alone = [falling_due(user, DAY, year) for year in (2027, 2028)]
        with held_reads():
            assert [falling_due(user, DAY, year) for year in (2027, 2028)] == alone
            together = {row.key for row in to_come(user, DAY, 2027, 2028)}
    assert {row.key for rows in alone for row in rows} >= together


def test_a_past_day_is_read_by_itself():
    build()
    with clock.at(at(2031, 1, 10)):
        days = (dt.date(2028, 6, 1), dt.date(2026, 9, 14), dt.date(2027, 4, 16))
        alone = [everything(day) for day in days]
        with held_reads():
            assert [everything(day) for day in days] == alone
