"""A decision that a reconsideration stays or takes away before it is announced: it is not announced, and the title stands."""

import pytest

from approvals.publicity.services.announcements import publish
from approvals.titles.models.publicity import Announcement, Title
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from tests.approvals.remedies.test_remedies import close, record, stay
from tests.factories.acceptance import Losing, failing

pytestmark = pytest.mark.django_db


def test_a_served_decision_that_is_stayed_or_annulled_is_not_announced():
    people, district = failing()
    walk = Losing(people, district).to_served()
    remedy = stay(people, record(people, walk.case))
    with pytest.raises(Refused, match="停止执行"):
        walk.announce()
    close(people, remedy)
    batch = Announcement.objects.get(lines__case=walk.case)
    with pytest.raises(Refused, match="行政复议中撤销"):
        publish(announcement=batch, by=people.city_officer, number="演〔2026〕19号", announced_on=clock.today())
    assert Title.objects.get(district=district).end == ""
