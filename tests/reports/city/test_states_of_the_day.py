"""Papers of a day tell states of that day: rectification, plans and carbon reports that moved on later do not change them."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from approvals.casework.selectors.known_on_day import passed_since
from assessments.stage_assessments.models import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from districts.overview.selectors.authority_progress import rows_on
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import TransitionRecord
from obligations.models import Exemption
from reports.city.figures.assessments import assessment_figures
from reports.city.figures.carbon import carbon_figures
from reports.city.figures.standing import standing
from reports.city.sections.ahead import none_of
from tests.factories.acceptance import record_failures
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
BEFORE, LATER = dt.date(2027, 6, 15), dt.date(2027, 9, 1)


@pytest.fixture(params=[1, 3])
def stood(request, people):
    for place in range(request.param):
        give_title(make_district(people, name=f"演示{place}区（虚构）", code=f"day-{place}"), granted_on=dt.date(2024, 1, 1))
    return standing(2026, LATER, demo=True)


def later(row, source, target):
    """The row has moved on in August 2027."""
    subject = f"{row._meta.label_lower}:{row.pk}"
    TransitionRecord.objects.create(subject=subject, machine="m", action="a", source=source, target=target, at=at(2027, 8, 2))
    type(row).objects.filter(pk=row.pk).update(status=target)


def test_a_rectification_is_told_as_on_the_day_of_the_report(people, stood):
    for place in stood.rows:
        days = {"concluded_at": at(2026, 11, 10), "conclusion": "unqualified", "rectify_due": dt.date(2027, 1, 20), "status": "rectifying"}
        stage = make_stage(people, district=place.district, filled=False, due=dt.date(2026, 10, 1))
        StageAssessment.objects.filter(pk=stage.pk).update(**days)
        later(stage, "rectifying", "mended")
    found = {day: assessment_figures(stood, day) for day in (BEFORE, LATER)}
    assert {one.mending for one in found[BEFORE].held} == {"整改中"}
    assert {one.mending for one in found[LATER].held} == {"已完成整改"}
    assert [found[day].figures[-1].value for day in (BEFORE, LATER)] == [len(stood.rows), 0]


def test_a_failure_without_a_record_of_its_rectification_is_counted_apart(people, stood):
    for place in stood.rows:
        record_failures(place.district, people.city_officer, dt.date(2026, 6, 1))
    mending = assessment_figures(stood, LATER).figures[-1]
    assert (mending.value, mending.unknown, mending.unknown_words) == (0, len(stood.rows), f"另有{len(stood.rows)}次没有记录")
    report = SimpleNamespace(figures={"mending": mending})
    assert "整改未完成" not in none_of(report)
    assert "整改未完成" in none_of(SimpleNamespace(figures={"mending": replace(mending, unknown=0)}))


def test_a_carbon_report_is_told_as_on_the_day_of_the_report(stood):
    for place in stood.rows:
        about = {"year": 2026, "status": "filed", "opened_at": at(2027, 2, 1), "filed_at": at(2027, 4, 1)}
        later(YearlyReport.objects.create(district=place.district, kind="carbon", **about), "filed", "returned")
    told = {day: {line.state for line in carbon_figures(stood, day).lines} for day in (dt.date(2027, 1, 5), BEFORE, LATER)}
    assert list(told.values()) == [{"无记录"}, {"待接收"}, {"退回补充"}]


def test_a_plan_is_told_as_on_the_day_of_the_report(people):
    plan = ImplementationPlan.objects.create(authority=people.authority_body, year=2027, is_demo=True, status="filed", filed_on=BEFORE)
    later(plan, "filed", "noted")

    def told(day):
        [row] = [row for row in rows_on(day, demo=True, titles={}, passed=passed_since(day)) if row.authority == people.authority_body]
        return row.plans[0].words

    assert (told(BEFORE), told(LATER)) == ("已上报，待接收", "已接收")


def test_a_plan_that_was_waived_since_is_told_as_owed_before(people):
    waived = {
        "decided_by": people.city_director,
        "decided_at": at(2027, 8, 2),
        "checked_by": people.city_checker,
        "checked_at": at(2027, 8, 2),
    }
    Exemption.objects.create(obligation=f"plan_yearly:{people.authority_body.pk}:2028", reason="区划调整（虚构）", **waived)

    def told(day):
        [row] = [row for row in rows_on(day, demo=True, titles={}, passed=passed_since(day)) if row.authority == people.authority_body]
        return row.plans[1].words

    assert (told(BEFORE), told(LATER)) == ("未上报，12月31日截止（拟）", "免报")
    set_setting(by=people.city_director, key="plan_due", value=parameters.get("plan_due").value, reason="处务会议定")
    assert told(BEFORE) == "未上报，12月31日截止"
