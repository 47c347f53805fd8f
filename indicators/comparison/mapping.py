"""Maps clauses of one edition to another, for a district that changes its edition (pure functions).

Clauses are the same if number and title agree, otherwise if a title unique on both sides agrees. Clauses that share only the number may
have different content: they are paired so that people see both, but nothing is carried over.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Entry = Mapping[str, Any]
NUMBER, TITLE, NUMBER_ALONE = "number", "title", "number_alone"
WAYS = {NUMBER: "条文号与名称相同", TITLE: "名称相同，条文号不同", NUMBER_ALONE: "条文号相同，名称不同"}
NOT_SAME = "名称不同，内容可能不同"
OTHER_MEASURE = "取值方法不同"
NO_EXCLUSION = "新标准不允许不参评"


@dataclass(frozen=True)
class NamedClause:
    """A clause by number, title and chapter."""

    id: str
    title: str
    chapter: str


@dataclass(frozen=True)
class ClausePair:
    """A clause in both editions. ``lost`` and ``lost_exclusion``: why targets or an exclusion are dropped; empty if they are kept."""

    old: NamedClause
    new: NamedClause
    way: str
    lost: str
    lost_exclusion: str

    @property
    def how(self) -> str:
        """How the two clauses were matched, in words."""
        return WAYS[self.way]

    @property
    def carries(self) -> bool:
        """Whether targets of the old clause apply to the new one."""
        return not self.lost

    @property
    def carries_exclusion(self) -> bool:
        """Whether an exclusion of the old clause may be kept for the new one."""
        return not self.lost_exclusion


@dataclass(frozen=True)
class MappedClauses:
    """Pairs in the order of the new edition; clauses without a successor; new clauses."""

    pairs: tuple[ClausePair, ...]
    gone: tuple[NamedClause, ...]
    come: tuple[NamedClause, ...]

    @property
    def by_new(self) -> dict[str, ClausePair]:
        """Pair by number in the new edition."""
        return {pair.new.id: pair for pair in self.pairs}


def map_clauses(old: Document, new: Document, *, kind: str | None = None) -> MappedClauses:
    """Map the clauses that apply to a district type (any, without one) from the old edition to the new."""
    before, after = _entries(old, kind), _entries(new, kind)
    ways = _ways(before, after)
    found = {name: (mate, way) for mate, (name, way) in ways.items()}
    pairs, come = [], []
    for name, clause in after.items():
        if name not in found:
            come.append(_named(after, name))
            continue
        mate, way = found[name]
        lost = NOT_SAME if way == NUMBER_ALONE else "" if _measured(before[mate]) == _measured(clause) else OTHER_MEASURE
        refused = NOT_SAME if way == NUMBER_ALONE else "" if clause["may_exclude"] else NO_EXCLUSION
        pairs.append(ClausePair(_named(before, mate), _named(after, name), way, lost, refused))
    return MappedClauses(tuple(pairs), tuple(_named(before, name) for name in before if name not in ways), tuple(come))


def _entries(document: Document, kind: str | None) -> dict[str, Entry]:
    return {
        item["id"]: {**item, "chapter": f"{chapter['no']} {chapter['title']}"}
        for chapter in document["chapters"]
        for item in chapter["items"]
        if kind is None or kind in item["applies"]["types"]
    }


def _named(side: Mapping[str, Entry], name: str) -> NamedClause:
    return NamedClause(name, side[name]["title"], side[name]["chapter"])


def _ways(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> dict[str, tuple[str, str]]:
    """Old number → (new number, how found). A matching title outranks a matching number."""
    ways = {name: (name, NUMBER) for name in before if name in after and before[name]["title"] == after[name]["title"]}
    taken = set(ways)
    titles = _once({name: entry for name, entry in after.items() if name not in taken})
    for title, name in _once({name: entry for name, entry in before.items() if name not in ways}).items():
        if title in titles:
            ways[name] = (titles[title], TITLE)
            taken.add(titles[title])
    left = [name for name in before if name in after and name not in ways and name not in taken]
    return ways | {name: (name, NUMBER_ALONE) for name in left}


def _once(side: Mapping[str, Entry]) -> dict[str, str]:
    counts = Counter(entry["title"] for entry in side.values())
    return {entry["title"]: name for name, entry in side.items() if counts[entry["title"]] == 1}


def _measured(item: Entry) -> tuple[Any, ...]:
    """Meaning of a stored value; clauses with equal meaning interpret a value in the same way."""
    rule, value = item["rule"] or {}, item["value"] or {}
    direction = rule.get("better") or str(rule.get("op", ""))[:1]
    if rule.get("kind") == "linear":
        direction = rule["to"]["at"] > rule["from"]["at"]
    shape = (rule.get("kind"), "op" in rule, item["kind"] == "control", value.get("unit"), direction)
    inputs = tuple((entry["label"], entry["unit"]) for entry in item["inputs"] or ())
    parts = (_keys(rule.get("options")), _keys(rule.get("parts")), tuple(entry["value"]["key"] for entry in rule.get("rules", ())))
    return (*shape, inputs, *parts, item["points"] if rule.get("kind") in {"claimed", "all_of"} else None)


def _keys(entries: Iterable[Entry] | None) -> tuple[tuple[str, str], ...]:
    return tuple((entry["key"], entry["text"]) for entry in entries or ())
