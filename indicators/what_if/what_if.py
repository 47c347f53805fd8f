"""What-if: gain of each item's next step, and the way to the next star. Pure.

Every gain is the difference of two scores of the same function that scores tables; nothing is estimated.

Also here: Smallest number of item steps that reaches a given total (pure functions); exact for additive totals.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from indicators.scoring.engine import RatedTable, Result, aggregate, rate
from indicators.scoring.explain import steps_of
from indicators.scoring.next_steps import best_next
from indicators.scoring.prepare import EditionRules, Item

MOST_STEPS = 40
HALF_CENT = Fraction(1, 200)
Chain = tuple[str, tuple[Fraction, ...]]
Plan = tuple[Fraction, tuple[tuple[str, int], ...]]
NOTHING: Plan = (Fraction(0), ())


def fewest(copy: "TrialTable", rated: RatedTable, result: Result, line: Decimal) -> dict[str, int]:
    """Number of steps by item, as few as possible, so that the total of the copy reaches ``line``; empty if impossible."""
    chains = list(_chains(copy, rated, result))
    bonuses = {chapter.key for chapter in result.chapters if chapter.bonus}
    scored = _most([chain for key, chain in chains if key not in bonuses])
    bonus = _most([chain for key, chain in chains if key in bonuses])
    spare = Fraction(copy.rules.bonus_cap - result.bonus)
    regular = [chapter for chapter in result.chapters if not chapter.bonus]
    unrounded = sum((one.weight * one.exact if copy.rules.weighted else Fraction(one.obtained) for one in regular), Fraction(0))
    need = Fraction(line) - unrounded - Fraction(result.bonus) - HALF_CENT
    for count in range(1, MOST_STEPS + 1):
        pairs = [(scored[first], bonus[count - first]) for first in range(count + 1)]
        found = [(one[0] + min(spare, two[0]), {**dict(one[1]), **dict(two[1])}) for one, two in pairs]
        if enough := [plan for plan in found if plan[0] >= need]:
            return min(enough, key=lambda plan: plan[0])[1]
    return {}


def _chains(copy: "TrialTable", rated: RatedTable, result: Result) -> Iterator[tuple[str, Chain]]:
    """For each item its chapter, and the total points gained by number of steps."""
    # Total points that one point of an item is worth, by chapter.
    shares = {
        chapter.key: Fraction(1)
        if chapter.bonus or not copy.rules.weighted
        else chapter.weight * 100 / Fraction(chapter.possible)
        if chapter.possible
        else Fraction(0)
        for chapter in result.chapters
    }
    for name, points in rated.points.items():
        item = copy.rules.items[name]
        if name not in copy.absent and points < item.points and shares[item.chapter]:
            worth = tuple((more - Fraction(points)) * shares[item.chapter] for more in _ladder(item, copy.values.get(name), points))
            if worth:
                yield item.chapter, (name, worth)


def _ladder(item: Item, raw: Any, now: Decimal) -> Iterator[Fraction]:
    """Points after one step, two steps and so on."""
    for _ in range(MOST_STEPS):
        found = best_next(item, raw, now)
        if found is None:
            return
        now, raw, _words = found
        yield Fraction(now)


def _most(chains: list[Chain]) -> list[Plan]:
    """By number of steps: the largest gain, and the steps of each item."""
    best: list[Plan] = [NOTHING] * (MOST_STEPS + 1)
    for name, worth in chains:
        for count in range(MOST_STEPS, 0, -1):
            for steps in range(1, min(len(worth), count) + 1):
                gain = best[count - steps][0] + worth[steps - 1]
                if gain > best[count][0]:
                    best[count] = (gain, (*best[count - steps][1], (name, steps)))
    return best


@dataclass(frozen=True)
class Gain:
    """The next step of one item: in words, with the value that reaches it and the gain.

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
class TrialTable:
    """A copy of a table for what-if: values and declarations, never stored."""

    rules: EditionRules
    kind: str
    stage: str
    values: Mapping[str, Any]
    exclusions: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def rated(self) -> RatedTable:
        """Points and holds of the copy. Raises ``ScoringRefused`` as scoring does."""
        return rate(self.rules, self.kind, self.stage, self.values, self.exclusions, self.absent)

    def result(self, rated: RatedTable | None = None, points: Mapping[str, Decimal] | None = None) -> Result:
        """Score of the copy, with other points of some items."""
        found = rated or self.rated()
        return aggregate(self.rules, self.kind, self.stage, {**found.points, **(points or {})}, found.holds, found.excluded)

    def having(self, gain: Gain) -> "TrialTable":
        """The copy after taking one step."""
        return TrialTable(self.rules, self.kind, self.stage, {**self.values, gain.item: gain.value}, self.exclusions, self.absent)


def easiest(copy: TrialTable) -> tuple[Gain, ...]:
    """Return the next step of every item that can still raise the total, largest gain first.

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


def way_to_next(copy: TrialTable) -> tuple[Gain, ...]:
    """Return the fewest steps to the next star line, in order; empty when it cannot be reached.

    A step is one item's next one. Stands beside what blocks a level for other reasons: controls and chapter minimums are not
    looked at. Every total on the way is a score of the copy.
    """
    rated = copy.rated()
    start = copy.result(rated)
    line = next((level.least for level in copy.rules.levels if start.total < level.least), None)
    if line is None:
        return ()
    wanted, steps = fewest(copy, rated, start, line), list[Gain]()
    while sum(wanted.values()) > 1:
        gain = max((one for one in easiest(copy) if wanted.get(one.item)), key=lambda one: one.worth, default=None)
        if gain is None:
            return ()
        steps.append(gain)
        wanted[gain.item] -= 1
        copy = copy.having(gain)
    # The last step need not be the largest; the smallest sufficient one is chosen.
    last = min((gain for gain in easiest(copy) if gain.total >= line), key=lambda gain: gain.total, default=None)
    return (*steps, last) if last else ()


def _gain(copy: TrialTable, rated: RatedTable, base: Result, item: Item, chapters: Mapping[str, str]) -> Gain | None:
    now, better = rated.points[item.id], best_next(item, copy.values.get(item.id), rated.points[item.id])
    if better is None:
        return None
    points, value, step = better
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
