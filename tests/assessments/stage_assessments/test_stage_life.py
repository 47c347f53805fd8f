import datetime as dt

import pytest
from django.urls import reverse

from assessments.common.mechanism import CHECKLIST
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import all_findings, tasks_for, verdict_of
from assessments.stage_assessments.services import stages as services
from assessments.tables.models import ScoreRow
from assessments.tasks import open_stage_assessments
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import procedure_of, receivers, take
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.stages import ALL_DONE, TITLED, StageScene, make_stage
from tests.steps import reaches

pytestmark = pytest.mark.django_db

cast = once(make_cast)
people = copy_of("cast")


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


OPINION = "指标按计划落实（虚构）"
TYPED = {"opinion": OPINION, "visited_on": "2026-01-05", "visit_note": "查看例会记录（虚构）"} | {
    f"holds-{one.key}": "yes" for one in CHECKLIST
}


def judged(client, people, stage, **more):
    """The officer sends the conclusion."""
    StageAssessment.objects.update(status="judging")
    client.force_login(people.city_officer)
    form = {"action": "propose", "version": stage.version, **TYPED, **more}
    return client.post(reverse("assessments:stage_judge", args=[stage.pk]), form)


def test_what_the_steps_say_they_make_is_made_and_the_findings_are_kept(client, people):
    stage = make_stage(people)
    made = {action: step.makes for action, step in procedure_of(stage).steps.items() if step.makes}
    assert made == {"sign": ("number", "paper_code", "table_version"), "open_review": ("review",)}
    take(obj=stage, action="hand_up", by=people.preparer, version=stage.version)
    take(obj=stage, action="sign", by=people.reviewer, version=stage.version)
    assert stage.number.startswith("JD-")
    assert stage.table.versions.count() == 1
    take(obj=stage, action="open_review", by=people.city_officer, version=stage.version)
    assert stage.review.table == stage.table
    assert judged(client, people, stage).status_code == 302
    stage.refresh_from_db()
    assert (stage.opinion, stage.visited_on, stage.visit_note) == (OPINION, dt.date(2026, 1, 5), TYPED["visit_note"])
    assert stage.judged["team"] == {"holds": True, "note": ""}
    assert stage.verdict["aspects"]


def test_a_conclusion_that_is_refused_is_not_stored(client, people):
    answer = judged(client, people, make_stage(people), **{"holds-coordination": ""})
    assert answer.status_code == 409
    assert OPINION in answer.content.decode()
    stored = StageAssessment.objects.get()
    assert (stored.status, stored.judged, stored.opinion) == ("judging", {}, "")


def test_an_extension_left_to_the_checker_reaches_both_desks(people):
    due = clock.today() + dt.timedelta(days=30)
    asking = make_stage(people, status="rectifying", rectification="已逐项整改（虚构）", rectify_due=due)
    turn, _ = receivers(asking, "ask_extension", "rectifying").people(asking, "rectifying", None)
    assert turn == [people.city_director]
    key = "approval_chain.director_decides"
    left = [word for word in parameters.get(key).value if word != "extend"]
    set_setting(by=people.city_director, key=key, value=left, reason="授权审核（虚构）")
    turn, _ = receivers(asking, "ask_extension", "rectifying").people(asking, "rectifying", None)
    assert turn == [people.city_director, people.city_checker]
    take(obj=asking, action="ask_extension", by=people.preparer, version=asking.version, reason="设备到货推迟（虚构）")
    asked = reverse("assessments:stage", args=[asking.pk])
    assert all(asked in [task.link for task in tasks_for(user)] for user in turn)
    take(obj=asking, action="extend", by=people.city_checker, version=asking.version)
    assert asking.extended
