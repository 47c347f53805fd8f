"""The way to the next star takes as few steps as can be: against trying every combination on small tables."""

import itertools
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.scoring.engine import aggregate
from indicators.what_if.what_if import TrialTable, way_to_next
from tests.indicators.editions.editions import PERCENT, chapter, item, rules_of


def ladder(*points):
    return {"kind": "steps", "better": "higher", "steps": [{"at": 10 * at, "points": one} for at, one in enumerate(points, start=1)]}


def table(rows, bonus=()):
    """A chapter of items with these step points filled up to 100, and a bonus chapter capped at 10."""
    items = [item(f"1.{at}", points[-1], ladder(*points), value=dict(PERCENT)) for at, points in enumerate(rows, start=1)]
    rest = 100 - sum(points[-1] for points in rows)
    chapters = [chapter("one", "1", [*items, item("1.9", rest, {"kind": "claimed"})])]
    more = [item(f"2.{at}", points[-1], ladder(*points), kind="bonus", value=dict(PERCENT)) for at, points in enumerate(bonus, start=1)]
    if more:
        chapters.append(chapter("bonus", "2", more, weight=0, kind="bonus"))
    return rules_of(chapters)


def least_steps(rules, rows, bonus, rest):
    """Fewest steps by trying them all."""
    line = next(level.least for level in rules.levels if Decimal(rest) < level.least)
    best = None
    for taken in itertools.product(*(range(len(points) + 1) for points in (*rows, *bonus))):
        names = [f"1.{at}" for at in range(1, len(rows) + 1)] + [f"2.{at}" for at in range(1, len(bonus) + 1)]
        points = {name: Decimal(steps and row[steps - 1]) for name, steps, row in zip(names, taken, (*rows, *bonus), strict=True)}
        total = aggregate(rules, "new", "planning", {**points, "1.9": Decimal(rest)}, {}).total
        if total >= line and (best is None or sum(taken) < best):
            best = sum(taken)
    return best


LADDERS = st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True).map(sorted), min_size=1, max_size=3)


@settings(max_examples=30, deadline=None)
@given(LADDERS, st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=2, unique=True).map(sorted), max_size=2), st.integers(38, 49))
def test_no_way_is_shorter(rows, bonus, rest):
    rules = table(rows, bonus)
    most = sum(points[-1] for points in rows)
    rest = min(rest, 100 - most)
    way = way_to_next(TrialTable(rules, "new", "planning", {"1.9": str(rest)}))
    claimed = TrialTable(rules, "new", "planning", {"1.9": str(100 - most)}).result().total
    expected = least_steps(rules, rows, bonus, rest)
    if expected is not None and claimed < 200:
        assert len(way) <= expected
    assert not way or way[-1].total >= 50


def test_a_small_step_before_a_large_one_is_taken_when_that_is_shorter():
    rules = table([[1, 12], [4, 8, 10]])
    way = way_to_next(TrialTable(rules, "new", "planning", {"1.9": "39"}))
    assert [(gain.item, gain.total) for gain in way] == [("1.1", Decimal(40)), ("1.1", Decimal(51))]


def test_the_last_step_is_the_smallest_that_suffices():
    rules = table([[12], [5]])
    (gain,) = way_to_next(TrialTable(rules, "new", "planning", {"1.9": "46"}))
    assert (gain.item, gain.total) == ("1.2", Decimal(51))
