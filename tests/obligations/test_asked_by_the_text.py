"""Leading bodies are asked for what the text asks them: a designated body of governments, planning funds where a plan lists districts."""

import datetime as dt

import pytest

from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from obligations.selectors import everything
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.obligations.world import world

pytestmark = [pytest.mark.django_db, pytest.mark.area("obligations", "districts")]
DAY, FILED, LAST = dt.date(2026, 11, 2), dt.date(2026, 9, 20), dt.date(2026, 12, 31)


@pytest.fixture
def people(db):
    return world()


def asked(kind, people, day=DAY):
    found = everything(Viewer(None, as_of=day), kinds={kind})
    return [row for row in found if row.organisation_id == people.authority_body.pk]


def test_a_committee_is_not_asked_for_a_designated_body(people):
    assert len(asked("body_designated", people)) == 1
    Organisation.objects.filter(pk=people.authority_body.pk).update(is_committee=True)
    assert asked("body_designated", people) == []
    assert len(asked("plan_yearly", people)) > 0, "六（三） asks both"


@pytest.mark.parametrize("number", [1, 3])
def test_planning_funds_are_asked_where_a_filed_plan_lists_a_district_without_a_specialised_plan(people, number):
    plan, funds = ImplementationPlan.objects.get(year=2027), "plan_funds"
    assert asked(funds, people) == []
    districts = [make_district(people, code=f"listed-{place}") for place in range(number)]
    plan.districts.set(districts)
    assert [(row.year, row.due) for row in asked(funds, people)] == [(2027, LAST)]
    assert asked(funds, people, FILED - dt.timedelta(days=1)) == [], "not filed yet"
    for district in districts:
        SpecialPlanFactory(district=district, approved_on=DAY)
    assert (asked(funds, people), len(asked(funds, people, DAY - dt.timedelta(days=1)))) == ([], 1), "all approved on that day"


def test_a_plan_that_is_filed_late_asks_for_funds_from_its_day_on(people):
    plan, late = ImplementationPlan.objects.get(year=2027), dt.date(2027, 3, 1)
    plan.districts.add(make_district(people, code="listed"))
    ImplementationPlan.objects.filter(pk=plan.pk).update(filed_on=late)
    assert [row.due for row in asked("plan_funds", people, late) if row.year == 2027] == [late]
