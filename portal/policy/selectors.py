"""Data of the policy pages: rules and settings in words, verdicts of all visible districts."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse

from approvals.applications.facts import OWN_FACTS, own_facts
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.common.enums import CaseKind
from districts.common.enums import Stage
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.duty_table import DUTY_KINDS
from greendistrict.policy.engine import RuleOutcome, Verdict, ask, facts_asked, judge, required_of, untested
from greendistrict.policy.enums import Outcome, PolicyStep, RuleLevel
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policies, policy_in_force
from greendistrict.policy.rule_parameters import key_of
from greendistrict.policy.types import Policy, Rule
from greendistrict.policy.wording import UNKNOWN
from obligations.duties import ObligationState
from obligations.forms import UNMET
from obligations.open_counts import owed_in_sight

# Check every visible district against the policy: which rules fail today. The number of queries does not depend on that of districts.

# The rules checked for a district today: those of its next step.
STEPS_OF = {
    Stage.CANDIDATE: (PolicyStep.FILE,),
    Stage.CANCELLED: (PolicyStep.FILE,),
    Stage.REVOKED: (PolicyStep.FILE,),
    Stage.PILOT: (PolicyStep.REQUEST,),
    Stage.DEMONSTRATION: (),
}
WITH_CASE = (PolicyStep.ACCEPT, PolicyStep.GRANT)
RECEIVED = frozenset({CaseState.SENT, CaseState.CORRECTING})
NO_DATA, EXPECTED, EXPECTED_NOT, UNDERWAY = "no_data", "will_hold", "will_fail", "underway"
PENDING = frozenset({EXPECTED, EXPECTED_NOT, UNDERWAY})
WORDS = {
    Outcome.PASS: "已满足", Outcome.FAIL: "未满足", Outcome.WARN: "提醒", NO_DATA: UNKNOWN, Outcome.NOT_APPLICABLE: "不适用",
    EXPECTED: "按目前填写将满足", EXPECTED_NOT: "按目前填写将不满足", UNDERWAY: "正在办理",
}  # fmt: skip


@dataclass(frozen=True)
class DistrictCheck:
    """One district with the outcomes of the rules of its next step; those of which it is known that they do not apply are left out."""

    district: District
    facts: Facts
    judged: tuple[tuple[Rule, RuleOutcome], ...]

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The outcomes in words."""
        return tuple(ask(rule, self.facts) for rule, _ in self.judged)

    @property
    def counted(self) -> Counter[str]:
        """Number of rules by outcome."""
        return Counter(judged.look for _, judged in self.judged)

    @property
    def is_clean(self) -> bool:
        """Whether no must-rule has failed or is open."""
        unsettled = {NO_DATA, *PENDING}
        counted = ((rule.level, judged.look) for rule, judged in self.judged)
        return not any(how == Outcome.FAIL or (level == RuleLevel.MUST and how in unsettled) for level, how in counted)

    @property
    def failing(self) -> list[Verdict]:
        """Failed must-rules."""
        return [verdict for verdict in self.verdicts if verdict.look == Outcome.FAIL]

    @property
    def warned(self) -> list[Verdict]:
        """Failed should-rules."""
        return [verdict for verdict in self.verdicts if verdict.look == Outcome.WARN]

    @property
    def pending(self) -> list[Verdict]:
        """Rules judged on preliminary input, or waiting for somebody's work."""
        return [verdict for verdict in self.verdicts if verdict.look in PENDING]

    @property
    def without_data(self) -> list[Verdict]:
        """Rules that cannot be judged for lack of data."""
        return [verdict for verdict in self.verdicts if verdict.look == NO_DATA]


@dataclass(frozen=True)
class RuleLine:
    """One rule with the numbers of districts by outcome."""

    rule: Rule
    asked: int
    passed: int
    failed: int
    warned: int
    without_data: int
    pending: int


@dataclass(frozen=True)
class CityCheck:
    """Content of the city-wide page. ``recorded`` is the number of historical records, which are not checked."""

    policy: Policy
    rows: tuple[DistrictCheck, ...]
    recorded: int

    @property
    def lines(self) -> list[RuleLine]:
        """Rules checked for at least one district, in the order of the policy text."""
        outcomes: dict[str, Counter[str]] = {}
        for row in self.rows:
            for rule, judged in row.judged:
                outcomes.setdefault(rule.id, Counter())[judged.look] += 1
        return [_line(rule, outcomes[rule.id]) for rule in self.policy.rules if rule.id in outcomes]

    @property
    def clean(self) -> int:
        """Number of districts without failed or open must-rules."""
        return sum(row.is_clean for row in self.rows)


def _line(rule: Rule, counted: Counter[str]) -> RuleLine:
    passed, failed, warned, unknown = (counted[key] for key in (Outcome.PASS, Outcome.FAIL, Outcome.WARN, NO_DATA))
    pending = sum(counted[key] for key in PENDING)
    return RuleLine(rule, passed + failed + warned + unknown + pending, passed, failed, warned, unknown, pending)


def districts_checked(viewer: Viewer) -> QuerySet[District]:
    """Districts whose file the person may open, without guideline areas and historical records (without an applicant)."""
    return files_visible_to(viewer).filter(guideline_area=False, applicant__isnull=False)


def city_check(viewer: Viewer, districts: QuerySet[District] | None = None, only: str = "") -> CityCheck:
    """Check every visible district against the rules of its next step, or the one ``only``.

    Raises ``NoPolicyInForce`` if no policy covers today.
    """
    policy = policy_in_force(viewer.today)
    chosen = (districts_checked(viewer) if districts is None else districts).order_by("is_demo", "area_code", "name_pinyin", "pk")
    found = list(chosen)
    asked = [facts_asked(rule) for rule in policy.rules if only in {"", rule.id}]
    cases = open_applications(viewer, found, weighed=any(not names.isdisjoint(OWN_FACTS) for names in asked))
    recorded = files_visible_to(viewer).filter(guideline_area=False, applicant__isnull=True).count()
    return CityCheck(policy, tuple(checks_of(policy, found, cases, viewer.today, only)), recorded)


def open_applications(viewer: Viewer, districts: Sequence[District], *, weighed: bool = True) -> dict[int, Case]:
    """Open applications of these districts visible to the person, by district: how far they are; ``weighed``: and their facts."""
    wanted = {district.pk: district for district in districts}
    rows = cases_visible_to(viewer).filter(kind=CaseKind.APPLICATION, district__in=wanted).exclude(status__in=CLOSED_STATES)
    rows = rows.select_related("review", "applicant").prefetch_related("endorsements") if weighed else rows
    found = {case.district_id: case for case in rows.only(*(COLUMNS + WEIGHED if weighed else COLUMNS))}
    for key, case in found.items():
        case.district = wanted[key]
    if weighed:
        prefetch_related_objects([wanted[key] for key in found], "authorities")
    return found


COLUMNS = ("kind", "district", "status", "accepted_at")
WEIGHED = ("applicant__parent", "endorsement_mode", "review__conclusion")


def checks_of(
    policy: Policy, districts: Sequence[District], cases: dict[int, Case], on: dt.date, only: str = ""
) -> Iterable[DistrictCheck]:
    """Outcomes of each district; rules without a test and rules for another type of district are left out."""
    asked_ever = [rule for rule in policy.rules if rule.tests and rule.level != RuleLevel.EFFECT and only in {"", rule.id}]
    rules = {step: [rule for rule in asked_ever if rule.step == step] for step in PolicyStep}
    names = {step: frozenset(name for rule in asked for name in facts_asked(rule)) for step, asked in rules.items()}

    within = cache(lambda steps: frozenset[str]().union(*(names[step] for step in steps)))

    def wanted(district: District) -> frozenset[str]:
        return within(_steps(district, cases.get(district.pk)))

    facts = facts_of_many(districts, on, wanted)
    for district in districts:
        case = cases.get(district.pk)
        known = Facts({**facts[district.pk], **(own_facts(case, wanted(district)) if case else {})})
        asked = ((rule, judge(rule, known)) for step in _steps(district, case) for rule in rules[step])
        yield DistrictCheck(district, known, tuple(one for one in asked if one[1].verdict != Outcome.NOT_APPLICABLE))


def _steps(district: District, case: Case | None) -> tuple[PolicyStep, ...]:
    steps = STEPS_OF[Stage(district.stage)]
    if case is None or case.accepted_at is None:
        return (*steps, PolicyStep.ACCEPT) if case is not None and case.status in RECEIVED else steps
    return (*steps, *WITH_CASE)


class RuleFinding(NamedTuple):
    """A district under one rule, with the facts it is judged by."""

    district: District
    rule: Rule
    facts: Facts
    outcome: str

    @property
    def words(self) -> str:
        """The outcome in words."""
        return WORDS[self.outcome]

    @property
    def verdict(self) -> Verdict:
        """The outcome with what was found and what would remedy it."""
        return ask(self.rule, self.facts)


def findings_of(check: CityCheck, rule_id: str) -> list[RuleFinding]:
    """The districts checked under one rule; failing ones come first."""
    order = [Outcome.FAIL, EXPECTED_NOT, NO_DATA, Outcome.WARN, UNDERWAY, EXPECTED, Outcome.PASS]
    found = [
        RuleFinding(row.district, rule, row.facts, judged.look) for row in check.rows for rule, judged in row.judged if rule.id == rule_id
    ]
    return sorted(found, key=lambda one: order.index(one.outcome))


def standings(viewer: Viewer) -> dict[str, RuleLine]:
    """Line of each rule checked today for the visible districts, by rule id. Raises as ``city_check``."""
    with held_reads():
        return {line.rule.id: line for line in city_check(viewer).lines}


# Duties that belong to a rule of the policy: numbers of open and overdue ones visible to a person, as in the list of duties.


class TrackedDuty(NamedTuple):
    """One kind of duty under a rule: numbers of open and of overdue ones; the links list exactly these."""

    kind: str
    label: str
    open: int
    overdue: int

    @property
    def open_href(self) -> str:
        """URL of the list of open ones."""
        return self._list(UNMET)

    @property
    def late_href(self) -> str:
        """URL of the list of overdue ones."""
        return self._list(ObligationState.OVERDUE.value)

    def _list(self, state: str) -> str:
        return f"{reverse('obligations:obligation_list')}?{urlencode({'kind': self.kind, 'state': state})}"


def duties_by_rule(viewer: Viewer) -> Mapping[str, Sequence[TrackedDuty]]:
    """Open duties visible to the person, grouped by rule of the policy, in the order of the table of duties."""
    still, late = Counter[str](), Counter[str]()
    with held_reads():
        for entry in owed_in_sight(viewer).open_counts:
            still[entry.kind] += entry.number
            late[entry.kind] += entry.number if viewer.today > entry.due else 0
    duties: dict[str, list[TrackedDuty]] = defaultdict(list)
    for key, kind in DUTY_KINDS.items():
        if kind.rule and still[key]:
            duties[kind.rule].append(TrackedDuty(key, kind.label, still[key], late[key]))
    return duties


# Rules of a policy in words, grouped by the step they belong to, with today's results of the districts.


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
    told = rule.details.get("for", ""), *types, gate, f"{rule.details['except']}除外" if "except" in rule.details else ""
    return RuleRow(
        rule=rule,
        required=required_of(rule) if rule.tests else untested(rule),
        reading=rule.understood,
        concerns="，".join(part for part in told if part),
        who=str(rule.details.get("who", "")),
        parameter=key_of(policy, rule),
        today=today,
        duties=duties,
    )
