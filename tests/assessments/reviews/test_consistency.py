"""Like cases judged alike: what is near, what stands apart; and how well planted pairs are found among simulated reviews."""

import sys
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.reviews.consistency import SettledClause, middle, near, near_values, precedents, unlike
from assessments.reviews.settlement import Claim, ClauseOutcome
from indicators.editions.selectors import rules_for
from indicators.scoring.refusals import ValueProblem
from indicators.scoring.values import check_points, valid_points
from tests.factories.judgements import DRAWN, Simulation
from tests.factories.reviews import STAGE, TYPE, reference_edition

LIMIT = Decimal("0.3")
SEEDS = (21, 22, 23)
CLAIM = Claim("7.2.7", control=False, most=Decimal(12), outcome=ClauseOutcome(points=Decimal(12)))
CONTROL = Claim("7.1.1", control=True, most=Decimal(0), outcome=ClauseOutcome(holds=True))
EXCLUDED = Claim("7.2.9", control=False, most=Decimal(5), outcome=ClauseOutcome(excluded=True))


def judged(case, points=12, value="12.6", *, proved=True):
    return SettledClause(case, CLAIM, value, proved, ClauseOutcome(points=Decimal(points)))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("12.6", "12.7", True),
        ("12.6", "13.6", False),
        ({"a": "100", "b": "50"}, {"a": "101", "b": "50"}, True),
        ({"a": "100", "b": "50"}, {"a": "100", "b": "80"}, False),
        ({"a": "100", "b": "50"}, {"a": "100"}, False),
        (["x", "y"], ["y", "x"], True),
        (True, True, True),
        (True, "1", False),
        (None, "0", False),
        (["x", "y"], ["x", "z"], False),
        (["x"], "x", False),
        ({"a": "100"}, "100", False),
        ("100", "98", True),
        ("100", "97.99", False),
        ("-100", "-98", True),
        ("-100", "100", False),
        ("12.6", "few", False),
        (None, None, True),
        ("few", "few", True),
        ("0", "0", True),
    ],
)
def test_values_near_each_other(one, other, alike):
    assert near_values(one, other) is near_values(other, one) is alike


def test_what_stands_apart_names_its_precedents():
    finished = [judged(1), judged(2), judged(3, 7)]
    assert unlike(judged(9, 0), finished, LIMIT) == finished
    assert unlike(judged(9), finished, LIMIT) == []
    assert unlike(judged(9, 0, "60"), finished, LIMIT) == []
    assert unlike(judged(9, 0, proved=False), finished, LIMIT) == []
    assert unlike(judged(1, 0), [judged(1)], LIMIT) == [], "never its own precedent"


def test_controls_and_exclusions_move_all_the_way():
    holds, fails = (SettledClause(case, CONTROL, True, True, ClauseOutcome(holds=found)) for case, found in ((1, True), (2, False)))
    assert unlike(fails, [holds], LIMIT) == [holds]
    out = SettledClause(1, EXCLUDED, None, proved=False, outcome=ClauseOutcome(excluded=True))
    back = SettledClause(2, EXCLUDED, None, proved=False, outcome=ClauseOutcome(points=Decimal(0)))
    assert near(out, back)
    assert unlike(back, [out], LIMIT) == [out]


@pytest.mark.parametrize(
    ("claim", "outcome", "moved"),
    [
        (CLAIM, ClauseOutcome(points=Decimal(12)), 0),
        (CLAIM, ClauseOutcome(points=Decimal(6)), Decimal("-0.5")),
        (CLAIM, ClauseOutcome(points=None), -1),
        (CLAIM, ClauseOutcome(excluded=True), -1),
        (Claim("7.2.7", control=False, most=Decimal(12), outcome=ClauseOutcome()), ClauseOutcome(points=Decimal(3)), Decimal("0.25")),
        (Claim("7.2.7", control=False, most=Decimal(0), outcome=ClauseOutcome(points=Decimal(0))), ClauseOutcome(points=Decimal(0)), 0),
        (CONTROL, ClauseOutcome(holds=True), 0),
        (CONTROL, ClauseOutcome(holds=False), -1),
        (Claim("7.1.1", control=True, most=Decimal(0), outcome=ClauseOutcome(holds=False)), ClauseOutcome(holds=True), 1),
        (Claim("7.1.1", control=True, most=Decimal(5), outcome=ClauseOutcome(holds=False)), ClauseOutcome(holds=True), 1),
        (EXCLUDED, ClauseOutcome(excluded=True), 0),
        (EXCLUDED, ClauseOutcome(points=Decimal(0)), -1),
    ],
)
def test_how_far_a_judgement_moved_from_the_claim(claim, outcome, moved):
    assert SettledClause(1, claim, None, proved=False, outcome=outcome).shift == moved


def test_other_clauses_and_other_claims_are_no_precedents():
    other = SettledClause(1, Claim("7.2.8", CLAIM.control, CLAIM.most, CLAIM.outcome), "12.6", True, CLAIM.outcome)
    out = SettledClause(2, Claim("7.2.7", CLAIM.control, CLAIM.most, ClauseOutcome(excluded=True)), "12.6", True, CLAIM.outcome)
    assert precedents(judged(9), [other, out, judged(3)]) == [judged(3)]


def test_the_limit_itself_does_not_stand_apart():
    tenths = Claim("7.2.7", control=False, most=Decimal(10), outcome=ClauseOutcome(points=Decimal(10)))
    seven, ten, six = (
        SettledClause(case, tenths, "1", True, ClauseOutcome(points=Decimal(points))) for case, points in enumerate((7, 10, 6))
    )
    assert unlike(seven, [ten], LIMIT) == []
    assert unlike(six, [ten], LIMIT) == [ten]
    four = SettledClause(4, tenths, "1", True, ClauseOutcome(points=Decimal(4)))
    assert unlike(four, [ten, seven, ten], LIMIT) == [ten, ten], "seven is away from four by the limit, no more"
    assert unlike(six, [seven, SettledClause(8, tenths, "1", True, ClauseOutcome(points=Decimal(9))), ten], LIMIT) == []


@pytest.mark.parametrize(
    ("points", "found"), [([12], 0), ([12, 6], Decimal("-0.5")), ([0, 6, 12], Decimal("-0.5")), ([0, 6, 12, 12], Decimal("-0.5"))]
)
def test_the_middle_is_the_lower_of_two(points, found):
    assert middle([judged(case, one) for case, one in enumerate(points)]) == found


@given(st.lists(st.integers(0, 12), min_size=1, max_size=7), st.integers(0, 12))
def test_only_what_is_far_from_the_middle_is_put_forward(before, points):
    finished = [judged(case, given_points) for case, given_points in enumerate(before)]
    one = judged(99, points)
    found = unlike(one, finished, LIMIT)
    assert bool(found) == (abs(one.shift - middle(finished)) > LIMIT)
    assert all(abs(one.shift - other.shift) > LIMIT for other in found)


def figures(seed):
    """Planted pairs put forward, everything put forward, and what of it was not planted, when each review is compared with all."""
    world = Simulation(seed)
    forward, pairs = defaultdict(set), set()
    for rule in world.rules:
        finished = [case[rule.item_id] for case in world.cases]
        for one in finished:
            for other in unlike(one, finished, LIMIT):
                forward[rule.item_id].add(one.case)
                pairs.add((rule.item_id, frozenset((one.case, other.case))))
    caught = sum((item, frozenset(pair)) in pairs for item, *pair in world.planted)
    planted = {(item, case) for item, *pair in world.planted for case in pair}
    everything = [(item, case) for item, cases in forward.items() for case in cases]
    return len(world.planted), caught, len(everything), sum(one not in planted for one in everything)


@pytest.mark.slow
def test_planted_pairs_are_put_forward_and_little_else():
    planted = caught = forward = alarms = 0
    for seed in SEEDS:
        found = figures(seed)
        pairs = f"{found[1]} of {found[0]} planted pairs put forward"
        sys.stdout.write(
            f"seed {seed}, {DRAWN['reviews']} reviews: {pairs}; {found[3]} of {found[2]} clauses put forward are false alarms\n"
        )
        planted, caught, forward, alarms = (total + part for total, part in zip((planted, caught, forward, alarms), found, strict=True))
    sys.stdout.write(f"all: {caught / planted:.1%} of the pairs put forward, {alarms / forward:.1%} of what is put forward false\n")
    assert caught / planted >= 0.95
    assert alarms / forward <= 0.05


@pytest.fixture
def items(db):
    """Scored clauses of the reference edition."""
    return [item for item in rules_for(reference_edition()).table(TYPE, STAGE).items.values() if not item.is_control]


def test_points_are_always_a_step_of_the_rule_and_never_above_the_clause(items):
    @given(st.sampled_from(items), st.decimals(-5, 40, places=2))
    def check(item, points):
        steps = valid_points(item)
        try:
            taken = check_points(item, str(points))
        except ValueProblem:
            assert points < 0 or points > item.points or steps is None or points not in steps
        else:
            assert 0 <= taken <= item.points
            assert steps is None or taken in steps

    check()
