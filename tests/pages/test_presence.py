"""What a case or district is said to have (one statement each) is what is stored of it, in a world with all of it."""

import datetime as dt

import pytest

from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.selectors import presence as of_cases
from assessments.common.enums import YearlyReportKind
from assessments.self_checks.models import SelfCheckState
from assessments.tables.models import ScoreTable
from carbon.inventories.models import InventoryState
from districts.common.enums import SystemStatus
from districts.file.models.district import District
from greendistrict.audit.services import subject_of
from greendistrict.core import clock, memoisation
from greendistrict.documents.models import Evidence
from portal.district_page.selectors import presence as of_districts
from tests.pages.world import connected_to


@pytest.fixture(scope="module")
def world(stored, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(stored):
        yield


def rows_of(case, kind):
    rows = getattr(case, kind, None)
    return rows is not None and (not hasattr(rows, "exists") or rows.exists())


def test_a_case_has_what_is_stored_of_it(world):
    seen = set()
    for case in Case.objects.order_by("pk"):
        stored = {kind for kind in of_cases.KINDS if rows_of(case, kind)}
        assert {kind for kind in of_cases.KINDS if of_cases.may_have(case, kind)} == set(of_cases.KINDS), "nobody has looked"
        with memoisation.held_reads():
            of_cases.look_for_rows(case)
            assert {kind for kind in of_cases.KINDS if of_cases.may_have(case, kind)} == stored
        seen |= stored
    rare = {"corrections", "extensions", "paper_entries", "questions", "rectifications"}  # shown by the tests of each
    assert seen >= set(of_cases.KINDS) - rare, "the world has a case with each"


def stored_of(district, today):
    owners = [subject_of(district), *(subject_of(table) for table in ScoreTable.objects.filter(district=district))]
    end = today + dt.timedelta(days=of_districts.EXPIRING_DAYS)
    files = Evidence.objects.filter(owner__in=owners, replaced_by=None)
    return {
        "mandates": district.mandates.exists(),
        "honours": district.honours.exists(),
        "yearly_plans": any(plan.filed_on for plan in district.implementation_plans.all()),
        "scores": district.self_checks.filter(status=SelfCheckState.RECEIVED).exists(),
        "system": district.indicator_systems.filter(status=SystemStatus.APPROVED).exists(),
        "inventories": district.carbon_inventories.filter(status=InventoryState.FILED).exists(),
        "verifications": district.yearly_reports.filter(kind=YearlyReportKind.CARBON).exists(),
        "cases": any(case.status not in CLOSED_STATES for case in district.cases.all()),
        "expiring": any(file.valid_to and today <= file.valid_to <= end for file in files),
    }


def test_a_district_has_what_is_stored_of_it(world):
    ends = {end for end in Evidence.objects.values_list("valid_to", flat=True) if end}
    seen = set()
    for today in (clock.today(), *sorted(ends)):
        for district in District.objects.order_by("pk"):
            stored = {kind for kind, is_there in stored_of(district, today).items() if is_there}
            assert of_districts.present_in(district, today) == stored, district
            seen |= stored
    assert seen >= set(stored_of(district, today)) - {"expiring"}, "the world has a district with each"
