"""Who reads, and as of when."""

import datetime as dt
import pickle

import pytest
from django.contrib.auth.models import AnonymousUser

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads

JUNE = dt.date(2026, 6, 30)
pytestmark = pytest.mark.django_db
read: list[Viewer] = []


def counted(viewer, more=0):
    read.append(viewer)
    return len(read) + more


def test_another_day_changes_what_is_read_and_nobody_s_rights(people, django_assert_num_queries):
    viewer = Viewer(people.city_officer)
    then = viewer.at(JUNE)
    assert (viewer.as_of, then.as_of, then.today, viewer.at(clock.today()) is viewer) == (clock.today(), JUNE, clock.today(), True)
    assert viewer != then != Viewer(people.preparer).at(JUNE)
    assert Viewer(people.city_officer) == viewer
    with django_assert_num_queries(1):
        assert (viewer.held.has(Role.CITY_OFFICER), then.held, then.person) == (True, viewer.held, people.city_officer.pk)


def test_what_was_read_is_remembered_for_each_day_until_an_act_is_recorded(people):
    read.clear()
    viewer = Viewer(people.city_officer)
    assert [viewer.once(counted), viewer.once(counted), viewer.once(counted, 5), viewer.once(counted, more=5)] == [1, 1, 7, 8]
    assert [viewer.at(JUNE).once(counted), viewer.at(JUNE).once(counted)] == [4, 5]  # two viewers, each with a memory of its own
    audit.record(action="test.act", by=people.city_officer)
    assert (viewer.once(counted), viewer.once(counted)) == (6, 6)
    with held_reads():  # one memory for all who read the same
        assert (viewer.at(JUNE).once(counted), viewer.at(JUNE).once(counted), Viewer(people.city_officer).once(counted)) == (7, 7, 8)
        audit.record(action="test.act", by=people.city_officer)
        assert viewer.once(counted) == 9


def test_a_viewer_is_not_kept(people):
    with pytest.raises(TypeError, match="lives for one request"):
        pickle.dumps(Viewer(people.city_officer))


def test_a_request_has_one_viewer_and_another_one_after_signing_in(rf, people):
    request = rf.get("/")
    request.user = AnonymousUser()
    visitor = viewer_of(request)
    assert (visitor.person, visitor.held.roles, viewer_of(request) is visitor) == (0, frozenset(), True)
    with pytest.raises(TypeError, match="nobody has signed in"):
        _ = visitor.user
    request.user = people.preparer
    assert (viewer_of(request).user, viewer_of(request) is viewer_of(request)) == (people.preparer, True)
