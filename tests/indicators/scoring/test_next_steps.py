"""The next step of a clause from what it has, where a table as a whole does not show it."""

from decimal import Decimal

import pytest

from indicators.scoring.next_steps import best_next, next_values
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, item, rules_of

UP = {"kind": "steps", "better": "higher", "steps": [{"at": 50, "points": 4}, {"at": 70, "points": 10, "exclusive": True}]}
LINEAR = {"kind": "linear", "from": {"at": 30, "points": 0}, "to": {"at": 60, "points": 10}}
OPTIONS = [{"key": key, "text": key, "points": worth} for key, worth in (("a", 0), ("b", 1), ("c", 10))]
CHOICE = {"kind": "choice", "options": OPTIONS}


def clause(rule, value=None, inputs=None):
    return rules_of([chapter("one", "1", [item("1", 10, rule, value=value, inputs=inputs)])]).items["1"]


def test_a_step_that_brings_nothing_more_is_none():
    linear = clause(LINEAR, PERCENT)
    assert best_next(linear, "60", Decimal(10)) is None
    assert best_next(linear, "45", Decimal(5)) == (10, "60", "达到60%")


@pytest.mark.parametrize("raw", [{"a": "60"}, {"b": "100"}, {"a": "60", "b": None}])
def test_half_a_ratio_has_every_step_before_it(raw):
    assert next_values(clause(UP, PERCENT, RATIO), raw) == [({"a": "50", "b": "100"}, "达到不低于50%")]


def test_a_limit_to_be_passed_is_passed_by_one_unit_of_the_last_decimal():
    assert next_values(clause(UP, {**PERCENT, "decimals": 0}), "60") == [("71", "达到高于70%")]


@pytest.mark.parametrize("raw", [None, "gone", ["c"]])
def test_the_cheapest_option_that_brings_points_comes_next(raw):
    assert next_values(clause(CHOICE), raw) == [("b", "达到：b")]
