"""How firm a verdict is, what it says of itself, and the edges of facts: pure, on rules of the policy and made of them."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from greendistrict.policy import engine
from greendistrict.policy.enums import Op, Outcome, PolicyStep, RuleLevel, Standing
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.loader import all_policies
from tests.policy.examples import facts, ratio, without

POLICY = all_policies()[-1]
DAY = dt.date(2026, 11, 20)
PLOTS, PLAN, EXPERTS, KEY = "APPLY-PLOTS", "APPLY-IN-PLAN", "APPLY-EXPERTS", "APPLY-KEY-PROJECTS"
FIRM, TYPED = FactValue(False, link="/firm/"), FactValue(True, provisional="待审核", link="/typed/")
WORKING, NOTHING = FactValue(True, underway=True, link="/working/"), FactValue(link="/nothing/")


def ask(rule_id, **given):
    return engine.ask(POLICY.rule(rule_id), facts(**given))


@pytest.mark.parametrize(
    ("rule_id", "name", "value", "outcome", "standing", "will_hold", "look"),
    [
        (EXPERTS, "review_passed", FactValue(True), Outcome.PASS, Standing.SETTLED, True, "pass"),
        (EXPERTS, "review_passed", FIRM, Outcome.FAIL, Standing.SETTLED, False, "fail"),
        (EXPERTS, "review_passed", TYPED, Outcome.FAIL, Standing.PROVISIONAL, True, "will_hold"),
        (EXPERTS, "review_passed", replace(TYPED, value=False), Outcome.FAIL, Standing.PROVISIONAL, False, "will_fail"),
        (EXPERTS, "review_passed", WORKING, Outcome.FAIL, Standing.UNDERWAY, False, "underway"),
        (EXPERTS, "review_passed", NOTHING, Outcome.FAIL, Standing.UNKNOWN, False, "no_data"),
        (EXPERTS, "review_passed", replace(NOTHING, provisional="待审核"), Outcome.FAIL, Standing.UNKNOWN, False, "no_data"),
        (PLAN, "in_implementation_plan", FIRM, Outcome.WARN, Standing.SETTLED, False, "warn"),
        (PLAN, "in_implementation_plan", TYPED, Outcome.WARN, Standing.PROVISIONAL, True, "will_hold"),
        (PLOTS, "plots_acquired_ratio", ratio(1, 20, provisional="待审核"), Outcome.FAIL, Standing.PROVISIONAL, True, "will_hold"),
        (PLOTS, "plots_acquired_ratio", ratio(1, 21, provisional="待审核"), Outcome.FAIL, Standing.PROVISIONAL, False, "will_fail"),
    ],
)
def test_an_open_verdict_tells_what_it_rests_on(rule_id, name, value, outcome, standing, will_hold, look):  # noqa: PLR0917 -- the columns above
    verdict = ask(rule_id, **{name: value})
    assert (verdict.verdict, verdict.standing, verdict.will_hold, verdict.look) == (outcome, standing, will_hold, look)
    assert verdict.href == ("" if outcome == Outcome.PASS else value.link)


def test_what_holds_counts_as_holding_though_some_of_it_is_not_known():
    held = ask(EXPERTS, review_passed=FactValue(True))
    assert replace(held, standing=Standing.UNKNOWN).look == "pass"


def test_the_remedy_asks_nothing_of_who_is_at_work_and_only_settling_of_who_typed_well():
    assert ask(EXPERTS, review_passed=WORKING).remedy == ""
    assert ask(EXPERTS, review_passed=TYPED).remedy == "待审核"
    short = ask(PLOTS, plots_acquired_ratio=ratio(1, 21, noun="个地块", provisional="待审核")).remedy
    assert short == ask(PLOTS, plots_acquired_ratio=ratio(1, 21, noun="个地块")).remedy != ""


@pytest.mark.parametrize(
    ("values", "standing", "href"),
    [
        ((FIRM, TYPED, WORKING, NOTHING), Standing.UNKNOWN, "/firm/"),
        ((FactValue(True), TYPED, WORKING, FIRM), Standing.SETTLED, "/typed/"),
        ((FactValue(True, link="/met/"), WORKING, TYPED, FactValue(True)), Standing.PROVISIONAL, "/working/"),
        ((FactValue(True), FactValue(True), WORKING, FactValue(True)), Standing.UNDERWAY, "/working/"),
        ((FactValue(True, link="/met/"), *[FactValue(True)] * 3), Standing.SETTLED, ""),
    ],
)
def test_of_several_failures_missing_data_counts_first_and_work_under_way_last(values, standing, href):
    names = ("review_passed", "key_project_plan", "in_implementation_plan", "boundary_matches")
    tests = tuple(POLICY.rule(rule).tests[0] for rule in (EXPERTS, KEY, PLAN, "BOUNDARY"))
    verdict = engine.ask(replace(POLICY.rule(EXPERTS), tests=tests), facts(**dict(zip(names, values, strict=True))))
    assert (verdict.standing, verdict.href) == (standing, href)
    assert verdict.will_hold is all(value.value is True and not value.underway for value in values)
    assert verdict.found.count("；") == 3


def test_an_effect_that_does_not_come_about_asks_for_nothing():
    verdict = ask("TITLE-REVOKED", not_implemented_finding=False)
    assert (verdict.verdict, verdict.remedy, verdict.look) == (Outcome.NOT_APPLICABLE, "", "n/a")


def test_a_word_and_a_number_may_be_asked_for_exactly():
    amount = replace(POLICY.rule("CARBON-STAGES").tests[0], op=Op.EQ)
    assert [engine.would_hold(amount, FactValue(number)) for number in (1, 2, 3, None)] == [False, True, False, False]
    word = replace(amount, value="new", fact=replace(amount.fact, name="district_type"))
    assert [engine.would_hold(word, FactValue(text)) for text in ("new", "renewal")] == [True, False]


def test_a_limit_that_is_no_number_is_never_reached():
    amount = POLICY.rule("CARBON-STAGES").tests[0]
    for limit, value in (("3", "3"), (("3",), {"3"})):
        assert engine.would_hold(replace(amount, op=Op.GE, value=limit), FactValue(value)) is False


def test_a_rule_that_was_not_asked_or_has_no_test_promises_nothing():
    assert not any(ask(rule, district_type=None).will_hold for rule in ("SCALE-NEW", "TITLE-PILOT"))


def test_a_gate_says_why_a_rule_is_not_asked():
    closed = ask("SCHEME-UNIT-PLAN", unit_plan_open=False, scheme_in_unit_plan=False)
    assert (closed.verdict, closed.found) == (Outcome.NOT_APPLICABLE, "否：控规即将编制或修编")
    assert ask("SCHEME-UNIT-PLAN", unit_plan_open=FactValue(False, note="控规已批")).found == "控规已批"
    unclear = ask("SCHEME-UNIT-PLAN", unit_plan_open=FactValue("也许", link="/gate/"))
    assert (unclear.verdict, unclear.standing, unclear.href) == (Outcome.FAIL, Standing.UNKNOWN, "/gate/")
    assert (unclear.found, unclear.remedy) == ("资料不足：控规即将编制或修编", "补充资料：控规即将编制或修编")
    nameless = replace(POLICY.rule("SCHEME-UNIT-PLAN"), gate=replace(POLICY.rule("SCHEME-UNIT-PLAN").gate, what=""))
    assert engine.ask(nameless, without("new", "unit_plan_open")).remedy == "补充资料：unit_plan_open"


def test_a_gate_of_the_other_type_is_not_looked_at():
    assert ask("SCHEME-RENEWAL-PLAN").found == "不适用于本类城区"
    assert ask("SCALE-NEW", district_type=None).found == "资料不足：城区类型（新建或更新）"
    assert ask("SCALE-NEW", district_type=None).verdict == Outcome.WARN
    strict = engine.ask(POLICY.rule("APPLY-LAND-RATIO"), without("new", "district_type"))
    assert (strict.verdict, "城区类型" in strict.remedy) == (Outcome.FAIL, True)


def test_asking_looks_at_these_facts_only():
    assert engine.facts_asked(POLICY.rule("SCHEME-UNIT-PLAN")) == {"scheme_in_unit_plan", "unit_plan_open", "district_type"}
    assert engine.facts_asked(POLICY.rule(EXPERTS)) == {"review_passed"}
    assert engine.facts_asked(POLICY.rule("TITLE-PILOT")) == frozenset()


def test_what_no_fact_answers_says_so_by_its_level():
    said = {name: ask(name).found for name in ("PLOT-DESIGN", "TITLE-PILOT", "APPLY-BODY")}
    assert said == {"PLOT-DESIGN": "按地块、项目逐项核对", "TITLE-PILOT": "决定后产生的效力", "APPLY-BODY": "供参考，不作要求"}
    assert ask("SELF-CHECK").found == engine.untested(POLICY.rule("SELF-CHECK")) not in {"", *said.values()}
    assert engine.untested(replace(POLICY.rule(EXPERTS), level=RuleLevel.SHOULD)) == "不作自动核对"


def test_a_verdict_says_what_its_rule_says():
    rule = POLICY.rule("SELF-CHECK")
    verdict = ask("SELF-CHECK")
    assert (verdict.title, verdict.step, verdict.cite, verdict.who) == (rule.title, rule.step, rule.cite, str(rule.details.get("who", "")))
    assert engine.required_of(replace(rule, details={"asks": "按时提交"})) == "按时提交"
    assert engine.required_of(replace(rule, details={})) == rule.title
    [refusal] = engine.refusals([ask(EXPERTS, review_passed=FIRM), ask(PLAN, in_implementation_plan=FIRM)])
    assert refusal.text == f"{POLICY.rule(EXPERTS).title}：要求{refusal.required}，现状{refusal.found}"
    assert refusal.href == "/firm/"


def test_rules_of_other_steps_say_whether_they_come_later():
    told = {one.rule: one.found for one in engine.evaluate(POLICY, PolicyStep.GRANT, facts(), DAY, all_steps=True)}
    assert (told[EXPERTS], told["APPLY-ENDORSED"], told["ACCEPT-SITE"]) == ("已通过", "本环节不核对", "待后续环节")


def test_the_check_of_chosen_steps():
    groups = engine.overview(POLICY, facts(), DAY, PolicyStep.MONITOR)
    assert [(group.step, group.is_later) for group in groups] == [(PolicyStep.MONITOR, False)]
    chosen = engine.overview(POLICY, facts(), DAY, PolicyStep.GRANT, (PolicyStep.FILE, PolicyStep.REVIEW, PolicyStep.GRANT))
    assert [group.step for group in chosen] == [PolicyStep.FILE, PolicyStep.GRANT]
    assert [verdict.rule for verdict in chosen[1].verdicts] == [EXPERTS]


def test_without_any_policy_the_refusal_says_what_is_missing():
    with pytest.raises(engine.NoPolicyInForce) as caught:
        engine.policy_in_force(dt.date(2026, 1, 2), [])
    [refusal] = caught.value.refusals
    assert (refusal.text, refusal.required, refusal.found) == ("2026年1月2日不在任何现行政策的有效期内", "有现行政策", "2026年1月2日")
    with pytest.raises(engine.NoPolicyInForce) as caught:
        engine.require(POLICY, "TITLE-REVOKED", facts(), dt.date(2029, 1, 1))
    assert caught.value.refusals[0].required == f"{POLICY.code}自2023年10月1日至2028年9月30日"


@pytest.mark.parametrize(
    ("fact", "number"),
    [
        (ratio(1, 3), Fraction(1, 3)), (ratio(0, 3), 0), (ratio(None, 3), None), (ratio(1, 0), None), (ratio(1, Decimal(-1)), None),
        (FactValue(0.1), Fraction(1, 10)), (FactValue(3), 3), (FactValue(Decimal("0.5")), Fraction(1, 2)), (FactValue(True), None),
        (FactValue(float("inf")), None), (FactValue("3"), None), (FactValue(), None), (ratio(1, 1), 1), (ratio(1, Decimal("0.5")), 2),
    ],
)  # fmt: skip
def test_the_exact_number_of_a_fact(fact, number):
    assert fact.number == number


def test_facts_are_a_mapping_that_knows_its_members():
    own = Facts({"set": {"b", "a"}, "list": ["b", "a"], "tuple": ("b",), "word": "ab", "flag": False, "float": 0.5, "none": None})
    assert (len(own), sorted(own), "flag" in own, own["flag"].value) == (7, sorted(own.keys()), True, False)
    assert own.find("nowhere") == FactValue()
    assert {name: sorted(own[name].members) for name in own} == {
        "set": ["a", "b"], "list": ["a", "b"], "tuple": ["b"], "word": [], "flag": [], "float": [], "none": [],
    }  # fmt: skip
    assert own.as_json() == {
        "flag": False, "float": "0.5", "list": ["b", "a"], "none": None, "set": ["a", "b"], "tuple": ["b"], "word": "ab",
    }  # fmt: skip
    assert list(own.as_json()) == sorted(own)
    assert Facts().as_json() == {}
