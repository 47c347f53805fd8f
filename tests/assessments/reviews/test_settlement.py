"""Agenda, settling and conclusions; like cases judged alike, and how well planted pairs are found among simulated reviews."""

import sys
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.common.enums import Conclusion
from assessments.reviews.enums import Judgement, Reading
from assessments.reviews.panel import Bundle, PanelReader, assign
from assessments.reviews.settlement import (
    Cause,
    Claim,
    ClauseOutcome,
    Opinion,
    SettledClause,
    agenda,
    allowed_conclusions,
    by_rule,
    causes,
    middle,
    near,
    near_values,
    own_outcome,
    precedents,
    settled,
    spread,
    unlike,
)
from indicators.editions.selectors import rules_for
from indicators.scoring.refusals import ValueProblem
from indicators.scoring.values import check_points, valid_points
from tests.factories.judgements import DRAWN, Simulation
from tests.factories.reviews import STAGE, TYPE, reference_edition

LIMIT = Decimal("0.3")
STEPS = [Decimal(0), Decimal(4), Decimal(7), Decimal(10), Decimal(12)]
SCORED = Claim("7.2.7", control=False, most=Decimal(12), outcome=ClauseOutcome(points=Decimal(7)))
CONTROL = Claim("7.1.1", control=True, most=Decimal(0), outcome=ClauseOutcome(holds=True))
EXCLUDED = Claim("7.2.9", control=False, most=Decimal(5), outcome=ClauseOutcome(excluded=True))

TENTHS = Claim("7.2.7", control=False, most=Decimal(10), outcome=ClauseOutcome(points=Decimal(10)))


def read(claim, *said):
    """Opinions from words: agree, differ, doubt, or points."""
    found = []
    for seat, one in enumerate(said, 1):
        judgement = Judgement(one) if isinstance(one, str) else Judgement.DIFFER
        points = None if isinstance(one, str) else Decimal(one)
        found.append(Opinion(seat, judgement, own_outcome(claim, judgement, points)))
    return found


@pytest.mark.parametrize(("claim", "said", "found"), [
    (SCORED, ("agree", "agree"), ()), (SCORED, (4, 4), ()), (SCORED, ("agree", 10), (Cause.DIFFER,)),
    (SCORED, ("agree", 12), (Cause.DIFFER, Cause.SPREAD)), (SCORED, ("agree", "doubt"), (Cause.DOUBT,)),
    (CONTROL, ("agree", "agree"), ()), (CONTROL, ("agree", "differ"), (Cause.DIFFER, Cause.CONTROL)),
    (CONTROL, ("differ", "differ"), (Cause.CONTROL,)), (CONTROL, ("agree", "doubt"), (Cause.DOUBT, Cause.CONTROL)),
    (EXCLUDED, ("agree", "agree"), ()), (EXCLUDED, ("agree", "differ"), (Cause.DIFFER, Cause.EXCLUSION)),
    (EXCLUDED, ("differ", "differ"), (Cause.EXCLUSION,)),
    # the limit itself is within it
    (TENTHS, (7, 10), (Cause.DIFFER,)), (TENTHS, (6, 10), (Cause.DIFFER, Cause.SPREAD)),
])  # fmt: skip
def test_what_goes_on_the_agenda(claim, said, found):
    assert causes(claim, read(claim, *said), LIMIT) == found


@pytest.mark.parametrize(("claim", "said", "outcome"), [
    (SCORED, ("agree", 4), {"points": 4}), (SCORED, (12, 4, "agree"), {"points": 7}), (SCORED, (0, 4, 7, 10), {"points": 4}),
    (SCORED, (0, 4, 7, 10, 12), {"points": 7}), (SCORED, ("agree", "doubt"), None), (SCORED, ("doubt", "doubt"), None),
    (CONTROL, ("agree", "differ"), {"holds": False}), (CONTROL, ("agree", "differ", "agree"), {"holds": True}),
    (EXCLUDED, ("agree", "differ"), {"points": 0}), (EXCLUDED, ("agree", "differ", "agree"), {"excluded": True}),
])  # fmt: skip
def test_the_lower_of_two_and_the_middle_of_three(claim, said, outcome):
    assert by_rule(read(claim, *said)) == (outcome and ClauseOutcome(**outcome))


def of_one(opinions, agreed=None):
    """What is settled of the clause with points."""
    name = SCORED.item_id
    return settled([SCORED], {name: opinions}, {name: agreed} if agreed else {}, LIMIT)[name]


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=9), st.sampled_from(STEPS))
def test_settled_points_are_some_readers_own_unless_the_meeting_agrees(points, agreed):
    assert of_one(read(SCORED, *points)).points in points
    outcome = ClauseOutcome(points=agreed)
    assert of_one(read(SCORED, *points), outcome) == outcome


def test_a_clause_without_a_figure_of_each_reader_is_open_until_agreed():
    for opinions in (read(SCORED, "agree", "doubt"), []):
        with pytest.raises(KeyError):
            of_one(opinions)
    assert agenda([SCORED], {SCORED.item_id: read(SCORED, "agree", "doubt")}, LIMIT)[0].by_rule is None


@given(st.lists(st.sampled_from([*STEPS, "doubt"]), max_size=9))
def test_a_doubt_is_left_out_of_the_lower_of_two_and_of_the_middle(said):
    known = sorted(one for one in said if one != "doubt")
    found = by_rule(read(SCORED, *said))
    assert found == (ClauseOutcome(points=known[(len(known) - 1) // 2]) if len(known) > 1 else None)


def votes(passed=0, after=0, revise=0, failed=0):
    return ["passed"] * passed + ["passed_after"] * after + ["revise"] * revise + ["failed"] * failed


@pytest.mark.parametrize(("given_votes", "passes", "found"), [
    (votes(passed=5), True, ["passed"]), (votes(passed=4, failed=1), True, ["passed"]), (votes(passed=2, failed=1), True, ["passed"]),
    (votes(passed=3, after=1, failed=1), True, ["passed_after"]), (votes(passed=1, after=1, failed=1), True, ["passed_after"]),
    (votes(passed=3, failed=2), True, ["failed"]), (votes(passed=3, revise=2), True, ["revise"]),
    (votes(passed=5), False, ["revise", "failed"]), (votes(passed=3, revise=1, failed=1), True, ["revise", "failed"]),
    (votes(revise=3, failed=2), False, ["revise"]),
])  # fmt: skip
def test_what_votes_allow(given_votes, passes, found):
    assert list(allowed_conclusions(given_votes, passes=passes)) == [Conclusion(one) for one in found]


@pytest.mark.parametrize(("said", "apart"), [((), 0), (("doubt", "doubt"), 0), ((4, 12, "doubt"), 8), ((12, 4, 7), 8), ((7, 7), 0)])
def test_the_spread_is_the_highest_minus_the_lowest(said, apart):
    assert spread(read(SCORED, *said)) == apart


@pytest.mark.parametrize(
    ("kinds", "found"), [(("", ""), ()), (("minor", ""), ()), (("minor", "minor"), ()), (("minor", "major"), (Cause.COMMENTS,))]
)
def test_comments_of_different_weight_go_on_the_agenda(kinds, found):
    opinions = [Opinion(seat, Judgement.AGREE, SCORED.outcome, kind) for seat, kind in enumerate(kinds, 1)]
    assert causes(SCORED, opinions, LIMIT) == found


def test_the_contrary_of_a_claim():
    def contrary(**said):
        return own_outcome(Claim("7.1.1", control=True, most=Decimal(0), outcome=ClauseOutcome(**said)), Judgement.DIFFER)

    assert (contrary(holds=False), contrary(excluded=True)) == (ClauseOutcome(holds=True), ClauseOutcome(holds=False))
    assert own_outcome(EXCLUDED, Judgement.DIFFER) == ClauseOutcome(points=Decimal(0))
    assert own_outcome(SCORED, Judgement.DIFFER, Decimal(4)) == ClauseOutcome(points=Decimal(4))
    assert own_outcome(SCORED, Judgement.DOUBT) is None


def test_the_agenda_keeps_the_order_of_the_table_and_leaves_out_what_is_settled():
    said = {SCORED: read(SCORED, 4, 12), CONTROL: read(CONTROL, "agree", "agree"), EXCLUDED: read(EXCLUDED, "differ")}
    found = agenda([EXCLUDED, CONTROL, SCORED], {claim.item_id: opinions for claim, opinions in said.items()}, LIMIT)
    assert [(point.claim, point.spread, point.by_rule, point.opinions) for point in found] == [
        (EXCLUDED, 0, None, tuple(said[EXCLUDED])), (SCORED, 8, ClauseOutcome(points=Decimal(4)), tuple(said[SCORED])),
    ]  # fmt: skip


CHAPTERS = ("a", "b", "c", "d", "e")
BUNDLES = [Bundle(key, tuple(f"{key}{number}" for number in range(4 + place)), general=False) for place, key in enumerate(CHAPTERS)]
GENERAL = [Bundle("overall", ("o1", "o2"), general=True), Bundle("bonus", ("x1",), general=True)]


@st.composite
def panels(draw):
    return [PanelReader(seat, draw(st.frozensets(st.sampled_from(CHAPTERS)))) for seat in range(1, draw(st.sampled_from([3, 5, 7, 9])) + 1)]


@given(panels())
def test_every_clause_has_a_lead_and_a_second_and_general_ones_everybody(readers):
    assigned = assign([*BUNDLES, *GENERAL], readers)
    expected = {False: [Reading.LEAD, Reading.SECOND], True: [Reading.GENERAL] * len(readers)}
    for bundle in (*BUNDLES, *GENERAL):
        for item in bundle.items:
            assert sorted(items[item] for items in assigned.values() if item in items) == expected[bundle.general]


@given(panels())
def test_specialists_read_before_others(readers):
    assigned = assign(BUNDLES, readers)
    for bundle in BUNDLES:
        able = {reader.number for reader in readers if bundle.chapter in reader.specialties}
        got = {seat for seat, items in assigned.items() if bundle.items[0] in items}
        assert len(got & able) == min(2, len(able))
        lead = next(seat for seat, items in assigned.items() if items.get(bundle.items[0]) == Reading.LEAD)
        assert not able or lead in able


@given(panels())
def test_dealing_is_repeatable_whatever_the_order(readers):
    assert assign([*BUNDLES, *GENERAL], readers) == assign([*GENERAL, *reversed(BUNDLES)], list(reversed(readers)))


def test_five_all_rounders_get_one_chapter_each_to_lead():
    assigned = assign(BUNDLES, [PanelReader(seat, frozenset(CHAPTERS)) for seat in range(1, 6)])
    assert all(Reading.LEAD in items.values() for items in assigned.values())
    loads = [len(items) for items in assigned.values()]
    assert max(loads) - min(loads) <= 4


@pytest.mark.parametrize("seats", [0, 1])
def test_fewer_than_two_readers_are_refused(seats):
    with pytest.raises(ValueError, match="two readers"):
        assign(BUNDLES, [PanelReader(seat, frozenset(CHAPTERS)) for seat in range(seats)])


def test_the_chapter_fewest_can_judge_is_dealt_first_so_that_its_only_specialist_leads_it_and_the_other_leads_the_rest():
    few, many = Bundle("few", ("f1",), general=False), Bundle("many", ("m1", "m2"), general=False)
    assigned = assign([many, few], [PanelReader(1, frozenset({"few", "many"})), PanelReader(2, frozenset({"many"}))])
    assert assigned[1] == {"f1": Reading.LEAD, "m1": Reading.SECOND, "m2": Reading.SECOND}
    assert assigned[2] == {"f1": Reading.SECOND, "m1": Reading.LEAD, "m2": Reading.LEAD}


SEEDS = (21, 22, 23)
CLAIM = Claim("7.2.7", control=False, most=Decimal(12), outcome=ClauseOutcome(points=Decimal(12)))


def judged(case, points=12, value="12.6", *, proved=True):
    return SettledClause(case, CLAIM, value, proved, ClauseOutcome(points=Decimal(points)))


PAIR = {"a": "100", "b": "50"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("12.6", "12.7", True), ("12.6", "13.6", False), ("100", "98", True), ("100", "97.99", False), ("-100", "-98", True),
        ("-100", "100", False), ("12.6", "few", False), ("few", "few", True), ("0", "0", True), (True, True, True), (True, "1", False),
        (None, None, True), (None, "0", False), (["x", "y"], ["y", "x"], True), (["x", "y"], ["x", "z"], False), (["x"], "x", False),
        (PAIR, {**PAIR, "a": "101"}, True), (PAIR, {**PAIR, "b": "80"}, False), (PAIR, {"a": "100"}, False), ({"a": "100"}, "100", False),
    ],
)  # fmt: skip
def test_values_near_each_other(one, other, alike):
    assert near_values(one, other) is near_values(other, one) is alike


def test_what_stands_apart_names_its_precedents():
    finished = [judged(1), judged(2), judged(3, 7)]
    assert unlike(judged(9, 0), finished, LIMIT) == finished
    for one in (judged(9), judged(9, 0, "60"), judged(9, 0, proved=False)):
        assert unlike(one, finished, LIMIT) == []
    assert unlike(judged(1, 0), [judged(1)], LIMIT) == [], "never its own precedent"


def test_controls_and_exclusions_move_all_the_way():
    holds, fails = (SettledClause(case, CONTROL, True, True, ClauseOutcome(holds=found)) for case, found in ((1, True), (2, False)))
    assert unlike(fails, [holds], LIMIT) == [holds]
    out = SettledClause(1, EXCLUDED, None, proved=False, outcome=ClauseOutcome(excluded=True))
    back = SettledClause(2, EXCLUDED, None, proved=False, outcome=ClauseOutcome(points=Decimal(0)))
    assert near(out, back)
    assert unlike(back, [out], LIMIT) == [out]


REFUSED = {most: Claim("7.1.1", control=True, most=Decimal(most), outcome=ClauseOutcome(holds=False)) for most in (0, 5)}
NO_CLAIM = Claim("7.2.7", control=False, most=Decimal(12), outcome=ClauseOutcome())
NOTHING = Claim("7.2.7", control=False, most=Decimal(0), outcome=ClauseOutcome(points=Decimal(0)))


@pytest.mark.parametrize(("claim", "outcome", "moved"), [
    (CLAIM, {"points": Decimal(12)}, 0), (CLAIM, {"points": Decimal(6)}, Decimal("-0.5")), (CLAIM, {}, -1), (CLAIM, {"excluded": True}, -1),
    (NO_CLAIM, {"points": Decimal(3)}, Decimal("0.25")), (NOTHING, {"points": Decimal(0)}, 0),
    (CONTROL, {"holds": True}, 0), (CONTROL, {"holds": False}, -1), (REFUSED[0], {"holds": True}, 1), (REFUSED[5], {"holds": True}, 1),
    (EXCLUDED, {"excluded": True}, 0), (EXCLUDED, {"points": Decimal(0)}, -1),
])  # fmt: skip
def test_how_far_a_judgement_moved_from_the_claim(claim, outcome, moved):
    assert SettledClause(1, claim, None, proved=False, outcome=ClauseOutcome(**outcome)).shift == moved


def test_other_clauses_and_other_claims_are_no_precedents():
    other = SettledClause(1, Claim("7.2.8", CLAIM.control, CLAIM.most, CLAIM.outcome), "12.6", True, CLAIM.outcome)
    out = SettledClause(2, Claim("7.2.7", CLAIM.control, CLAIM.most, ClauseOutcome(excluded=True)), "12.6", True, CLAIM.outcome)
    assert precedents(judged(9), [other, out, judged(3)]) == [judged(3)]


def test_the_limit_itself_does_not_stand_apart():
    four, six, seven, nine, ten = (
        SettledClause(case, TENTHS, "1", True, ClauseOutcome(points=Decimal(points))) for case, points in enumerate((4, 6, 7, 9, 10))
    )
    assert (unlike(seven, [ten], LIMIT), unlike(six, [ten], LIMIT)) == ([], [ten])
    assert unlike(four, [ten, seven, ten], LIMIT) == [ten, ten], "seven is away from four by the limit, no more"
    assert unlike(six, [seven, nine, ten], LIMIT) == []


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


@pytest.mark.area("assessments/reviews")
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
