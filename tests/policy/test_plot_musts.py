"""Must-rules that are asked plot by plot (七（二）): what passes, what just does not; together with the tested rules none is missing."""

from types import SimpleNamespace

import pytest

from districts.common.enums import Acquisition
from districts.plots.lifecycle import TABLES
from greendistrict.accounts.selectors import posts_of
from greendistrict.policy.enums import RuleLevel
from greendistrict.policy.loader import all_policies
from greendistrict.workflow.machine import Question

POLICY = all_policies()[-1]
# Entered by the bodies whose check it is; the portal keeps findings and requirements and has nothing to compare them with.
KEPT = {"WORKS-GREEN", "DEPARTMENT-CHECK"}
# rule → table, action, facts (and marks of the plot) that just do, and that just do not
GUARDED = {
    "PLOT-DESIGN": (Acquisition.GRANT, "pass_design", {}, {"opinions": {"opinions_missing": ["演示交警（虚构）"]}}),
    "PLOT-SITE": (Acquisition.GRANT, "finish", {"started_on": "2026-01-01"}, {"started_on": None}),
    "PLOT-COMPLETION": (
        Acquisition.OWN,
        "complete",
        {"values": {"required": ["star"]}},
        {"values": {"required": ["star"], "short": ["绿色建筑星级：要求二星级，建成一星级"]}},
    ),
}
# rule → table, action, the step in which it may be taken, the step just before, in which it may not
ORDERED = {
    "PLOT-CONSULT-GRANTED": (Acquisition.GRANT, "contract", "contract", "consult"),
    "PLOT-CONSULT-ALLOCATED": (Acquisition.ALLOCATION, "land_opinion", "land_opinion", "consult"),
    "PLOT-DRAWINGS": (Acquisition.GRANT, "begin", "site", "drawings"),
}


def test_no_must_rule_is_without_its_examples():
    untested = {rule.id for rule in POLICY.rules if rule.level == RuleLevel.MUST and not rule.tests}
    assert untested == {*GUARDED, *ORDERED} | KEPT


OWN = {"PLOT-DESIGN", "PLOT-SITE"}  # the day on which building began is asked by the portal, not by the clause


@pytest.mark.parametrize("rule", GUARDED)
def test_what_just_does_passes_and_what_just_does_not_is_refused_by_the_rule(rule):
    table, action, fine, short = GUARDED[rule]
    step = next(one for one in TABLES[table].transitions if one.action == action)

    def against(facts):
        plot = SimpleNamespace(pk=1, started_on=facts.get("started_on"), district=SimpleNamespace(code="yanshi"))
        facts = {"values": {}, "opinions": {}, **facts}
        question = Question(SimpleNamespace(plot=plot, with_scheme=False, status=step.sources[0]), posts_of(None), facts, typed=False)
        return [refusal for guard in step.guards for refusal in guard(question)]

    assert against(fine) == []
    [refusal] = against(short)
    assert (refusal.rule, refusal.cite) == (rule, "" if rule in OWN else POLICY.rule(rule).cite)


@pytest.mark.parametrize("rule", ORDERED)
def test_a_step_waits_for_the_one_that_the_rule_asks_before_it(rule):
    table, action, after, before = ORDERED[rule]
    assert TABLES[table].find(action, after) is not None
    assert TABLES[table].find(action, before) is None
