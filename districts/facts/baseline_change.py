"""Preview of a change of the pilot baseline: lists and gates before and after. Writes nothing.

Only an approved change case (变更) changes the pilot baseline; lists that it does not name stay frozen.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from districts.baselines.models import Baseline
from districts.baselines.selectors import baseline_of
from districts.baselines.services import content_of
from districts.common.enums import BaselineKind
from districts.facts.baseline_ratios import PILOT_GATES
from districts.file.models.district import District
from greendistrict.core.errors import Refusal
from greendistrict.core.rounding import percent
from greendistrict.policy.engine import NoPolicyInForce, ask
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.in_force import policy_in_force

LISTS = {"plots": "地块", "key_projects": "近期重点项目", "works": "市政设施"}
PAGES = {"plots": "plot_list", "key_projects": "key_project_list", "works": "work_list"}
RULES = {"plots": "ACCEPT-PLOTS", "key_projects": "ACCEPT-KEY-PROJECTS", "works": "ACCEPT-INFRA"}
GATE_NAMES = {"plots": "完成建设的地块", "key_projects": "投入使用的重点项目", "works": "建成的主要市政设施"}
FACTS = {"plots": "plots_built_ratio", "key_projects": "key_projects_in_use_ratio", "works": "main_works_built_ratio"}
Content = Mapping[str, Any]


@dataclass(frozen=True)
class WantedLists:
    """Rows of one list to remove from the baseline (``drop``), to add from the live list (``add``), or to update (``renew``)."""

    name: str
    drop: frozenset[int] = frozenset()
    add: frozenset[int] = frozenset()
    renew: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether no change is requested."""
        return not (self.drop or self.add or self.renew)


@dataclass(frozen=True)
class GateEffect:
    """A line of the comparison: name, before and after in words."""

    what: str
    before: str
    after: str


def name_of(row: Mapping[str, Any]) -> str:
    """Name of a frozen row; the number for a plot."""
    return str(row.get("number") or row.get("name"))


def changed_content(content: Content, live: Content, wanted: WantedLists) -> dict[str, Any]:
    """Content with one list changed; the other lists and the land stay frozen."""
    fresh = {row["id"]: row for row in live[wanted.name]}
    kept = [
        fresh[row["id"]] if row["id"] in wanted.renew and row["id"] in fresh else row
        for row in content[wanted.name]
        if row["id"] not in wanted.drop
    ]
    held = {row["id"] for row in kept}
    kept += [row for row in live[wanted.name] if row["id"] in wanted.add and row["id"] not in held]
    return {**content, wanted.name: kept}


def candidates(content: Content, live: Content, name: str) -> dict[str, list[dict[str, Any]]]:
    """Rows that can be removed (all frozen), added (live, not frozen) or updated (live differs from frozen)."""
    frozen = {row["id"]: row for row in content[name]}
    return {
        "drop": list(frozen.values()),
        "add": [row for row in live[name] if row["id"] not in frozen],
        "renew": [row for row in live[name] if row["id"] in frozen and row != frozen[row["id"]]],
    }


def problems_of(content: Content, live: Content, wanted: WantedLists) -> list[Refusal]:
    """Refusals: nothing requested, unknown rows, or a list left empty."""
    if wanted.is_empty:
        return [Refusal(f"请选择要调出、调入或更新的{LISTS[wanted.name]}")]
    known = {action: {row["id"] for row in rows} for action, rows in candidates(content, live, wanted.name).items()}
    problems = []
    for action, word in (("drop", "调出"), ("add", "调入"), ("renew", "更新")):
        if getattr(wanted, action) - known[action]:
            problems.append(Refusal(f"有要{word}的{LISTS[wanted.name]}不在可{word}之列，请重新选择", field=action))
    problems += _counted_twice(content, live, wanted)
    if not changed_content(content, live, wanted)[wanted.name]:
        problems.append(Refusal(f"变更后{LISTS[wanted.name]}基线为空，不能视为全部完成", rule=RULES[wanted.name]))
    return problems


def _counted_twice(content: Content, live: Content, wanted: WantedLists) -> list[Refusal]:
    """Refusals for plots that replace a plot of the baseline, because both would be counted."""
    if wanted.name != "plots":
        return []
    staying = {row["id"]: name_of(row) for row in content["plots"] if row["id"] not in wanted.drop}
    names = {row["id"]: name_of(row) for row in live["plots"]}
    pairs = [(pk, before) for pk in sorted(wanted.add) for before in live.get("heirs", {}).get(str(pk), ()) if before in staying]
    return [
        Refusal(f"地块{names.get(pk, pk)}由基线中的地块{staying[before]}变更而来，调入须同时调出地块{staying[before]}", field="add")
        for pk, before in pairs
    ]


def current(district: District) -> Baseline | None:
    """Pilot baseline that stands now."""
    baseline: Baseline | None = baseline_of(district, BaselineKind.PILOT)
    return baseline


def gate(district: District, baseline: Baseline, name: str, on: dt.date) -> FactValue:
    """Value of a gate computed over a baseline, stored or proposed."""
    return PILOT_GATES[FACTS[name]](district, baseline, on)


def effects_of(district: District, wanted: WantedLists, on: dt.date) -> list[GateEffect]:
    """Comparison of the list and its gate before and after; empty without a baseline."""
    baseline = current(district)
    if baseline is None:
        return []
    content = changed_content(baseline.content, content_of(district), wanted)
    after = Baseline(district=district, kind=baseline.kind, number=baseline.number, content=content)
    return [
        GateEffect(f"{LISTS[wanted.name]}基线", size_of(baseline.content, wanted.name), size_of(content, wanted.name)),
        GateEffect(f"{GATE_NAMES[wanted.name]}（八（三））", *(_words(district, kept, wanted.name, on) for kept in (baseline, after))),
    ]


def size_of(content: Content, name: str) -> str:
    """Number of rows of a frozen list, and of those that count."""
    rows = content[name]
    if name == "plots":
        return f"{len(rows)}个，可建设{sum(row['buildable'] for row in rows)}个"
    return f"{len(rows)}个" if name == "key_projects" else f"{len(rows)}项，主要{sum(row['main'] for row in rows)}项"


def _words(district: District, baseline: Baseline, name: str, on: dt.date) -> str:
    fact = gate(district, baseline, name, on)
    share = "无从计算" if fact.number is None else percent(fact.number)
    return f"{fact.numerator}/{fact.denominator}，{share}{_verdict(district, name, fact, on)}"


def _verdict(district: District, name: str, fact: FactValue, on: dt.date) -> str:
    try:
        policy = policy_in_force(on)
    except NoPolicyInForce:
        return ""
    finding = ask(policy.rule(RULES[name]), Facts({FACTS[name]: fact, "district_type": district.type}))
    return {"pass": "，满足", "fail": "，不满足"}.get(str(finding.verdict), "")


def lines_of(content: Content, live: Content, wanted: WantedLists) -> list[GateEffect]:
    """Rows removed, added and updated, in words."""
    rows = candidates(content, live, wanted.name)
    frozen = {row["id"]: row for row in content[wanted.name]}
    chosen = {action: [row for row in rows[action] if row["id"] in getattr(wanted, action)] for action in rows}
    return [
        *(GateEffect(name_of(row), "在基线", "调出") for row in chosen["drop"]),
        *(GateEffect(name_of(row), "不在基线", "调入") for row in chosen["add"]),
        *(GateEffect(name_of(row), _difference(frozen[row["id"]], row), _difference(row, frozen[row["id"]])) for row in chosen["renew"]),
    ]


def _difference(row: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    return "，".join(str(value) if value is not None else "未填" for name, value in row.items() if other.get(name) != value)


def wanted_of(name: str, values: Mapping[str, Iterable[int]]) -> WantedLists:
    """Parse plain values of a change case: ids under ``drop``, ``add`` and ``renew``."""
    return WantedLists(name, *(frozenset(values.get(action) or ()) for action in ("drop", "add", "renew")))
