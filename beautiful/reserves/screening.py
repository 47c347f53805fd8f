"""Screening rules of the reserve libraries (``reserve_rules.yaml``) and their evaluation (pure, no database)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from beautiful.frame.programme import programme
from beautiful.reserves.models import ReadinessAnswer
from greendistrict.policy import yaml_file

FILE = Path(__file__).resolve().parents[1] / "data" / "reserve_rules.yaml"
SUBMIT, ADMIT = "submit", "admit"
HOLDS = "held"


@dataclass(frozen=True)
class ReadinessPoint:
    """A readiness question that a project answers."""

    key: str
    label: str


@dataclass(frozen=True)
class ScreeningRule:
    """A rule: ``test`` on ``fields`` of a project, for libraries in ``pools`` (all if empty), required by the step ``at``."""

    key: str
    at: str
    test: str
    fields: tuple[str, ...]
    text: str
    pools: tuple[str, ...] = ()

    def concerns(self, pool: str) -> bool:
        """Whether the rule applies to projects of this library."""
        return not self.pools or pool in self.pools


@dataclass(frozen=True)
class Screening:
    """Readiness questions and rules, with the sentence that states their origin."""

    mark: str
    readiness: tuple[ReadinessPoint, ...]
    rules: tuple[ScreeningRule, ...]

    def labels(self) -> Mapping[str, str]:
        """Label of each readiness question by key."""
        return {one.key: one.label for one in self.readiness}


@dataclass(frozen=True)
class ScreenedRule:
    """A rule, and whether a project meets it."""

    rule: ScreeningRule
    met: bool


def _filled(values: Mapping[str, Any], fields: Sequence[str]) -> bool:
    return all(str(values.get(name) or "").strip() for name in fields)


def _positive(values: Mapping[str, Any], fields: Sequence[str]) -> bool:
    return any(values.get(name) and values[name] > 0 for name in fields)


def _answered(values: Mapping[str, Any], fields: Sequence[str]) -> bool:
    known = screening().labels()
    return all(values.get(name, {}).get(key) in ReadinessAnswer.values for name in fields for key in known)


def _held(values: Mapping[str, Any], fields: Sequence[str]) -> bool:
    return all(values.get("readiness", {}).get(key) == ReadinessAnswer.DONE for key in fields)


TESTS: Mapping[str, Callable[[Mapping[str, Any], Sequence[str]], bool]] = {
    "filled": _filled,
    "positive": _positive,
    "answered": _answered,
    HOLDS: _held,
}


@cache
def screening() -> Screening:
    """The rules, read once per process. Raises ``ValueError`` for a rule with an unknown test, step, library or question."""
    given = yaml_file.read(FILE)
    points = tuple(ReadinessPoint(**one) for one in given["readiness"])
    rules = tuple(ScreeningRule(**{**one, "fields": tuple(one["fields"]), "pools": tuple(one.get("pools", ()))}) for one in given["rules"])
    keys = {point.key for point in points}
    for rule in rules:
        known = rule.test in TESTS and rule.at in {SUBMIT, ADMIT} and set(rule.pools) <= set(programme().pools)
        if not known or (rule.test == HOLDS and not set(rule.fields) <= keys):
            msg = f"rule {rule.key} does not fit"
            raise ValueError(msg)
    return Screening(given["mark"], points, rules)


def screened(values: Mapping[str, Any], pool: str) -> list[ScreenedRule]:
    """Every rule of the project's library, and whether it is met."""
    return [ScreenedRule(rule, TESTS[rule.test](values, rule.fields)) for rule in screening().rules if rule.concerns(pool)]


def ready_count(readiness: Mapping[str, str]) -> str:
    """Number of questions answered positively, and number of all questions."""
    points = screening().readiness
    return f"{sum(readiness.get(point.key) == ReadinessAnswer.DONE for point in points)}/{len(points)}"


def lacking(findings: Sequence[ScreenedRule], at: str) -> list[ScreeningRule]:
    """Unmet rules that block a step; rules of submission also apply to admission."""
    return [finding.rule for finding in findings if not finding.met and finding.rule.at in {SUBMIT, at}]
