"""Facts on the boundary, from tables and frozen baselines; what moves a gate; values of clauses where every plot that counts has one."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from districts.baselines import services as baselines
from districts.baselines.models import Baseline
from districts.baselines.services import change_baseline, content_of, freeze_baseline
from districts.common.enums import Acquisition, BaselineKind, ProjectState, Stage
from districts.facts import baseline_change
from districts.facts.baseline_ratios import plot_rates
from districts.facts.facts import district_facts
from districts.facts.selectors import values_by_clause
from districts.lists import services as rows
from districts.plots.models import Plot, PlotIndicator
from districts.plots.services.control import open_control
from districts.plots.services.indicator_values import save_values
from districts.projects.models import KeyProject, Work
from districts.projects.services import Proof, put_in_use
from districts.special_plans.models import PlanPart, SpecialPlan, SpecialPlanPart
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.services import store_bytes
from greendistrict.policy.engine import ask, blocking
from greendistrict.policy.facts import Facts
from greendistrict.policy.loader import all_policies
from tests.factories.accounts import make_organisation
from tests.factories.districts import DistrictFactory, KeyProjectFactory, PlotFactory, SpecialPlanFactory, WorkFactory, make_district, prove
from tests.plot_steps import WHY, next_day, paper, proof_of
from tests.refusing import refuses
from tests.steps import step

pytestmark = pytest.mark.django_db
POLICY = all_policies()[-1]
DAY, LONG_AGO = dt.date(2026, 3, 2), dt.date(2025, 1, 1)


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
    found = district_facts(district, on)["in_implementation_plan"]
    # A draft lists it, so that no plan at all does is more than was looked at.
    assert (found.value, found.note) == (False, "没有已上报的当年或者以前年度实施计划列入本城区，由实施主体编报")
    ImplementationPlan.objects.update(filed_on=dt.date(2025, 12, 20))
    assert district_facts(district, on)["in_implementation_plan"].value is True
    assert district_facts(district, dt.date(2025, 12, 31))["in_implementation_plan"].value is False


def test_what_nobody_has_filled_in_has_no_value_but_a_page():
    facts = district_facts(DistrictFactory(type=""), clock.today())
    for name in ("district_type", "unit_plan_open", "boundary_matches", "diagnosis_parts", "plan_parts"):
        assert (facts[name].value, bool(facts[name].link)) == (None, True), name


@pytest.mark.parametrize(
    ("developable", "words"), [("0.421", "按目前填写42.1%（0.421 / 1 km²），将不满足"), ("0.5", "按目前填写50%（0.5 / 1 km²），将满足")]
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
    assert "按目前填写" not in settled.found


def test_a_pilot_without_a_baseline_is_told_that_it_is_missing_not_that_it_will_come():
    said = {
        stage: district_facts(DistrictFactory(stage=stage), clock.today())["plots_built_ratio"].note for stage in ("candidate", "pilot")
    }
    assert said == {"candidate": "授予试点后，按冻结的试点基线计", "pilot": "尚未建立试点基线"}


def test_what_is_asked_for_a_gate_is_what_makes_it_known():
    """More plots, works and projects in the live lists change nothing where the baseline lacks or froze an empty list."""
    district, rules = DistrictFactory(stage="pilot"), ("ACCEPT-PLOTS", "ACCEPT-INFRA", "ACCEPT-KEY-PROJECTS")

    def asked():
        facts = Facts(district_facts(district, clock.today()))
        return {ask(POLICY.rule(rule), facts).remedy for rule in rules}

    PlotFactory(district=district)
    assert asked() == {"由申报主体填报人办理变更“补录试点基线”"}
    assert plot_rates(district, clock.today())["plots_built_ratio"] == district_facts(district, clock.today())["plots_built_ratio"]
    district.plots.all().delete()
    freeze(district, BaselineKind.PILOT)
    PlotFactory(district=district)
    assert asked() == {
        "试点基线没有可建设地块，由申报主体填报人办理变更，调入地块", "试点基线的清单为空，由申报主体填报人办理变更，调入清单",
    }  # fmt: skip


def make_plots(district, count, **fields):
    Plot.objects.bulk_create(Plot(district=district, number=f"P{number:04d}", area_ha=1, **fields) for number in range(count))
    return list(district.plots.order_by("number"))


def test_from_just_under_to_half_built_and_by_a_correction(district, people):
    plots = make_plots(district, 100)
    Plot.objects.filter(pk__in=[plot.pk for plot in plots[:49]]).update(built_on=DAY, conforms=True)
    prove(district)
    freeze(district, BaselineKind.PILOT)
    last = plots[60]
    save_values(plot=last, values={"carbon": {"required": "36", "built": "37"}}, version=0, by=people.preparer)
    control = open_control(plot=last, table="own", by=people.preparer)
    type(control).objects.update(status="completion")
    control.refresh_from_db()
    step(control, "complete_short", people.preparer, on=DAY, number="验1", **proof_of(control, people.preparer, "complete_short"))
    assert verdict("ACCEPT-PLOTS", district) == "fail"
    save_values(plot=last, values={"carbon": {"built": "36"}}, version=None, by=people.preparer)
    assert verdict("ACCEPT-PLOTS", district) == "fail"
    given = {"on": next_day(control, "correct"), **proof_of(control, people.preparer, "correct")}
    step(control, "correct", people.preparer, "整改完成", number="复验1", **given)
    assert verdict("ACCEPT-PLOTS", district) == "pass"


def test_the_last_key_project_from_completed_to_in_use(district, people):
    KeyProjectFactory(district=district, state=ProjectState.IN_USE, in_use_on=DAY)
    last = KeyProjectFactory(district=district, state=ProjectState.COMPLETED, started_on=DAY, finished_on=DAY + dt.timedelta(days=31))
    freeze(district, BaselineKind.PILOT)
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "fail"
    values = {"state": ProjectState.IN_USE, "in_use_on": clock.today()}
    rows.save(KeyProject, district=district, row=last, values=values, by=people.preparer)
    fact = district_facts(district, clock.today())["key_projects_in_use_ratio"]
    assert (verdict("ACCEPT-KEY-PROJECTS", district), f"{last.name}填了投用，没有投用登记和证明，不计入" in fact.note) == ("fail", True)
    given = {"project": last, "on": clock.today()}
    refuses("请勾选“补录”；请填写补录的理由；请上传竣工验收合格报告或投用证明", put_in_use, by=people.preparer, **given)
    refuses("^请上传竣工验收合格报告或投用证明$", put_in_use, by=people.bureau, **given)
    refuses("投用日期不能早于实际竣工", put_in_use, by=people.bureau, project=last, on=DAY, proof=Proof(paper()))
    for seat in set(people.everybody) - {"preparer", "bureau"}:
        refuses(NotAllowed, put_in_use, by=people.everybody[seat], **given)
    put_in_use(by=people.preparer, proof=Proof(paper(), True, WHY), **given)
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "pass"
    assert "其中补录1个，有理由和证明" in district_facts(district, clock.today())["key_projects_in_use_ratio"].note
    put_in_use(by=people.bureau, proof=Proof(paper()), **given)
    assert "补录" not in district_facts(district, clock.today())["key_projects_in_use_ratio"].note


def test_an_empty_list_never_passes_however_it_came_to_be_empty(district):
    for kind in BaselineKind:
        freeze(district, kind)
    for rule in ("APPLY-PLOTS", "APPLY-KEY-PROJECTS", "ACCEPT-PLOTS", "ACCEPT-KEY-PROJECTS", "ACCEPT-INFRA"):
        assert verdict(rule, district) == "fail"
    PlotFactory(district=district, buildable=False)
    freeze(district, BaselineKind.PILOT)
    assert verdict("ACCEPT-PLOTS", district) == "fail"


def test_dropping_a_project_changes_nothing_until_a_change_is_decided(district, people):
    KeyProjectFactory(district=district, name="甲", state=ProjectState.IN_USE, in_use_on=DAY)
    stuck = KeyProjectFactory(district=district, name="乙")
    baseline = freeze(district, BaselineKind.PILOT)
    refuses("须经变更办理", rows.delete, stuck, by=people.preparer)
    wanted = baseline_change.wanted_of("key_projects", {"drop": [stuck.pk]})
    effects = baseline_change.effects_of(district, wanted, clock.today())
    assert [(line.before, line.after) for line in effects] == [("2个", "1个"), ("1/2，50.0%，不满足", "1/1，100.0%，满足")]
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "fail"
    content = baseline_change.changed_content(baseline.content, content_of(district), wanted)
    changed = change_baseline(district=district, content=content, reason="变更BG-2026-0001", by=people.city_director)
    assert (changed.number, Baseline.objects.get(pk=baseline.pk).content) == (2, baseline.content)
    fact = district_facts(district, clock.today())["key_projects_in_use_ratio"]
    assert "原基线2个，现行第2版1个" in fact.note
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "pass"


def test_a_change_touches_the_list_it_names_only(district):
    PlotFactory(district=district, number="A")
    WorkFactory(district=district, name="路")
    baseline = freeze(district, BaselineKind.PILOT)
    Plot.objects.update(area_ha=9)
    added = PlotFactory(district=district, number="B")
    district.works.all().delete()
    live = content_of(district)
    plot = district.plots.get(number="A")
    wanted = baseline_change.wanted_of("plots", {"add": [added.pk], "renew": [plot.pk]})
    content = baseline_change.changed_content(baseline.content, live, wanted)
    assert [(row["number"], row["area_ha"]) for row in content["plots"]] == [("A", "9.0000"), ("B", "1.2500")]
    assert content["works"] == baseline.content["works"]
    assert [line.what for line in baseline_change.lines_of(baseline.content, live, wanted)] == ["B", "A"]


@pytest.mark.parametrize("drop", [[], [12345], "all"])
def test_a_change_of_nothing_of_strangers_or_to_nothing_is_refused(district, drop):
    plot = PlotFactory(district=district)
    baseline = freeze(district, BaselineKind.PILOT)
    wanted = baseline_change.wanted_of("plots", {"drop": [plot.pk] if drop == "all" else drop})
    assert len(baseline_change.problems_of(baseline.content, content_of(district), wanted)) == 1


def test_without_a_pilot_baseline_nothing_is_changed(district):
    refuses("尚无试点基线", change_baseline, district=district, content={}, reason="", by=None)
    assert baseline_change.effects_of(district, baseline_change.WantedLists("plots"), clock.today()) == []


def test_plots_that_are_not_reached_are_listed_and_exported(preparer, people):
    district = make_district(people, stage=Stage.CANDIDATE)
    PlotFactory(district=district, number="A", acquisition="grant", acquired_on=LONG_AGO)
    left = [PlotFactory(district=district, number=number) for number in ("B", "C")]
    PlotFactory(district=district, number="D", buildable=False)
    fact = district_facts(district, LONG_AGO)["plots_acquired_ratio"]
    assert (fact.numerator, fact.denominator) == (1, 3)
    assert [row.pk for row in preparer.get(fact.link).context["rows"]] == [one.pk for one in left]


def test_works_and_projects_that_are_not_reached_are_listed(preparer, people):
    district = make_district(people, stage=Stage.PILOT)
    WorkFactory(district=district, name="甲路", main=True, built_on=LONG_AGO)
    road = WorkFactory(district=district, name="乙路", main=True)
    KeyProjectFactory(district=district, name="甲站", state=ProjectState.IN_USE, in_use_on=LONG_AGO)
    station = KeyProjectFactory(district=district, name="乙站")
    PlotFactory(district=district, number="A", acquisition="grant", acquired_on=LONG_AGO, built_on=LONG_AGO, conforms=True)
    left = PlotFactory(district=district, number="B")
    freeze_baseline(district=district, kind="pilot", reason="授予试点称号", by=None)
    facts = district_facts(district, dt.date(2027, 1, 1))
    works = preparer.get(facts["main_works_built_ratio"].link)
    assert works.context["works"] == [road]
    assert "只列核对中还缺的1项" in works.content.decode()
    assert preparer.get(facts["key_projects_in_use_ratio"].link).context["projects"] == [station]
    link = plot_rates(district, dt.date(2027, 1, 1))["plots_built_ratio"].link
    assert link == facts["plots_built_ratio"].link
    assert [row.pk for row in preparer.get(link).context["rows"]] == [left.pk]


def test_a_link_that_names_no_row_shows_all(preparer, people):
    district = make_district(people)
    WorkFactory(district=district)
    pages = [preparer.get(reverse("districts:work_list", args=[district.code]), {"only": words}) for words in ("", "x", "９", "9" * 30)]
    assert [len(page.context["works"]) for page in pages] == [1] * 4


EDITION = "GD-REF-2024"


def floor_plot(district, floor, **values):
    made = PlotFactory(district=district, floor_area=Decimal(floor), built_on=dt.date(2026, 1, 1))
    for key, value in values.items():
        PlotIndicator.objects.create(plot=made, key=key, designed=value, built=value)
    return made


def given(district, stage="planning", edition=EDITION):
    return {clause: one.value for clause, one in values_by_clause(district, edition, stage, clock.today()).items()}


def test_shares_and_means_are_weighed_by_floor_area():
    district = DistrictFactory()
    floor_plot(district, 30_000, star="三星级", prefab="80", smart_building="yes")
    floor_plot(district, 10_000, star="一星级", prefab="60", smart_building="no")
    PlotFactory(district=district, buildable=False)
    assert given(district) == {"7.2.1": {"a": "3", "b": "4"}, "7.2.26": {"a": "3", "b": "4"}, "7.2.25": "75"}
    assert given(district, "operation") == given(district)
    assert given(district, edition="other") == {}


def test_one_plot_without_its_value_or_floor_area_and_nothing_is_offered():
    district = DistrictFactory()
    assert given(district) == {}
    floor_plot(district, 30_000, star="三星级", renewable="10")
    floor_plot(district, 10_000, star="三星级")
    assert given(district) == {"7.2.1": {"a": "4", "b": "4"}}
    PlotFactory(district=district, floor_area=None)
    assert given(district) == {}


def test_projects_count_by_the_days_told():
    district = DistrictFactory()
    day = dt.date(2026, 1, 1)
    KeyProjectFactory(district=district, planned_start=day, planned_finish=dt.date(2026, 6, 1), state=ProjectState.COMPLETED,
                      started_on=day, finished_on=dt.date(2026, 5, 1))  # fmt: skip
    late = KeyProjectFactory(district=district, planned_start=day, state=ProjectState.BUILDING)
    assert given(district, "operation") == {}
    type(late).objects.filter(pk=late.pk).update(started_on=day + dt.timedelta(days=1))
    assert given(district, "operation") == {"4.2.19": {"a": "1", "b": "2"}}
