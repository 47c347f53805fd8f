"""A stage assessment once its panel has met: decided by the rule, failed, mended, closed. One meeting serves all."""

import datetime as dt

import pytest

from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import tasks_for
from assessments.stage_assessments.services import stages as services
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refused
from greendistrict.notifications.enums import Message
from greendistrict.workflow.models import OutboxMessage
from tests.factories.once import copy_of, once
from tests.factories.stages import ALL_HOLD, StageScene

pytestmark = pytest.mark.django_db
met = once(lambda: StageScene().with_targets().to_reviewing().to_meeting())
scene = copy_of("met")


def test_the_director_cannot_decide_against_the_rule(scene):
    scene.to_deciding()
    assert scene.stage.verdict["qualified"]
    with pytest.raises(Refused) as refused:
        scene.take("disqualify", scene.people.city_director)
    assert "判定规则的结果是合格" in str(refused.value)
    scene.take("qualify", scene.people.city_director)
    assert (scene.stage.status, scene.stage.conclusion) == ("qualified", "qualified")


def test_a_mechanism_the_city_does_not_find_fails_the_assessment(scene):
    scene.to_judging()
    with pytest.raises(Refused) as refused:
        scene.propose(judged={"coordination": {"holds": True}})
    assert "精细化管理工作动态评估机制" in str([vars(one) for one in refused.value.refusals])
    scene.propose(judged={**ALL_HOLD, "evaluation": {"holds": False, "note": "没有评估记录（虚构）"}})
    scene.take("check", scene.people.city_checker)
    with pytest.raises(Refused):
        scene.take("qualify", scene.people.city_director)
    scene.take("disqualify", scene.people.city_director)
    assert scene.stage.conclusion == "unqualified"


def test_failed_extended_once_mended_and_no_new_assessment(scene):
    people = scene.people
    scene.to_rectifying()
    stage = scene.stage
    sent = OutboxMessage.objects.filter(payload__kind=Message.LEGAL_NOTICE).values_list("payload__receiver", flat=True)
    assert {people.preparer.pk, people.reviewer.pk, people.authority.pk} <= set(sent)
    first = workdays.current().add(clock.today(), 40)
    assert stage.rectify_due == first
    scene.take("ask_extension", people.preparer, reason="设备到货推迟（虚构）")
    assert [task.title for task in tasks_for(people.city_director)] == ["审定整改延期申请"]
    with pytest.raises(Refused):
        scene.take("ask_extension", people.preparer, reason="再申请")
    scene.take("extend", people.city_director)
    assert stage.rectify_due == workdays.current().add(first, 40)
    with pytest.raises(Refused) as refused:
        scene.take("ask_extension", people.reviewer, reason="再延一次")
    assert "已延期一次" in str(refused.value)
    with pytest.raises(Refused) as refused:
        scene.take("report_mended", people.reviewer)
    assert "尚无整改报告" in str(refused.value)
    services.save_rectification(stage=stage, text="已逐项整改（虚构）。", version=stage.version, by=people.preparer)
    scene.take("report_mended", people.reviewer)
    scene.take("recheck_return", people.city_officer, reason="缺照片")
    assert stage.status == "rectifying"
    scene.take("report_mended", people.reviewer)
    scene.take("recheck_pass", people.city_officer, reason="现场复核（虚构）")
    assert (stage.status, stage.conclusion) == ("mended", "unqualified")
    assert StageAssessment.objects.count() == 1


def test_the_term_over_closes_and_takes_no_extension(scene):
    scene.to_rectifying()
    people, stage = scene.people, scene.stage
    with pytest.raises(Refused) as refused:
        scene.take("close_unmended", people.city_officer, reason="早了")
    assert "尚未届满" in str(refused.value)
    after = dt.datetime.combine(stage.rectify_due + dt.timedelta(days=1), dt.time(9), tzinfo=clock.SHANGHAI)
    with clock.at(after):
        with pytest.raises(Refused):
            scene.take("ask_extension", people.preparer, reason="晚了")
        scene.take("close_unmended", people.city_officer, reason="期限届满未报送（虚构）")
    assert stage.status == "unmended"
