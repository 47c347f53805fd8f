"""Demo requests for information: at every stage; one letter is on file as a scan, of one reply the service is not on record."""

import pytest

from greendistrict.core import clock
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.selectors import scans_of
from tests.factories.accounts import cast
from tools.demo import afterwards

pytestmark = pytest.mark.django_db


def test_the_demo_tells_requests_at_every_stage():
    people = cast()
    afterwards.requests(people.everybody, clock.today())
    found = list(DisclosureRequest.objects.order_by("filed_at", "pk"))
    assert all(one.is_demo for one in found)
    assert len(found) == 6
    answered = [one for one in found if one.replied_on]
    assert [(one.outcome, one.served_on is not None, scans_of(one).count()) for one in answered] == [
        ("granted", True, 1),
        ("published", False, 0),
    ]
