"""City assessments that fail in a row open a draft of 八（四） at the policy's number, and nothing more."""

import datetime as dt

import pytest

from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.tasks import tasks_for
from approvals.losses.city_assessments import failures_in_a_row
from approvals.losses.facts import failures_asked
from approvals.losses.selectors import revocation_candidates
from approvals.losses.services import losses
from approvals.losses.services.recorded_assessments import record_assessment
from approvals.titles.models.publicity import Title
from assessments.stage_assessments.models.stage import StageAssessment
from districts.file.models.district import District
from greendistrict.core import clock
from tests.factories.acceptance import record_failures
from tests.factories.stages import TITLED, StageScene
from tests.steps import reaches

pytestmark = pytest.mark.django_db
BEFORE = dt.date(2025, 6, 20)


def deciding(*failed, passed=None):
    """A stage assessment to be decided as failed, after recorded results of earlier years."""
    scene = StageScene()
    Title.objects.create(district=scene.stage.district, kind="pilot", historic=True, policy="演示", granted_on=TITLED)
    officer = scene.people.city_officer
    if failed:
        record_failures(scene.stage.district, officer, *failed)
    if passed:
        record_assessment(district=scene.stage.district, by=officer, kind="stage", concluded_on=passed, passed=True, source="演示")
    judged = {"qualified": False, "aspects": [{"title": "管理机制建立情况", "holds": False}]}
    StageAssessment.objects.update(status="deciding", verdict=judged, proposed_by=officer)
    scene.stage.refresh_from_db()
    return scene


def opened():
    return list(Case.objects.filter(kind="CX"))


def test_the_policy_names_the_number():
    assert failures_asked(dt.date(2026, 11, 20)) == 2
    assert failures_asked(dt.date(2020, 1, 1)) is None


def test_the_first_failure_opens_nothing():
    scene = deciding()
    scene.take("disqualify", scene.people.city_director)
    assert (opened(), len(failures_in_a_row(scene.stage.district, clock.today()))) == ([], 1)


def test_the_second_failure_in_a_row_opens_a_draft_that_only_the_city_sees():
    scene = deciding(BEFORE)
    scene.take("disqualify", scene.people.city_director)
    [case] = opened()
    assert (case.status, case.loss.ground, case.district_id) == ("draft", "revoke", scene.stage.district_id)
    assert District.objects.get(pk=scene.stage.district_id).stage == "pilot"
    assert revocation_candidates(clock.today()) == []
    people = scene.people
    assert cases_visible_to(people.city_officer).filter(pk=case.pk).exists()
    assert not cases_visible_to(people.reviewer).filter(pk=case.pk).exists()
    assert any(task.link.endswith(f"/{case.pk}/") for task in tasks_for(people.city_officer))
    assert "连续2次评估不合格" in str(reaches(people, case, "failures"))


def test_a_passed_one_between_starts_anew():
    scene = deciding(BEFORE, passed=dt.date(2026, 6, 20))
    scene.take("disqualify", scene.people.city_director)
    assert opened() == []


def test_a_passed_assessment_opens_nothing():
    scene = deciding(BEFORE)
    StageAssessment.objects.update(verdict={"qualified": True, "aspects": []})
    scene.take("qualify", scene.people.city_director)
    assert opened() == []


def test_a_file_that_is_open_already_is_not_opened_twice():
    scene = deciding(BEFORE, dt.date(2026, 6, 20))
    case = losses.open_loss(district=scene.stage.district, ground="revoke", by=scene.people.city_officer)
    scene.take("disqualify", scene.people.city_director)
    assert opened() == [case]


def test_without_a_policy_in_force_nothing_is_opened():
    scene = deciding(BEFORE)
    with clock.at(dt.datetime(2029, 3, 1, 9, tzinfo=clock.SHANGHAI)):
        scene.take("disqualify", scene.people.city_director)
    assert opened() == []
