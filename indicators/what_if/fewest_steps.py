"""Smallest number of item steps that reaches a given total (pure functions); exact for additive totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from indicators.scoring.engine import RatedTable, Result
from indicators.scoring.next_steps import best_next
from indicators.scoring.prepare import EditionRules, Item

MOST_STEPS = 40
HALF_CENT = Fraction(1, 200)
Chain = tuple[str, tuple[Fraction, ...]]
Plan = tuple[Fraction, tuple[tuple[str, int], ...]]
NOTHING: Plan = (Fraction(0), ())


@dataclass(frozen=True)
class TableTotals:
    """A copy of a table with its points and its score."""

    rules: EditionRules
    rated: RatedTable
    result: Result
    values: Mapping[str, Any]
    absent: tuple[str, ...]


def fewest(now: TableTotals, line: Decimal) -> dict[str, int]:
    """Number of steps by item, as few as possible, so that the total reaches ``line``; empty if impossible."""
    chains = list(_chains(now))
    bonuses = {chapter.key for chapter in now.result.chapters if chapter.bonus}
    scored = _most([chain for key, chain in chains if key not in bonuses])
    bonus = _most([chain for key, chain in chains if key in bonuses])
    spare = Fraction(now.rules.bonus_cap - now.result.bonus)
    need = Fraction(line) - _exact(now) - HALF_CENT
    for count in range(1, MOST_STEPS + 1):
        pairs = [(scored[first], bonus[count - first]) for first in range(count + 1)]
        found = [(one[0] + min(spare, two[0]), {**dict(one[1]), **dict(two[1])}) for one, two in pairs]
        if enough := [plan for plan in found if plan[0] >= need]:
            return min(enough, key=lambda plan: plan[0])[1]
    return {}


def _exact(now: TableTotals) -> Fraction:
    """Total before it is rounded."""
    scored = [chapter for chapter in now.result.chapters if not chapter.bonus]
    total = sum((one.weight * one.exact if now.rules.weighted else Fraction(one.obtained) for one in scored), Fraction(0))
    return total + Fraction(now.result.bonus)


def _shares(now: TableTotals) -> dict[str, Fraction]:
    """Total points that one point of an item is worth, by chapter."""
    return {
        one.key: Fraction(1)
        if one.bonus or not now.rules.weighted
        else one.weight * 100 / Fraction(one.possible)
        if one.possible
        else Fraction(0)
        for one in now.result.chapters
    }


def _chains(now: TableTotals) -> Iterator[tuple[str, Chain]]:
    """For each item its chapter, and the total points gained by number of steps."""
    shares = _shares(now)
    for name, points in now.rated.points.items():
        item = now.rules.items[name]
        if name not in now.absent and points < item.points and shares[item.chapter]:
            worth = tuple((more - Fraction(points)) * shares[item.chapter] for more in _ladder(item, now.values.get(name), points))
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
