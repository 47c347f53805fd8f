"""The stage of a district moves by title decisions only; what waits for those who fill in."""

import itertools

import pytest

from districts.enums import Stage
from districts.lifecycle import DISTRICT
from districts.models import SpecialPlan
from districts.selectors import stage_bar, tasks_for
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import available_actions, perform
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import DistrictFactory, make_district

pytestmark = pytest.mark.django_db
ALLOWED = {
    ("candidate", "grant_pilot"): "pilot",
    ("cancelled", "grant_pilot"): "pilot",
    ("revoked", "grant_pilot"): "pilot",
    ("pilot", "grant_demonstration"): "demonstration",
    ("pilot", "cancel_title"): "cancelled",
    ("pilot", "leave_programme"): "cancelled",
    ("pilot", "revoke_title"): "revoked",
    ("demonstration", "revoke_title"): "revoked",
    ("candidate", "record_pilot"): "pilot",
    ("cancelled", "record_pilot"): "pilot",
    ("revoked", "record_pilot"): "pilot",
    ("candidate", "record_demonstration"): "demonstration",
    ("cancelled", "record_demonstration"): "demonstration",
    ("revoked", "record_demonstration"): "demonstration",
    ("pilot", "record_demonstration"): "demonstration",
}
CELLS = list(itertools.product(Stage.values, sorted({transition.action for transition in DISTRICT.transitions})))


@pytest.mark.parametrize(("stage", "action"), CELLS)
def test_every_cell_of_the_table(stage, action):
    district = DistrictFactory(stage=stage)
    if (stage, action) not in ALLOWED:
        with pytest.raises(Refused):
            perform(machine=DISTRICT, obj=district, action=action, by=None)
        return
    perform(machine=DISTRICT, obj=district, action=action, by=None)
    district.refresh_from_db()
    assert district.stage == ALLOWED[stage, action]
    assert TransitionRecord.objects.get().scope == district.timeline_scope


def test_no_person_moves_a_stage():
    cast = make_cast()
    district = make_district(cast)
    for user in cast.everybody.values():
        assert not available_actions(DISTRICT, district, user)
        with pytest.raises(NotAllowed):
            perform(machine=DISTRICT, obj=district, action="grant_pilot", by=user)


def test_the_stage_bar_shows_where_a_title_was_lost_and_what_is_not_known():
    assert [step["state"] for step in stage_bar(DistrictFactory(stage=Stage.PILOT))] == ["done", "now", ""]
    assert [step["state"] for step in stage_bar(DistrictFactory(stage=Stage.CANCELLED))] == ["done", "lost", ""]
    unknown = stage_bar(DistrictFactory(status_certainty="unknown"))
    assert [step["state"] for step in unknown] == ["", "", ""]
    assert unknown[0]["note"] == "未查明"


def test_a_file_waits_for_those_who_fill_it_in_until_its_plan_is_approved():
    cast = make_cast()
    district = make_district(cast)
    assert [task.subject for task in tasks_for(cast.preparer)] == [district.name]
    assert [task.subject for task in tasks_for(cast.consultant)] == [district.name]
    assert tasks_for(cast.reviewer) == tasks_for(cast.outsider_preparer) == []
    SpecialPlan.objects.create(district=district, approved_on=clock.today(), approval_number="1")
    assert tasks_for(cast.preparer) == []
