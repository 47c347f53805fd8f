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
FIFTY = {**STEPS, "steps": [{"at": 50, "points": 2}, {"at": 60, "points": 5}]}
ALL_OF = {"kind": "all_of", "rules": [
    {"value": {"key": "x", "label": "甲", **PERCENT}, "rule": FIFTY},
    {"value": {"key": "y", "label": "乙", **PERCENT}, "rule": {"kind": "count", "each": 1, "cap": 3}},
]}  # fmt: skip


def one(rule, value=None, inputs=None, points=8):
    others = [item("2", 8, {"kind": "claimed"})] if points is None else []
    return rules_of([chapter("c", "1", [item("1", points, rule, value=value, inputs=inputs), *others])]).items["1"]


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        (" 70.50 ", "70.5"), ("７０．５", "70.5"), ("70.12", "70.12"), ("007", "7"), ("0", "0"), ("100", "100"), (70.5, "70.5"), ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_a_measured_value_is_stored_in_one_form(raw, stored):
    assert check_value(one(STEPS, PERCENT), raw) == stored


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ({"a": "1,200", "b": "3000"}, {"a": "1200", "b": "3000"}), ({"a": "12", "b": ""}, {"a": "12"}), ({"a": "", "b": ""}, None),
        ({"b": "3000"}, {"b": "3000"}), ({"a": "0", "b": "0.5"}, {"a": "0", "b": "0.5"}), ({"b": "7", "a": "7"}, {"a": "7", "b": "7"}),
    ],
)  # fmt: skip
def test_a_ratio_is_stored_in_one_form(raw, stored):
    assert check_value(one(STEPS, PERCENT, RATIO), raw) == stored
    least = {**PERCENT, "min": 10}
    assert check_value(one(STEPS, least, RATIO), {"a": "1", "b": "10"}) == {"a": "1", "b": "10"}


@pytest.mark.parametrize(
    ("rule", "raw", "stored"),
    [
        (PARTS, ["c", "a"], ["a", "c"]), (PARTS, "a", ["a"]), (PARTS, [], []), (CHOICE, "b", "b"), (COUNT, "3", "3"),
        (COUNT, "1000000", "1000000"), ({"kind": "claimed"}, "8", "8"), (ALL_OF, {"y": "2", "x": "60"}, {"x": "60", "y": "2"}),
        (ALL_OF, {"y": "", "x": "60"}, {"x": "60"}), (ALL_OF, {"y": "", "x": " "}, None),
    ],
)  # fmt: skip
def test_what_is_counted_or_chosen_is_stored_in_one_form(rule, raw, stored):
    assert check_value(one(rule), raw) == stored


YES, NO = ("true", "是", True, " On ", "yes", "1", 1), ("0", "否", "false", "off", "No", False)


def test_control_is_yes_or_no():
    control = one({"kind": "pass"}, points=None)
    assert [check_value(control, raw) for raw in (*YES, *NO, "")] == [True] * len(YES) + [False] * len(NO) + [None]


OTHER_UNITS = [{**RATIO[0], "unit": "平方米"}, RATIO[1]]


def slip(share, factor, units="公顷"):
    """What is said of a share that is a unit away from what it can be."""
    return f"甲与乙之比应在0至100%之间；现为{share}%，可能差了{factor}倍，请核对单位（{units}）"


NUMBER, IN_RANGE, WHOLE, RATIO_RANGE = "应填数字，如 70 或 70.5", "应在0至100%之间", "应为0至1000000的整数", "甲与乙之比应在0至100%之间"
APART, NO_SIZE = "应分别填写各项取值", "数字过大、过小或不是数"


@pytest.mark.parametrize(
    ("rule", "raw", "message"),
    [
        (STEPS, "101", IN_RANGE), (STEPS, "-1", IN_RANGE), (STEPS, "70.123", "最多2位小数"), (STEPS, "七十", NUMBER),
        (STEPS, "1e5", NUMBER), (STEPS, "NaN", NUMBER), (STEPS, "9" * 39, NO_SIZE), (PARTS, ["z"], "应为所列内容中勾选的项"),
        (CHOICE, "z", "应为所列选项之一"), (COUNT, "1.5", WHOLE), (COUNT, "1000001", WHOLE), (COUNT, "-1", WHOLE),
        ({"kind": "claimed"}, "9", "应为0至8的整数"), (ALL_OF, {"x": "101"}, "甲：应在0至100%之间"), (ALL_OF, {"z": "1"}, APART),
        (ALL_OF, {"x": "101", "y": "x"}, "甲：应在0至100%之间；乙：应填数字，如 70 或 70.5"),
    ],
)  # fmt: skip
def test_wrong_value_is_answered_in_words(rule, raw, message):
    assert said_of(one(rule, PERCENT if rule is STEPS else None), raw) == message


def said_of(entry, raw):
    with pytest.raises(ValueProblem) as problem:
        check_value(entry, raw)
    return problem.value.message


def test_a_whole_number_and_a_least_share_are_asked_for():
    assert said_of(one(STEPS, {**PERCENT, "decimals": 0}), "70.5") == "应为整数"
    assert said_of(one(STEPS, {**PERCENT, "min": 10}, RATIO), {"a": "0.9", "b": "10"}) == "甲与乙之比应在10至100%之间"
    assert said_of(one(STEPS, PERCENT, OTHER_UNITS), {"a": "100", "b": "1"}) == slip("10000", "100", "平方米、公顷")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"a": "1", "b": "0"}, "乙应大于0；区内没有此类情况的，应声明不存在"), ({"a": "-1", "b": "2"}, "甲不应小于0"), ("50", APART),
        ({"a": "x", "b": "-1"}, "甲：应填数字，如 70 或 70.5；乙不应小于0"), ({"c": "1"}, APART), ({"a": "3", "b": "2"}, RATIO_RANGE),
        ({"a": "10", "b": "1"}, RATIO_RANGE), ({"a": "10.5", "b": "1"}, slip("1050", "100")), ({"a": "21", "b": "2"}, slip("1050", "100")),
        ({"a": "100", "b": "1"}, slip("10000", "100")), ({"a": "100.125", "b": "1"}, slip("10012.5", "1000")),
        ({"a": "1000", "b": "1"}, slip("100000", "1000")), ({"a": "1001", "b": "1"}, slip("100100", "1万")),
        ({"a": "10000", "b": "1"}, slip("1000000", "1万")), ({"a": "10001", "b": "1"}, RATIO_RANGE),
    ],
)  # fmt: skip
def test_a_wrong_ratio_is_answered_in_words(raw, message):
    assert said_of(one(STEPS, PERCENT, RATIO), raw) == message


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (STEPS, [0, 3, 8]), (CHOICE, [0, 8]), (PARTS, [0, 1, 3, 4, 5, 7, 8]), (COUNT, [0, 3, 6, 8]), (ALL_OF, [*range(9)]),
        ({**COUNT, "each": 0.5, "cap": 2}, [0, Decimal("0.5"), 1, Decimal("1.5"), 2]), ({"kind": "claimed"}, [*range(9)]),
        ({**PARTS, "cap": 5}, [0, 1, 3, 4, 5]), ({**COUNT, "cap": 7}, [0, 3, 6, 7]),
    ],
)  # fmt: skip
def test_panel_may_give_what_the_rule_can_give(rule, allowed):
    assert list(valid_points(one(rule, PERCENT if rule is STEPS else None))) == allowed


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
