import datetime as dt

import pytest

from assessments.stage_assessments.models.stage import StageAssessment
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from obligations.duties import ObligationState
from obligations.selectors import due, obligations_visible_to
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)
TODAY = dt.date(2026, 7, 1)


@pytest.fixture
def people():
    people = cast()
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    return people


@pytest.fixture
def stage(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 6, 1))
    with clock.at(at(2026, 3, 6)):
        return make_stage(people, filled=False, district=district, due=DAY)


def owed(today=TODAY):
    return [row for row in due(today) if row.rule == "STAGE-ASSESSMENT" and row.is_of_district]


def test_papers_are_owed_until_the_term_after_the_cycle_day(stage):
    [row] = owed()
    assert row.title == "第1次阶段评估材料"
    assert row.due > DAY
    assert row.state(row.due) == ObligationState.DUE
    assert row.state(row.due + dt.timedelta(days=1)) == ObligationState.OVERDUE
    StageAssessment.objects.update(filed_at=at(2026, 6, 10), status="filed")
    assert owed()[0].state(TODAY) == ObligationState.MET


def test_the_setting_in_force_is_named_and_not_the_default(stage, people):
    [row] = owed()
    assert row.how[:2] == ("2026年6月1日开展", "阶段评估宽限40个工作日（默认值）")
    with clock.at(at(2026, 6, 15)):
        set_setting(by=people.city_director, key="stage.grace_days", value=30, reason="虚构")
        set_setting(by=people.city_director, key="rectify.days", value=50, reason="虚构")
    StageAssessment.objects.update(
        status="rectifying", rectify_due=dt.date(2026, 9, 1), conclusion="unqualified", concluded_at=at(2026, 6, 22), extended=True
    )
    with clock.at(at(2026, 7, 1)):
        found = {row.kind: (row.how[:2], row.how.extended, row.is_default_date) for row in owed()}
    assert found == {
        "stage_material": (("2026年6月1日开展", "阶段评估宽限30个工作日"), "", False),
        "rectification": (("2026年6月22日通知整改", "整改期限50个工作日"), "经批准延期一次", False),
    }


def test_what_is_to_be_mended_is_owed_by_its_term(stage):
    term = dt.date(2026, 9, 1)
    StageAssessment.objects.update(filed_at=at(2026, 6, 10), status="rectifying", rectify_due=term, conclusion="unqualified")
    rows = {row.title: row for row in owed()}
    assert rows["第1次阶段评估整改"].due == term
    StageAssessment.objects.update(status="rechecking", rectified_at=at(2026, 9, 2))
    day = dt.date(2026, 9, 3)
    assert {row.title: row for row in owed(day)}["第1次阶段评估整改"].state(day) == ObligationState.LATE


def test_before_the_portal_was_in_use_nothing_is_owed(stage):
    Setting.objects.filter(key="obligations_from").update(value="2026-12-01")
    assert owed() == []


def test_the_link_is_there_for_those_who_may_open_it(stage, people):
    for user, opens in ((people.preparer, True), (people.city_officer, True), (people.bureau, False)):
        [row] = [row for row in obligations_visible_to(user, TODAY) if row.kind == "stage_material"]
        assert bool(row.link) is opens
