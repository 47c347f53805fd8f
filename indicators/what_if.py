"""What would be won: the next step of every item on a copy of a table, and the way to the next star. Pure.

Every gain is the difference of two scores of the same function that scores tables; nothing is estimated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.explain import at_words, steps_of
from indicators.scoring import EditionRules, Item, Rated, Result, aggregate, plain, rate
from indicators.scoring.numbers import EXACT, decimal
from indicators.scoring.raters import exact
from indicators.scoring.refusals import ValueProblem

HUNDRED = Decimal(100)
MOST_STEPS = 40
Candidate = tuple[Any, str]


@dataclass(frozen=True)
class Gain:
    """The next step of one item: in words, the value that reaches it, and what it brings.

    ``points`` are item points, ``worth`` total points (both above the present), ``total`` and ``reached`` what the table has
    then; ``reached`` is the level of the total alone.
    """

    item: str
    title: str
    chapter: str
    now: Decimal
    step: str
    distance: str
    value: Any
    points: Decimal
    worth: Decimal
    total: Decimal
    reached: str | None


@dataclass(frozen=True)
class Copy:
    """A table to try things on: values and declarations that nobody has submitted."""

    rules: EditionRules
    kind: str
    stage: str
    values: Mapping[str, Any]
    exclusions: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def rated(self) -> Rated:
        """Points and holds of the copy. Raises ``ScoringRefused`` as scoring does."""
        return rate(self.rules, self.kind, self.stage, self.values, self.exclusions, self.absent)

    def result(self, rated: Rated | None = None, points: Mapping[str, Decimal] | None = None) -> Result:
        """Score of the copy, with other points of some items."""
        found = rated or self.rated()
        return aggregate(self.rules, self.kind, self.stage, {**found.points, **(points or {})}, found.holds, found.excluded)

    def having(self, gain: Gain) -> "Copy":
        """The copy after one step."""
        return Copy(self.rules, self.kind, self.stage, {**self.values, gain.item: gain.value}, self.exclusions, self.absent)


def easiest(copy: Copy) -> tuple[Gain, ...]:
    """Return the next step of every item that can still lift the total, most total points first.

    An item with several next steps (a list, several values) shows the one that brings most. Raises ``ScoringRefused`` where the
    copy itself cannot be scored.
    """
    rated = copy.rated()
    base = copy.result(rated)
    chapters = {chapter.key: f"{chapter.number} {chapter.title}" for chapter in copy.rules.table(copy.kind, copy.stage).chapters}
    gains = [
        gain
        for name, points in rated.points.items()
        if name not in copy.absent and points < copy.rules.items[name].points
        if (gain := _gain(copy, rated, base, copy.rules.items[name], chapters)) is not None
    ]
    return tuple(sorted(gains, key=lambda gain: (-gain.worth, -gain.points)))


def way_to_next(copy: Copy) -> tuple[Gain, ...]:
    """Return steps that lift the total to the next star line, each the one that brings most then; empty when there is none.

    Stands beside what blocks a level for other reasons: controls and chapter minimums are not looked at.
    """
    start = copy.result()
    line = next((level.least for level in copy.rules.levels if start.total < level.least), None)
    steps: list[Gain] = []
    while line is not None and len(steps) < MOST_STEPS:
        gains = easiest(copy)
        if not gains:
            return ()
        # The last step need not be the largest: the smallest that suffices is.
        best = min((gain for gain in gains if gain.total >= line), key=lambda gain: gain.total, default=gains[0])
        steps.append(best)
        if best.total >= line:
            return tuple(steps)
        copy = copy.having(best)
    return ()


def _gain(copy: Copy, rated: Rated, base: Result, item: Item, chapters: Mapping[str, str]) -> Gain | None:
    now, rater = rated.points[item.id], item.rate
    if rater is None:
        return None
    options = [(rater(value), value, step) for value, step in next_values(item, copy.values.get(item.id))]
    better = [option for option in options if option[0] > now]
    if not better:
        return None
    points, value, step = max(better, key=lambda option: option[0])
    after = copy.result(rated, {item.id: points})
    if after.total == base.total:
        return None
    return Gain(
        item=item.id,
        title=item.title,
        chapter=chapters[item.chapter],
        now=now,
        step=step,
        distance="；".join(line.distance for line in steps_of(item, copy.values.get(item.id)) if line.next and line.distance),
        value=value,
        points=points - now,
        worth=after.total - base.total,
        total=after.total,
        reached=after.reached,
    )


def next_values(item: Item, raw: Any) -> list[Candidate]:
    """Values one step better than ``raw`` with the step in words; each can be stored and scored as it is."""
    if item.ratio:
        return _ratios(item, raw)
    if item.rule["kind"] != "all_of":
        return list(_next(item.rule, item.value, item.points, raw))
    parts = dict(raw) if isinstance(raw, Mapping) else {}
    return [
        ({**parts, entry["value"]["key"]: value}, f"{entry['value']['label']}{step}")
        for entry in item.rule["rules"]
        for value, step in _next(entry["rule"], entry["value"], item.points, parts.get(entry["value"]["key"]))
    ]


def _ratios(item: Item, raw: Any) -> list[Candidate]:
    """Keep the second number of the ratio and move the first; 100 where nothing is known of it."""
    given = raw if isinstance(raw, Mapping) else {}
    b = _number(given.get("b")) or HUNDRED
    a = _number(given.get("a"))
    known = None if a is None or given.get("b") is None else EXACT.divide(EXACT.multiply(a, HUNDRED), b)
    found = _next(item.rule, item.value, item.points, known)
    return [({"a": plain(EXACT.divide(EXACT.multiply(Decimal(value), b), HUNDRED)), "b": plain(b)}, step) for value, step in found]


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
        yield from _next_option(rule, raw)
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


def _next_option(rule: Mapping[str, Any], raw: Any) -> Iterator[Candidate]:
    worth = {option["key"]: exact(option["points"]) for option in rule["options"]}
    now = worth.get(raw, Decimal(0)) if isinstance(raw, str) else Decimal(0)
    better = [option for option in rule["options"] if worth[option["key"]] > now]
    if better:
        option = min(better, key=lambda one: worth[one["key"]])
        yield option["key"], f"达到：{option['text']}"


def _number(raw: Any) -> Decimal | None:
    try:
        return decimal(raw)
    except ValueProblem:
        return None
