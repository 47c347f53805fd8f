"""Numbers and readings in a policy file as parameters, which the city may replace or confirm by a recorded decision.

Key of a number: ``rule.<policy code>.<rule id>``. Only a rule with a single numeric test has one; the two conditions of 八（四） together
have none. Key of a reading: ``reading.<policy code>.<rule id>``, whether the city confirms it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from greendistrict.policy.enums import FactType
from greendistrict.policy.loader import all_policies
from greendistrict.policy.types import Policy, Rule

PREFIX, READING = "rule.", "reading."


@dataclass(frozen=True)
class RuleParameter:
    """Number of one rule as in the file, which the city may change."""

    policy: Policy
    rule: Rule
    default: Decimal

    @property
    def label(self) -> str:
        """Name of the setting: the rule with its clause."""
        return f"{self.rule.title}（{self.rule.cite}）"

    @property
    def unit(self) -> str:
        """Unit of the number; ratios are shown in percent."""
        return self.rule.tests[0].fact.shown_unit

    @property
    def most(self) -> Decimal | None:
        """Largest permitted value: a share is at most the whole."""
        return Decimal(1) if self.rule.tests[0].fact.type is FactType.RATIO else None


def key_of(policy: Policy, rule: Rule) -> str:
    """Key of the rule's parameter; empty if it has none."""
    return f"{PREFIX}{policy.code}.{rule.id}" if len(rule.tests) == 1 and isinstance(rule.tests[0].value, Decimal) else ""


@cache
def rule_parameters() -> Mapping[str, RuleParameter]:
    """Parameters of every policy by key, in the order of the texts."""
    found = {}
    for policy in all_policies():
        for rule in policy.rules:
            if (key := key_of(policy, rule)) and isinstance(value := rule.tests[0].value, Decimal):
                found[key] = RuleParameter(policy, rule, value)
    return MappingProxyType(found)


def reading_key(policy: Policy, rule: Rule) -> str:
    """Key of the setting that confirms the portal's reading of a rule."""
    return f"{READING}{policy.code}.{rule.id}"


@cache
def readings() -> Mapping[str, Rule]:
    """Rules of every policy whose text the portal reads in its own way, by the key of the setting that confirms it."""
    return MappingProxyType({reading_key(policy, rule): rule for policy in all_policies() for rule in policy.readings})


def with_value(rule: Rule, value: Decimal) -> Rule:
    """The rule with another number in its test."""
    return replace(rule, tests=(replace(rule.tests[0], value=value),))


def with_decided(policy: Policy, decided: Mapping[str, Decimal], confirmed: Collection[str] = ()) -> Policy:
    """The policy with decided numbers (by key) in place of those in the file; ``confirmed`` are keys of readings."""
    rules = (with_value(rule, decided[key]) if (key := key_of(policy, rule)) in decided else rule for rule in policy.rules)
    return replace(policy, rules=tuple(_with_confirmed(policy, rule, confirmed) for rule in rules))


def _with_confirmed(policy: Policy, rule: Rule, confirmed: Collection[str]) -> Rule:
    found = replace(rule, confirmed=True) if reading_key(policy, rule) in confirmed else rule
    own = rule.qualifying
    if own is None or reading_key(policy, own) not in confirmed:
        return found
    return replace(found, details={**rule.details, "qualifies": {**rule.details["qualifies"], "confirmed": True}})
