"""What an indicator measures: values typed, kept, shown, read from the score table and held against targets."""

from decimal import Decimal

import pytest

from districts.indicator_systems.models import TargetRule
from districts.indicator_systems.targets import (
    CHOICE,
    NUMBER,
    RANGE,
    YES,
    Measure,
    as_stored,
    limits,
    measure_of,
    meets,
    missed,
    own_measure,
    reached,
    read,
    said,
    show,
)
from indicators.scoring.refusals import ValueProblem
from tests.indicators.editions.editions import PERCENT as TWO_PLACES
from tests.indicators.editions.editions import RATIO as INPUTS
from tests.indicators.editions.editions import chapter, item, rules_of

PERCENT = {"unit": "%", "min": 0, "max": 100, "decimals": 1}
STEPS = [{"at": 40, "points": 2}, {"at": 60, "points": 4}]
OPTIONS = [
    {"key": "sync", "text": "同步", "points": 6}, {"key": "none", "text": "没有", "points": 0},
    {"key": "plan", "text": "有方案", "points": 3},
]  # fmt: skip
PARTS = [{"key": key, "text": key, "points": 2} for key in "abc"]
JOINT = [
    {"value": {"key": key, "label": key, **PERCENT}, "rule": {"kind": "steps", "better": "higher", "steps": STEPS}}
    for key in ("rail", "bus")
]
CLAUSES = [
    item("1.1.1", None, {"kind": "pass"}), item("1.1.2", None, {"kind": "pass", "op": ">=", "at": 40}, value=PERCENT),
    item("1.1.3", None, {"kind": "pass", "op": "<=", "at": 40}, value=PERCENT),
    item("1.2.1", 4, {"kind": "steps", "better": "higher", "steps": STEPS}, value=PERCENT),
    item("1.2.2", 4, {"kind": "steps", "better": "lower", "steps": [{"at": 60, "points": 2}, {"at": 40, "points": 4}]}, value=PERCENT),
    item("1.2.3", 4, {"kind": "linear", "from": {"at": 10, "points": 0}, "to": {"at": 40, "points": 4}}, value=PERCENT),
    item("1.2.4", 4, {"kind": "linear", "from": {"at": 40, "points": 0}, "to": {"at": 10, "points": 4}}, value=PERCENT),
    item("1.2.5", 6, {"kind": "choice", "options": OPTIONS}), item("1.2.6", 6, {"kind": "checklist", "parts": PARTS}),
    item("1.2.7", 8, {"kind": "count", "each": 1, "cap": 8}), item("1.2.8", 3, {"kind": "claimed"}),
    item("1.2.9", 8, {"kind": "all_of", "rules": JOINT}),
]  # fmt: skip
RULES = rules_of([chapter("a", "4", CLAUSES)])
UP, DOWN, SPAN = Measure(NUMBER, "%", 1, Decimal(0), Decimal(100), 1), Measure(NUMBER, "kg", -1), Measure(RANGE, "处", 0)
WHOLE = Measure(NUMBER, "项", 1, Decimal(-5), Decimal(5), 0)
GRADE = Measure(CHOICE, options=(("none", "没有"), ("plan", "有方案"), ("sync", "同步")))


def clause(name):
    return RULES.items[name]


@pytest.mark.parametrize(("name", "kind", "unit", "better", "low", "high", "decimals"), [
    ("1.1.2", NUMBER, "%", 1, 0, 100, 1), ("1.1.3", NUMBER, "%", -1, 0, 100, 1), ("1.2.1", NUMBER, "%", 1, 0, 100, 1),
    ("1.2.2", NUMBER, "%", -1, 0, 100, 1), ("1.2.3", NUMBER, "%", 1, 0, 100, 1), ("1.2.4", NUMBER, "%", -1, 0, 100, 1),
    ("1.2.6", NUMBER, "项", 1, 0, 3, 0), ("1.2.7", NUMBER, "项", 1, 0, 1000, 0), ("1.2.8", NUMBER, "分", 1, 0, 3, 0),
    ("1.2.9", NUMBER, "分", 1, 0, 8, 2),
])  # fmt: skip
def test_a_clause_says_what_is_measured(name, kind, unit, better, low, high, decimals):  # noqa: PLR0917 -- the columns above
    assert measure_of(clause(name)) == Measure(kind, unit, better, Decimal(low), Decimal(high), decimals)


def test_clauses_without_a_number():
    assert measure_of(clause("1.1.1")).kind == YES
    assert measure_of(clause("1.2.5")) == GRADE


def test_measures_of_indicators_outside_the_edition():
    assert own_measure(TargetRule.YES, "") == Measure(YES)
    assert own_measure(TargetRule.RANGE, "处") == SPAN
    assert own_measure(TargetRule.AT_MOST, "kg") == DOWN
    assert own_measure(TargetRule.AT_LEAST, "kg") == Measure(NUMBER, "kg", 1)


@pytest.mark.parametrize(("measure", "sign", "how", "numeric"), [
    (UP, "≥ ", "填数字，单位%", True), (DOWN, "≤ ", "填数字，单位kg", True), (Measure(NUMBER), "≥ ", "填数字", True),
    (SPAN, "", "填范围，如 60~80，单位处", False), (GRADE, "", "填：没有 / 有方案 / 同步", False), (Measure(YES), "", "填是或否", False),
])  # fmt: skip
def test_a_measure_tells_how_it_is_filled_in(measure, sign, how, numeric):
    assert (measure.sign, measure.how, measure.is_numeric) == (sign, how, numeric)


@pytest.mark.parametrize(("measure", "typed", "kept"), [
    (UP, "", ""), (UP, "  ", ""), (UP, " 70.50 ", "70.5"), (UP, "70%", "70"), (UP, "70 %", "70"), (UP, "7０.5", "70.5"), (UP, "0", "0"),
    (UP, "100", "100"), (UP, "99.9", "99.9"), (UP, "+5", "5"), (WHOLE, "-5", "-5"), (WHOLE, "5.0", "5"),
    (DOWN, "1000000000000", "1000000000000"), (DOWN, "-1000000000000", "-1000000000000"), (DOWN, "1.234", "1.234"), (SPAN, "3~5", "3~5"),
    (SPAN, " 3 ~ 5.0 ", "3~5"), (SPAN, "5", "5"), (SPAN, "5~5", "5~5"), (Measure(YES), "是", "yes"), (Measure(YES), " no ", "no"),
    (Measure(YES), "未达到", "no"), (GRADE, "plan", "plan"), (GRADE, " 有方案 ", "plan"),
])  # fmt: skip
def test_what_is_typed_is_kept_in_one_form(measure, typed, kept):
    assert read(measure, typed) == kept


@pytest.mark.parametrize(("measure", "typed", "words"), [
    (UP, "100.1", "应在0至100%之间"), (UP, "-0.1", "应在0至100%之间"), (UP, "1.25", "最多1位小数"), (UP, "abc", "请填数字，不带单位和逗号"),
    (WHOLE, "6", "应在-5至5项之间"), (WHOLE, "1.5", "应为整数"), (DOWN, "1000000000000.5", "数字过大"),
    (DOWN, "-1000000000001", "数字过大"), (DOWN, "1.2345", "最多3位小数"), (DOWN, "5%", "这一条的单位不是%，请按“kg”填数字"),
    (Measure(NUMBER), "5%", "这一条的单位不是%，请按“数”填数字"), (SPAN, "5~3", "范围的前一个数不能大于后一个数"),
    (SPAN, "3~", "请填数字，不带单位和逗号"), (Measure(YES), "也许", "请填是或否"), (GRADE, "其他", "请填所列情形之一：没有、有方案、同步"),
])  # fmt: skip
def test_what_cannot_be_kept_is_refused_in_words(measure, typed, words):
    with pytest.raises(ValueProblem) as refused:
        read(measure, typed)
    assert str(refused.value) == words


@pytest.mark.parametrize(("measure", "kept", "shown"), [
    (Measure(YES), "yes", "是"), (Measure(YES), "no", "否"), (Measure(YES), "", ""), (GRADE, "plan", "有方案"), (GRADE, "gone", "gone"),
    (UP, "70.5", "70.5"), (SPAN, "3~5", "3~5"),
])  # fmt: skip
def test_a_kept_value_is_shown_in_words(measure, kept, shown):
    assert show(measure, kept) == shown


@pytest.mark.parametrize(("name", "raw", "kept"), [
    ("1.1.1", True, "yes"), ("1.1.1", False, "no"), ("1.1.2", "41.5", "41.5"), ("1.2.1", None, ""), ("1.2.1", "55", "55"),
    ("1.2.5", "plan", "plan"), ("1.2.6", ["a", "c"], "2"), ("1.2.6", [], "0"), ("1.2.7", "3", "3"),
    ("1.2.9", {"rail": "60", "bus": "45"}, "6"), ("1.2.9", {"rail": "60"}, "4"), ("1.2.9", {"rail": "甲", "bus": "45"}, ""),
])  # fmt: skip
def test_a_value_of_the_score_table_is_read_for_its_target(name, raw, kept):
    assert reached(clause(name), raw) == kept


RATIO = rules_of([chapter("a", "4", [item("1.2.1", 4, CLAUSES[3]["rule"], value=TWO_PLACES, inputs=INPUTS)])]).items["1.2.1"]


@pytest.mark.parametrize(("raw", "kept"), [({"a": "1", "b": "3"}, "33.33"), ({"a": "1", "b": "0"}, ""), ({"a": "1"}, ""), ("", "")])
def test_a_ratio_is_kept_as_its_per_cent(raw, kept):
    assert RATIO.ratio
    assert reached(RATIO, raw) == kept


def test_a_target_in_the_form_of_the_score_table():
    assert as_stored(RATIO, "70") == {"a": "70", "b": "100"}
    stored = {name: as_stored(clause(name), "70") for name in ("1.2.1", "1.2.6", "1.2.7", "1.2.9")}
    assert stored == {"1.2.1": "70", "1.2.6": None, "1.2.7": "70", "1.2.9": None}
    assert (as_stored(clause("1.1.1"), "yes"), as_stored(clause("1.1.1"), "no")) == (True, False)
    assert as_stored(clause("1.2.5"), "plan") == "plan"
    assert as_stored(clause("1.2.1"), "") is None


@pytest.mark.parametrize(("measure", "kept", "target", "met"), [
    (UP, "70", "70", True), (UP, "69.9", "70", False), (UP, "71", "70", True), (DOWN, "30", "30", True), (DOWN, "30.1", "30", False),
    (DOWN, "2", "30", True), (SPAN, "3", "3~5", True), (SPAN, "5", "3~5", True), (SPAN, "2.9", "3~5", False), (SPAN, "5.1", "3~5", False),
    (SPAN, "4", "4", True), (SPAN, "5", "4", False), (GRADE, "plan", "plan", True), (GRADE, "sync", "plan", True),
    (GRADE, "none", "plan", False), (Measure(YES), "yes", "yes", True), (Measure(YES), "no", "yes", False),
    (Measure(YES), "no", "no", True), (Measure(YES), "yes", "no", True),
])  # fmt: skip
def test_a_value_is_held_against_its_target(measure, kept, target, met):
    assert meets(measure, kept, target) is met


def test_both_ends_of_a_range():
    assert (limits("3~5"), limits("4")) == ((Decimal(3), Decimal(5)), (Decimal(4), Decimal(4)))


@pytest.mark.parametrize(("name", "value", "target", "found"), [
    ("1.2.1", "55", "60", ("55", "60")), ("1.2.1", "60", "60", None), ("1.2.2", "55", "50", ("55", "50")), ("1.2.2", "45", "50", None),
    ("1.2.1", None, "60", None), ("1.2.1", "55", None, None), ("1.2.1", None, None, None), ("1.1.1", False, True, ("no", "yes")),
    ("1.1.1", True, True, None), ("1.2.5", "none", "plan", ("none", "plan")), ("1.2.5", "sync", "plan", None),
])  # fmt: skip
def test_a_missed_target_is_told_with_both_values(name, value, target, found):
    assert missed(clause(name), value, target) == (found and (measure_of(clause(name)), *found))


@pytest.mark.parametrize(("measure", "kept", "words"), [(UP, "55", "55%"), (GRADE, "plan", "有方案"), (Measure(YES, "%"), "no", "否")])
def test_a_kept_value_in_words_with_its_unit(measure, kept, words):
    assert said(measure, kept) == words
