"""What the policy pages read."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

from django.contrib.auth.models import AnonymousUser

from greendistrict.accounts.models import User
from greendistrict.policy import dates, parameters, yamlfile
from greendistrict.policy.engine import UNTESTED, reading_of, required_of
from greendistrict.policy.enums import Step
from greendistrict.policy.inforce import policies
from greendistrict.policy.loader import all_policies
from greendistrict.policy.ruleparameters import key_of, rule_parameters
from greendistrict.policy.standing import RuleStanding
from greendistrict.policy.types import Policy, Rule

WORDS = Path(__file__).resolve().parent / "data" / "settings-words.yaml"
PERCENT = "%"


@dataclass(frozen=True)
class RuleRow:
    """A rule in words: what it says, the limit it sets, whom it concerns, how the portal reads it."""

    rule: Rule
    required: str
    reading: str
    concerns: str
    who: str
    parameter: str = ""
    today: RuleStanding | None = None


@dataclass(frozen=True)
class RuleGroup:
    """Rules that one step asks."""

    step: Step
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True)
class ParameterRow:
    """A setting under its Chinese name."""

    key: str
    label: str
    value: str
    is_default: bool
    reason: str


def policies_visible_to(user: User | AnonymousUser) -> tuple[Policy, ...]:
    """Policies are published documents: everybody who signs in reads all of them, oldest first."""
    return policies() if user.is_authenticated else ()


def chosen_policy(policies: Sequence[Policy], code: str, on: dt.date) -> Policy | None:
    """Policy by code; without a code the one in force, else the latest. ``None`` when there is no such policy."""
    if code:
        return next((policy for policy in policies if policy.code == code), None)
    return next((policy for policy in policies if policy.is_in_force(on)), policies[-1] if policies else None)


def rule_title(rule_id: str) -> str:
    """A rule in words, by the newest policy that has it; its id when none does."""
    titles = (rule.title for policy in reversed(all_policies()) for rule in policy.rules if rule.id == rule_id)
    return next(titles, rule_id)


def rules_by_step(policy: Policy, today: Mapping[str, RuleStanding] | None = None) -> list[RuleGroup]:
    """Rules grouped by the step that asks them, steps in the order of a district's life; ``today``: how districts stand, by rule id."""
    told = today or {}
    order = list(Step)
    rules = sorted(policy.rules, key=lambda rule: order.index(rule.step))
    grouped = groupby(rules, key=lambda rule: rule.step)
    return [RuleGroup(step, tuple(rule_row(policy, rule, told.get(rule.id)) for rule in members)) for step, members in grouped]


def rule_row(policy: Policy, rule: Rule, today: RuleStanding | None = None) -> RuleRow:
    """One rule in words."""
    types = [policy.district_types[kind] for kind in policy.district_types if kind in rule.applies_to]
    gate = (rule.gate.what or rule.gate.name) if rule.gate else rule.condition.replace(" or ", "或")
    return RuleRow(
        rule=rule,
        required=required_of(rule) if rule.tests else UNTESTED[rule.level],
        reading=reading_of(rule),
        concerns="，".join([*types, *([gate] if gate else [])]),
        who=str(rule.details.get("who", "")),
        parameter=key_of(policy, rule),
        today=today,
    )


@cache
def _words() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Names of the settings and Chinese words for values written for the program."""
    data = yamlfile.read(WORDS)
    return data["labels"], data["words"]


def setting_label(key: str) -> str:
    """Chinese name of a setting, of a number inside a policy file what its rule says."""
    if key in rule_parameters():
        return rule_parameters()[key].label
    return _words()[0][key][0]


def setting_unit(key: str) -> str:
    """Unit of a setting; empty where it has none."""
    if key in rule_parameters():
        return rule_parameters()[key].unit
    label = _words()[0][key]
    return label[1] if len(label) > 1 else ""


def setting_value(key: str, value: object) -> str:
    """Value of a setting with its unit, e.g. ``10个工作日``, ``30%``, ``次年3月31日``."""
    words, unit = _words()[1], setting_unit(key)
    if unit == PERCENT and isinstance(value, Decimal):
        value = f"{(value * 100).normalize():f}"
    members = value if isinstance(value, tuple | list) else (value,)
    said = (words.get(str(member)) or dates.in_words(parameters.shown(member)) for member in members)
    return "、".join(said) + unit


def setting_rows() -> list[ParameterRow]:
    """Every setting in the order of the file, with 默认值 where the city has not confirmed it."""
    return _rows(parameters.defaults())


def rule_setting_rows() -> list[ParameterRow]:
    """Every number inside the policy files; 文件原文 until the city decided another."""
    return _rows(rule_parameters())


def _rows(keys: Iterable[str]) -> list[ParameterRow]:
    found = parameters.load()
    return [
        ParameterRow(key, setting_label(key), setting_value(key, found[key].value), found[key].is_default, found[key].reason)
        for key in keys
    ]
