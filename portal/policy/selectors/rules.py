"""Rules of a policy in words, grouped by the step they belong to, with today's results of the districts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy.engine import reading_of, required_of, untested
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.in_force import policies
from greendistrict.policy.rule_parameters import key_of
from greendistrict.policy.types import Policy, Rule
from portal.policy.selectors.check import RuleLine
from portal.policy.selectors.duties import TrackedDuty


@dataclass(frozen=True)
class RuleRow:
    """A rule in words: text, limit, scope, and how the portal interprets it."""

    rule: Rule
    required: str
    reading: str
    concerns: str
    who: str
    parameter: str = ""
    today: RuleLine | None = None
    duties: Sequence[TrackedDuty] = ()


@dataclass(frozen=True)
class RuleGroup:
    """Rules checked at one step."""

    step: PolicyStep
    rows: tuple[RuleRow, ...]


def policies_visible_to(held: HeldPosts) -> tuple[Policy, ...]:
    """All policies, oldest first; they are published documents that every signed-in person may read."""
    return policies() if held.is_somebody else ()


def chosen_policy(policies: Sequence[Policy], code: str, on: dt.date) -> Policy | None:
    """Policy by code; without a code the current one, else the latest. ``None`` if there is none."""
    if code:
        return next((policy for policy in policies if policy.code == code), None)
    return next((policy for policy in policies if policy.is_in_force(on)), policies[-1] if policies else None)


def rules_by_step(
    policy: Policy, today: Mapping[str, RuleLine], duties: Mapping[str, Sequence[TrackedDuty]] = MappingProxyType({})
) -> list[RuleGroup]:
    """Rules grouped by step, in the order of a district's life.

    Both by rule id: ``today`` are the results of the districts, ``duties`` the duties under the rule.
    """
    order = list(PolicyStep)
    rules = sorted(policy.rules, key=lambda rule: order.index(rule.step))
    grouped = groupby(rules, key=lambda rule: rule.step)
    return [
        RuleGroup(step, tuple(rule_row(policy, rule, today.get(rule.id), duties.get(rule.id, ())) for rule in members))
        for step, members in grouped
    ]


def rule_row(policy: Policy, rule: Rule, today: RuleLine | None = None, duties: Sequence[TrackedDuty] = ()) -> RuleRow:
    """One rule in words."""
    types = [policy.district_types[kind] for kind in policy.district_types if kind in rule.applies_to]
    gate = (rule.gate.what or rule.gate.name) if rule.gate else rule.condition.replace(" or ", "或")
    return RuleRow(
        rule=rule,
        required=required_of(rule) if rule.tests else untested(rule),
        reading=reading_of(rule),
        concerns="，".join([*types, *([gate] if gate else [])]),
        who=str(rule.details.get("who", "")),
        parameter=key_of(policy, rule),
        today=today,
        duties=duties,
    )
