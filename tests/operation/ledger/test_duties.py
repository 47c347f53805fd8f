"""Obligations met by the ledger: mechanisms of a year, and planning funds."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.file.models.district import District
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from obligations.duties import ObligationState
from obligations.selectors import due, everything, obligations_visible_to
from operation.entries.models import MechanismRecord, YearFund
from tests.factories.received import at
from tests.obligations.world import world

DUE = dt.date(2027, 3, 31)
NONE, MET, OVERDUE = ObligationState.NONE, ObligationState.MET, ObligationState.OVERDUE


@pytest.fixture
def people(db):
    return world()


def record(district, mechanism, day, year=2026):
    about = {"standing": "done", "lead": "演示（虚构）", "basis": "演示1号（虚构）", "entered_at": clock.now(), "counts_since": day}
    return MechanismRecord.objects.create(district=district, year=year, mechanism=mechanism, **about)


def states(kind, year, *days):
    with clock.at(at(2030, 1, 1)):
        return [row.state(day) for day in days for row in everything(Viewer(None, as_of=day)) if (row.kind, row.year) == (kind, year)]


def test_both_mechanisms_of_the_year_meet_the_duty_on_the_day_of_the_later(people):
    district, after = District.objects.get(), DUE + dt.timedelta(days=1)
    record(district, "coordination", dt.date(2027, 1, 5))
    assert states("mechanisms", 2026, DUE) == [NONE]  # one of the two is no record of the year
    record(district, "life_cycle", dt.date(2027, 1, 5))  # not one that 七（三）1 requires
    assert states("mechanisms", 2026, DUE) == [NONE]
    record(district, "evaluation", dt.date(2027, 3, 30))
    assert states("mechanisms", 2026, dt.date(2027, 3, 29), DUE, after) == [NONE, MET, MET]


def test_once_such_records_are_kept_who_has_none_owes_them(people):
    district = District.objects.get()
    for mechanism in ("coordination", "evaluation"):
        record(district, mechanism, dt.date(2027, 2, 1))
    after = dt.date(2028, 4, 1)
    assert states("mechanisms", 2027, after) == [OVERDUE]
    with clock.at(at(2028, 4, 1)):
        [row] = [row for row in obligations_visible_to(Viewer(people.preparer).at(after)) if row.kind == "mechanisms"]
    assert row.link == reverse("operation:ledger_by_key", args=[district.pk, 2027])


def test_what_fell_due_before_the_first_record_is_owed_by_nobody(people):
    district = District.objects.get()
    for mechanism in ("coordination", "evaluation"):
        record(district, mechanism, dt.date(2027, 6, 1), year=2027)
    assert states("mechanisms", 2026, dt.date(2027, 6, 2)) == [NONE]
    assert "mechanisms" not in {row.kind for row in due(Viewer(None, as_of=dt.date(2027, 6, 2)))}


def test_planning_money_on_record_meets_the_duty_of_the_leading_body(people):
    district, year = District.objects.get(), 2027
    last = dt.date(2026, 12, 31)
    assert states("plan_funds", year, last) == [], "the filed plan lists no district that needs a specialised plan"
    for plan in ImplementationPlan.objects.filter(year__in=(2027, 2028)):
        plan.districts.add(district)
    assert states("plan_funds", year, last) == [NONE]
    about = {"district": district, "source": "区财政（虚构）", "budget": 100, "entered_at": clock.now(), "counts_since": last}
    YearFund.objects.create(kind="operation", year=year, **about)
    assert states("plan_funds", year, last) == [NONE]  # not what 七（一） speaks of
    YearFund.objects.create(kind="planning", year=year, **about)
    assert states("plan_funds", year, dt.date(2026, 12, 30), last) == [NONE, MET]
    assert OVERDUE in states("plan_funds", 2028, dt.date(2028, 1, 3))


def test_the_way_from_a_duty_leads_to_the_ledger_or_to_the_list(preparer):
    district = District.objects.get()
    address = reverse("operation:ledger_by_key", args=[district.pk, 2026])
    assert preparer.get(address)["Location"] == reverse("operation:ledger", args=[district.code, 2026])
    assert preparer.get(reverse("operation:ledger_by_key", args=[0, 2026]))["Location"] == f"{reverse('operation:ledger_list')}?year=2026"
