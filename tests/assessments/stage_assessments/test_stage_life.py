import datetime as dt

import pytest

from assessments.stage_assessments.lifecycle.stage import STAGE_ASSESSMENT
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import all_findings, stages_visible_to, tasks_for, verdict_of
from assessments.stage_assessments.services import stages as services
from assessments.tables.models import ScoreRow
from assessments.tasks import open_stage_assessments
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.workflow.procedure import take
from greendistrict.workflow.services import available_actions
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.stages import ALL_DONE, TITLED, StageScene, make_stage
from tests.steps import reaches

pytestmark = pytest.mark.django_db

# Who may do what in each state; everybody else nothing.
OFFERS = {
    "draft": {"preparer": {"hand_up"}},
    "signing": {"preparer": {"take_back"}, "reviewer": {"send_back", "sign"}},
    "filed": {"reviewer": {"recall"}, "city_officer": {"return", "open_review"}, "secretariat": {"open_review"}},
    "reviewing": {},
    "judging": {"city_officer": {"propose"}},
    "checking": {"city_checker": {"check", "check_back"}},
    "deciding": {"city_director": {"decide_back", "qualify", "disqualify"}},
    "rectifying": {
        "preparer": {"ask_extension"},
        "reviewer": {"ask_extension", "report_mended"},
        "city_director": {"extend", "refuse_extension"},
        "city_officer": {"close_unmended"},
    },
    "rechecking": {"city_officer": {"recheck_pass", "recheck_return", "close_unmended"}},
    "qualified": {},
    "mended": {},
    "unmended": {},
}


cast = once(make_cast)
people = copy_of("cast")


@pytest.mark.parametrize("state", [state.key for state in STAGE_ASSESSMENT.states])
def test_each_seat_is_offered_its_steps_and_no_other(people, state):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status=state)
    stage.refresh_from_db()
    found = {seat: {one.action for one in available_actions(STAGE_ASSESSMENT, stage, user)} for seat, user in people.everybody.items()}
    assert {seat: actions for seat, actions in found.items() if actions} == OFFERS[state]


@pytest.mark.parametrize("state", [state.key for state in STAGE_ASSESSMENT.states])
def test_a_step_outside_the_table_is_refused(people, state):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status=state)
    stage.refresh_from_db()
    legal = {transition.action for transition in STAGE_ASSESSMENT.leaving(state)}
    for action in {transition.action for transition in STAGE_ASSESSMENT.transitions} - legal:
        with pytest.raises(Refused):
            take(obj=stage, action=action, by=people.city_officer, version=stage.version, reason="试")
    assert StageAssessment.objects.get(pk=stage.pk).status == state


def test_the_cycle_opens_an_assessment_once(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=TITLED, edition=published_edition())
    with clock.at(dt.datetime(2026, 5, 1, 9, tzinfo=clock.SHANGHAI)):
        assert open_stage_assessments() == 0
    with clock.at(dt.datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)):
        assert open_stage_assessments() == 1
        assert open_stage_assessments() == 0
    stage = StageAssessment.objects.get(district=district)
    assert (stage.round, stage.due, stage.year) == (1, dt.date(2026, 11, 20), 2026)
    assert stage.table.building
    assert [task.title for task in tasks_for(people.preparer)] == ["填报阶段评估"]
    reaches(people, stage, "begun")


def test_a_demonstration_is_not_assessed_by_stage(people):
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=TITLED, edition=published_edition())
    with clock.at(dt.datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)):
        assert open_stage_assessments() == 0


def test_nothing_is_handed_up_before_table_and_mechanisms_are_filled(people):
    stage = make_stage(people)
    services.save_mechanisms(stage=stage, typed={"coordination": {"state": "done", "text": ""}}, version=0, by=people.preparer)
    stage.refresh_from_db()
    with pytest.raises(Refused) as refused:
        take(obj=stage, action="hand_up", by=people.preparer, version=stage.version)
    texts = [one.text for one in refused.value.refusals]
    assert "管理机制“多部门协同常态长效管理体制机制”未写说明" in texts
    assert sum("未填" in text for text in texts) == 6
    services.save_mechanisms(stage=stage, typed=ALL_DONE, version=stage.version, by=people.preparer)
    stage.refresh_from_db()
    assert not [one for one in all_findings(stage) if one.blocks]
    take(obj=stage, action="hand_up", by=people.preparer, version=stage.version)
    assert stage.status == "signing"
    with pytest.raises(NotAllowed):
        services.save_mechanisms(stage=stage, typed=ALL_DONE, version=stage.version, by=people.preparer)


def test_two_people_on_one_checklist_are_told(people):
    stage = make_stage(people, filled=False)
    services.save_mechanisms(stage=stage, typed={"team": {"state": "going", "text": "甲"}}, version=0, by=people.preparer)
    with pytest.raises(Stale) as stale:
        services.save_mechanisms(stage=stage, typed={"team": {"state": "none", "text": "乙"}}, version=0, by=people.consultant)
    assert stale.value.current.mechanism["team"]["text"] == "甲"


def test_the_whole_life_of_a_passed_assessment(people):
    scene = StageScene(people)
    ScoreRow.objects.filter(table=scene.table, item_id="5.2.1").update(target=None)
    scene.to_judging()
    assert scene.stage.number.startswith("JD-")
    assert scene.review.star is None
    assert scene.stage.table.versions.get().content["mechanism"] == ALL_DONE
    aspects = {one.key: one for one in verdict_of(scene.stage).aspects}
    assert aspects["targets"].found.startswith("资料不足")
    assert aspects["controls"].holds
    assert aspects["panel"].holds


def test_who_sees_an_assessment(people):
    stage = make_stage(people)
    seen = {seat for seat, user in people.everybody.items() if stages_visible_to(user).exists()}
    city = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat"}
    assert seen == city | {"authority", "preparer", "reviewer", "consultant"}
    StageAssessment.objects.filter(pk=stage.pk).update(status="qualified")
    assert stages_visible_to(people.partner).exists()
