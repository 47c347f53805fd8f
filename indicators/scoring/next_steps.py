"""Next better values of an item, with descriptions (pure functions)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from greendistrict.core.rounding import EXACT
from indicators.scoring.explain import at_words
from indicators.scoring.numbers import decimal, plain
from indicators.scoring.prepare import Item
from indicators.scoring.raters import exact
from indicators.scoring.refusals import ValueProblem

HUNDRED = Decimal(100)
Candidate = tuple[Any, str]


def best_next(item: Item, raw: Any, now: Decimal) -> tuple[Decimal, Any, str] | None:
    """Points, value and description of the best next step; None if nothing improves on ``now``."""
    if item.rate is None:
        return None
    options = [(item.rate(value), value, step) for value, step in next_values(item, raw)]
    return max((option for option in options if option[0] > now), key=lambda option: option[0], default=None)


def next_values(item: Item, raw: Any) -> list[Candidate]:
    """Values one step better than ``raw``, each with its description; they can be stored and scored without changes."""
    if item.ratio:
        # The second number of the ratio is kept (100 if unknown), the first changed.
        given = raw if isinstance(raw, Mapping) else {}
        b = _number(given.get("b")) or HUNDRED
        a = _number(given.get("a"))
        known = None if a is None or given.get("b") is None else EXACT.divide(EXACT.multiply(a, HUNDRED), b)
        better = _next(item.rule, item.value, item.points, known)
        return [({"a": plain(EXACT.divide(EXACT.multiply(Decimal(value), b), HUNDRED)), "b": plain(b)}, step) for value, step in better]
    if item.rule["kind"] != "all_of":
        return list(_next(item.rule, item.value, item.points, raw))
    parts = dict(raw) if isinstance(raw, Mapping) else {}
    return [
        ({**parts, entry["value"]["key"]: value}, f"{entry['value']['label']}{step}")
        for entry in item.rule["rules"]
        for value, step in _next(entry["rule"], entry["value"], item.points, parts.get(entry["value"]["key"]))
    ]


def _next(rule: Mapping[str, Any], value: Mapping[str, Any] | None, most: Decimal, raw: Any) -> Iterator[Candidate]:
    kind = rule["kind"]
    if kind == "steps":
        yield from _next_step(rule, value or {}, _number(raw))
    elif kind == "linear":
        yield plain(exact(rule["to"]["at"])), f"达到{rule['to']['at']}{value['unit'] if value else ''}"
    elif kind == "checklist":
        chosen = [part["key"] for part in rule["parts"] if isinstance(raw, list | tuple) and part["key"] in raw]
        for part in rule["parts"]:
            if part["key"] not in chosen:
                yield [*chosen, part["key"]], f"补上：{part['text']}"
    elif kind == "choice":
        worth = {option["key"]: exact(option["points"]) for option in rule["options"]}
        now = worth.get(raw, Decimal(0)) if isinstance(raw, str) else Decimal(0)
        better = [option for option in rule["options"] if worth[option["key"]] > now]
        if better:
            option = min(better, key=lambda one: worth[one["key"]])
            yield option["key"], f"达到：{option['text']}"
    else:
        number = (_number(raw) or Decimal(0)) + 1
        if kind == "count" or number <= most:
            yield plain(number), f"增至{plain(number)}项" if kind == "count" else f"申报{plain(number)}分"


def _next_step(rule: Mapping[str, Any], value: Mapping[str, Any], number: Decimal | None) -> Iterator[Candidate]:
    higher = rule["better"] == "higher"
    for step in rule["steps"]:
        at, beyond = exact(step["at"]), bool(step.get("exclusive"))
        if number is not None and (number > at if higher else number < at):
            continue
        if number == at and not beyond:
            continue
        nudge = Decimal(1).scaleb(-(value.get("decimals") or 0)) if beyond else Decimal(0)
        yield plain(at + nudge if higher else at - nudge), f"达到{at_words(rule, step, value)}"
        return


def _number(raw: Any) -> Decimal | None:
    try:
        return decimal(raw)
    except ValueProblem:
        return None
