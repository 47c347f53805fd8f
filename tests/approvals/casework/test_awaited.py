"""Since when a case waits, as people inside and outside of the city read it."""

import datetime as dt

import pytest

from approvals.cases.disclosure import is_between_offices
from approvals.casework.selectors.progress import awaited_of
from greendistrict.core import clock
from greendistrict.workflow import timeline
from tests.factories.acceptance import Losing, make_pilot, record_failures

pytestmark = pytest.mark.django_db


def test_a_step_between_offices_of_the_city_tells_no_day_outside(people):
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    case = Losing(people, district).to_decided().case
    records = timeline.of_subject(case)
    seen = [one for one in records if not is_between_offices(one.source, one.target, one.machine)]
    since = {outside: awaited_of(case, [], records, clock.today(), outside=outside)["since"] for outside in (False, True)}
    assert since == {False: records[-1].at, True: seen[-1].at}
    assert since[True] < since[False]
