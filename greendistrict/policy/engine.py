"""Policy engine: evaluates rules over facts and returns verdicts with citations. Pure functions; the date of the step is an argument."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal, Refused
from greendistrict.policy import wording
from greendistrict.policy.duty_table import tracked_by
from greendistrict.policy.enums import ACCEPTANCE, APPLICATION, Op, Outcome, PolicyStep, RuleLevel, Standing
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.loader import all_policies
from greendistrict.policy.types import Policy, Requirement, Rule

DISTRICT_TYPE = "district_type"
UNTESTED = {
    RuleLevel.MUST: "按地块、项目逐项核对",
    RuleLevel.SHOULD: "不作自动核对",
    RuleLevel.EFFECT: "决定后产生的效力",
    RuleLevel.INFO: "供参考，不作要求",
}


def untested(rule: Rule) -> str:
    """Text for a rule without a test; for a duty, whether it is tracked, or where it is kept without a day (``kept``), and by whom."""
    if kept := rule.details.get("kept"):
        return f"{rule.details.get('kept_by', '')}在“{kept}”登记，不设到期事项"
    return tracked_by(rule.id) if rule.level == RuleLevel.DUTY else UNTESTED[rule.level]


class CountedOutcome:
    """How an outcome is shown and counted; missing data are no failure."""

    verdict: Outcome
    standing: Standing
    will_hold: bool

    @property
    def look(self) -> str:
        """Key of icon, colour and count: the outcome, or the standing of an open verdict."""
        if self.verdict not in {Outcome.FAIL, Outcome.WARN} or self.standing == Standing.SETTLED:
            return str(self.verdict)
        if self.standing == Standing.PROVISIONAL:
            return "will_hold" if self.will_hold else "will_fail"
        return "underway" if self.standing == Standing.UNDERWAY else "no_data"


@dataclass(frozen=True)
class RuleOutcome(CountedOutcome):
    """Outcome of one rule without its words: ``tested`` are its tests with their facts and whether these would hold as typed so far.

    ``unclear`` names the fact without which nobody knows whether the rule applies; ``found`` says why it is not asked.
    """

    verdict: Outcome
    standing: Standing = Standing.SETTLED
    will_hold: bool = False
    tested: Sequence[tuple[Requirement, FactValue, bool]] = ()
    failed: Sequence[tuple[Requirement, FactValue]] = ()
    unclear: str = ""
    found: str = ""


@dataclass(frozen=True)
class Verdict(CountedOutcome):
    """Result of evaluating one rule. Texts are for display; ``rule``, ``level``, ``verdict`` and ``step`` are for programs.

    ``reading`` is the portal's reading where the text leaves it open, ``reading_state`` whether the city has confirmed it, ``href`` the
    page where the failing fact can be put right, ``who`` the body that a rule addresses. ``standing`` distinguishes an open verdict that
    is final from one that rests on what was typed so far, waits for somebody, or lacks data; each of them blocks. ``will_hold`` is the
    result of 按目前填写.
    """

    rule: str
    level: RuleLevel
    verdict: Outcome
    required: str
    found: str
    remedy: str
    cite: str
    reading: str
    title: str
    step: PolicyStep
    href: str
    who: str
    standing: Standing
    will_hold: bool
    reading_state: str = "待确认"  # closed years were frozen without it
    degree: str = ""  # and without the word of the clause


@dataclass(frozen=True)
class StepVerdicts:
    """Verdicts of one step, as shown on the page of a check."""

    step: PolicyStep
    verdicts: tuple[Verdict, ...]
    is_later: bool

    @property
    def title(self) -> str:
        """Heading of the group."""
        return str(self.step.label)

    @property
    def note(self) -> str:
        """Text next to the heading."""
        return str(Outcome.LATER.label) if self.is_later else ""


class NoPolicyInForce(Refused):
    """No policy is in force on the date of a step."""


def policy_in_force(on: dt.date, policies: Sequence[Policy] | None = None) -> Policy:
    """Policy in force on ``on``, first and last day included. Raises ``NoPolicyInForce``."""
    known = all_policies() if policies is None else policies
    for policy in known:
        if policy.is_in_force(on):
            return policy
    raise NoPolicyInForce([_out_of_force(on, known)])


def degree_of(rule_id: str) -> str:
    """Word of the clause for a rule of any known policy, the newest first; empty for an unknown rule."""
    return next((rule.degree for policy in all_policies() for rule in policy.rules if rule.id == rule_id), "")


def evaluate(policy: Policy, step: PolicyStep | str, facts: Facts, on: dt.date, *, all_steps: bool = False) -> list[Verdict]:
    """Evaluate the rules of ``step`` in the order of the text.

    With ``all_steps`` the rules of other steps come too: 待后续环节 for later ones, not asked (``n/a``) for earlier ones.
    Raises ``NoPolicyInForce`` when the policy does not cover ``on``, ``ValueError`` for an unknown step.
    """
    _hold_in_force(policy, on)
    asked = PolicyStep(step)
    order = list(PolicyStep)
    verdicts = []
    for rule in policy.rules:
        if rule.step == asked:
            verdicts.append(ask(rule, facts))
        elif all_steps:
            verdicts.append(_not_yet(rule, is_later=order.index(rule.step) > order.index(asked)))
    return verdicts


def overview(
    policy: Policy, facts: Facts, on: dt.date, upto: PolicyStep | str, steps: Sequence[PolicyStep] | None = None
) -> list[StepVerdicts]:
    """Evaluate all steps of a procedure for a page, grouped by step; effects and rules of other district types are left out.

    Steps up to and including ``upto`` are evaluated, later ones read 待后续环节. ``steps`` defaults to the procedure (application
    or acceptance) that ``upto`` belongs to. Raises like ``evaluate``.
    """
    _hold_in_force(policy, on)
    last = PolicyStep(upto)
    chosen = tuple(steps) if steps is not None else next((part for part in (APPLICATION, ACCEPTANCE) if last in part), (last,))
    order = list(PolicyStep)
    groups = []
    for step in chosen:
        is_later = order.index(step) > order.index(last)
        rules = [rule for rule in policy.rules if rule.step == step and rule.level != RuleLevel.EFFECT and _concerns(rule, facts)]
        verdicts = tuple(_not_yet(rule, is_later=True) if is_later else ask(rule, facts) for rule in rules)
        if verdicts:
            groups.append(StepVerdicts(step, verdicts, is_later))
    return groups


def effects(policy: Policy, step: PolicyStep | str) -> list[Rule]:
    """Effects of a decision at ``step``, such as the granted title, for the decision panel."""
    return [rule for rule in policy.rules if rule.step == step and rule.level == RuleLevel.EFFECT]


def require(policy: Policy, rule_id: str, facts: Facts, on: dt.date) -> list[Verdict]:
    """Evaluate the conditions of an effect as requirements of its decision, such as both halves of 八（四） for a revocation.

    One verdict per condition, each at level ``must``. Raises ``KeyError`` for an unknown rule, ``NoPolicyInForce`` like ``evaluate``.
    """
    _hold_in_force(policy, on)
    rule = policy.rule(rule_id)
    return [ask(replace(rule, level=RuleLevel.MUST, tests=(test,)), facts) for test in rule.tests]


def facts_asked(rule: Rule) -> frozenset[str]:
    """Names of the facts that a rule may use."""
    names = {test.fact.name for test in rule.tests}
    if rule.gate:
        names.add(rule.gate.name)
    if rule.applies_to:
        names.add(DISTRICT_TYPE)
    return frozenset(names)


def judge(rule: Rule, facts: Facts) -> RuleOutcome:
    """Evaluate one rule, regardless of its step, where its outcome is only counted."""
    if not rule.tests:
        return RuleOutcome(Outcome.NOT_APPLICABLE, found=untested(rule))
    if unclear := _unclear_scope(rule, facts):
        return RuleOutcome(_failure(rule.level), Standing.UNKNOWN, unclear=unclear)
    if not _concerns(rule, facts):
        return RuleOutcome(Outcome.NOT_APPLICABLE, found="不适用于本类城区")
    if rule.gate and not facts.find(rule.gate.name).value:
        return RuleOutcome(Outcome.NOT_APPLICABLE, found=facts.find(rule.gate.name).note or f"否：{rule.gate.what}")
    seen = [(test, facts.find(test.fact.name)) for test in rule.tests]
    tested = [(test, fact, would_hold(test, fact)) for test, fact in seen]
    failed = [(test, fact) for test, fact, would in tested if fact.provisional or not would]  # a provisional value meets no requirement
    outcome = _failure(rule.level) if failed else Outcome.PASS
    return RuleOutcome(outcome, _standing(failed), all(would for *_, would in tested), tested, failed)


def ask(rule: Rule, facts: Facts) -> Verdict:
    """Evaluate one rule, regardless of its step, in words."""
    told = judge(rule, facts)
    if told.unclear:
        return _unknown(rule, told.unclear, facts.find(told.unclear))
    remedies = [_remedy(test, fact, rule.title) for test, fact in told.failed]
    return _verdict(
        rule,
        told.verdict,
        found=told.found or "；".join([wording.found(test, fact, would_hold=would) for test, fact, would in told.tested]),
        remedy="；".join(filter(None, remedies)) if told.verdict != Outcome.NOT_APPLICABLE else "",
        href=next((fact.link for _, fact in told.failed if fact.link), ""),
        standing=told.standing,
        will_hold=told.will_hold,
    )


def _standing(failed: Sequence[tuple[Requirement, FactValue]]) -> Standing:
    """Standing of an open verdict: missing data, final failure, provisional value or matter in progress, in this order."""
    kinds = {_firmness(test, fact) for test, fact in failed}
    order = (Standing.UNKNOWN, Standing.SETTLED, Standing.PROVISIONAL, Standing.UNDERWAY)
    return next((kind for kind in order if kind in kinds), Standing.SETTLED)


def _firmness(requirement: Requirement, fact: FactValue) -> Standing:
    if fact.underway:
        return Standing.UNDERWAY
    if not wording.is_known(requirement, fact):
        return Standing.UNKNOWN
    return Standing.PROVISIONAL if fact.provisional else Standing.SETTLED


def _remedy(requirement: Requirement, fact: FactValue, title: str) -> str:
    """What would meet the requirement, in words; empty while the fact is in progress."""
    if fact.underway:
        return ""
    if fact.provisional and would_hold(requirement, fact):
        return fact.provisional
    return wording.remedy(requirement, fact, title)


def would_hold(requirement: Requirement, fact: FactValue) -> bool:
    """Whether the fact meets the requirement if provisional values count; unknown or unfinished facts and empty sets never do."""
    if fact.underway or not wording.is_known(requirement, fact):
        return False
    match requirement.op:
        case Op.TRUE:
            return fact.value is True
        case Op.CONTAINS_ALL:
            return not wording.lacking(requirement, fact)
        case Op.GE:
            return _compared(requirement, fact) >= 0
        case Op.EQ:
            return fact.value == requirement.value if isinstance(requirement.value, str) else _compared(requirement, fact) == 0


def blocking(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts that block the step: must-rules that do not hold."""
    return [verdict for verdict in verdicts if verdict.verdict == Outcome.FAIL and verdict.level == RuleLevel.MUST]


def warnings(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts that need a stated reason: should-rules that do not hold."""
    return [verdict for verdict in verdicts if verdict.verdict == Outcome.WARN]


def refusals(verdicts: Iterable[Verdict]) -> list[Refusal]:
    """Every blocking verdict as a refusal, for guards and for pages with status 409."""
    return [
        Refusal(
            text=f"{verdict.title}：要求{verdict.required}，现状{verdict.found}",
            rule=verdict.rule,
            cite=verdict.cite,
            required=verdict.required,
            found=verdict.found,
            remedy=verdict.remedy,
            href=verdict.href,
        )
        for verdict in blocking(verdicts)
    ]


def required_of(rule: Rule) -> str:
    """Requirement of a rule in words: its own sentence if it has one."""
    return str(rule.details.get("asks", "")) or "；".join(wording.required(test) for test in rule.tests) or rule.title


def _compared(requirement: Requirement, fact: FactValue) -> int:
    """Sign of fact minus limit, computed exactly."""
    limit, number = requirement.value, fact.number
    if number is None or isinstance(limit, str | tuple) or limit is None:
        return -1
    return (number > limit) - (number < limit)


def _failure(level: RuleLevel) -> Outcome:
    """Outcome of a rule whose test does not hold, by its level."""
    return {RuleLevel.MUST: Outcome.FAIL, RuleLevel.SHOULD: Outcome.WARN}.get(level, Outcome.NOT_APPLICABLE)


def _concerns(rule: Rule, facts: Facts) -> bool:
    """Whether the rule applies to this type of district; also True while the type is unknown."""
    kind = facts.find(DISTRICT_TYPE).value
    return not rule.applies_to or kind is None or kind in rule.applies_to


def _unclear_scope(rule: Rule, facts: Facts) -> str:
    """Name of the unknown fact that decides whether the rule applies; empty if that is known."""
    if rule.applies_to and facts.find(DISTRICT_TYPE).value is None:
        return DISTRICT_TYPE
    if rule.gate and _concerns(rule, facts) and not isinstance(facts.find(rule.gate.name).value, bool):
        return rule.gate.name
    return ""


def _unknown(rule: Rule, name: str, fact: FactValue) -> Verdict:
    """Verdict of a rule of which it is unknown whether it applies."""
    gate = (rule.gate.what or rule.gate.name) if rule.gate else ""
    what = "城区类型（新建或更新）" if name == DISTRICT_TYPE else gate
    found, remedy = f"{wording.UNKNOWN}：{what}", f"补充资料：{what}"
    return _verdict(rule, _failure(rule.level), found=found, remedy=remedy, href=fact.link, standing=Standing.UNKNOWN)


def _not_yet(rule: Rule, *, is_later: bool) -> Verdict:
    """Verdict of a rule that belongs to another step."""
    if is_later:
        return _verdict(rule, Outcome.LATER, found=Outcome.LATER.label)
    return _verdict(rule, Outcome.NOT_APPLICABLE, found="本环节不核对")


def _verdict(
    rule: Rule,
    outcome: Outcome,
    *,
    found: str,
    remedy: str = "",
    href: str = "",
    standing: Standing = Standing.SETTLED,
    will_hold: bool = False,
) -> Verdict:
    """Verdict filled with the rule's own texts."""
    return Verdict(
        rule=rule.id,
        level=rule.level,
        verdict=outcome,
        required=required_of(rule),
        found=found,
        remedy=remedy,
        cite=rule.cite,
        reading=rule.understood,
        reading_state=rule.reading_state,
        title=rule.title,
        step=rule.step,
        href=href,
        who=str(rule.details.get("who", "")),
        standing=standing,
        will_hold=will_hold,
        degree=rule.degree,
    )


def _hold_in_force(policy: Policy, on: dt.date) -> None:
    """Raise ``NoPolicyInForce`` unless the policy covers ``on``."""
    if not policy.is_in_force(on):
        raise NoPolicyInForce([_out_of_force(on, [policy])])


def _out_of_force(on: dt.date, policies: Sequence[Policy]) -> Refusal:
    """Refusal with the date and the validity of the known policies."""
    spans = "；".join(
        f"{policy.code}自{day_in_words(policy.in_force)}至{day_in_words(policy.expires)}"
        f"{f'（见{policy.change.document}）' if policy.change else ''}"
        for policy in policies
    )
    return Refusal(
        text=f"{day_in_words(on)}不在任何现行政策的有效期内",
        required=spans or "有现行政策",
        found=day_in_words(on),
        remedy="改用有效期内的日期；更早的称号按历史补录登记；文件延长或者替代的，由市级登记政策文件",
    )
