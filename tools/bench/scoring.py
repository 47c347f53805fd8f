"""The scoring function alone: many tables of a whole edition, compared with a plain loop over the same arithmetic."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from greendistrict.core.rounding import half_up
from indicators.editions.selectors import edition_named, rules_for
from indicators.scoring.engine import score
from indicators.scoring.prepare import EditionRules, Item
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of

KIND, STAGE = "new", "operation"
Values = Mapping[str, Any]
Scores = list[tuple[Decimal, str | None]]


def scoring(code: str, count: int, effort: Effort) -> BenchRow:
    """``count`` tables with different values, every applicable item filled in."""
    rules = rules_for(edition_named(code))
    tables = [values_of(rules, number) for number in range(count)]
    timing = by_turns(lambda: lambda: _ours(rules, tables), lambda: lambda: _straight(rules, tables), effort)
    if _ours(rules, tables) != _straight(rules, tables):
        msg = "score and the straight loop disagree"
        raise BenchError(msg)
    items = len(rules.table(KIND, STAGE).items)
    return cost_of(f"scoring of {count} tables", timing, 1.5, notes={"items": items})


def values_of(rules: EditionRules, number: int) -> dict[str, Any]:
    """Values of one table; each number gives a different but reproducible mixture."""
    found = {}
    for at, item in enumerate(rules.table(KIND, STAGE).items.values()):
        options = _options(item)
        found[item.id] = options[(number * 7 + at * 13) % len(options)]
    return found


def _options(item: Item) -> list[Any]:
    rule = item.rule
    if rule["kind"] == "all_of":
        names = [(entry["value"]["key"], _plain(entry["rule"], item)) for entry in rule["rules"]]
        return [{name: options[at % len(options)] for name, options in names} for at in range(3)]
    if item.ratio:
        return [{"a": value, "b": "100"} for value in _plain(rule, item)]
    return _plain(rule, item)


def _plain(rule: Mapping[str, Any], item: Item) -> list[Any]:
    kind = rule["kind"]
    if kind == "steps":
        return [str(step["at"]) for step in rule["steps"]]
    if kind == "linear":
        return [str(rule["from"]["at"]), str(rule["to"]["at"])]
    if kind == "checklist":
        keys = [part["key"] for part in rule["parts"]]
        return [keys[:most] for most in range(len(keys) + 1)]
    if kind == "choice":
        return [option["key"] for option in rule["options"]]
    if kind == "pass":
        return [str(rule["at"])] if "at" in rule else [True]
    return ["0", "1", str(int(item.points))]


def _ours(rules: EditionRules, tables: Sequence[Values]) -> Scores:
    found = (score(rules, KIND, STAGE, values) for values in tables)
    return [(one.total, one.level) for one in found]


def _straight(rules: EditionRules, tables: Sequence[Values]) -> Scores:
    """The arithmetic only: no declarations, no results by item, no explanation."""
    chapters = rules.table(KIND, STAGE).chapters
    raters = [(one, [(item.id, item.rate) for item in one.scored if item.rate], Fraction(one.possible)) for one in chapters]
    tests = [(item.id, item.test) for one in chapters for item in one.controls if item.test]
    found: Scores = []
    for values in tables:
        total, bonus = Fraction(0), Decimal(0)
        for chapter, items, possible in raters:
            obtained = sum((rate(values[name]) for name, rate in items), Decimal(0))
            if chapter.bonus:
                bonus += obtained
            elif possible:
                total += chapter.weight * (Fraction(obtained) * 100 / possible)
        rounded = half_up(total + Fraction(min(bonus, rules.bonus_cap)))
        holds = all(test(values[name]) for name, test in tests)
        level = next((one.key for one in reversed(rules.levels) if rounded >= one.least), None)
        found.append((rounded, level if holds else None))
    return found
