"""Comparable figures of a value: a single number, both amounts of a ratio and the ratio, all numbers of a combined rule."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from districts.plausibility.figures import Figure, Scale
from indicators.scoring.explain import unit_of
from indicators.scoring.prepare import Item

RATE = ""
SHARES = frozenset({"%", "百分点", "%/a"})


def figures_of(item: Item, value: Any) -> dict[str, Figure]:
    """Figures by part: ``""`` for the clause's own figure, ``a`` and ``b`` of a ratio, the key of each number of a combined rule."""
    if value is None:
        return {}
    if item.ratio:
        return dict(_ratio(item, value)) if isinstance(value, Mapping) else {}
    if item.rule["kind"] == "all_of":
        return dict(_joint(item, value)) if isinstance(value, Mapping) else {}
    found = _one(item.rule, item.value, item.title, value)
    return {RATE: found} if found else {}


def _ratio(item: Item, value: Mapping[str, Any]) -> Iterator[tuple[str, Figure]]:
    numbers = {}
    for entry in item.data["inputs"]:
        number = _number(value.get(entry["key"]))
        if number is not None:
            numbers[entry["key"]] = number
            yield entry["key"], Figure(entry["label"], entry["unit"], number, Scale.AMOUNT)
    if numbers.get("b") and "a" in numbers and item.value:
        share = numbers["a"] * 100 / numbers["b"]
        yield RATE, _figure(item.rule, item.value, item.title, share)._replace(typed=False)


def _joint(item: Item, value: Mapping[str, Any]) -> Iterator[tuple[str, Figure]]:
    for entry in item.rule["rules"]:
        found = _one(entry["rule"], entry["value"], entry["value"]["label"], value.get(entry["value"]["key"]))
        if found:
            yield entry["value"]["key"], found


def _one(rule: Mapping[str, Any], meta: Mapping[str, Any] | None, label: str, raw: Any) -> Figure | None:
    number = _number(raw)
    if number is None:
        return None
    if rule["kind"] == "count":
        return Figure(label, "项", number, Scale.COUNT)
    measured = rule["kind"] in {"steps", "linear"} or (rule["kind"] == "pass" and "op" in rule)
    return _figure(rule, meta, label, number) if measured and meta else None


def _figure(rule: Mapping[str, Any], meta: Mapping[str, Any], label: str, number: Decimal) -> Figure:
    low, high = Decimal(str(meta["min"])), Decimal(str(meta["max"]))
    scale = Scale.INTERVAL if low < 0 else Scale.SHARE if meta["unit"] in SHARES else Scale.RATE
    # The largest figure named in the rule measures the usual size of its figures.
    if rule["kind"] == "steps":
        named = [step["at"] for step in rule["steps"]]
    elif rule["kind"] == "linear":
        named = [rule["from"]["at"], rule["to"]["at"]]
    else:
        named = [value for value in (rule.get("value"), rule.get("at")) if value is not None]
    span = max((abs(Decimal(str(one))) for one in named), default=Decimal(0))
    return Figure(label, unit_of(meta), number, scale, span=span, low=low, high=high)


def _number(raw: Any) -> Decimal | None:
    if raw is None or isinstance(raw, bool | list | tuple | Mapping):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
