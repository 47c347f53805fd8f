"""Who opens the plan that lies with a case."""

import pytest

from approvals.selectors import materials_of, reads_plan
from approvals.services import cases
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db


def plan_keys(filing):
    return [file.key for line in materials_of(filing.case) if line.slot.origin == "plan" for file in line.files]


def test_partner_opens_the_plan_from_receipt_on():
    filing = Filing().to_sent()
    people = filing.people
    assert plan_keys(filing)
    assert not any(reads_plan(people.partner, key) for key in plan_keys(filing))
    assert all(reads_plan(people.city_officer, key) for key in plan_keys(filing))
    filing.do(cases.case_accept, "city_officer")
    assert all(reads_plan(people.partner, key) for key in plan_keys(filing))
    assert not any(reads_plan(people.outsider_preparer, key) for key in plan_keys(filing))
