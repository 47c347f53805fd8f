"""Hand-worked points of every rule kind, at, below and above each boundary."""

from decimal import Decimal

import pytest

from indicators.scoring.engine import rate
from indicators.scoring.raters import rater
from indicators.scoring.refusals import ScoringRefused
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, item, rules_of

STEPS = {"kind": "steps", "better": "higher", "steps": [{"at": 70, "points": 3}, {"at": 75, "points": 6}, {"at": 80, "points": 8}]}
LOWER_STEPS = [{"at": 60, "points": 1}, {"at": 50, "points": 3, "exclusive": True}, {"at": 40, "points": 8}]
LOWER = {"kind": "steps", "better": "lower", "steps": LOWER_STEPS}
STRICT = {"kind": "steps", "better": "higher", "steps": [{"at": 20, "points": 4, "exclusive": True}, {"at": 30, "points": 8}]}
LINEAR = {"kind": "linear", "from": {"at": 30, "points": 0}, "to": {"at": 60, "points": 8}}
FALLING = {"kind": "linear", "from": {"at": 2.5, "points": 0}, "to": {"at": 1, "points": 8}}
OFFSET = {"kind": "linear", "from": {"at": 10, "points": 2}, "to": {"at": 40, "points": 8}}
PARTS = [{"key": key, "text": key, "points": worth} for key, worth in (("a", 3), ("b", 3), ("c", 2.5), ("d", 1))]
CHECKLIST = {"kind": "checklist", "parts": PARTS}
CAPPED = {"kind": "checklist", "parts": PARTS, "cap": 5}
CHOICE = {"kind": "choice", "options": [{"key": "a", "text": "无", "points": 0}, {"key": "b", "text": "有", "points": 8}]}
COUNT = {"kind": "count", "each": 1.5, "cap": 8}
CLAIMED = {"kind": "claimed"}
TO_THIRTY = {"kind": "linear", "from": {"at": 0, "points": 0}, "to": {"at": 30, "points": 4}}
TO_A_QUARTER = {"kind": "steps", "better": "lower", "steps": [{"at": 35, "points": 1}, {"at": 25, "points": 4}]}
ALL_OF = {"kind": "all_of", "rules": [
    {"value": {"key": "x", "label": "甲", **PERCENT}, "rule": TO_THIRTY},
    {"value": {"key": "y", "label": "乙", **PERCENT}, "rule": TO_A_QUARTER},
]}  # fmt: skip


def points_of(rule, raw, value=PERCENT, inputs=None):
    rules = rules_of([chapter("c", "1", [item("1", 8, rule, value=value, inputs=inputs)])])
    return rate(rules, "new", "planning", {"1": raw}).points["1"]


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        (STEPS, {"0": "0", "69.99": "0", "70": "3", "70.00": "3", "74.99": "3", "75": "6", "79.99": "6", "80": "8", "100": "8"}),
        (STEPS, {75: "6", 79.99: "6"}),
        (LOWER, {"60.01": "0", "60": "1", "50.01": "1", "50": "1", "49.99": "3", "40.01": "3", "40": "8", "0": "8"}),
        (STRICT, {"20": "0", "20.01": "4", "30": "8"}),
        (LINEAR, {"29.99": "0", "30": "0", "45": "4", "60": "8", "60.01": "8"}),
        (LINEAR, {"31": "0.27", "50": "5.33", "55": "6.67", "33.75": "1"}),
        # 2 + 0.625 × 6 / 30 = 2.125: the tie goes up.
        (OFFSET, {"5": "2", "10": "2", "25": "5", "10.62": "2.12", "10.63": "2.13", "40": "8"}),
        (FALLING, {"2.5": "0", "2.6": "0", "1.75": "4", "1": "8", "0.5": "8", "2": "2.67"}),
    ],
)
def test_measured_rule_gives_its_points(rule, points):
    assert {raw: points_of(rule, raw) for raw in points} == {raw: Decimal(worth) for raw, worth in points.items()}


@pytest.mark.parametrize(("raw", "rising", "falling"), [("0.4", "0", "8"), ("0.5", "2", "6"), ("0.8", "8", "0")])
def test_a_linear_rule_over_less_than_one_unit(raw, rising, falling):
    ends = {"at": 0.4, "points": 0}, {"at": 0.8, "points": 8}
    assert points_of({"kind": "linear", "from": ends[0], "to": ends[1]}, raw) == Decimal(rising)
    assert points_of({"kind": "linear", "from": {**ends[1], "points": 0}, "to": {**ends[0], "points": 8}}, raw) == Decimal(falling)


def test_a_rule_without_a_definition_of_its_value_takes_any_number():
    assert rater(STEPS, None, ratio=False, points=Decimal(8))("120") == Decimal(8)


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        (CHECKLIST, [([], "0"), (["a"], "3"), (["a", "a"], "3"), (["a", "c"], "5.5"), (["a", "b", "c"], "8"), (["d", "c", "b", "a"], "8")]),
        (CAPPED, [(["a"], "3"), (["a", "b"], "5")]),
        (CHOICE, [("a", "0"), ("b", "8")]),
        (COUNT, [(0, "0"), ("1", "1.5"), (5, "7.5"), (6, "8"), (1000, "8")]),
        (CLAIMED, [(0, "0"), ("5", "5"), (8, "8")]),
        (ALL_OF, [({"x": "15", "y": "25"}, "6"), ({"x": "10"}, "1.33"), ({"y": "35"}, "1"), ({"x": None, "y": "35.01"}, "0"), ({}, "0")]),
    ],
)
def test_counted_and_chosen_rules_give_their_points(rule, points):
    assert [points_of(rule, raw, value=None) for raw, _ in points] == [Decimal(worth) for _, worth in points]


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        # 70 % exactly, though neither number is round.
        (STEPS, {"7/10": "3", "2/3": "0", "2.1/3": "3", "699999999999/1000000000000": "0", "8/10": "8", "10/10": "8"}),
        (LOWER, {"1/2": "1", "4999999999/10000000000": "3"}),
        (LINEAR, {"1/3": "0.89", "3/5": "8", "0/5": "0"}),
        # (100a/b - 10) × 6 / 30 + 2 = 2.005 exactly, with 100a/b = 10.025.
        (OFFSET, {"401/4000": "2.01"}),
    ],
)
def test_ratio_is_not_rounded_before_its_rule(rule, points):
    found = {raw: points_of(rule, dict(zip("ab", raw.split("/"), strict=True)), inputs=RATIO) for raw in points}
    assert found == {raw: Decimal(worth) for raw, worth in points.items()}


def test_ratio_that_never_ends_still_finds_a_tie():
    rule = {"kind": "linear", "from": {"at": 10, "points": 0}, "to": {"at": 50, "points": 12}}
    rules = rules_of([chapter("c", "1", [item("1", 12, rule, value=PERCENT, inputs=RATIO)])])
    # 100 × 601 / 6000 = 10.01666…; (10.01666… - 10) × 12 / 40 = 0.005 exactly.
    assert rate(rules, "new", "planning", {"1": {"a": "601", "b": "6000"}}).points["1"] == Decimal("0.01")


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({}, {True: True, False: False, None: False}),
        ({"op": ">=", "at": 40}, {"40": True, "39.99": False, None: False}),
        ({"op": ">=", "at": 40, "exclusive": True}, {"40": False, "40.01": True}),
        ({"op": "<=", "at": 40}, {"40": True}),
        ({"op": "<=", "at": 40, "exclusive": True}, {"40": False, "39.99": True}),
        ({"op": ">", "at": 40}, {"40": False}),
        ({"op": "<", "at": 40}, {"39.99": True}),
        ({"op": "==", "at": 40}, {"40.00": True, "40.01": False}),
    ],
)
def test_control_holds(rule, holds):
    control = item("0", None, {"kind": "pass", **rule}, value=PERCENT if rule else None)
    rules = rules_of([chapter("c", "1", [control, item("1", 8, CLAIMED)])])
    assert {raw: rate(rules, "new", "planning", {"0": raw}).holds["0"] for raw in holds} == holds


def test_a_control_takes_yes_and_no_alone():
    rules = rules_of([chapter("c", "1", [item("0", None, {"kind": "pass"}), item("1", 8, CLAIMED)])])
    with pytest.raises(ScoringRefused, match="应填是或否"):
        rate(rules, "new", "planning", {"0": "是"})


def test_control_over_a_ratio_compares_exactly():
    rule = {"kind": "pass", "op": ">=", "at": 33.33}
    rules = rules_of([chapter("c", "1", [item("0", None, rule, value=PERCENT, inputs=RATIO), item("1", 8, CLAIMED)])])
    assert rate(rules, "new", "planning", {"0": {"a": 1, "b": 3}}).holds == {"0": True}
    assert rate(rules, "new", "planning", {"0": {"a": 3333, "b": 10001}}).holds == {"0": False}


@pytest.mark.parametrize(
    ("rule", "raws"),
    [
        (STEPS, ["100.01", "-1", "abc", "NaN", "Infinity", float("nan"), "1e999999", True, [70]]),
        (CHECKLIST, [["z"], "a"]),
        (CHOICE, ["z", ["a"]]),
        (COUNT, [-1, 1.5]),
        (CLAIMED, [9, "2.5"]),
        (ALL_OF, [{"z": 1}, 5, {"x": "101"}]),
        ("ratio", [{"a": 1, "b": 0}, {"a": 0, "b": 0}, {"a": 1, "b": -1}, {"a": 2, "b": 1}, 70, {"a": 1, "c": 1}]),
    ],
)
def test_unusable_value_is_refused_naming_the_item(rule, raws):
    more = {"inputs": RATIO} if rule == "ratio" else {} if rule is STEPS else {"value": None}
    for raw in raws:
        with pytest.raises(ScoringRefused) as refused:
            points_of(STEPS if rule == "ratio" else rule, raw, **more)
        assert (refused.value.item, "条文 1" in refused.value.reason) == ("1", True), raw


def test_half_a_ratio_is_no_value_yet():
    assert points_of(STEPS, {"a": "7", "b": None}, inputs=RATIO) == 0
    assert points_of(STEPS, {"a": "7"}, inputs=RATIO) == 0
