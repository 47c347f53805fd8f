"""Reads policy files into immutable data and reports all problems at once, each with its rule (format: docs/policy.md)."""

import datetime as dt
import itertools
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from greendistrict.policy import yaml_file
from greendistrict.policy.enums import FactType, Op, PolicyStep, RuleLevel
from greendistrict.policy.types import FactDefinition, HistoricPolicy, KeyAreas, Policy, Requirement, Rule, Target

FOLDER = Path(__file__).resolve().parent / "data" / "policies"
SECTIONS = {"policy", "historic", "dimensions", "district_types", "key_areas", "targets", "facts", "rules"}
HEADER = {"code", "title", "issued", "in_force", "expires", "lead", "lead_full", "with", "replaces"}
FACT_KEYS = {"type", "unit", "what", "as_of", "reading", "yes", "no", "supply"}
ASKED = {"id", "cite", "level", "degree", "step", "test", "all_of", "applies_to", "when", "reading"}
DETAILS = {
    *("what", "asks", "who", "to", "every", "items", "parts", "aspects", "aspects_open", "open_list", "before", "before_basis"),
    *("basis", "except", "effect", "met_by", "performed_by", "anchor", "of", "kept", "kept_by", "for", "qualifies"),
}
OPERANDS = {
    Op.GE: {FactType.NUMBER, FactType.RATIO},
    Op.CONTAINS_ALL: {FactType.SET},
    Op.TRUE: {FactType.BOOL},
    Op.EQ: {FactType.CHOICE, FactType.NUMBER, FactType.RATIO},
}


class PolicyInvalid(ValueError):  # noqa: N818 -- reads as a sentence
    """A policy file is unusable; ``problems`` lists each reason with its rule or section."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class _PolicyReader:
    """Parses one policy file and collects all problems."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[str] = []
        self.types: dict[str, str] = dict(self.mapping("district_types"))
        self.dimensions = tuple(self.data.get("dimensions") or ())
        self.facts: dict[str, FactDefinition] = {}

    def report(self, where: str, text: str) -> None:
        """Record a problem."""
        self.problems.append(f"{where}: {text}")

    def mapping(self, section: str) -> Mapping[str, Any]:
        """Section of the file as a mapping; if it is not one, records a problem and returns an empty mapping."""
        found = self.data.get(section)
        if not isinstance(found, Mapping):
            self.report(section, "must be a mapping")
            return {}
        return found

    def entries(self, section: str) -> list[Mapping[str, Any]]:
        """Section of the file as a list of mappings."""
        entries = self.data.get(section) or []
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            self.report(section, "must be a list of mappings")
            return []
        return entries

    def keys(self, where: str, entry: Mapping[str, Any], allowed: set[str]) -> None:
        """Report unknown keys."""
        for key in entry:
            if key not in allowed:
                self.report(where, f"unknown key {key!r}")

    def day(self, where: str, entry: Mapping[str, Any], key: str) -> dt.date:
        """Date of an entry; if invalid, records a problem and returns ``date.min``."""
        found = entry.get(key)
        if isinstance(found, dt.date):
            return found
        self.report(where, f"{key} must be a date, is {found!r}")
        return dt.date.min

    def text(self, where: str, entry: Mapping[str, Any], key: str) -> str:
        """Text of an entry; reports a missing or empty one."""
        found = entry.get(key)
        if not isinstance(found, str) or not found:
            self.report(where, f"{key} must be a text")
            return ""
        return found

    def read_facts(self) -> None:
        """Read the definitions of facts, to which the rules refer."""
        for name, entry in self.mapping("facts").items():
            where = f"fact {name}"
            if not isinstance(entry, Mapping):
                self.report(where, "must be a mapping")
                continue
            self.keys(where, entry, FACT_KEYS)
            if entry.get("type") not in FactType.values:
                self.report(where, f"unknown type {entry.get('type')!r}")
                continue
            given = {key: entry[key] for key in FACT_KEYS - {"type"} if key in entry}
            self.facts[name] = FactDefinition(name=name, type=FactType(entry["type"]), **given)

    def read_rules(self) -> tuple[Rule, ...]:
        """Rules in the order of the text; records repeated ids as problems."""
        rules: dict[str, Rule] = {}
        for number, entry in enumerate(self.entries("rules"), start=1):
            where = f"rule {entry.get('id') or f'no. {number}'}"
            rule = self.read_rule(where, entry)
            if rule is None:
                continue
            if rule.id in rules:
                self.report(where, "id occurs twice")
            rules[rule.id] = rule
        return tuple(rules.values())

    def read_rule(self, where: str, entry: Mapping[str, Any]) -> Rule | None:
        """One rule; None if it cannot be built."""
        before = len(self.problems)
        self.keys(where, entry, ASKED | DETAILS)
        for key, words in (("level", RuleLevel.values), ("step", PolicyStep.values)):
            if entry.get(key) not in words:
                self.report(where, f"unknown {key} {entry.get(key)!r}")
        rule_id, cite = self.text(where, entry, "id"), self.text(where, entry, "cite")
        requirements = self.read_requirements(where, entry)
        gate, condition = self.read_gate(where, entry, tested=bool(requirements))
        title = title_of(entry, requirements)
        if not title:
            self.report(where, "says nothing: give what, items, parts or a test")
        if len(self.problems) > before:
            return None
        return Rule(
            id=rule_id,
            cite=cite,
            level=RuleLevel(entry["level"]),
            degree=entry.get("degree") or str(RuleLevel(entry["level"]).label),
            step=PolicyStep(entry["step"]),
            title=title,
            tests=requirements,
            applies_to=self.read_types(where, entry),
            gate=gate,
            condition=condition,
            reading=entry.get("reading", ""),
            details=MappingProxyType({key: entry[key] for key in entry if key in DETAILS}),
        )

    def read_types(self, where: str, entry: Mapping[str, Any]) -> frozenset[str]:
        """District types that the rule applies to; empty for all."""
        types = frozenset(entry.get("applies_to") or ())
        for stray in sorted(types - set(self.types)):
            self.report(where, f"unknown district type {stray!r}")
        return types

    def read_gate(self, where: str, entry: Mapping[str, Any], *, tested: bool) -> tuple[FactDefinition | None, str]:
        """Fact that decides whether a tested rule applies, or the text of an untested rule's condition."""
        name = str(entry.get("when", ""))
        if not name or not tested:
            return None, name
        gate = self.facts.get(name)
        if gate is None or gate.type is not FactType.BOOL:
            self.report(where, f"when names no yes/no fact: {name!r}")
        return gate, ""

    def read_requirements(self, where: str, entry: Mapping[str, Any]) -> tuple[Requirement, ...]:
        """Read the tests of the rule: one under ``test`` or several under ``all_of``."""
        if "test" in entry and "all_of" in entry:
            self.report(where, "has both test and all_of")
        tests = entry.get("all_of") or ([entry["test"]] if "test" in entry else [])
        read = [self.read_requirement(where, test) for test in tests]
        return tuple(requirement for requirement in read if requirement)

    def read_requirement(self, where: str, test: Any) -> Requirement | None:
        """One test: known fact, operator that fits its type, value that fits the operator."""
        if not isinstance(test, Mapping):
            self.report(where, f"a test must be a mapping, is {test!r}")
            return None
        fact = self.facts.get(test.get("fact", ""))
        if fact is None:
            self.report(where, f"unknown fact {test.get('fact')!r}")
            return None
        if test.get("op") not in Op.values:
            self.report(where, f"unknown op {test.get('op')!r}")
            return None
        operator = Op(test["op"])
        if fact.type not in OPERANDS[operator]:
            self.report(where, f"{operator} does not go with {fact.name} ({fact.type})")
            return None
        return self.with_value(where, fact, operator, test.get("value"))

    def with_value(self, where: str, fact: FactDefinition, operator: Op, value: Any) -> Requirement | None:
        """Requirement with a valid value; the value ``dimensions`` stands for the policy's dimensions."""
        if operator is Op.TRUE:
            return Requirement(fact, operator)
        if operator is Op.CONTAINS_ALL:
            members = self.dimensions if value == "dimensions" else value
            if isinstance(members, list | tuple) and members and all(isinstance(member, str) for member in members):
                return Requirement(fact, operator, tuple(members))
            self.report(where, f"contains_all wants a list of words, has {value!r}")
            return None
        if fact.type is FactType.CHOICE and isinstance(value, str):
            return Requirement(fact, operator, value)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Requirement(fact, operator, Decimal(value))
        self.report(where, f"{operator} wants a number, has {value!r}")
        return None

    def read_policy(self) -> Policy:
        """The whole file. Raises ``PolicyInvalid``."""
        self.keys("file", self.data, SECTIONS)
        header = self.mapping("policy")
        self.keys("policy", header, HEADER)
        days = {key: self.day("policy", header, key) for key in ("issued", "in_force", "expires")}
        if not days["in_force"] <= days["expires"]:
            self.report("policy", "expires before it is in force")
        self.read_facts()
        partners = header.get("with") or {}
        policy = Policy(
            code=self.text("policy", header, "code"),
            title=self.text("policy", header, "title"),
            lead=self.text("policy", header, "lead"),
            lead_full=self.text("policy", header, "lead_full"),
            partners=tuple(partners.get("bodies", ())),
            replaces=header.get("replaces", ""),
            historic=tuple(HistoricPolicy(self.text("historic", e, "code"), e.get("use", "")) for e in self.entries("historic")),
            dimensions=self.dimensions,
            district_types=MappingProxyType(self.types),
            key_areas=self.read_key_areas(),
            targets=self.read_targets(),
            facts=MappingProxyType(self.facts),
            rules=self.read_rules(),
            issued=days["issued"],
            in_force=days["in_force"],
            expires=days["expires"],
        )
        if self.problems:
            raise PolicyInvalid(self.problems)
        return policy

    def read_key_areas(self) -> KeyAreas:
        """Key areas (四（二）)."""
        entry = self.mapping("key_areas")
        since = self.day("key_areas", entry, "from")
        return KeyAreas(since=since, names=tuple(entry.get("areas") or ()), open_list=bool(entry.get("open_list")))

    def read_targets(self) -> tuple[Target, ...]:
        """Targets with their dates (四（一）)."""
        entries = self.entries("targets")
        return tuple(Target(self.day("targets", e, "by"), self.text("targets", e, "text"), e.get("measure", "")) for e in entries)


def title_of(entry: Mapping[str, Any], requirements: tuple[Requirement, ...]) -> str:
    """Short title of a rule: its own title with its parts, otherwise the meaning of the fact it tests."""
    listed = entry.get("parts") or ("" if entry.get("what") else entry.get("aspects")) or entry.get("items") or ()
    names = "、".join(item["name"] if isinstance(item, Mapping) else str(item) for item in listed)
    if words := "：".join(part for part in (names, entry.get("what", "")) if part):
        return words
    said = [short_name(test.fact) or "、".join(test.value if isinstance(test.value, tuple) else ()) for test in requirements]
    return "；".join(text for text in said if text)


def short_name(fact: FactDefinition) -> str:
    """Meaning of a fact without its definition: ``A ÷ B`` becomes A比例."""
    part, divided, _ = fact.what.partition(" ÷ ")
    return f"{part}比例" if divided else part


def parse(data: Any) -> Policy:
    """Policy from parsed YAML. Raises ``PolicyInvalid`` with every problem."""
    if not isinstance(data, Mapping):
        raise PolicyInvalid(["file: must be a mapping"])
    return _PolicyReader(data).read_policy()


def load(path: Path) -> Policy:
    """Policy from a file. Raises ``PolicyInvalid``, also for broken YAML (with line and column)."""
    try:
        return parse(yaml_file.read(path))
    except yaml.YAMLError as error:
        raise PolicyInvalid([f"{path.name}: {error}"]) from error


def overlaps(policies: list[Policy]) -> list[str]:
    """Problems between policies ordered by validity: two in force on the same day."""
    pairs = itertools.pairwise(policies)
    return [f"{later.code}: in force before {earlier.code} expires" for earlier, later in pairs if later.in_force <= earlier.expires]


def load_folder(folder: Path) -> tuple[Policy, ...]:
    """All policies of the folder, oldest first. Raises ``PolicyInvalid`` if a file is invalid or two are in force on the same day."""
    policies = sorted((load(path) for path in sorted(folder.glob("*.yaml"))), key=lambda policy: policy.in_force)
    if problems := overlaps(policies):
        raise PolicyInvalid(problems)
    return tuple(policies)


@cache
def all_policies() -> tuple[Policy, ...]:
    """All policies, oldest first; read once per process."""
    return load_folder(FOLDER)
