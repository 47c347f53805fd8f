"""Adjustable limits of an edition, and the edition with changed limits (pure)."""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.catalogue import Parsed, parse
from indicators.catalogue.normal_form import text_of

Document = Mapping[str, Any]
Place = tuple[str | int, ...]
LEVEL = "level"
END = {"from": "起点", "to": "终点"}


@dataclass(frozen=True)
class Limit:
    """An adjustable number: ``key`` names it in forms, ``what`` on pages; ``item`` is the clause, empty for a star line."""

    key: str
    what: str
    item: str
    place: Place
    value: str
    unit: str


@dataclass(frozen=True)
class Changed:
    """A changed limit, in words and numbers."""

    key: str
    what: str
    old: str
    new: str

    def plain(self) -> dict[str, str]:
        """The change in the form stored with the computation."""
        return {"key": self.key, "what": self.what, "old": self.old, "new": self.new}


def star_lines(document: Document) -> list[Limit]:
    """The total required by each level."""
    return [
        Limit(f"{LEVEL}:{level['key']}", f"{level['label']}门槛", "", ("levels", at, "min"), str(level["min"]), "分")
        for at, level in enumerate(document["levels"])
    ]


def limits_of(document: Document, wanted: Sequence[str]) -> list[Limit]:
    """Limits of the given clauses, in edition order; clauses without a number have none."""
    return [
        limit
        for number, chapter in enumerate(document["chapters"])
        for at, item in enumerate(chapter["items"])
        if item["id"] in wanted and item["rule"]
        for limit in _limits(item, item["rule"], item["value"], ("chapters", number, "items", at, "rule"))
    ]


def _limits(item: Mapping[str, Any], rule: Mapping[str, Any], value: Mapping[str, Any] | None, place: Place) -> Iterator[Limit]:
    name, unit = f"{item['id']} {item['title']}", (value or {}).get("unit", "")
    if rule["kind"] == "all_of":
        for at, part in enumerate(rule["rules"]):
            titled = {**item, "title": f"{item['title']}　{part['value']['label']}"}
            yield from _limits(titled, part["rule"], part["value"], (*place, "rules", at, "rule"))
        return
    for words, more, number in _numbers(rule):
        key = ":".join([item["id"], *(str(part) for part in (*place, *more)[5:])])
        yield Limit(key, f"{name}　{words}", item["id"], (*place, *more), str(number), unit)


def _numbers(rule: Mapping[str, Any]) -> Iterator[tuple[str, Place, Any]]:
    if rule["kind"] == "steps":
        for at, step in enumerate(rule["steps"]):
            yield f"得{step['points']}分的门槛", ("steps", at, "at"), step["at"]
    elif rule["kind"] == "linear":
        for end, words in END.items():
            yield f"{words}（{rule[end]['points']}分）", (end, "at"), rule[end]["at"]
    elif rule["kind"] == "pass" and "at" in rule:
        yield "限值", ("at",), rule["at"]


def moved(document: Document, limits: Iterable[Limit], new: Mapping[str, Decimal]) -> tuple[Parsed, list[Changed]]:
    """The edition with changed limits (``new`` by key), checked as at import; limits with unchanged numbers are left out."""
    data, changes = copy.deepcopy(dict(document)), []
    for limit in limits:
        number = new.get(limit.key)
        if number is None or number == Decimal(limit.value):
            continue
        place: Any = data
        for part in limit.place[:-1]:
            place = place[part]
        place[limit.place[-1]] = int(number) if number == number.to_integral_value() else float(number)
        changes.append(Changed(limit.key, limit.what, f"{limit.value}{limit.unit}", f"{number.normalize():f}{limit.unit}"))
    return parse(text_of(data)), changes


def again(document: Document, changes: Sequence[Mapping[str, str]]) -> Parsed:
    """The edition with stored changes applied again."""
    items = {change["key"].partition(":")[0] for change in changes}
    limits = [*star_lines(document), *limits_of(document, sorted(items))]
    units = {limit.key: limit.unit for limit in limits}
    return moved(document, limits, {one["key"]: Decimal(one["new"].removesuffix(units[one["key"]])) for one in changes})[0]
