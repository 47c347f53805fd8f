"""What may be typed into a value cell and into a panel's points."""

from decimal import Decimal

import pytest

from indicators.scoring.refusals import ValueProblem
from indicators.scoring.values import check_points, check_value, valid_points
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, item, rules_of

STEPS = {"kind": "steps", "better": "higher", "steps": [{"at": 70, "points": 3}, {"at": 80, "points": 8}]}
PARTS = {"kind": "checklist", "parts": [{"key": key, "text": key, "points": worth} for key, worth in (("a", 3), ("b", 4), ("c", 1))]}
CHOICE = {"kind": "choice", "options": [{"key": "a", "text": "无", "points": 0}, {"key": "b", "text": "有", "points": 8}]}
LINEAR = {"kind": "linear", "from": {"at": 0, "points": 0}, "to": {"at": 50, "points": 8}}
COUNT = {"kind": "count", "each": 3, "cap": 8}
ALL_OF = {
    "kind": "all_of",
    "rules": [
        {"value": {"key": "x", "label": "甲", **PERCENT}, "rule": {**STEPS, "steps": [{"at": 50, "points": 2}, {"at": 60, "points": 5}]}},
        {"value": {"key": "y", "label": "乙", **PERCENT}, "rule": {"kind": "count", "each": 1, "cap": 3}},
    ],
}


def one(rule, value=None, inputs=None, points=8):
    others = [item("2", 8, {"kind": "claimed"})] if points is None else []
    return rules_of([chapter("c", "1", [item("1", points, rule, value=value, inputs=inputs), *others])]).items["1"]


@pytest.mark.parametrize(
    ("rule", "value", "inputs", "raw", "stored"),
    [
        (STEPS, PERCENT, None, " 70.50 ", "70.5"),
        (STEPS, PERCENT, None, "７０．５", "70.5"),
        (STEPS, PERCENT, None, "70.12", "70.12"),
        (STEPS, PERCENT, None, "007", "7"),
        (STEPS, PERCENT, None, "0", "0"),
        (STEPS, PERCENT, None, "100", "100"),
        (STEPS, PERCENT, None, 70.5, "70.5"),
        (STEPS, PERCENT, None, "", None),
        (STEPS, PERCENT, None, None, None),
        (STEPS, PERCENT, RATIO, {"a": "1,200", "b": "3000"}, {"a": "1200", "b": "3000"}),
        (STEPS, PERCENT, RATIO, {"a": "12", "b": ""}, {"a": "12"}),
        (STEPS, PERCENT, RATIO, {"a": "", "b": ""}, None),
        (STEPS, PERCENT, RATIO, {"b": "3000"}, {"b": "3000"}),
        (STEPS, PERCENT, RATIO, {"a": "0", "b": "0.5"}, {"a": "0", "b": "0.5"}),
        (STEPS, PERCENT, RATIO, {"b": "7", "a": "7"}, {"a": "7", "b": "7"}),
        (STEPS, {**PERCENT, "min": 10}, RATIO, {"a": "1", "b": "10"}, {"a": "1", "b": "10"}),
        (PARTS, None, None, ["c", "a"], ["a", "c"]),
        (PARTS, None, None, "a", ["a"]),
        (PARTS, None, None, [], []),
        (CHOICE, None, None, "b", "b"),
        (COUNT, None, None, "3", "3"),
        (COUNT, None, None, "1000000", "1000000"),
        ({"kind": "claimed"}, None, None, "8", "8"),
        (ALL_OF, None, None, {"y": "2", "x": "60"}, {"x": "60", "y": "2"}),
        (ALL_OF, None, None, {"y": "", "x": "60"}, {"x": "60"}),
        (ALL_OF, None, None, {"y": "", "x": " "}, None),
    ],
)
def test_value_is_stored_in_one_form(rule, value, inputs, raw, stored):
    assert check_value(one(rule, value, inputs), raw) == stored


YES_WORDS = [(" On ", True), ("yes", True), ("1", True), (1, True), ("false", False), ("off", False), ("No", False), (False, False)]


@pytest.mark.parametrize(
    ("raw", "stored"), [("true", True), ("是", True), (True, True), ("0", False), ("否", False), ("", None), *YES_WORDS]
)
def test_control_is_yes_or_no(raw, stored):
    assert check_value(one({"kind": "pass"}, points=None), raw) is stored


OTHER_UNITS = [{**RATIO[0], "unit": "平方米"}, RATIO[1]]


def slip(share, factor, units="公顷"):
    """What is said of a share that is a unit away from what it can be."""
    return f"甲与乙之比应在0至100%之间；现为{share}%，可能差了{factor}倍，请核对单位（{units}）"


@pytest.mark.parametrize(
    ("rule", "value", "inputs", "raw", "message"),
    [
        (STEPS, PERCENT, None, "101", "应在0至100%之间"),
        (STEPS, PERCENT, None, "-1", "应在0至100%之间"),
        (STEPS, PERCENT, None, "70.123", "最多2位小数"),
        (STEPS, {**PERCENT, "decimals": 0}, None, "70.5", "应为整数"),
        (STEPS, PERCENT, None, "七十", "应填数字，如 70 或 70.5"),
        (STEPS, PERCENT, None, "1e5", "应填数字，如 70 或 70.5"),
        (STEPS, PERCENT, None, "NaN", "应填数字，如 70 或 70.5"),
        (STEPS, PERCENT, None, "9" * 39, "数字过大、过小或不是数"),
        (STEPS, PERCENT, RATIO, {"a": "1", "b": "0"}, "乙应大于0；区内没有此类情况的，应声明不存在"),
        (STEPS, PERCENT, RATIO, {"a": "-1", "b": "2"}, "甲不应小于0"),
        (STEPS, PERCENT, RATIO, {"a": "3", "b": "2"}, "甲与乙之比应在0至100%之间"),
        (STEPS, PERCENT, RATIO, "50", "应分别填写各项取值"),
        (STEPS, PERCENT, RATIO, {"a": "x", "b": "-1"}, "甲：应填数字，如 70 或 70.5；乙不应小于0"),
        (STEPS, PERCENT, RATIO, {"c": "1"}, "应分别填写各项取值"),
        (STEPS, {**PERCENT, "min": 10}, RATIO, {"a": "0.9", "b": "10"}, "甲与乙之比应在10至100%之间"),
        (STEPS, PERCENT, RATIO, {"a": "10", "b": "1"}, "甲与乙之比应在0至100%之间"),
        (STEPS, PERCENT, RATIO, {"a": "10.5", "b": "1"}, slip("1050", "100")),
        (STEPS, PERCENT, RATIO, {"a": "21", "b": "2"}, slip("1050", "100")),
        (STEPS, PERCENT, RATIO, {"a": "100", "b": "1"}, slip("10000", "100")),
        (STEPS, PERCENT, RATIO, {"a": "100.125", "b": "1"}, slip("10012.5", "1000")),
        (STEPS, PERCENT, RATIO, {"a": "1000", "b": "1"}, slip("100000", "1000")),
        (STEPS, PERCENT, RATIO, {"a": "1001", "b": "1"}, slip("100100", "1万")),
        (STEPS, PERCENT, RATIO, {"a": "10000", "b": "1"}, slip("1000000", "1万")),
        (STEPS, PERCENT, RATIO, {"a": "10001", "b": "1"}, "甲与乙之比应在0至100%之间"),
        (STEPS, PERCENT, OTHER_UNITS, {"a": "100", "b": "1"}, slip("10000", "100", "平方米、公顷")),
        (PARTS, None, None, ["z"], "应为所列内容中勾选的项"),
        (CHOICE, None, None, "z", "应为所列选项之一"),
        (COUNT, None, None, "1.5", "应为0至1000000的整数"),
        (COUNT, None, None, "1000001", "应为0至1000000的整数"),
        (COUNT, None, None, "-1", "应为0至1000000的整数"),
        ({"kind": "claimed"}, None, None, "9", "应为0至8的整数"),
        (ALL_OF, None, None, {"x": "101"}, "甲：应在0至100%之间"),
        (ALL_OF, None, None, {"x": "101", "y": "x"}, "甲：应在0至100%之间；乙：应填数字，如 70 或 70.5"),
        (ALL_OF, None, None, {"z": "1"}, "应分别填写各项取值"),
    ],
)
def test_wrong_value_is_answered_in_words(rule, value, inputs, raw, message):
    with pytest.raises(ValueProblem) as problem:
        check_value(one(rule, value, inputs), raw)
    assert problem.value.message == message


@pytest.mark.parametrize(
    ("rule", "value", "allowed"),
    [
        (STEPS, PERCENT, [0, 3, 8]),
        (CHOICE, None, [0, 8]),
        (PARTS, None, [0, 1, 3, 4, 5, 7, 8]),
        (COUNT, None, [0, 3, 6, 8]),
        ({**COUNT, "each": 0.5, "cap": 2}, None, [0, Decimal("0.5"), 1, Decimal("1.5"), 2]),
        ({"kind": "claimed"}, None, list(range(9))),
        (ALL_OF, None, list(range(9))),
        ({**PARTS, "cap": 5}, None, [0, 1, 3, 4, 5]),
        ({**COUNT, "cap": 7}, None, [0, 3, 6, 7]),
    ],
)
def test_panel_may_give_what_the_rule_can_give(rule, value, allowed):
    assert list(valid_points(one(rule, value))) == allowed


def test_linear_takes_any_points_with_two_decimals():
    linear = one(LINEAR, PERCENT)
    assert valid_points(linear) is None
    assert [check_points(linear, given) for given in ("5.33", "0", "8", 7)] == [Decimal("5.33"), 0, 8, 7]
    with pytest.raises(ValueProblem, match="最多2位小数"):
        check_points(linear, "5.333")
    for given in ("8.01", "-0.01"):
        with pytest.raises(ValueProblem, match=r"^应为0至8，最多2位小数$"):
            check_points(linear, given)
    joint = [{"value": {"key": "x", "label": "甲", **PERCENT}, "rule": {**LINEAR, "to": {"at": 50, "points": 5}}}, ALL_OF["rules"][1]]
    assert valid_points(one({"kind": "all_of", "rules": joint})) is None


def test_a_control_over_a_number_is_no_yes_or_no():
    limited = one({"kind": "pass", "op": ">=", "at": 70}, PERCENT, points=None)
    assert check_value(limited, "70.50") == "70.5"
    with pytest.raises(ValueProblem, match="应填数字"):
        check_value(limited, "是")
    with pytest.raises(ValueProblem, match=r"^应填是或否$"):
        check_value(one({"kind": "pass"}, points=None), "也许")


def test_points_between_steps_are_refused():
    assert check_points(one(STEPS, PERCENT), "3.0") == Decimal(3)
    with pytest.raises(ValueProblem, match="应为 0、3、8 之一"):
        check_points(one(STEPS, PERCENT), "5")


def test_control_has_no_points():
    with pytest.raises(ValueProblem, match="控制项没有分值"):
        check_points(one({"kind": "pass"}, points=None), "0")
