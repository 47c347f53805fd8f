"""Measures the portal and its limit alternately, and reports ratios, which do not depend on the machine."""

import gc
import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

Timed = Callable[[], object]
Side = Callable[[], Timed]  # prepares a request and returns the function to time
MOST_SECONDS, FEWEST = 120, 3


@dataclass
class BenchRow:
    """One row of the result. ``ratio`` is limit time / our time (1 = as fast as the limit), or ours / limit if ``at_most``.

    ``worst`` is the ratio of the worst round, ``p95`` our 95th percentile over the limit's, ``queries`` their number per request.
    """

    name: str
    ratio: float
    worst: float
    target: float
    p95: float | None = None
    queries: int | None = None
    most_queries: int | None = None
    kilobytes: float | None = None
    packed: float | None = None
    memory: float | None = None
    at_most: bool = False
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        """Whether the target of the ratio is met."""
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target

    @property
    def within(self) -> bool:
        """Whether the number of queries is within its limit."""
        return self.most_queries is None or self.queries is None or self.queries <= self.most_queries

    def as_json(self) -> dict[str, Any]:
        """All values, with the results of both checks."""
        return {**asdict(self), "reached": self.reached, "within": self.within}


@dataclass(frozen=True)
class Effort:
    """Amount of measuring: rounds of ``repeats`` requests for each side."""

    rounds: int
    repeats: int


@dataclass(frozen=True)
class Timing:
    """Seconds of both sides by round."""

    ours: list[list[float]]
    limit: list[list[float]]

    def ratios(self) -> list[float]:
        """Ratio limit / ours of every round, from medians."""
        pairs = zip(self.ours, self.limit, strict=True)
        return [statistics.median(limit) / statistics.median(ours) for ours, limit in pairs]

    def median(self) -> float:
        """Median seconds of ours."""
        return statistics.median(itertools.chain(*self.ours))

    def p95(self) -> float:
        """Our 95th percentile over the limit's."""
        return _percentile(self.ours) / _percentile(self.limit)


def _percentile(rounds: list[list[float]]) -> float:
    seconds = sorted(itertools.chain(*rounds))
    return seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]


def by_turns(ours: Side, limit: Side, effort: Effort, *, warm: bool = False) -> Timing:
    """Warm up both sides, then measure them alternately in rounds. With one repeat per round (long work), the warm-up is a single run.

    A single round only checks that both sides work, without warm-up or adjusted repeats. ``warm``: both sides have already run.
    """
    repeats = effort.repeats
    if effort.rounds > 1 and not warm:
        repeats = _affordable(ours, limit, effort) if repeats > 1 else repeats
        for side in (ours, limit):
            _round(side, max(min(effort.repeats, 2), repeats // 4))
    timing = Timing([], [])
    for number in range(effort.rounds):
        sides = [(ours, timing.ours), (limit, timing.limit)]
        for side, kept in sides if number % 2 else reversed(sides):
            kept.append(_round(side, repeats))
    return timing


def _affordable(ours: Side, limit: Side, effort: Effort) -> int:
    """Repeats per round, reduced for slow requests, so that no row takes much longer than ``MOST_SECONDS``."""
    seconds = sum(min(_round(side, 2)) for side in (ours, limit))
    return min(effort.repeats, max(FEWEST, int(MOST_SECONDS / effort.rounds / seconds)))


def _round(side: Side, repeats: int) -> list[float]:
    gc.collect()  # so that garbage of the other side is not collected in the time measured here
    found = []
    for _ in range(repeats):
        timed = side()
        start = time.perf_counter()
        timed()
        found.append(time.perf_counter() - start)
    return found


def row_of(name: str, timing: Timing, target: float, **more: Any) -> BenchRow:
    """Row of a timing: median and worst of the rounds' ratios."""
    ratios = timing.ratios()
    return BenchRow(name, statistics.median(ratios), min(ratios), target, p95=timing.p95(), **more)


def cost_of(name: str, timing: Timing, target: float, **more: Any) -> BenchRow:
    """The same with the ratio ours / limit, and ``target`` as the maximum."""
    ratios = [1 / ratio for ratio in timing.ratios()]
    return BenchRow(name, statistics.median(ratios), max(ratios), target, at_most=True, **more)
