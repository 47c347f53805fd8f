"""Scores in words: rule, steps, next step and its worth, rescaling, what blocks."""

from decimal import Decimal

import pytest

from indicators.scoring.engine import score
from indicators.scoring.explain import explain_chapter, explain_item, explain_level, rule_words, steps_of
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, item, rules_of

STEPS = {"kind": "steps", "better": "higher", "steps": [{"at": 70, "points": 10}, {"at": 80, "points": 40}]}
LOWER = {"kind": "steps", "better": "lower", "steps": [{"at": 60, "points": 10}, {"at": 50, "points": 40, "exclusive": True}]}
LINEAR = {"kind": "linear", "from": {"at": 0, "points": 0}, "to": {"at": 50, "points": 20}}
PARTS = [{"key": "a", "text": "有规划", "points": 15}, {"key": "b", "text": "有平台", "points": 25}]
LIMIT = {"kind": "pass", "op": ">=", "at": 40}


@pytest.fixture(scope="module")
def rules():
    first = [
        item("0", None, LIMIT, value=PERCENT),
        item("1", 40, STEPS, value=PERCENT),
        item("2", 40, LOWER, value=PERCENT, inputs=RATIO),
        item("3", 20, LINEAR, value=PERCENT, may_exclude=True, exclude_when="没有"),
    ]
    second = [item("4", 40, {"kind": "checklist", "parts": PARTS, "cap": 40}), item("5", 60, {"kind": "count", "each": 20, "cap": 60})]
    bonus = item("6", 12, {"kind": "claimed"}, kind="bonus")
    return rules_of(
        [chapter("one", "1", first, 0.6, min=30), chapter("two", "2", second, 0.4), chapter("plus", "3", [bonus], 0, kind="bonus")]
    )


VALUES = {"0": "39", "1": "72", "2": {"a": "11", "b": "20"}, "3": "25", "4": ["a"], "5": 1, "6": 9}


def explained(rules, name, values=VALUES, exclusions=()):
    return explain_item(rules, score(rules, "new", "planning", values, exclusions), name, values.get(name))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("0", "不低于40%"),
        ("1", "按达到的最高一档得分：不低于70%得10分；不低于80%得40分"),
        ("2", "按达到的最高一档得分：不高于60%得10分；低于50%得40分"),
        ("3", "0%得0分，50%得20分，其间按比例计算，保留2位小数"),
        ("4", "逐项累计，最多40分：有规划（15分）；有平台（25分）"),
        ("5", "每项得20分，最多60分"),
        ("6", "按实际情况申报0至12分的整数分"),
    ],
)
def test_rule_in_words(rules, name, words):
    assert rule_words(rules.items[name]) == words


@pytest.mark.parametrize(
    ("name", "gain", "worth", "distance"),
    [
        # 30 more of 100 at weight 0.6.
        ("1", "30", "18.00", "还差8%"),
        ("2", "30", "18.00", "还差5%以上"),
        ("3", "10", "6.00", "还差25%"),
        ("4", "25", "10.00", ""),
        ("5", "20", "8.00", "还可得40分"),
        # One point more, and the cap of 10 leaves room for it.
        ("6", "1", "1", "还可得3分"),
    ],
)
def test_next_step_and_its_worth(rules, name, gain, worth, distance):
    found = explained(rules, name)
    assert (found.gain, found.worth, found.distance) == (Decimal(gain), Decimal(worth), distance)


def test_worth_grows_when_others_leave_the_fraction(rules):
    assert explained(rules, "1", exclusions=["3"]).worth == Decimal("22.50")


def test_worth_is_what_the_total_gains(rules):
    before = score(rules, "new", "planning", VALUES).total
    after = score(rules, "new", "planning", {**VALUES, "1": "80"}).total
    assert after - before == explained(rules, "1").worth


def test_excluded_item_gains_nothing(rules):
    assert explained(rules, "3", exclusions=["3"]).worth is None


@pytest.mark.parametrize("raw", [None, "x", [], {}, {"a": "1"}, {"a": "1", "b": "0"}, True])
def test_missing_or_unusable_value_hits_nothing(rules, raw):
    assert not any(line.hit for name in ("0", "1", "2", "3", "4", "5", "6") for line in steps_of(rules.items[name], raw))


def test_chapter_in_words(rules):
    result = score(rules, "new", "planning", VALUES, ["3"])
    assert [explain_chapter(rules, one).text for one in result.chapters] == [
        "得20分，参评条文共80分，折算25分，权重0.6，计入总分15分",
        "得35分，参评条文共100分，折算35分，权重0.4，计入总分14分",
        "加分9分，各加分章合计最多计10分",
    ]


def test_blockers_are_all_named(rules):
    result = score(rules, "new", "planning", VALUES, ["3"])
    assert [blocker.text for blocker in explain_level(rules, result)] == [
        "控制项 0 条文0不满足",
        "章1得25分，低于最低30分",
        "总分38，距一星级（50分）还差12分",
    ]


def test_every_item_of_the_reference_is_explained(reference_rules):
    result = score(reference_rules, "new", "operation", {})
    for one in result.items:
        found = explain_item(reference_rules, result, one.id, None)
        assert found.rule
        assert found.steps
        assert (found.worth is None) == (one.points is None)
