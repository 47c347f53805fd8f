"""An edition with a gap cannot score: the first gap is named."""

import copy
from decimal import Decimal

import pytest

from indicators.catalogue import parse
from indicators.scoring.prepare import prepare
from indicators.scoring.refusals import EditionIncomplete
from tests.indicators.editions.editions import PERCENT, chapter, dump, edition, item

STEPS = {"kind": "steps", "better": "higher", "steps": [{"at": 70, "points": 3}, {"at": 80, "points": 8}]}
CHOICE = {"kind": "choice", "options": [{"key": "a", "text": "无", "points": 0}, {"key": "b", "text": "有", "points": 4}]}
JOINT = {"kind": "all_of", "rules": [{"value": {"key": key, "label": key, **PERCENT}, "rule": STEPS} for key in "xy"]}
ITEMS = [item("1", None, {"kind": "pass"}), item("2", 8, STEPS, value=PERCENT), item("3", 4, CHOICE), item("4", 16, JOINT)]
DOCUMENT = parse(dump(edition([chapter("one", "1", ITEMS)])).replace("in_force: '2024-07-01'", "in_force: 2024-07-01")).document
CHAPTER = "T-1 第1章章1没有录入条文、满分或权重，不能评分"
LEVELS, LIMITS = "T-1 没有录入星级门槛，不能评分", "T-1 没有录入加分上限或施行日期，不能评分"


def rule_gap(name):
    return f"T-1 条文 {name} 条文{name}没有录入分值或规则，不能评分"


def changed(path, value):
    """The whole document with one place changed; a number in the path is a place in a list."""
    document = copy.deepcopy(DOCUMENT)
    *way, last = [int(part) if part.isdecimal() else part for part in path.split("/")]
    place = document
    for part in way:
        place = place[part]
    place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "words", "name"),
    [
        ("chapters", [], "T-1 没有录入章，不能评分", ""), ("levels", [], LEVELS, ""), ("levels/1/min", None, LEVELS, ""),
        ("total/bonus_cap", None, LIMITS, ""), ("edition/in_force", None, LIMITS, ""), ("chapters/0/items", [], CHAPTER, ""),
        ("chapters/0/full", None, CHAPTER, ""), ("chapters/0/weight/renewal/operation", None, CHAPTER, ""),
        ("chapters/0/items/1/points", None, rule_gap("2"), "2"), ("chapters/0/items/1/rule/better", None, rule_gap("2"), "2"),
        ("chapters/0/items/1/rule/steps/1/at", None, rule_gap("2"), "2"), ("chapters/0/items/1/rule/steps", [], rule_gap("2"), "2"),
        ("chapters/0/items/2/rule/options", [], rule_gap("3"), "3"),
        ("chapters/0/items/3/rule/rules/1/rule/steps", [], rule_gap("4"), "4"),
    ],
)  # fmt: skip
def test_the_first_gap_is_named(path, value, words, name):
    with pytest.raises(EditionIncomplete) as refused:
        prepare(changed(path, value))
    assert (refused.value.reason, refused.value.item) == (words, name)
    assert refused.value.chapter == ("one" if path.startswith("chapters/") else "")


def test_a_whole_edition_is_prepared_and_a_control_has_no_points():
    rules = prepare(DOCUMENT)
    assert {name: one.points for name, one in rules.items.items()} == {"1": 0, "2": 8, "3": 4, "4": 16}
    assert rules.table("new", "planning").chapters[0].possible == Decimal(28)
