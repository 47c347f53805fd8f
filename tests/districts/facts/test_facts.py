"""Facts on the boundary, from tables and frozen baselines."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from districts.baselines import services as baselines
from districts.common.enums import Acquisition, BaselineKind, PlanPart, ProjectState
from districts.facts.facts import district_facts
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.special_plans.models import SpecialPlan, SpecialPlanPart
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.core import clock
from greendistrict.documents.services import store_bytes
from greendistrict.policy.engine import ask, blocking
from greendistrict.policy.facts import Facts
from greendistrict.policy.loader import all_policies
from tests.factories.accounts import make_organisation
from tests.factories.districts import DistrictFactory, KeyProjectFactory, PlotFactory, SpecialPlanFactory, WorkFactory, prove

pytestmark = pytest.mark.django_db
POLICY = all_policies()[-1]


def verdict(rule, district, on=None):
    return str(ask(POLICY.rule(rule), Facts(district_facts(district, on or clock.today()))).verdict)


def freeze(district, kind=BaselineKind.PLAN):
    return baselines.freeze_baseline(district=district, kind=kind, reason="测试", by=None)


def plots(district, count, **kw):
    return [PlotFactory(district=district, **kw) for _ in range(count)]


@pytest.mark.parametrize(("developable", "expected"), [("0.9799", "fail"), ("0.9800", "pass"), ("0.9999", "pass")])
def test_half_of_the_land_must_be_developable(developable, expected):
    district = DistrictFactory(area_km2=Decimal("1.96"), developable_km2=Decimal(developable))
    freeze(district)
    assert verdict("APPLY-LAND-RATIO", district) == expected


@pytest.mark.parametrize(("total", "acquired", "expected"), [(1000, 49, "fail"), (1000, 50, "pass"), (20, 1, "pass"), (21, 1, "fail")])
def test_one_plot_in_twenty_must_be_acquired(total, acquired, expected):
    district = DistrictFactory()
    rows = [Plot(district=district, number=f"P{number}", area_ha=1) for number in range(total)]
    Plot.objects.bulk_create(rows)
    some = Plot.objects.filter(pk__in=list(district.plots.values_list("pk", flat=True)[:acquired]))
    some.update(acquisition=Acquisition.GRANT, acquired_on=dt.date(2026, 1, 5))
    prove(district)
    freeze(district)
    fact = district_facts(district, clock.today())["plots_acquired_ratio"]
    assert (fact.numerator, fact.denominator) == (acquired, total)
    assert verdict("APPLY-PLOTS", district) == expected


@pytest.mark.parametrize(("built", "expected"), [(49, "fail"), (50, "pass")])
def test_half_of_the_plots_must_be_built_and_conform(built, expected):
    district = DistrictFactory()
    plots(district, built, built_on=dt.date(2026, 3, 1), conforms=True)
    plots(district, 100 - built, built_on=dt.date(2026, 3, 1), conforms=False)
    plots(district, 3, buildable=False)
    freeze(district, BaselineKind.PILOT)
    assert verdict("ACCEPT-PLOTS", district) == expected


def test_own_land_and_land_got_later_do_not_count_as_acquired():
    district = DistrictFactory()
    plots(district, 1, acquisition=Acquisition.OWN)
    plots(district, 1, acquisition=Acquisition.ALLOCATION, acquired_on=dt.date(2026, 9, 1))
    freeze(district)
    fact = district_facts(district, clock.today())["plots_acquired_ratio"]
    assert fact.number == Fraction(1, 2)
    assert "按面积50.0%" in fact.note
    later = clock.today() + dt.timedelta(days=10)
    Plot.objects.filter(acquisition=Acquisition.ALLOCATION).update(acquired_on=later)
    assert district_facts(district, clock.today())["plots_acquired_ratio"].numerator == 0
    assert district_facts(district, later)["plots_acquired_ratio"].numerator == 1


def test_without_a_baseline_gates_say_what_is_missing():
    district = DistrictFactory()
    plots(district, 20, acquisition=Acquisition.GRANT, acquired_on=dt.date(2026, 1, 5))
    facts = district_facts(district, clock.today())
    assert facts["plots_acquired_ratio"].number == 1
    assert "规划基线" in facts["plots_acquired_ratio"].provisional
    assert verdict("APPLY-PLOTS", district) == "fail"
    freeze(district)
    yesterday = clock.today() - dt.timedelta(days=1)
    assert district_facts(district, yesterday)["plots_acquired_ratio"].provisional


def test_dropping_what_is_not_done_changes_nothing_after_the_pilot_baseline():
    district = DistrictFactory()
    KeyProjectFactory(district=district, state=ProjectState.IN_USE, in_use_on=dt.date(2026, 5, 1))
    KeyProjectFactory(district=district, name="演示社区中心")
    WorkFactory(district=district, built_on=dt.date(2025, 1, 1))
    WorkFactory(district=district)
    WorkFactory(district=district, main=False)
    plots(district, 1, built_on=dt.date(2026, 3, 1), conforms=True)
    plots(district, 3)
    freeze(district, BaselineKind.PILOT)
    before = district_facts(district, clock.today())
    KeyProject.objects.filter(state=ProjectState.PLANNED).delete()
    Work.objects.filter(built_on=None).delete()
    Plot.objects.filter(built_on=None).delete()
    after = district_facts(district, clock.today())
    for name, ratio in {"key_projects_in_use_ratio": (1, 2), "main_works_built_ratio": (1, 2), "plots_built_ratio": (1, 4)}.items():
        assert after[name].number == before[name].number == Fraction(*ratio)
    assert "演示社区中心未投用" in after["key_projects_in_use_ratio"].note
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "fail"


def test_adding_done_projects_does_not_dilute_the_baseline():
    district = DistrictFactory()
    KeyProjectFactory(district=district)
    freeze(district, BaselineKind.PILOT)
    KeyProjectFactory(district=district, state=ProjectState.IN_USE, in_use_on=dt.date(2026, 5, 1))
    assert district_facts(district, clock.today())["key_projects_in_use_ratio"].number == 0


def test_land_facts_are_those_of_the_plan_baseline():
    district = DistrictFactory(area_km2=Decimal(2), developable_km2=Decimal("0.4"))
    freeze(district)
    type(district).objects.update(developable_km2=Decimal("1.9"))
    district.refresh_from_db()
    facts = district_facts(district, clock.today())
    assert facts["developable_km2"].value == Decimal("0.4000")
    assert facts["developable_ratio"].number == Fraction(1, 5)


def test_key_project_plan_needs_dates_for_each_project():
    district = DistrictFactory()
    KeyProjectFactory(district=district)
    assert verdict("APPLY-KEY-PROJECTS", district) == "pass"
    KeyProjectFactory(district=district, name="演示能源站", planned_finish=None)
    fact = district_facts(district, clock.today())["key_project_plan"]
    assert fact.value is False
    assert "演示能源站" in fact.note


def test_plan_parts_count_once_the_plan_is_approved():
    plan = SpecialPlanFactory()
    for part in PlanPart:
        document = store_bytes(owner=plan.district, content=b"x", name="a.pdf", content_type="application/pdf", kind="专业规划", title=part)
        SpecialPlanPart.objects.create(plan=plan, part=part, document=document)
    assert verdict("SPECIAL-PLAN", plan.district) == "fail"
    SpecialPlan.objects.update(approved_on=dt.date(2026, 2, 1), approval_number="演示府〔2026〕1号")
    assert verdict("SPECIAL-PLAN", plan.district) == "pass"
    assert verdict("SPECIAL-PLAN", plan.district, dt.date(2026, 1, 31)) == "fail"


def test_a_draft_of_the_next_version_does_not_replace_the_approved_plan():
    plan = SpecialPlanFactory(approved_on=dt.date(2026, 2, 1), carbon_intensity_target=Decimal("31.5"))
    SpecialPlanFactory(district=plan.district, number=2)
    fact = district_facts(plan.district, clock.today())["carbon_intensity_target"]
    assert (fact.value, fact.note) == (True, "31.5 kgCO₂e/(m²·a)")


def test_two_stage_targets_are_two_years():
    plan = SpecialPlanFactory(carbon_stage_targets=[{"year": 2030, "value": "30"}])
    assert verdict("CARBON-STAGES", plan.district) == "fail"
    SpecialPlan.objects.update(carbon_stage_targets=[{"year": 2030, "value": "30"}, {"year": 2035, "value": "25"}])
    assert verdict("CARBON-STAGES", plan.district) == "pass"


def test_a_claimed_boundary_counts_with_its_proof():
    district = DistrictFactory(boundary_matches=True)
    assert district_facts(district, clock.today())["boundary_matches"].value is False
    store_bytes(owner=district, content=b"x", name="a.pdf", content_type="application/pdf", kind="范围一致佐证", title="控规图则")
    assert district_facts(district, clock.today())["boundary_matches"].value is True


def test_only_a_filed_plan_of_this_or_an_earlier_year_lists_the_district():
    district = DistrictFactory()
    plan = ImplementationPlan.objects.create(authority=make_organisation("authority"), year=2026)
    plan.districts.add(district)
    on = dt.date(2026, 6, 1)
    assert district_facts(district, on)["in_implementation_plan"].value is False
    ImplementationPlan.objects.update(filed_on=dt.date(2025, 12, 20))
    assert district_facts(district, on)["in_implementation_plan"].value is True
    assert district_facts(district, dt.date(2025, 12, 31))["in_implementation_plan"].value is False


def test_what_nobody_has_filled_in_has_no_value_but_a_page():
    facts = district_facts(DistrictFactory(type=""), clock.today())
    for name in ("district_type", "unit_plan_open", "boundary_matches", "diagnosis_parts", "plan_parts"):
        assert (facts[name].value, bool(facts[name].link)) == (None, True), name


@pytest.mark.parametrize(
    ("developable", "words"), [("0.421", "按现填42.1%（0.421 / 1 km²），将不满足"), ("0.5", "按现填50%（0.5 / 1 km²），将满足")]
)
def test_before_the_plan_is_frozen_the_value_typed_is_told_and_opens_no_gate(developable, words):
    district = DistrictFactory(area_km2=Decimal(1), developable_km2=Decimal(developable))
    plots(district, 3, acquisition=Acquisition.GRANT, acquired_on=dt.date(2026, 1, 5))
    plots(district, 14)
    facts = Facts(district_facts(district, clock.today()))
    ratio, plot = (ask(POLICY.rule(rule), facts) for rule in ("APPLY-LAND-RATIO", "APPLY-PLOTS"))
    assert ratio.found.startswith(words)
    assert (ratio.verdict, ratio.standing, plot.verdict) == ("fail", "provisional", "fail")
    assert "3 / 17" in plot.found
    assert "将满足" in plot.found
    assert blocking([ratio, plot]) == [ratio, plot]
    scale = ask(POLICY.rule("SCALE-NEW"), facts)
    assert (scale.verdict, scale.will_hold) == ("warn", developable == "0.5")
    freeze(district)
    settled = ask(POLICY.rule("APPLY-LAND-RATIO"), Facts(district_facts(district, clock.today())))
    assert settled.standing == "settled"
    assert "按现填" not in settled.found


def test_a_pilot_without_a_baseline_is_told_that_it_is_missing_not_that_it_will_come():
    said = {
        stage: district_facts(DistrictFactory(stage=stage), clock.today())["plots_built_ratio"].note for stage in ("candidate", "pilot")
    }
    assert said == {"candidate": "授予试点后，按冻结的试点基线计", "pilot": "尚未建立试点基线，请补录"}
