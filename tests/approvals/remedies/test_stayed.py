"""While a decision that ended a title is stayed, the title stands, but the same failures open no second case."""

import pytest

from approvals.losses.city_assessments import last_failures, results_of
from approvals.losses.models import LossFile
from approvals.losses.selectors import ENOUGH, revocation_candidates
from approvals.losses.services import open_loss, open_on_failures
from districts.file.models.district import District
from greendistrict.core import clock
from tests.approvals.remedies.test_remedies import make_lost, record, stay
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
lost = once(make_lost)
world = copy_of("lost")


def test_while_a_revocation_is_stayed_the_same_failures_open_no_other(world):
    people, case = world
    stay(people, record(people, case))
    district = District.objects.get(pk=case.district_id)
    assert len(last_failures(results_of([district], clock.today())[district.pk])) >= ENOUGH
    assert revocation_candidates(clock.today()) == []
    refuses("停止执行结束前不能另行启动", open_loss, district=district, ground="revoke", by=people.city_officer)
    assert open_on_failures(district=district, by=people.city_officer) is None
    assert LossFile.objects.count() == 1
