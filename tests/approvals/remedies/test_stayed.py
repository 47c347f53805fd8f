"""While a decision that ended a title is stayed, the title stands, but the same failures open no second case."""

import datetime as dt

import pytest

from approvals.losses.city_assessments import last_failures, results_of
from approvals.losses.models import LossFile
from approvals.losses.selectors import ENOUGH, revocation_candidates
from approvals.losses.services import open_loss, open_on_failures
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from obligations.selectors import everything, obligations_visible_to
from portal.timeline.selectors import TimelineConditions, timeline_of
from tests.approvals.remedies.test_remedies import close, make_lost, record, stay
from tests.factories.acceptance import FAILED, Losing, make_pilot, record_failures
from tests.factories.once import copy_of, once
from tests.refusing import refuses
from tests.steps import step

pytestmark = pytest.mark.django_db
lost = once(make_lost)
world = copy_of("lost")


def announcement_due(people, case):
    """The last day on which a decision that was announced had to be."""
    return next(
        one.due
        for one in everything(Viewer(people.city_officer))
        if (one.kind, one.record, one.met_on is None) == ("announce", case.pk, False)
    )


def test_while_a_revocation_is_stayed_the_same_failures_open_no_other(world):
    people, case = world
    due = announcement_due(people, case)
    stay(people, record(people, case))
    with clock.at(clock.now() + dt.timedelta(days=30)):
        assert announcement_due(people, case) == due, "announced before the stay"
    district = District.objects.get(pk=case.district_id)
    assert len(last_failures(results_of([district.pk], clock.today())[district.pk])) >= ENOUGH
    assert revocation_candidates(clock.today()) == []
    refuses("停止执行结束前不能另行启动", open_loss, district=district, ground="revoke", by=people.city_officer)
    assert open_on_failures(district=district, by=people.city_officer) is None
    assert LossFile.objects.count() == 1


def test_a_decision_that_is_stayed_or_set_aside_is_not_owed_its_announcement(world):
    people, _ = world
    district = make_pilot(people)
    record_failures(district, people.city_officer, *FAILED)
    served = Losing(people, district).to_served().case

    def owed():
        return [one.kind for one in obligations_visible_to(Viewer(people.city_officer)) if one.record == served.pk]

    assert "announce" in owed()
    remedy = stay(people, record(people, served))
    assert "announce" not in owed()
    step(remedy, "lift", people.city_officer, on=clock.today())
    assert "announce" in owed()
    close(people, remedy)
    assert "announce" not in owed()


def test_a_decision_that_is_set_aside_before_its_service_is_not_owed_the_service(world):
    people, _ = world
    district = make_pilot(people)
    record_failures(district, people.city_officer, *FAILED)
    decided = Losing(people, district).to_decided().case

    def owed():
        return [one.kind for one in obligations_visible_to(Viewer(people.city_officer)) if one.record == decided.pk]

    remedy = stay(people, record(people, decided))
    assert "serve" in owed(), "a decision that is only stayed is served"
    step(remedy, "lift", people.city_officer, on=clock.today())
    close(people, remedy)
    assert "serve" not in owed()


def test_the_timeline_tells_that_the_title_stands_and_ends_by_a_stay(world):
    people, case = world
    remedy = stay(people, record(people, case))

    def told():
        viewer = Viewer(people.city_officer)
        return [(one.title, one.note.partition("：")[0]) for one in timeline_of(viewer, case.district, TimelineConditions())]

    assert ("恢复试点称号", "停止执行") in told()
    step(remedy, "lift", people.city_officer, on=clock.today())
    assert ("撤销称号", "停止执行终止") in told()
