"""A policy as immutable data, created by the loader and read by the engine."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from greendistrict.policy.enums import FactType, Op, PolicyStep, RuleLevel

PERCENT = "%"


@dataclass(frozen=True)
class FactDefinition:
    """Definition of a fact; ``reading`` is an interpretation that the city has to confirm.

    ``yes`` and ``no`` are texts for a true and a false fact; ``supply`` says what to fill in if the fact is unknown.
    """

    name: str
    type: FactType
    unit: str = ""
    what: str = ""
    as_of: str = ""
    reading: bool = False
    yes: str = ""
    no: str = ""
    supply: str = ""

    @property
    def shown_unit(self) -> str:
        """Unit for display: shares are shown in per cent."""
        return PERCENT if self.type is FactType.RATIO else self.unit


@dataclass(frozen=True)
class Requirement:
    """``fact op value``; ``value`` is a ``Decimal``, a word, a tuple of members, or ``None`` for ``true``."""

    fact: FactDefinition
    op: Op
    value: Decimal | str | tuple[str, ...] | None = None


QUALIFY = ".qualify"  # end of the id of a reading of what qualifies


@dataclass(frozen=True)
class Rule:
    """One sentence of the policy. ``details`` keeps the descriptive keys of the file (who, to, every, parts, …).

    ``level`` says how the portal handles the rule, ``degree`` is the word of the clause for it. ``confirmed``: the city has confirmed
    the portal's reading.
    """

    id: str
    cite: str
    level: RuleLevel
    step: PolicyStep
    title: str
    tests: tuple[Requirement, ...] = ()
    applies_to: frozenset[str] = frozenset()
    gate: FactDefinition | None = None
    condition: str = ""
    reading: str = ""
    degree: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    confirmed: bool = False

    @property
    def understood(self) -> str:
        """The portal's whole reading of an ambiguous rule, for the city to confirm; empty if the text is clear."""
        facts = [f"按{test.fact.what}计" for test in self.tests if test.fact.reading]
        return "；".join(text for text in (self.reading, *facts) if text)

    @property
    def qualifying(self) -> "Rule | None":
        """How the portal understands what qualifies in the assessment that the rule orders, as a reading of its own to be confirmed."""
        told = self.details.get("qualifies")
        if not told:
            return None
        confirmed = bool(told.get("confirmed"))
        own = {"title": told["what"], "reading": told["reading"], "tests": (), "details": {}, "confirmed": confirmed}
        return replace(self, id=f"{self.id}{QUALIFY}", **own)

    @property
    def reading_state(self) -> str:
        """Whether the city has confirmed the reading, in words."""
        return "市级已确认" if self.confirmed else "待确认"


@dataclass(frozen=True)
class Target:
    """A target with a date (四（一）)."""

    by: dt.date
    text: str
    measure: str


@dataclass(frozen=True)
class KeyAreas:
    """Areas that must follow the standard from a date on (四（二）); ``open_list``: the policy's list ends with 等."""

    since: dt.date
    names: tuple[str, ...]
    open_list: bool


@dataclass(frozen=True)
class HistoricPolicy:
    """An earlier policy that only historical records (历史补录) may name."""

    code: str
    use: str


@dataclass(frozen=True)
class LifeChange:
    """What a registered document does to a policy.

    ``kind`` is a ``LifeKind``; ``on`` the day from which the document holds, ``until`` the last day it gives the policy or itself,
    ``finishing`` whether accepted matters are finished under the policy after its end, ``registered_on`` the day of the second check.
    """

    kind: str
    policy: str
    title: str
    code: str
    on: dt.date
    until: dt.date | None
    finishing: bool
    registered_on: dt.date

    @property
    def document(self) -> str:
        """Title and number of the document."""
        return f"《{self.title}》（{self.code}）"


@dataclass(frozen=True)
class Policy:
    """A policy with its validity (first and last day inclusive), facts, and rules in the order of the text."""

    code: str
    title: str
    issued: dt.date
    in_force: dt.date
    expires: dt.date
    lead: str
    lead_full: str
    partners: tuple[str, ...]
    replaces: str
    historic: tuple[HistoricPolicy, ...]
    dimensions: tuple[str, ...]
    district_types: Mapping[str, str]
    key_areas: KeyAreas
    targets: tuple[Target, ...]
    facts: Mapping[str, FactDefinition]
    rules: tuple[Rule, ...]
    change: LifeChange | None = None

    def is_in_force(self, on: dt.date) -> bool:
        """Whether a step dated ``on`` falls under this policy."""
        return self.in_force <= on <= self.expires

    @property
    def readings(self) -> tuple[Rule, ...]:
        """Rules that the portal reads in its own way, and its readings of what qualifies, in the order of the text."""
        return tuple(one for rule in self.rules for one in (rule, rule.qualifying) if one and one.understood)

    def rule(self, rule_id: str) -> Rule:
        """Rule by id. Raises ``KeyError``."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
