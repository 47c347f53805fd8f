"""Hand-worked chapters, totals, levels, exclusions and refusals."""

from decimal import Decimal

import pytest

from indicators.catalogue import parse
from indicators.scoring.engine import aggregate, rate, score
from indicators.scoring.prepare import prepare
from indicators.scoring.refusals import EditionIncomplete, ScoringRefused
from tests.indicators.conftest import DATA
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, item, rules_of

CLAIMED = {"kind": "claimed"}
YES = {"kind": "pass"}
LEAVES = {"may_exclude": True, "exclude_when": "没有此类"}
LEAVES_ABSENT = {**LEAVES, "when_absent": "exclude"}
FULL_ABSENT = {"exclude_when": "没有此类", "when_absent": "full"}


def claimed(name, points, **changes):
    return item(name, points, CLAIMED, **changes)


def two_chapters(**second):
    first = [item("1.0", None, YES), claimed("1.1", 60), claimed("1.2", 40, **LEAVES)]
    other = [claimed("2.1", 70, **LEAVES_ABSENT), claimed("2.2", 30, **FULL_ABSENT)]
    bonus = [claimed("3.1", 8), claimed("3.2", 7)]
    for entry in bonus:
        entry["kind"] = "bonus"
    return rules_of(
        [chapter("one", "1", first, 0.4), chapter("two", "2", other, 0.6, **second), chapter("plus", "3", bonus, 0, kind="bonus")]
    )


ALL = {"1.0": True, "1.1": 60, "1.2": 40, "2.1": 70, "2.2": 30}


def run(values, exclusions=(), absent=(), **second):
    return score(two_chapters(**second), "new", "planning", values, exclusions, absent)


@pytest.mark.parametrize(
    ("values", "exclusions", "absent", "total", "level"),
    [
        (ALL, (), (), "100", "star2"),
        ({**ALL, "3.1": 8}, (), (), "108", "star2"),
        ({**ALL, "3.1": 8, "3.2": 7}, (), (), "110", "star2"),
        ({"1.0": True}, (), (), "0", None),
        ({"1.0": True, "1.1": 50, "2.1": 50}, (), (), "50", "star1"),
        ({"1.0": True, "1.1": 49, "2.1": 50}, (), (), "49.6", None),
        # 0.4 × 30/60 × 100 + 0.6 × 50 = 50
        ({"1.0": True, "1.1": 30, "2.1": 50}, ("1.2",), (), "50", "star1"),
        # 0.4 × 20/60 × 100 = 13.333…
        ({"1.0": True, "1.1": 20}, ("1.2",), (), "13.33", None),
        # 0.4 × 1/60 × 100 + 0.6 × 1/30 × 100 = 2.6666…; rounding each chapter to 1.67 and 3.33 would give 2.67 as well
        ({"1.0": True, "1.1": 1, "2.2": 1}, ("1.2", "2.1"), (), "2.67", None),
        # 0.4 × 1/60 × 100 = 0.6666…, not 0.4 × 1.67 = 0.668
        ({"1.0": True, "1.1": 1}, ("1.2",), (), "0.67", None),
        ({"1.0": True, "2.2": 15}, (), ("2.1",), "30", None),
        ({"1.0": True, "2.1": 70}, (), ("2.2",), "60", "star1"),
        # The declaration replaces the value.
        ({"1.0": True, "2.1": 70, "2.2": 3}, (), ("2.2",), "60", "star1"),
        ({"1.0": False, **{k: v for k, v in ALL.items() if k != "1.0"}}, (), (), "100", None),
        ({k: v for k, v in ALL.items() if k != "1.0"}, (), (), "100", None),
    ],
)
def test_total_and_level(values, exclusions, absent, total, level):
    result = run(values, exclusions, absent)
    assert (result.total, result.level) == (Decimal(total), level)


def test_failed_control_blocks_by_its_id():
    result = run({**ALL, "1.0": False})
    assert (result.blocked_by, result.reached) == (("1.0",), "star2")


@pytest.mark.parametrize(
    ("values", "exclusions", "blocked"),
    [
        ({**ALL, "2.1": 0, "2.2": 30}, (), ()),
        ({**ALL, "2.1": 0, "2.2": 29}, (), ("two",)),
        # 8 of 30 is 26.67 %, 9 of 30 exactly the 30 % that are asked.
        ({**ALL, "2.2": 8}, ("2.1",), ("two",)),
        ({**ALL, "2.2": 9}, ("2.1",), ()),
    ],
)
def test_chapter_below_its_minimum_means_no_level(values, exclusions, blocked):
    result = run(values, exclusions, min=30)
    assert result.blocked_by == blocked
    assert (result.level is None) == bool(blocked)


def test_minimum_is_asked_of_the_exact_chapter_score():
    rules = rules_of([chapter("one", "1", [claimed("1.1", 10001)], min=33.34)])
    # 3334 / 10001 is 33.3366… %: shown as 33.34, yet below it.
    result = score(rules, "new", "planning", {"1.1": 3334})
    assert (result.chapters[0].score, result.blocked_by) == (Decimal("33.34"), ("one",))
    assert score(rules, "new", "planning", {"1.1": 3335}).blocked_by == ()


def test_level_is_read_from_the_rounded_total():
    # 0.5 × 49.99 + 0.5 × 50 = 49.995 rounds to 50.00 and reaches the line.
    line = {"kind": "linear", "from": {"at": 0, "points": 0}, "to": {"at": 100, "points": 100}}
    value = {"unit": "%", "min": 0, "max": 100, "decimals": 3}
    rules = rules_of(
        [chapter("one", "1", [item("1", 100, line, value=value)], 0.5), chapter("two", "2", [item("2", 100, line, value=value)], 0.5)]
    )
    below = score(rules, "new", "planning", {"1": "49.99", "2": "49.99"})
    at_the_line = score(rules, "new", "planning", {"1": "49.99", "2": "50"})
    assert (below.total, below.level) == (Decimal("49.99"), None)
    assert (at_the_line.total, at_the_line.level) == (Decimal("50.00"), "star1")


def test_bonus_chapter_with_nothing_left_gives_nothing():
    only = claimed("3.1", 8, **LEAVES)
    only["kind"] = "bonus"
    rules = rules_of([chapter("one", "1", [claimed("1.1", 100)]), chapter("plus", "3", [only], 0, kind="bonus")])
    result = score(rules, "new", "planning", {"1.1": 40, "3.1": 8}, ["3.1"])
    assert (result.bonus, result.total, result.chapters[1].exact) == (0, 40, 0)


def test_sum_method_adds_points_and_capped_bonus():
    extra = claimed("9", 15)
    extra["kind"] = "bonus"
    rules = rules_of(
        [
            chapter("one", "1", [claimed("1", 28)], 0.28),
            chapter("two", "2", [claimed("2", 72, **LEAVES)], 0.72),
            chapter("plus", "3", [extra], 0, kind="bonus"),
        ],
        total={"method": "sum", "bonus_cap": 10},
    )
    result = score(rules, "renewal", "operation", {"1": 20, "2": 31, "9": 12})
    assert (result.total, result.bonus, result.level) == (61, 10, "star1")


@pytest.mark.parametrize(
    ("points", "bonus", "total", "level"),
    [(0, 0, 0, None), (39, 0, 39, None), (40, 0, 40, "certified"), (50, 0, 50, "silver"), (58, 2, 60, "gold"), (80, 10, 90, "platinum")],
)
def test_leed_sums(leed_rules, points, bonus, total, level):
    values, left = {}, points
    for one in leed_rules.items.values():
        if one.is_control:
            values[one.id] = True
        elif one.kind == "score":
            values[one.id] = min(left, int(one.points))
            left -= values[one.id]
        else:
            values[one.id] = min(bonus, int(one.points))
            bonus -= values[one.id]
    result = score(leed_rules, "new", "operation", values)
    assert (result.total, result.level) == (total, level)


def test_chapter_without_points_left_is_refused_first_and_by_name():
    with pytest.raises(ScoringRefused, match="第2章章2") as refused:
        # 2.2 may not be excluded at all, yet the chapter is what is asked first.
        run(ALL, ["2.1", "2.2"])
    assert refused.value.chapter == "two"


@pytest.mark.parametrize(
    ("exclusions", "absent", "item_id"),
    [(["1.1"], [], "1.1"), ([], ["1.2"], "1.2"), (["1.0"], [], "1.0"), ([], ["1.0"], "1.0"), (["9.9"], [], "9.9"), (["2.2"], [], "2.2")],
)
def test_declaration_that_is_not_allowed_is_refused_by_item(exclusions, absent, item_id):
    with pytest.raises(ScoringRefused) as refused:
        run(ALL, exclusions, absent)
    assert refused.value.item == item_id


def test_excluded_control_is_not_asked():
    rules = rules_of([chapter("one", "1", [item("0", None, YES, **LEAVES_ABSENT), claimed("1", 100)])])
    assert score(rules, "new", "planning", {"1": 50}, ["0"]).level == "star1"
    assert score(rules, "new", "planning", {"1": 50}, (), ["0"]).level == "star1"
    assert score(rules, "new", "planning", {"1": 50}).blocked_by == ("0",)


def test_key_area_item_outside_is_excluded_by_the_portal():
    rules = rules_of([chapter("one", "1", [claimed("1", 40, auto="key_area"), claimed("2", 60)])])
    assert score(rules, "new", "planning", {"2": 30}, {"1": "不在重点区域"}).total == 50


def test_items_that_do_not_apply_are_left_alone():
    only_new = claimed("1", 100, applies={"types": ["new"], "stages": ["planning", "operation"]})
    only_old = claimed("2", 100, applies={"types": ["renewal"], "stages": ["planning", "operation"]})
    rules = rules_of([chapter("one", "1", [only_new, only_old], full=100)])
    result = score(rules, "new", "planning", {"1": 60, "2": "not a number"}, {"2": "不适用"})
    assert ([one.id for one in result.items], result.total) == (["1"], 60)


@pytest.mark.parametrize("points", [Decimal(-1), Decimal("60.01")])
def test_settled_points_stay_within_the_item(points):
    with pytest.raises(ScoringRefused) as refused:
        aggregate(two_chapters(), "new", "planning", {"1.1": points}, {"1.0": True})
    assert refused.value.item == "1.1"


def test_unknown_table_is_refused():
    with pytest.raises(ScoringRefused, match="没有old、规划设计的评分表"):
        score(two_chapters(), "old", "planning", {})


@pytest.mark.parametrize("name", ["dgtj08-2253-2024", "dgtj08-2253-2018", "gbt51255-2017"])
def test_official_stubs_refuse_to_score(name):
    document = parse((DATA / f"{name}.yaml").read_bytes()).document
    with pytest.raises(EditionIncomplete):
        prepare(document)


def test_json_has_figures_as_text():
    result = run({**ALL, "1.1": 30, "3.1": 2}, ["1.2"]).as_json()
    assert result["items"][:3] == [
        {"id": "1.0", "points": None, "max": None, "holds": True, "excluded": False},
        {"id": "1.1", "points": "30.00", "max": "60.00", "holds": None, "excluded": False},
        {"id": "1.2", "points": "0.00", "max": "40.00", "holds": None, "excluded": True},
    ]
    assert result["chapters"][0] == {"key": "one", "obtained": "30.00", "possible": "60.00", "score": "50.00"}
    told = {"edition": "T-1", "type": "new", "stage": "planning", "bonus": "2.00", "total": "82.00", "level": "star2", "blocked_by": []}
    assert {key: result[key] for key in told} == told


def test_what_is_out_of_the_table_is_not_rated():
    rated = rate(two_chapters(), "new", "planning", ALL, ["1.2"])
    assert (set(rated.points) & {"1.1", "1.2"}, rated.excluded) == ({"1.1"}, {"1.2"})


def test_a_control_over_half_a_ratio_does_not_hold():
    rule = {"kind": "pass", "op": ">=", "at": 40}
    rules = rules_of([chapter("one", "1", [item("0", None, rule, value=PERCENT, inputs=RATIO), claimed("1", 100)])])
    assert rate(rules, "new", "planning", {"0": {"a": 1}}).holds == {"0": False}


def test_settled_points_may_be_given_as_they_were_stored():
    assert aggregate(two_chapters(), "new", "planning", {"1.1": "50", "2.1": 50}, {"1.0": True}).total == 50
