"""Lines of an explanation at, below and above their limits, and what the next step of each kind of rule brings."""

from decimal import Decimal

import pytest

from indicators.scoring.engine import score
from indicators.scoring.explain import explain_chapter, explain_item, explain_level, rule_words, steps_of
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, item, rules_of

UP = {"kind": "steps", "better": "higher", "steps": [{"at": 50, "points": 10}, {"at": 70, "points": 40}]}
RISING = {"kind": "linear", "from": {"at": 20, "points": 0}, "to": {"at": 50, "points": 40}}
FALLING = {"kind": "linear", "from": {"at": 50, "points": 0}, "to": {"at": 20, "points": 40}}
PARTS = [{"key": key, "text": key, "points": worth} for key, worth in (("a", 30), ("b", 25), ("c", 5))]
OPTIONS = [{"key": key, "text": key, "points": worth} for key, worth in (("a", 0), ("b", 10), ("c", 40))]
COUNT = {"kind": "count", "each": 15, "cap": 40}
JOINT = {"kind": "all_of", "rules": [
    {"value": {"key": "x", "label": "甲", **PERCENT}, "rule": {**RISING, "to": {"at": 50, "points": 10}}},
    {"value": {"key": "y", "label": "乙", **PERCENT}, "rule": {**UP, "steps": [{"at": 50, "points": 5}, {"at": 70, "points": 15}]}},
    {"value": {"key": "z", "label": "丙", **PERCENT}, "rule": {"kind": "count", "each": 5, "cap": 15}},
]}  # fmt: skip
WHOLE = {**PERCENT, "decimals": 0}
PERCENT_OR_NONE = {"steps": PERCENT, "linear": PERCENT}


def rules_with(rule, *, points=40, value=None, inputs=None, **total):
    """One clause beside one worth 60 points, so that a point is a point of the total."""
    rest = item("2", 100 - (points or 0), {"kind": "claimed"})
    value = value or PERCENT_OR_NONE.get(rule["kind"]) or (PERCENT if "op" in rule else None)
    return rules_of([chapter("one", "1", [item("1", points, rule, value=value, inputs=inputs), rest])], **total)


def lines(rule, raw, **more):
    return [(step.hit, step.next, step.distance) for step in steps_of(rules_with(rule, **more).items["1"], raw)]


def explained(rule, raw, **more):
    rules = rules_with(rule, **more)
    return explain_item(rules, score(rules, "new", "planning", {"1": raw}), "1", raw)


@pytest.mark.parametrize(
    ("rule", "raw", "found"),
    [
        (UP, None, [(False, True, ""), (False, False, "")]),
        (UP, "49.75", [(False, True, "还差0.25%"), (False, False, "")]),
        (UP, "49.99", [(False, True, "还差0.01%"), (False, False, "")]),
        (UP, "50", [(True, False, ""), (False, True, "还差20%")]),
        (UP, "70", [(False, False, ""), (True, False, "")]),
        (RISING, None, [(False, False, ""), (False, True, "")]),
        (RISING, "19", [(False, False, ""), (False, True, "还差31%")]),
        (RISING, "20", [(True, False, ""), (False, True, "还差30%")]),
        (RISING, "35.25", [(False, False, ""), (True, False, ""), (False, True, "还差14.75%")]),
        (RISING, "50", [(False, False, ""), (True, False, "")]),
        (RISING, "51", [(False, False, ""), (True, False, "")]),
        (FALLING, "51", [(False, False, ""), (False, True, "还差31%")]),
        (FALLING, "50", [(True, False, ""), (False, True, "还差30%")]),
        (FALLING, "49", [(False, False, ""), (True, False, ""), (False, True, "还差29%")]),
        (FALLING, "20", [(False, False, ""), (True, False, "")]),
        (COUNT, None, [(False, True, "还可得40分")]),
        (COUNT, "2", [(True, False, ""), (False, True, "还可得10分")]),
        ({**COUNT, "each": 20}, "2", [(True, False, "")]),
        ({"kind": "claimed"}, None, [(False, True, "还可得40分")]),
        ({"kind": "claimed"}, "7", [(True, False, ""), (False, True, "还可得33分")]),
        ({"kind": "checklist", "parts": PARTS}, ["b"], [(False, False, ""), (True, False, ""), (False, False, "")]),
        ({"kind": "choice", "options": OPTIONS}, "b", [(False, False, ""), (True, False, ""), (False, False, "")]),
    ],
)
def test_each_line_says_whether_it_is_hit_or_next_and_how_far(rule, raw, found):
    assert lines(rule, raw) == found


@pytest.mark.parametrize(("raw", "distance"), [({"a": "2", "b": "3"}, "还差3%"), ({"a": "69.9", "b": "100"}, "还差1%")])
def test_a_distance_is_told_in_the_decimals_of_the_value_and_never_as_nought(raw, distance):
    assert lines(UP, raw, value=WHOLE, inputs=RATIO)[1] == (False, True, distance)


def test_a_value_between_the_ends_has_a_line_with_its_own_points():
    step = next(step for step in steps_of(rules_with(RISING).items["1"], "35.25") if step.hit)
    assert (step.label, step.points) == ("35.25%，按比例", Decimal("20.33"))
    step = next(step for step in steps_of(rules_with(COUNT).items["1"], "2") if step.hit)
    assert (step.label, step.points) == ("2项", Decimal(30))


def test_a_linear_rule_names_its_ends_with_their_unit():
    assert [step.label for step in steps_of(rules_with(RISING).items["1"], None)] == ["20%", "50%"]


@pytest.mark.parametrize(("raw", "line"), [(True, (True, False, "")), (False, (False, True, "")), (None, (False, True, ""))])
def test_a_control_is_met_or_next(raw, line):
    assert lines({"kind": "pass"}, raw, points=None) == [line]


@pytest.mark.parametrize(
    ("op", "exclusive", "hits"),
    [
        (">=", False, "无有有"), (">=", True, "无无有"), (">", False, "无无有"), ("<=", False, "有有无"),
        ("<=", True, "有无无"), ("<", False, "有无无"), ("==", False, "无有无"),
    ],
)  # fmt: skip
def test_a_limit_is_met_below_at_or_above_it(op, exclusive, hits):
    rule = {"kind": "pass", "op": op, "at": 40, **({"exclusive": True} if exclusive else {})}
    found = [lines(rule, raw, points=None)[0] for raw in ("39", "40", "41")]
    assert "".join("有" if hit else "无" for hit, _, _ in found) == hits
    assert all(is_next is not hit and bool(distance) is not hit for hit, is_next, distance in found)


def test_a_control_gains_nothing_and_keeps_its_distance_to_itself():
    found = explained({"kind": "pass", "op": ">=", "at": 40}, "39", points=None)
    assert (found.gain, found.worth, found.distance, found.steps[0].distance) == (None, None, "", "还差1%")


def test_a_checklist_without_a_cap_goes_up_to_the_points_of_its_clause():
    assert rule_words(rules_with({"kind": "checklist", "parts": PARTS}).items["1"]).startswith("逐项累计，最多40分：")


CHOICE, CHECKLIST = {"kind": "choice", "options": OPTIONS}, {"kind": "checklist", "parts": PARTS}


@pytest.mark.parametrize(
    ("rule", "gains"),
    [
        (UP, [(None, 10), ("50", 30), ("70", None)]),
        (RISING, [("35", 20), ("50", None)]),
        (CHOICE, [(None, 10), ("b", 30)]),
        (CHECKLIST, [(None, 5), (["a"], 5), (["a", "c"], 5)]),
        ({**CHECKLIST, "cap": 31}, [(["a"], 1)]),
        ({**CHECKLIST, "cap": 30}, [(["a"], None)]),
        (COUNT, [(None, 15), ("2", 10), ("3", None)]),
        ({"kind": "claimed"}, [("39", 1)]),
        (JOINT, [(None, 5), ({"x": "50", "y": "70"}, 5), ({"x": "50", "z": "3"}, 5), ({"x": "50", "y": "50", "z": "3"}, 10)]),
        (JOINT, [({"x": "35", "y": "70", "z": "3"}, 5), ({"x": "50", "y": "70", "z": "3"}, None)]),
    ],
)
def test_the_smallest_improvement_and_what_it_adds(rule, gains):
    found = [explained(rule, raw) for raw, _ in gains]
    assert [(one.gain, one.worth) for one in found] == [(gain, gain) for _, gain in gains]


def test_a_part_that_cannot_be_rated_has_no_points_yet():
    rules = rules_with(JOINT)
    result = score(rules, "new", "planning", {"1": {"x": "50", "z": "3"}})
    assert explain_item(rules, result, "1", {"x": "50", "y": "甲", "z": "3"}).gain == Decimal(5)


@pytest.mark.parametrize(("claimed", "worth"), [(5, 1), (9, 1), (10, 0), (11, 0)])
def test_bonus_points_are_worth_what_the_cap_leaves(claimed, worth):
    bonus = item("6", 12, {"kind": "claimed"}, kind="bonus")
    rules = rules_of([chapter("one", "1", [item("1", 100, {"kind": "claimed"})]), chapter("plus", "2", [bonus], 0, kind="bonus")])
    found = explain_item(rules, score(rules, "new", "planning", {"6": claimed}), "6", claimed)
    assert (found.gain, found.worth) == (1, worth)


def test_where_points_are_added_up_a_point_is_a_point():
    rules = rules_with(UP, total={"method": "sum", "bonus_cap": 10})
    result = score(rules, "new", "planning", {"1": "50"})
    assert explain_item(rules, result, "1", "50").worth == Decimal(30)
    assert explain_chapter(rules, result.chapters[0]).text == "得10分，参评条文共100分，直接计入总分"


@pytest.mark.parametrize(
    ("claimed", "text"),
    [(50, "总分50，距二星级（65分）还差15分"), (49, "总分49，距一星级（50分）还差1分"), (60, "总分60，距二星级（65分）还差5分")],
)
def test_the_next_line_is_the_first_above_the_total(claimed, text):
    rules = rules_with({"kind": "claimed"}, points=99)
    result = score(rules, "new", "planning", {"1": claimed})
    assert [one.text for one in explain_level(rules, result)] == [text]


def test_a_figure_without_dimension_has_no_unit_behind_it():
    bare = {**PERCENT, "unit": "无量纲"}
    assert rule_words(rules_with(UP, value=bare).items["1"]) == "按达到的最高一档得分：不低于50得10分；不低于70得40分"
    assert rule_words(rules_with(RISING, value=bare).items["1"]).startswith("20得0分，50得40分")
