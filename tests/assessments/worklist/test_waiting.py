"""Tasks of four kinds read by one query are those that each kind tells by itself."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.inspections import selectors as inspections
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.post_evaluations import selectors as postevaluations
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors import stages
from assessments.worklist.selectors import waiting
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors import yearly_reports
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.workflow.todo import Task
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.stages import TITLED, make_stage

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)
STATES = {
    StageAssessment: ("draft", "signing", "filed", "judging", "checking", "deciding", "rectifying", "rechecking", "qualified"),
    PostEvaluation: ("draft", "signing", "filed", "checking", "deciding", "qualified"),
    YearlyReport: ("draft", "signing", "filed", "received", "returned"),
    InspectionFinding: ("open", "replied", "closed"),
}


@pytest.fixture
def people():
    return cast()


def one_of_each(people, number=0):
    """A stage assessment, an evaluation, a report and a finding of one district."""
    district = make_district(people, name=f"演示待办{number}城（虚构）", stage=Stage.PILOT, titled_on=TITLED)
    make_stage(people, filled=False, district=district, extension_asked="设备到货推迟", rectify_due=DAY)
    draw, _ = SampleDraw.objects.get_or_create(year=2026, is_demo=True, defaults={"committed_at": clock.now()})
    PostEvaluation.objects.create(district=district, draw=draw, year=2026, due=DAY, opened_at=clock.now())
    YearlyReport.objects.create(district=district, kind="carbon", year=2025, opened_at=clock.now())
    visit = Inspection.objects.create(
        district=district, mode="desk", basis="计划", inspected_on=clock.today(), team="甲", status="issued", opened_at=clock.now()
    )
    InspectionFinding.objects.create(inspection=visit, order=1, rule="SUPERVISION", text="问题", demand="整改", due=DAY, reply="已改")
    return district


def told(user) -> set[Task]:
    return {task for kind in (stages, postevaluations, yearly_reports, inspections) for task in kind.tasks_for(user)}


@pytest.mark.parametrize("place", range(max(map(len, STATES.values()))))
def test_nobody_is_told_more_or_less_than_by_the_kinds_themselves(people, place):
    one_of_each(people)
    for model, states in STATES.items():
        model.objects.update(status=states[place % len(states)])
    for seat, user in people.everybody.items():
        found = waiting.tasks_for(user)
        assert set(found) == told(user), seat
        assert len(found) == len(set(found))


@pytest.mark.parametrize("seat", ["preparer", "city_officer", "reviewer"])
def test_one_query_whatever_waits(people, seat):
    def asked():
        with held_reads(), CaptureQueriesContext(connection) as caught:
            waiting.tasks_for(people.everybody[seat])
        return len([query for query in caught.captured_queries if "assessments_" in query["sql"]])

    one_of_each(people)
    StageAssessment.objects.update(status="judging")
    YearlyReport.objects.update(status="filed")
    asked()
    one = asked()
    one_of_each(people, 1)
    one_of_each(people, 2)
    StageAssessment.objects.update(status="judging")
    YearlyReport.objects.update(status="filed")
    assert one == asked() == 1
