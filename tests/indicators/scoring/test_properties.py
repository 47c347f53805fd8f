"""Properties of scoring over random tables of the reference edition."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.catalogue import parse
from indicators.scoring.engine import aggregate, rate, score
from indicators.scoring.explain import steps_of
from indicators.scoring.prepare import prepare
from indicators.scoring.refusals import ScoringRefused
from indicators.scoring.values import check_value, valid_points
from tests.calls import calls
from tests.indicators.conftest import DATA
from tests.inputs import inputs

RULES = prepare(parse((DATA / "reference-2024.yaml").read_bytes()).document)
TABLES = [(kind, stage) for kind in RULES.types for stage in RULES.stages]
SOME = inputs(40, 1_000)  # ten properties: 10,000 tables


def numbers(value):
    return st.decimals(str(value["min"]), str(value["max"]), places=value["decimals"]).map(str)


def plain_value(rule, value, points):
    kind = rule["kind"]
    if kind in ("steps", "linear") or "op" in rule:
        return numbers(value)
    if kind == "checklist":
        return st.lists(st.sampled_from([part["key"] for part in rule["parts"]]), unique=True)
    if kind == "choice":
        return st.sampled_from([option["key"] for option in rule["options"]])
    return st.booleans() if kind == "pass" else st.integers(0, int(points)).map(str)


def value_of(item):
    if item.ratio:
        most = int(item.value["max"])
        return st.tuples(st.integers(0, most), st.integers(100, 100)).map(lambda pair: {"a": str(pair[0]), "b": str(pair[1])})
    if item.rule["kind"] == "all_of":
        return st.fixed_dictionaries(
            {entry["value"]["key"]: plain_value(entry["rule"], entry["value"], item.points) for entry in item.rule["rules"]}
        )
    return plain_value(item.rule, item.value, item.points)


VALUES = st.fixed_dictionaries({}, optional={name: value_of(item) for name, item in RULES.items.items()})
OUT = st.sets(st.sampled_from([name for name, item in RULES.items.items() if item.can_leave]), max_size=6)
table = st.sampled_from(TABLES)


@SOME
@given(table, VALUES, OUT)
def test_scores_are_bounded(where, values, out):
    result = score(RULES, *where, values, out)
    assert 0 <= result.total <= 100 + RULES.bonus_cap
    assert all(0 <= one.obtained <= one.possible and 0 <= one.score <= 100 for one in result.chapters)
    assert all(one.points is None or 0 <= one.points <= one.most for one in result.items)
    assert result.level is None or not result.blocked_by


@SOME
@given(table, VALUES, OUT, st.randoms())
def test_order_does_not_matter(where, values, out, random):
    names = list(values)
    random.shuffle(names)
    assert score(RULES, *where, {name: values[name] for name in names}, sorted(out)) == score(RULES, *where, values, out)


@SOME
@given(table, VALUES, OUT)
def test_values_and_result_survive_json(where, values, out):
    again = json.loads(json.dumps(values))
    result = score(RULES, *where, again, out)
    assert result == score(RULES, *where, values, out)
    assert json.loads(json.dumps(result.as_json())) == result.as_json()


@SOME
@given(table, VALUES, st.sampled_from([name for name, item in RULES.items.items() if item.can_leave]))
def test_exclusion_never_lowers_another_item(where, values, name):
    before = rate(RULES, *where, values)
    after = rate(RULES, *where, values, [name])
    assert all(after.points[other] >= points for other, points in before.points.items() if other not in after.excluded)


@SOME
@given(table, VALUES, OUT)
def test_score_is_rate_then_aggregate(where, values, out):
    rated = rate(RULES, *where, values, out)
    assert aggregate(RULES, *where, rated.points, rated.holds, rated.excluded) == score(RULES, *where, values, out)


@SOME
@given(VALUES)
def test_stored_values_are_taken_as_they_are(values):
    for name, raw in values.items():
        stored = check_value(RULES.items[name], raw)
        assert check_value(RULES.items[name], stored) == stored


@SOME
@given(table, VALUES, st.data())
def test_computed_points_are_points_a_panel_may_give(where, values, data):
    rated = rate(RULES, *where, values)
    name = data.draw(st.sampled_from(sorted(rated.points)))
    allowed = valid_points(RULES.items[name])
    assert allowed is None or rated.points[name] in allowed


MEASURED = [item for item in RULES.items.values() if not item.is_control and item.rule["kind"] in ("steps", "linear") and not item.ratio]


@SOME
@given(st.sampled_from(MEASURED), st.data())
def test_better_value_never_earns_less(item, data):
    one, other = sorted(Decimal(data.draw(numbers(item.value))) for _ in range(2))
    rule = item.rule
    higher = rule["better"] == "higher" if rule["kind"] == "steps" else rule["to"]["at"] > rule["from"]["at"]
    worse, better = (one, other) if higher else (other, one)
    assert item.rate(str(worse)) <= item.rate(str(better))


def pair_of(item):
    """(worse, better) values of one item, better by its rule."""
    kind = item.rule["kind"]
    if item.ratio:
        higher = item.rule["to"]["at"] > item.rule["from"]["at"] if kind == "linear" else item.rule["better"] == "higher"
        pairs = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted)
        return pairs.map(lambda two: [{"a": str(one), "b": "100"} for one in (two if higher else two[::-1])])
    if kind == "checklist":
        keys = [part["key"] for part in item.rule["parts"]]
        return st.tuples(st.sets(st.sampled_from(keys)), st.sets(st.sampled_from(keys))).map(
            lambda two: [sorted(two[0]), sorted(two[0] | two[1])]
        )
    return st.tuples(st.integers(0, int(item.points)), st.integers(0, int(item.points))).map(lambda two: [str(one) for one in sorted(two)])


ORDERED = [
    item for item in RULES.items.values() if not item.is_control and (item.ratio or item.rule["kind"] in ("checklist", "count", "claimed"))
]


@SOME
@given(table, VALUES, st.sampled_from(ORDERED).flatmap(lambda item: st.tuples(st.just(item.id), pair_of(item))))
def test_better_value_never_lowers_the_total(where, values, change):
    name, (worse, better) = change
    before, after = (score(RULES, *where, {**values, name: value}) for value in (worse, better))
    assert before.total <= after.total


@SOME
@given(
    st.sampled_from([item for item in RULES.items.values() if not item.is_control]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_any_json_is_scored_or_refused(item, raw):
    where = next(place for place in TABLES if item.id in RULES.table(*place).items)
    named = set()
    try:
        named = {one.id for one in score(RULES, *where, {item.id: raw}).items if one.points}
    except ScoringRefused as refused:
        named = {refused.item}
    assert named <= {item.id}


def test_full_marks_everywhere_is_the_top(reference_rules):
    for where in TABLES:
        items = reference_rules.table(*where).items.values()
        points = {item.id: item.points for item in items if not item.is_control}
        result = aggregate(reference_rules, *where, points, {item.id: True for item in items if item.is_control})
        assert (result.total, result.level) == (110, "star3")


CALLS_AN_ITEM = 13.3  # 11.25 to 11.55 when this was written, and 15 % of head-room: one more call an item is seen


@pytest.mark.parametrize("where", TABLES)
def test_a_warm_score_makes_few_calls_an_item(reference_rules, where):
    values = {item.id: True for item in reference_rules.items.values() if item.is_control and "op" not in item.rule}
    values |= {item.id: "50" for item in reference_rules.items.values() if item in MEASURED and item.value["max"] >= 50}

    def warm():
        return score(reference_rules, *where, values)

    warm()
    assert calls(warm) < CALLS_AN_ITEM * len(reference_rules.table(*where).items)


@SOME
@given(table, VALUES)
def test_lines_that_are_reached_add_up_to_the_points(where, values):
    for found in score(RULES, *where, values).items:
        item = RULES.items[found.id]
        if found.points is not None and found.id in values and not found.excluded:
            reached = sum(step.points for step in steps_of(item, values[found.id]) if step.hit)
            assert found.points == min(reached, Decimal(item.rule.get("cap") or item.points))
