"""The stage of a district moves by title decisions only; what waits for those who fill in."""

import itertools

import pytest

from districts.common.enums import Stage
from districts.file.lifecycle import DISTRICT
from districts.overview.selectors.tabs import stage_bar
from districts.overview.selectors.tasks import tasks_for
from districts.special_plans.models import SpecialPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import offered, take
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import DistrictFactory, make_district
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
UNTITLED = ("candidate", "cancelled", "revoked")
MOVES = [
    ("grant_pilot", UNTITLED, "pilot"), ("record_pilot", UNTITLED, "pilot"), ("grant_demonstration", ("pilot",), "demonstration"),
    ("record_demonstration", (*UNTITLED, "pilot"), "demonstration"), ("cancel_title", ("pilot",), "cancelled"),
    ("leave_programme", ("pilot",), "cancelled"), ("revoke_title", ("pilot", "demonstration"), "revoked"),
    ("recall_title", ("pilot", "demonstration"), "candidate"), ("recall_to_pilot", ("demonstration",), "pilot"),
    ("restore_pilot", ("cancelled", "revoked"), "pilot"), ("restore_demonstration", ("revoked",), "demonstration"),
]  # fmt: skip
ALLOWED = {(stage, action): to for action, stages, to in MOVES for stage in stages}
CELLS = list(itertools.product(Stage.values, sorted({transition.action for transition in DISTRICT.transitions})))


@pytest.mark.parametrize(("stage", "action"), CELLS)
def test_every_cell_of_the_table(stage, action):
    district = DistrictFactory(stage=stage)
    if (stage, action) not in ALLOWED:
        refuses(Refused, take, obj=district, action=action, by=None, version=None)
        return
    take(obj=district, action=action, by=None, version=None)
    assert district.stage == ALLOWED[stage, action]
    assert TransitionRecord.objects.get().scope == district.timeline_scope


def test_no_person_moves_a_stage():
    cast = make_cast()
    district = make_district(cast)
    for user in cast.everybody.values():
        assert not offered(district, user)
        refuses(NotAllowed, take, obj=district, action="grant_pilot", by=user, version=district.version)


def test_a_title_is_copied_to_the_district_and_emptied_with_its_end():
    district = DistrictFactory(stage=Stage.CANDIDATE)
    copies = {"star": 2, "title_number": "CH-2026-0001", "titled_on": clock.today(), "title_batch": "第一批", "titled_since": None}
    take(obj=district, action="grant_pilot", by=None, version=None, values=copies)
    assert {name: getattr(district, name) for name in copies} == copies
    assert (district.stage, district.version) == ("pilot", 1)
    take(obj=district, action="revoke_title", by=None, version=None, reason="弄虚作假")
    assert (district.star, district.title_number, district.titled_on, district.title_batch) == (None, "", None, "")


def test_the_stage_bar_shows_where_a_title_was_lost_and_what_is_not_known():
    facts = ({"stage": Stage.PILOT}, {"stage": Stage.CANCELLED}, {"status_certainty": "unknown"})
    bars = [stage_bar(DistrictFactory(**fact)) for fact in facts]
    assert [[step["state"] for step in bar] for bar in bars] == [["done", "now", ""], ["done", "lost", ""], ["", "", ""]]
    assert bars[2][0]["note"] == "未查明"


def test_a_file_waits_for_those_who_fill_it_in_until_its_plan_is_approved():
    cast = make_cast()
    district = make_district(cast)
    assert [task.subject for user in (cast.preparer, cast.consultant) for task in tasks_for(Viewer(user))] == [district.name] * 2
    assert tasks_for(Viewer(cast.reviewer)) == tasks_for(Viewer(cast.outsider_preparer)) == []
    SpecialPlan.objects.create(district=district, approved_on=clock.today(), approval_number="1")
    assert tasks_for(Viewer(cast.preparer)) == []
