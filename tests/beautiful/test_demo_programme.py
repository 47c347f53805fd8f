"""美丽上海 in the demo: fictional data only, and content on every page."""

import datetime as dt

import pytest

from beautiful.evaluations.models import AreaEvaluation, EvaluationStanding, EvaluationUse
from beautiful.plans.models import ActionPlan, PlannedTask, PlanStanding, QuarterlyProgress, RollOutcome, TaskAdjustment
from beautiful.plans.selectors import plans as selectors
from beautiful.releases.models import ProgressRelease
from beautiful.reserves.models import ReserveProject
from districts.file.reference import load_fictional_areas
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from tools.demo import action_plan, area_figures, cast, reserves

pytestmark = [pytest.mark.area("tools/demo", "beautiful"), pytest.mark.django_db]
TODAY = dt.datetime(2026, 11, 20, 9, tzinfo=clock.SHANGHAI)


@pytest.fixture
def told(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    load_fictional_areas()
    bodies = cast.make_organisations()
    people = cast.make_people(bodies)
    with clock.at(TODAY):
        action_plan.write(bodies, people, TODAY.date())
        reserves.write(bodies, people, TODAY.date())
        area_figures.write(people, TODAY.date())
        yield people


def test_the_story_has_a_plan_rolled_on_and_reported_by_quarters(told):
    first, second = ActionPlan.objects.order_by("first_year")
    assert (first.standing, second.standing) == (PlanStanding.ROLLED, PlanStanding.IN_FORCE)
    assert set(first.planned.values_list("outcome", flat=True)) == set(RollOutcome.values)
    [line] = [line for line in selectors.lines_of(second, Viewer(told["city_officer"])) if line.below]
    assert {one.planned.owner.code for one in line.below} == {"demo-jia", "demo-yi"}
    assert (line.latest.quarter, line.latest.reported, line.latest.asked) == ((2026, 3), 1, 2)
    before = PlannedTask.objects.get(plan=first, task=line.planned.task)
    sums = selectors.quarter_values(before, selectors.all_below(before), selectors.amber_from())
    assert [(one.quarter[1], one.value, one.lacks) for one in sums] == [(1, 4, 1), (2, 15, 0), (3, 29, 0), (4, 40, 0)]
    assert list(TaskAdjustment.objects.order_by("pk").values_list("planned__plan", flat=True)) == [first.pk, second.pk]


def test_everything_of_it_is_fiction_and_in_the_past(told):
    assert not Organisation.objects.filter(beautiful_tasks__isnull=False, is_demo=False).exists()
    assert not ActionPlan.objects.filter(is_demo=False).exists()
    assert not QuarterlyProgress.objects.filter(reported_at__gt=TODAY).exists()


def test_projects_of_the_libraries_are_held_waiting_and_being_written(told):
    assert set(ReserveProject.objects.values_list("status", flat=True)) == {"reserved", "submitted", "draft"}
    assert all(row.is_demo for row in ReserveProject.objects.select_related("proposer"))


def test_a_quarter_is_public_one_is_withdrawn_and_an_area_is_evaluated(told):
    assert sorted(ProgressRelease.objects.values_list("quarter", "withdrawal")) == [(3, "公开的季度有误（演示）"), (4, "")]
    standings = {one.area: one.standing for one in AreaEvaluation.objects.select_related("plan")}
    expected = {
        "habitat": EvaluationStanding.CONCLUDED,
        "development": EvaluationStanding.CHECKING,
        "technology": EvaluationStanding.REPORTING,
    }
    assert standings == expected
    [use] = EvaluationUse.objects.select_related("evaluation", "adjustment__planned__owner")
    assert (use.evaluation.area, use.adjustment.planned.owner.code) == ("habitat", "demo-yi")
