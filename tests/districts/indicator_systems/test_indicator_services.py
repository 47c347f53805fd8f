"""Indicator systems: what a version holds, who may do what when, what it refuses, what the policy's facts read of it."""

import pytest
from django.db import IntegrityError, transaction

from districts.common.enums import Dimension, Stage, SystemStatus
from districts.facts.facts import district_facts
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem
from districts.indicator_systems.row_rules import CARBON, missing
from districts.indicator_systems.selectors import amber_limits, lines_of, progress_of, systems_visible_to, targets_for_year
from districts.indicator_systems.services import indicators
from districts.indicator_systems.targets import show
from districts.overview.selectors.tasks import tasks_for
from districts.special_plans.models import SpecialPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.policy.engine import ask
from greendistrict.policy.facts import Facts
from greendistrict.policy.loader import all_policies
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from tests.factories.accounts import make_user
from tests.factories.assessments import published_edition
from tests.factories.districts import SpecialPlanFactory, file_case, make_district, write_sections
from tests.factories.indicator_systems import YEARS, approved_system, begun_system, filled_system
from tests.factories.once import once
from tests.refusing import refuses
from tests.steps import step

AREA = pytest.mark.area("districts", "indicators")
edition = once(published_edition)
INSIDE = {"preparer", "reviewer", "consultant"}
READERS = INSIDE | {"authority", "bureau", "city_officer", "city_checker", "city_director", "city_legal", "secretariat"}


def texts(refused):
    return [refusal.text for refusal in refused.value.refusals]


def row_of(system, key):
    return system.rows.get(key=key)


def save(people, system, key, **values):
    row = row_of(system, key)
    return indicators.save_row(row=row, values=values, version=row.version, by=people.preparer)


def put(system, status):
    IndicatorSystem.objects.filter(pk=system.pk).update(status=status, approved_at=clock.now() if status == "approved" else None)
    system.refresh_from_db()


def test_a_version_holds_every_clause_of_the_type_and_the_carbon_intensity(people):
    system = begun_system(people)
    items = rules_for(system.edition).items
    expected = [item.id for item in items.values() if "new" in item.data["applies"]["types"]]
    assert [row.item_id for row in system.rows.all()] == [*expected, ""]
    carbon, control, scored = (row_of(system, key) for key in (CARBON, "4.1.1", "4.2.1"))
    assert (carbon.rule, carbon.unit, carbon.title) == ("le", "kgCO₂e/(m²·a)", "碳排放强度")
    assert (control.near, control.mid, control.long, control.chapter) == ("yes", "yes", "yes", "4 区域总体")
    assert (scored.near, scored.department != "") == ("", True)
    assert AuditRecord.objects.filter(action="districts.start_indicator_system").count() == 1


def test_nothing_begins_before_plan_type_and_edition_or_beside_an_open_version(people):
    district, system = make_district(people, type=""), begun_system(people)
    refuses("第1版指标体系填报中，请在这一版上办理", indicators.start_system, district=system.district, by=people.preparer)
    Edition.objects.update(status="draft")
    with pytest.raises(Refused) as refused:
        indicators.start_system(district=district, by=people.preparer)
    assert texts(refused) == [
        "请先建立专业规划：指标体系是专业规划的组成部分",
        "请先填写城区类型（新建或更新），各类适用的条文不同",
        "尚无可用的评价标准",
    ]
    refuses(NotAllowed, indicators.start_system, district=district, by=people.reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorSystem.objects.create(district=system.district, plan=system.plan, edition=system.edition, number=2)


def test_the_next_version_takes_over_values_before_the_title_and_is_refused_after(people):
    old = approved_system(people)
    new = indicators.start_system(district=old.district, by=people.preparer)
    assert (new.number, new.near_year, row_of(new, CARBON).near) == (2, 2027, "30")
    assert row_of(new, "4.2.1").long == row_of(old, "4.2.1").long
    new.delete()
    old.district.stage = Stage.PILOT
    old.district.save()
    refuses("称号授予后，指标体系的修改须经变更办理", indicators.start_system, district=old.district, by=people.preparer)


def test_a_titled_district_without_a_system_may_set_up_its_first(people):
    assert begun_system(people, make_district(people, stage=Stage.PILOT)).number == 1


def test_wrong_values_are_refused_in_words(people):
    system = begun_system(people)
    for key, values, message in (
        ("4.2.1", {"near": "101"}, "应在0至100%之间"),
        ("4.2.1", {"baseline_year": 1999}, "年份应在2000至2100之间"),
        ("4.2.1", {"taking_part": False, "exclusion_reason": "没有"}, "条文4.2.1不允许不参评"),
        ("4.2.19", {"taking_part": False, "exclusion_reason": " "}, "不参评要写明理由"),
        ("4.2.19", {"taking_part": True, "exclusion_reason": "没有"}, "参评的条文不填不参评理由"),
        (CARBON, {"taking_part": False, "exclusion_reason": "没有"}, "标准以外的指标没有不参评，不需要的可以删除"),
        ("4.2.1", {"department": "区" * 101}, "最多100字"),
    ):
        refuses(message, save, people, system, key, **values)
        assert row_of(system, key).version == 0, message


def test_own_indicators_have_their_own_rule_and_may_be_dropped(people):
    system = begun_system(people)
    values = {"title": "邻里中心", "unit": "处", "rule": "range", "dimension": "健康宜居", "near": "3～5", "department": "", "source": ""}
    row = indicators.add_own(system=system, values=values, by=people.preparer)
    assert (row.key, row.near, row.item_id) == ("ZD1", "3~5", "")
    refuses("范围的前一个数不能大于后一个数", indicators.add_own, system=system, values={**values, "near": "5~3"}, by=people.preparer)
    indicators.delete_own(row=row, by=people.preparer)
    for key, text in ((CARBON, "碳排放强度目标是必备内容，不能删除"), ("4.1.1", "标准条文不能删除，允许不参评的可以填写理由后不参评")):
        refuses(text, indicators.delete_own, row=row_of(system, key), by=people.preparer)


def test_years_go_one_after_the_other(people):
    system = begun_system(people)
    with pytest.raises(Refused, match="目标年应依次为近期、中期、远期，一个比一个晚"):
        indicators.save_years(system=system, values={**YEARS, "mid_year": 2027}, version=0, by=people.preparer)
    assert indicators.save_years(system=system, values=YEARS, version=0, by=people.preparer).version == 1
    refuses(Stale, indicators.save_years, system=system, values=YEARS, version=0, by=people.preparer)


def test_everything_that_is_missing_comes_at_once(people):
    system = begun_system(people)
    with pytest.raises(Refused) as refused:
        step(system, "hand_up", people.preparer)
    found = texts(refused)
    assert found[:3] == ["请填写近期目标年", "请填写中期目标年", "请填写远期目标年"]
    assert any("条指标未填近期目标：4.2.1" in text for text in found)
    assert found[-1] == "碳排放强度的分阶段目标不足两个"
    assert missing(filled_system(people, make_district(people)), []) != []


def test_two_people_hand_up_and_sign(people):
    system = filled_system(people)
    both = make_user("preparer", people.applicant_body)
    both.posts.create(organisation=people.applicant_body, role="reviewer", valid_from=both.posts.get().valid_from)
    step(system, "hand_up", both)
    refuses("签发人与送审人不能是同一人", step, system, "sign", both)


def test_an_applicant_that_leads_itself_is_approved_by_the_city(people):
    district = make_district(people)
    district.authorities.set([people.applicant_body])
    system = filled_system(people, district)
    step(system, "hand_up", people.preparer)
    step(system, "sign", people.reviewer)
    assert [seat for seat, user in people.everybody.items() if {"批准指标体系"} & {one.title for one in tasks_for(Viewer(user))}] == [
        "city_officer"
    ]
    refuses(NotAllowed, step, system, "approve", people.authority)
    step(system, "approve", people.city_officer)
    assert system.status == "approved"


@pytest.mark.parametrize("status", ["signing", "handed_up", "approved"])
def test_a_version_that_left_the_preparer_is_closed(people, status):
    system = begun_system(people)
    put(system, status)
    row = row_of(system, "4.2.1")
    refuses(Closed, indicators.save_row, row=row, values={"near": "40"}, version=0, by=people.preparer)
    refuses(Closed, indicators.apply_cells, system=system, cells=[(row.pk, 0, {"near": "40"})], by=people.preparer)


@pytest.mark.parametrize(("stage", "status", "seats"), [
    (Stage.CANDIDATE, "draft", INSIDE), (Stage.CANDIDATE, "signing", INSIDE), (Stage.CANDIDATE, "handed_up", READERS),
    (Stage.PILOT, "handed_up", READERS), (Stage.PILOT, "approved", READERS | {"partner"}),
])  # fmt: skip
def test_who_sees_a_version(people, stage, status, seats):
    system = begun_system(people, make_district(people, stage=stage))
    file_case(system.district)
    put(system, status)
    assert {seat for seat, user in people.everybody.items() if systems_visible_to(Viewer(user)).exists()} == seats


def facts(district):
    return district_facts(district, clock.today())


def verdict(rule, district):
    return str(ask(all_policies()[-1].rule(rule), Facts(facts(district))).verdict)


def test_no_rule_turns_green_on_a_version_nobody_signed(people):
    system = filled_system(people)
    for status in SystemStatus.values:
        IndicatorSystem.objects.update(status=status, approved_at=clock.now() if status == "approved" else None)
        assert (verdict("INDICATOR-DIMENSIONS", system.district) == "pass") == (status in {"handed_up", "approved"}), status
        if status in {"draft", "signing"}:
            assert "签发后计入" in facts(system.district)["indicator_dimensions"].provisional


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"near": "30", "mid": "35", "long": "28"}, "mid"),
        ({"near": "30", "mid": "29", "long": "29.5"}, "long"),
        ({"near": "30", "mid": "", "long": "31"}, "long"),
        ({"near": "36", "mid": "34", "long": "30"}, "long"),
        ({"near": "36", "mid": "34", "long": "28"}, ""),
        ({"near": "30", "mid": "30", "long": "28"}, ""),
    ],
)
def test_stages_are_in_order_and_the_last_meets_the_final_target(people, values, field):
    system = begun_system(people)
    SpecialPlan.objects.update(carbon_intensity_target=28)
    row = system.rows.get(key=CARBON)
    row.system.refresh_from_db()
    if field:
        with pytest.raises(Refused) as refused:
            indicators.save_row(row=row, values=values, version=row.version, by=people.preparer)
        assert [one.field for one in refused.value.refusals] == [field]
    else:
        indicators.save_row(row=row, values=values, version=row.version, by=people.preparer)


@AREA
def test_dimensions_are_computed_on_the_boundary(people):
    system = approved_system(people)
    district = system.district
    assert facts(district)["indicator_dimensions"].value == frozenset(Dimension.values)
    assert verdict("INDICATOR-DIMENSIONS", district) == "pass"
    rows = system.rows.filter(dimension="智慧管控")
    rows.update(near="", mid="", long="")
    assert verdict("INDICATOR-DIMENSIONS", district) == "fail"
    IndicatorRow.objects.filter(pk=rows.first().pk).update(long="yes")
    assert verdict("INDICATOR-DIMENSIONS", district) == "pass"
    IndicatorRow.objects.filter(pk=rows.first().pk).update(taking_part=False, exclusion_reason="测试")
    assert verdict("INDICATOR-DIMENSIONS", district) == "fail"
    assert "智慧管控" not in facts(district)["indicator_dimensions"].value


@AREA
def test_ticks_of_old_count_only_where_no_system_is_and_the_plan_is_approved(people):
    district = make_district(people)
    plan = SpecialPlanFactory(district=district, carbon_stage_targets=[{"year": 2030, "value": "30"}])
    write_sections(plan, stated=Dimension.values)
    assert facts(district)["indicator_dimensions"].value == frozenset()
    assert "没有指标体系" in facts(district)["indicator_dimensions"].note
    type(plan).objects.update(approved_on=clock.today())
    assert len(facts(district)["indicator_dimensions"].value) == 5
    assert "原在专业规划中勾选" in facts(district)["indicator_dimensions"].note
    assert facts(district)["carbon_stage_targets"].value == 1
    system = begun_system(people, district)
    system.rows.update(near="", mid="", long="")
    assert facts(district)["indicator_dimensions"].value == frozenset()
    assert facts(district)["carbon_stage_targets"].note == "2030年30"


@AREA
def test_stages_are_those_of_the_carbon_report_and_no_number_of_the_indicator_system(people):
    """七（一）3 asks them of the plan, from which the target path and all reports take them; a system with more is told."""
    district = make_district(people)
    plan = SpecialPlanFactory(district=district, carbon_stage_targets=[{"year": 2030, "value": "28.0"}])
    system = begun_system(people, district)
    system.rows.update(near="", mid="", long="")
    IndicatorSystem.objects.update(near_year=2027, mid_year=2030, status="approved", approved_at=clock.now())
    system.rows.filter(key=CARBON).update(near="30", mid="28", long="25")
    fact = facts(district)["carbon_stage_targets"]
    assert (fact.value, verdict("CARBON-STAGES", district)) == (1, "fail")
    assert fact.note == "2030年28；指标体系第1版的2027年30与专业规划登记的不同"
    stages = [{"year": 2027, "value": "30"}, {"year": 2030, "value": "28"}]
    type(plan).objects.update(carbon_stage_targets=stages)
    assert (facts(district)["carbon_stage_targets"].note, verdict("CARBON-STAGES", district)) == ("2027年30、2030年28", "pass")


def test_the_approved_version_counts_while_the_next_is_drafted(people):
    old = approved_system(people)
    new = indicators.start_system(district=old.district, by=people.preparer)
    new.rows.update(near="", mid="", long="")
    assert len(facts(old.district)["indicator_dimensions"].value) == 5


@AREA
def test_the_target_of_a_year_lies_on_the_path_that_the_light_reads(people):
    district = make_district(people)
    system = approved_system(people, district)
    rows = system.rows.filter(key="4.2.1")
    rows.update(near="40", mid="50", long="60")
    years = (2025, 2026, 2027, 2028, 2030, 2035, 2036)
    asked = [targets_for_year(district, year).get("4.2.1") for year in years]
    assert asked == [None, None, "40", "43.33", "50", "60", "60"]
    rows.update(baseline="30", baseline_year=2025)
    assert [targets_for_year(district, year)["4.2.1"] for year in years[:3]] == ["30", "35", "40"]
    line = next(line for line in lines_of(system) if line.row.key == "4.2.1")
    for year in years:
        read = progress_of(system, line, {year: "31"}, [year], amber_limits()[0])
        assert read.due == show(line.measure, targets_for_year(district, year)["4.2.1"]), year
    system.rows.filter(key="4.2.1").update(taking_part=False, exclusion_reason="测试")
    assert "4.2.1" not in targets_for_year(district, 2026)
