import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greendistrict.policy import engine, report
from greendistrict.policy.enums import Op, Outcome, PolicyStep, RuleLevel
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.loader import all_policies
from tests.inputs import inputs
from tests.policy.examples import BASE, SHORT, SHOULD_SHORT, facts, ratio, without

POLICY = all_policies()[-1]
DAY = dt.date(2026, 11, 20)
TESTED = [rule for rule in POLICY.rules if rule.tests]
LAND = ratio(Decimal("1.2"), Decimal("2.5"), noun="km²")


def ask(rule_id, given_facts):
    return engine.ask(POLICY.rule(rule_id), given_facts)


def test_every_must_rule_with_a_test_has_an_example():
    musts = {rule.id for rule in TESTED if rule.level == RuleLevel.MUST}
    assert musts == {rule_id for rule_id, _, _ in SHORT}
    assert {rule.id for rule in TESTED if rule.level == RuleLevel.SHOULD} == {rule_id for rule_id, _, _ in SHOULD_SHORT}


@pytest.mark.parametrize(("rule_id", "kind", "change"), SHORT, ids=[row[0] for row in SHORT])
def test_must_rules_hold_on_the_boundary_and_fail_just_short_of_it(rule_id, kind, change):
    held = ask(rule_id, facts(kind))
    assert (held.verdict, held.remedy) == (Outcome.PASS, "")
    failed = ask(rule_id, facts(kind, **change))
    assert failed.verdict == Outcome.FAIL
    assert failed.cite
    assert failed.remedy
    assert engine.blocking([failed]) == [failed]


@pytest.mark.parametrize(("rule_id", "kind", "change"), SHOULD_SHORT, ids=[row[0] for row in SHOULD_SHORT])
def test_should_rules_warn_and_do_not_block(rule_id, kind, change):
    assert ask(rule_id, facts(kind)).verdict == Outcome.PASS
    warned = ask(rule_id, facts(kind, **change))
    assert warned.verdict == Outcome.WARN
    assert engine.warnings([warned]) == [warned]
    assert not engine.blocking([warned])


@pytest.mark.parametrize("rule", TESTED, ids=[rule.id for rule in TESTED])
def test_an_unknown_fact_never_passes(rule):
    kind = "renewal" if rule.applies_to == {"renewal"} else "new"
    for test in rule.tests:
        verdict = engine.ask(rule, without(kind, test.fact.name))
        assert verdict.verdict != Outcome.PASS
        assert "资料不足" in verdict.found


NONE = {"plots_acquired_ratio": "APPLY-PLOTS", "plots_built_ratio": "ACCEPT-PLOTS", "main_works_built_ratio": "ACCEPT-INFRA"}
NONE |= {"key_projects_in_use_ratio": "ACCEPT-KEY-PROJECTS", "plan_parts": "SPECIAL-PLAN"}


@pytest.mark.parametrize("name", NONE)
def test_an_empty_set_fails_and_says_so(name):
    verdict = ask(NONE[name], facts("new", **{name: set() if name == "plan_parts" else ratio(0, 0)}))
    assert verdict.verdict == Outcome.FAIL
    assert verdict.found == "资料不足"
    assert verdict.remedy.startswith(("补充资料：", "请补填"))


@pytest.mark.parametrize(("kind", "stray"), [("new", "RENEWAL-DIAGNOSIS"), ("renewal", "APPLY-LAND-RATIO"), ("renewal", "ACCEPT-PLOTS")])
def test_rules_of_the_other_type_do_not_apply(kind, stray):
    assert ask(stray, facts(kind)).verdict == Outcome.NOT_APPLICABLE
    unknown = ask(stray, without(kind, "district_type"))
    assert (unknown.verdict, "城区类型" in unknown.remedy) == (Outcome.FAIL, True), "no way out"


def test_the_words_of_a_count():
    verdict = ask("ACCEPT-PLOTS", facts(plots_built_ratio=ratio(36, 78, noun="个地块", note="按面积44.1%", link="/plots/")))
    assert (verdict.required, verdict.found) == ("≥ 50%", "46.2%（36 / 78）；按面积44.1%")
    assert verdict.remedy == "再有3个地块（达到39 / 78）"
    assert verdict.href == "/plots/"
    assert verdict.title == "完成建设的地块比例"
    assert verdict.reading.startswith("按完成建设的地块 ÷ ")


PRODUCTS = "绿色生态指标体系、绿色生态规划方案、碳排放分析报告"
DONE = "完成并登记：范围与单元控规（新建）或区域更新范围（更新）一致"
MISSING = "绿色生态指标体系、碳排放分析报告"


@pytest.mark.parametrize(
    ("rule_id", "change", "required", "found", "remedy"),
    [
        ("SCALE-NEW", {"developable_km2": Decimal("0.30")}, "≥ 0.5 km²", "0.3 km²", "还差0.2 km²（须达到0.5 km²）"),
        ("CARBON-STAGES", {"carbon_stage_targets": 1}, "≥ 2个", "1个", "还差1个（须达到2个）"),
        ("ACCEPT-KEY-PROJECTS", {"key_projects_in_use_ratio": ratio(3, 4)}, "100%", "75%（3 / 4）", "再有1个（达到4 / 4）"),
        ("BOUNDARY", {"boundary_matches": False}, "一致", "不一致", DONE),
        ("SPECIAL-PLAN", {"plan_parts": {"绿色生态规划方案"}}, PRODUCTS, f"1 / 3项，缺{MISSING}", f"补齐：{MISSING}"),
        ("APPLY-LAND-RATIO", {"developable_ratio": LAND}, "≥ 50%", "48%（1.2 / 2.5 km²）", "还差2个百分点（须达到50%）"),
    ],
)
def test_the_words_of_each_operator(rule_id, change, required, found, remedy):
    verdict = ask(rule_id, facts("new", **change))
    assert (verdict.required, verdict.found, verdict.remedy) == (required, found, remedy)


def test_a_value_just_short_is_not_rounded_onto_the_limit():
    assert ask("APPLY-LAND-RATIO", facts(developable_ratio=Decimal("0.49999"))).found == "49.999%"


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), Decimal("NaN"), True, "0.9"])
def test_what_is_no_number_is_unknown(odd):
    assert ask("APPLY-LAND-RATIO", facts(developable_ratio=odd)).found == "资料不足"


def test_a_plain_ratio_and_a_note_are_shown():
    assert ask("APPLY-LAND-RATIO", facts(developable_ratio=0.5)).verdict == Outcome.PASS
    assert ask("APPLY-IN-PLAN", facts(in_implementation_plan=FactValue(False, note="2026年度未纳入"))).found == "2026年度未纳入"


def test_a_reading_is_told_from_the_text():
    assert ask("CARBON-STAGES", facts()).reading == "“分阶段”本平台理解为至少两个阶段；实施方案以碳排放分析报告为准，平台不另核对"
    assert ask("CARBON-INTENSITY", facts()).reading == ""


def test_all_refusals_come_at_once():
    verdicts = engine.evaluate(POLICY, "file", Facts({"district_type": "new"}), DAY)
    refusals = engine.refusals(verdicts)
    assert [refusal.rule for refusal in refusals] == [v.rule for v in verdicts if v.verdict == Outcome.FAIL]
    assert len(refusals) == 10
    assert all(refusal.cite and refusal.required and refusal.found and refusal.remedy for refusal in refusals)
    assert len(engine.warnings(verdicts)) == 3


def test_a_step_asks_its_own_rules_only():
    verdicts = engine.evaluate(POLICY, PolicyStep.ACCEPT, facts(), DAY)
    assert [verdict.rule for verdict in verdicts] == ["APPLY-ENDORSED"]
    everything = {v.rule: v.verdict for v in engine.evaluate(POLICY, PolicyStep.ACCEPT, Facts(), DAY, all_steps=True)}
    assert len(everything) == len(POLICY.rules)
    assert everything["APPLY-ENDORSED"] == Outcome.FAIL
    assert everything["APPLY-EXPERTS"] == Outcome.LATER
    assert everything["SPECIAL-PLAN"] == Outcome.NOT_APPLICABLE


def test_duties_effects_and_information_block_nothing():
    for step in PolicyStep:
        for verdict in engine.evaluate(POLICY, step, Facts(), DAY):
            if verdict.level in {RuleLevel.DUTY, RuleLevel.EFFECT, RuleLevel.INFO}:
                assert verdict.verdict == Outcome.NOT_APPLICABLE
    with pytest.raises(ValueError, match="nowhere"):
        engine.evaluate(POLICY, "nowhere", Facts(), DAY)


def test_overview_groups_the_procedure_by_step():
    groups = engine.overview(POLICY, facts(review_passed=False), DAY, PolicyStep.ACCEPT)
    assert [(group.step, group.is_later) for group in groups] == [
        (PolicyStep.FILE, False),
        (PolicyStep.ACCEPT, False),
        (PolicyStep.GRANT, True),
    ]
    assert {verdict.verdict for verdict in groups[2].verdicts} == {Outcome.LATER}
    assert groups[2].verdicts[0].found == "待后续环节"
    assert [(group.title, group.note) for group in groups[1:]] == [("受理时", ""), ("授予时", "待后续环节")]
    assert "RENEWAL-DIAGNOSIS" not in {verdict.rule for verdict in groups[0].verdicts}
    assert [group.step for group in engine.overview(POLICY, facts(), DAY, PolicyStep.DECIDE)] == [PolicyStep.REQUEST, PolicyStep.CONCLUDE]


def test_a_decision_names_its_effects():
    assert [rule.id for rule in engine.effects(POLICY, PolicyStep.GRANT)] == ["TITLE-PILOT"]
    assert [rule.id for rule in engine.effects(POLICY, "decide")] == ["TITLE-DEMONSTRATION", "TITLE-CANCELLED", "TITLE-REVOKED"]


def test_revocation_needs_both_halves():
    both = engine.require(POLICY, "TITLE-REVOKED", facts(), DAY)
    assert [verdict.verdict for verdict in both] == [Outcome.PASS, Outcome.PASS]
    once = engine.require(POLICY, "TITLE-REVOKED", facts(consecutive_failures=1), DAY)
    assert [verdict.verdict for verdict in once] == [Outcome.PASS, Outcome.FAIL]
    assert engine.refusals(once)[0].cite == "八（四）"
    assert ask("TITLE-REVOKED", facts(consecutive_failures=1)).verdict == Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(("day", "covered"), [("2023-09-30", False), ("2023-10-01", True), ("2028-09-30", True), ("2028-10-01", False)])
def test_validity_includes_both_ends(day, covered):
    on = dt.date.fromisoformat(day)
    if covered:
        assert engine.policy_in_force(on) is POLICY
        assert engine.evaluate(POLICY, PolicyStep.GRANT, facts(), on)
        return
    with pytest.raises(engine.NoPolicyInForce) as caught:
        engine.policy_in_force(on)
    assert "不在任何现行政策的有效期内" in str(caught.value)
    with pytest.raises(engine.NoPolicyInForce):
        engine.evaluate(POLICY, PolicyStep.GRANT, facts(), on)
    with pytest.raises(engine.NoPolicyInForce):
        engine.overview(POLICY, facts(), on, PolicyStep.GRANT)


def test_the_report_has_exactly_the_agreed_keys():
    verdicts = engine.evaluate(POLICY, PolicyStep.GRANT, facts(review_passed=False), DAY, all_steps=True)
    told = report.as_json(POLICY, PolicyStep.GRANT, DAY, verdicts)
    assert set(told) == {"policy", "on", "allowed", "verdicts"}
    assert (told["policy"], told["on"], told["allowed"]) == ("沪住建规范联〔2023〕13号", "2026-11-20", False)
    assert {frozenset(verdict) for verdict in told["verdicts"]} == {frozenset(report.FIELDS)}
    assert {verdict["verdict"] for verdict in told["verdicts"]} == {"fail", "later", "n/a"}
    passing = engine.evaluate(POLICY, PolicyStep.GRANT, facts(), DAY)
    assert report.as_json(POLICY, "grant", DAY, passing)["allowed"] is True


def test_facts_are_frozen_and_tell_themselves():
    own = facts()
    with pytest.raises(TypeError):
        own["area_km2"] = FactValue(1)
    assert own.merge({"area_km2": 3}).find("area_km2").value == 3
    assert own.find("area_km2").value == Decimal(1)
    told = own.as_json()
    assert (told["plots_built_ratio"], told["developable_km2"], told["boundary_matches"]) == ("20/40", "0.5", True)
    assert told["plan_parts"] == sorted(BASE["new"]["plan_parts"])


GE_RULES = [rule for rule in TESTED if len(rule.tests) == 1 and rule.tests[0].op is Op.GE]
SET_RULES = [rule for rule in TESTED if rule.tests[0].op is Op.CONTAINS_ALL]
RANK = {Outcome.FAIL: 0, Outcome.WARN: 0, Outcome.PASS: 1}


@inputs(100)
@given(st.sampled_from(GE_RULES), st.integers(0, 500), st.integers(0, 500), st.integers(1, 500))
def test_more_never_turns_a_pass_into_a_failure(rule, numerator, more, denominator):
    kind = next(iter(rule.applies_to), "new")
    name = rule.tests[0].fact.name
    less = engine.ask(rule, facts(kind, **{name: ratio(numerator, denominator)}))
    greater = engine.ask(rule, facts(kind, **{name: ratio(numerator + more, denominator)}))
    assert RANK[greater.verdict] >= RANK[less.verdict]


@inputs(100)
@given(st.sampled_from(GE_RULES), st.integers(0, 500), st.integers(1, 500))
def test_doing_what_the_remedy_says_turns_it_green(rule, numerator, denominator):
    kind = next(iter(rule.applies_to), "new")
    name = rule.tests[0].fact.name
    verdict = engine.ask(rule, facts(kind, **{name: ratio(numerator, denominator)}))
    if verdict.verdict == Outcome.PASS:
        return
    goal = int(verdict.remedy.split("达到")[1].split(" /")[0])
    step_before = engine.ask(rule, facts(kind, **{name: ratio(goal - 1, denominator)}))
    assert engine.ask(rule, facts(kind, **{name: ratio(goal, denominator)})).verdict == Outcome.PASS
    assert step_before.verdict != Outcome.PASS


@inputs(100)
@given(st.sampled_from(SET_RULES), st.data())
def test_only_the_full_set_passes(rule, data):
    wanted = rule.tests[0].value
    held = data.draw(st.sets(st.sampled_from([*wanted, "其他"])))
    verdict = engine.ask(rule, facts(next(iter(rule.applies_to), "new"), **{rule.tests[0].fact.name: held}))
    assert (verdict.verdict == Outcome.PASS) == (set(wanted) <= held)


@inputs(100)
@given(st.sampled_from(TESTED), st.dictionaries(st.sampled_from(sorted(BASE["new"])), st.none() | st.booleans() | st.integers(-3, 3)))
def test_any_facts_give_a_verdict_with_words(rule, odd):
    verdict = engine.ask(rule, facts("new", **odd))
    assert verdict.found
    assert verdict.required
    assert (verdict.remedy != "") == (verdict.verdict in {Outcome.FAIL, Outcome.WARN})
