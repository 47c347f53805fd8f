"""A title is held on the same days for the report, which reads all titles once, and for conditions of the database."""

import datetime as dt
from random import Random

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from approvals.casework.selectors.titles_on_day import titles_held_on
from approvals.common.enums import TitleEnd, TitleKind
from approvals.titles.models.publicity import Title, held_on
from greendistrict.core.memoisation import held_reads
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(9)]


def some_title(random: Random, district, *, current: bool) -> Title:
    """A title with any days that the constraints allow, also unknown ones, stayed or not."""
    granted_on, ended_on = sorted(random.choices(DAYS, k=2))
    lapsed_on, stood_again_on = sorted(random.choices(DAYS, k=2)) if random.random() < 0.5 else (None, None)
    gaps = [sorted(random.sample(DAYS, k=2)) for _ in range(random.choice([0, 0, 1, 2]))]
    return Title(
        district=district,
        kind=random.choice(TitleKind.values),
        granted_on=random.choice([granted_on, granted_on, None]),
        end="" if current else random.choice(TitleEnd.values),
        ended_on=None if current else random.choice([ended_on, ended_on, None]),
        lapsed_on=lapsed_on,
        earlier_gaps=[DateRange(*days) for days in gaps],
        stood_again_on=random.choice([stood_again_on, stood_again_on, None]),
        historic=True,
        policy="演示",
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_day_is_answered_alike_by_the_report_and_by_the_database(seed):
    random = Random(seed)  # noqa: S311 - a repeatable world
    districts = [make_district(name=f"演示{number}区（虚构）") for number in range(4)]
    Title.objects.bulk_create(
        some_title(random, district, current=turn == 2) for district in districts for turn in range(random.choice([2, 3]))
    )
    with held_reads():
        for day in [*DAYS, DAYS[0] - dt.timedelta(days=1), DAYS[-1] + dt.timedelta(days=1)]:
            asked = set(Title.objects.filter(held_on(day)).values_list("district_id", flat=True))
            assert set(titles_held_on(day)) == asked
            granted = [title for title in Title.objects.all() if title.granted_on is None or title.granted_on <= day]
            told = {title.district_id for title in granted if title.state_on(day).startswith("有效")}
            assert told == asked, "its word in the open data"
            own = {districts[0].pk, districts[1].pk}
            assert set(titles_held_on(day, own)) == asked & own
