"""Papers of a stage assessment that went back are owed again, on past days as well."""

import datetime as dt

import pytest

from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import cycle_of, late_word
from assessments.stage_assessments.selectors.stages import tasks_for as stage_tasks
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from obligations.duties import ObligationState
from obligations.selectors import everything
from tests.factories.received import at
from tests.factories.stages import StageScene, confirm, make_stage
from tests.steps import step

pytestmark = pytest.mark.django_db


def moved(obj, action, source, target, moment):
    """A step as its record stands."""
    subject = f"{obj._meta.label_lower}:{obj.pk}"
    TransitionRecord.objects.create(machine="-", subject=subject, label="-", action=action, source=source, target=target, at=moment)


def test_papers_of_a_stage_assessment_that_were_returned_are_owed_again(people):
    def state(on):
        found = everything(Viewer(None, as_of=on), kinds=("stage_material", "rectification"))
        return {row.kind: row.met_on for row in found if row.record == scene.stage.pk}

    with clock.at(at(2026, 10, 1)):
        scene = StageScene(people)
    for moment, step_taken in (
        (at(2026, 10, 8), scene.to_filed),
        (at(2026, 10, 12), lambda: scene.take("return", people.city_officer, reason="缺运营数据")),
    ):
        with clock.at(moment):
            step_taken()
    with clock.at(at(2026, 10, 13)):
        assert state(dt.date(2026, 10, 13)) == {"stage_material": None}
        assert [task.title for task in stage_tasks(Viewer(people.preparer))] == ["填报阶段评估"]
        assert state(dt.date(2026, 10, 11)) == {"stage_material": dt.date(2026, 10, 8)}, "on the day before the return they were in"
        assert state(dt.date(2026, 10, 7)) == {"stage_material": None}
    with clock.at(at(2027, 6, 1)):
        scene.stage.refresh_from_db()
        [row] = [row for row in everything(Viewer(None), kinds=("stage_material",)) if row.record == scene.stage.pk]
        assert row.state(dt.date(2027, 6, 1)) == ObligationState.OVERDUE
        assert late_word(scene.stage, cycle_of(scene.stage), dt.date(2027, 6, 1)).startswith("逾期")
        scene.to_filed()
        assert state(dt.date(2027, 6, 1)) == {"stage_material": dt.date(2027, 6, 1)}


def test_a_rectification_that_was_sent_back_is_owed_again(people):
    def met(on):
        with clock.at(at(2027, 3, 1)):
            rows = everything(Viewer(None, as_of=on), kinds=("rectification",))
        return [row.met_on for row in rows if row.record == stage.pk]

    stage = make_stage(people, filled=False, status="rectifying")
    about = {
        "rectify_due": dt.date(2027, 2, 26),
        "filed_at": at(2026, 10, 8),
        "concluded_at": at(2026, 12, 1),
        "rectified_at": at(2027, 1, 8),
    }
    StageAssessment.objects.filter(pk=stage.pk).update(opened_at=at(2026, 9, 1), **about)
    assert met(dt.date(2027, 3, 1)) == [None], "the moment of the report that was sent back stays in the row"
    for action, source, target, moment in (
        ("sign", "signing", "filed", at(2026, 10, 8)), ("disqualify", "deciding", "rectifying", at(2026, 12, 1)),
        ("report_mended", "rectifying", "rechecking", at(2027, 1, 8)), ("recheck_return", "rechecking", "rectifying", at(2027, 1, 20)),
    ):  # fmt: skip
        moved(stage, action, source, target, moment)
    assert met(dt.date(2027, 1, 7)) == [None]
    assert met(dt.date(2027, 1, 19)) == [dt.date(2027, 1, 8)]
    assert met(dt.date(2027, 1, 20)) == [None]


def test_a_rectification_that_was_sent_back_and_never_mended_is_not_handed_in(people):
    stage = make_stage(people, filled=False, status="rechecking", number="JD-2027-0001")
    about = {
        "rectify_due": dt.date(2027, 2, 26),
        "filed_at": at(2026, 10, 8),
        "concluded_at": at(2026, 12, 1),
        "rectified_at": at(2027, 1, 8),
    }
    StageAssessment.objects.filter(pk=stage.pk).update(opened_at=at(2026, 9, 1), **about)
    stage.refresh_from_db()
    confirm(people, "rectify.days")
    with clock.at(at(2027, 1, 20)):
        step(stage, "recheck_return", people.city_officer, reason="缺照片（虚构）")
    with clock.at(at(2027, 3, 1)):
        step(stage, "close_unmended", people.city_officer, reason="期满未完成（虚构）")
    for asked in (at(2027, 3, 2), at(2027, 3, 9)):
        with clock.at(asked):
            rows = everything(Viewer(None, as_of=dt.date(2027, 3, 2)), kinds=("rectification",))
        assert [row.met_on for row in rows if row.record == stage.pk] == [None]
