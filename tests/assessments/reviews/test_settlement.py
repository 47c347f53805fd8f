"""Agenda, settling and conclusions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.common.enums import Conclusion, Judgement, Reading
from assessments.reviews.reading_assignment import Bundle, PanelReader, assign
from assessments.reviews.settlement import (
    Cause,
    Claim,
    ClauseOutcome,
    Opinion,
    agenda,
    allowed_conclusions,
    by_rule,
    causes,
    own_outcome,
    settled,
    spread,
)

LIMIT = Decimal("0.3")
STEPS = [Decimal(0), Decimal(4), Decimal(7), Decimal(10), Decimal(12)]
SCORED = Claim("7.2.7", control=False, most=Decimal(12), outcome=ClauseOutcome(points=Decimal(7)))
CONTROL = Claim("7.1.1", control=True, most=Decimal(0), outcome=ClauseOutcome(holds=True))
EXCLUDED = Claim("7.2.9", control=False, most=Decimal(5), outcome=ClauseOutcome(excluded=True))


def read(claim, *said):
    """Opinions from words: agree, differ, doubt, or points."""
    found = []
    for seat, one in enumerate(said, 1):
        judgement = Judgement(one) if isinstance(one, str) else Judgement.DIFFER
        points = None if isinstance(one, str) else Decimal(one)
        found.append(Opinion(seat, judgement, own_outcome(claim, judgement, points)))
    return found


@pytest.mark.parametrize(
    ("claim", "said", "found"),
    [
        (SCORED, ("agree", "agree"), ()),
        (SCORED, (4, 4), ()),
        (SCORED, ("agree", 10), (Cause.DIFFER,)),
        (SCORED, ("agree", 12), (Cause.DIFFER, Cause.SPREAD)),
        (SCORED, ("agree", "doubt"), (Cause.DOUBT,)),
        (CONTROL, ("agree", "agree"), ()),
        (CONTROL, ("agree", "differ"), (Cause.DIFFER, Cause.CONTROL)),
        (CONTROL, ("differ", "differ"), (Cause.CONTROL,)),
        (CONTROL, ("agree", "doubt"), (Cause.DOUBT, Cause.CONTROL)),
        (EXCLUDED, ("agree", "agree"), ()),
        (EXCLUDED, ("agree", "differ"), (Cause.DIFFER, Cause.EXCLUSION)),
        (EXCLUDED, ("differ", "differ"), (Cause.EXCLUSION,)),
    ],
)
def test_what_goes_on_the_agenda(claim, said, found):
    assert causes(claim, read(claim, *said), LIMIT) == found


@pytest.mark.parametrize(
    ("claim", "said", "outcome"),
    [
        (SCORED, ("agree", 4), ClauseOutcome(points=Decimal(4))),
        (SCORED, (12, 4, "agree"), ClauseOutcome(points=Decimal(7))),
        (SCORED, (0, 4, 7, 10), ClauseOutcome(points=Decimal(4))),
        (SCORED, (0, 4, 7, 10, 12), ClauseOutcome(points=Decimal(7))),
        (SCORED, ("agree", "doubt"), None),
        (SCORED, ("doubt", "doubt"), None),
        (CONTROL, ("agree", "differ"), ClauseOutcome(holds=False)),
        (CONTROL, ("agree", "differ", "agree"), ClauseOutcome(holds=True)),
        (EXCLUDED, ("agree", "differ"), ClauseOutcome(points=Decimal(0))),
        (EXCLUDED, ("agree", "differ", "agree"), ClauseOutcome(excluded=True)),
    ],
)
def test_the_lower_of_two_and_the_middle_of_three(claim, said, outcome):
    assert by_rule(read(claim, *said)) == outcome


@given(st.lists(st.sampled_from(STEPS), min_size=2, max_size=9))
def test_settled_points_are_some_readers_own_and_never_above_the_clause(points):
    opinions = read(SCORED, *points)
    outcome = settled([SCORED], {SCORED.item_id: opinions}, {}, LIMIT)[SCORED.item_id]
    assert outcome.points in points
    assert 0 <= outcome.points <= SCORED.most


@given(st.lists(st.sampled_from(STEPS), min_size=2, max_size=5), st.sampled_from(STEPS))
def test_what_the_meeting_agrees_stands(points, agreed):
    outcome = ClauseOutcome(points=agreed)
    assert settled([SCORED], {SCORED.item_id: read(SCORED, *points)}, {SCORED.item_id: outcome}, LIMIT) == {SCORED.item_id: outcome}


def test_a_clause_without_two_figures_is_open_until_agreed():
    with pytest.raises(KeyError):
        settled([SCORED], {SCORED.item_id: read(SCORED, "agree", "doubt")}, {}, LIMIT)
    assert agenda([SCORED], {SCORED.item_id: read(SCORED, "agree", "doubt")}, LIMIT)[0].by_rule is None


def votes(passed=0, after=0, revise=0, failed=0):
    return ["passed"] * passed + ["passed_after"] * after + ["revise"] * revise + ["failed"] * failed


@pytest.mark.parametrize(
    ("given_votes", "passes", "found"),
    [
        (votes(passed=5), True, ["passed"]),
        (votes(passed=4, failed=1), True, ["passed"]),
        (votes(passed=3, after=1, failed=1), True, ["passed_after"]),
        (votes(passed=3, failed=2), True, ["failed"]),
        (votes(passed=3, revise=2), True, ["revise"]),
        (votes(passed=2, failed=1), True, ["passed"]),
        (votes(passed=1, after=1, failed=1), True, ["passed_after"]),
        (votes(passed=5), False, ["revise", "failed"]),
        (votes(passed=3, revise=1, failed=1), True, ["revise", "failed"]),
        (votes(revise=3, failed=2), False, ["revise"]),
    ],
)
def test_what_votes_allow(given_votes, passes, found):
    assert list(allowed_conclusions(given_votes, passes=passes)) == [Conclusion(one) for one in found]


@pytest.mark.parametrize(("said", "apart"), [((), 0), (("doubt", "doubt"), 0), ((4, 12, "doubt"), 8), ((12, 4, 7), 8), ((7, 7), 0)])
def test_the_spread_is_the_highest_minus_the_lowest(said, apart):
    assert spread(read(SCORED, *said)) == apart


def test_a_spread_of_exactly_the_limit_is_within_it():
    tenths = Claim("7.2.7", control=False, most=Decimal(10), outcome=ClauseOutcome(points=Decimal(7)))
    assert causes(tenths, read(tenths, 7, 10), LIMIT) == (Cause.DIFFER,)
    assert causes(tenths, read(tenths, 6, 10), LIMIT) == (Cause.DIFFER, Cause.SPREAD)


@pytest.mark.parametrize(
    ("kinds", "found"), [(("", ""), ()), (("minor", ""), ()), (("minor", "minor"), ()), (("minor", "major"), (Cause.COMMENTS,))]
)
def test_comments_of_different_weight_go_on_the_agenda(kinds, found):
    opinions = [Opinion(seat, Judgement.AGREE, SCORED.outcome, kind) for seat, kind in enumerate(kinds, 1)]
    assert causes(SCORED, opinions, LIMIT) == found


def test_the_contrary_of_a_claim():
    refused = Claim("7.1.1", control=True, most=Decimal(0), outcome=ClauseOutcome(holds=False))
    out = Claim("7.1.2", control=True, most=Decimal(0), outcome=ClauseOutcome(excluded=True))
    assert own_outcome(refused, Judgement.DIFFER) == ClauseOutcome(holds=True)
    assert own_outcome(out, Judgement.DIFFER) == ClauseOutcome(holds=False)
    assert own_outcome(EXCLUDED, Judgement.DIFFER) == ClauseOutcome(points=Decimal(0))
    assert own_outcome(SCORED, Judgement.DOUBT) is None
    assert own_outcome(SCORED, Judgement.DIFFER, Decimal(4)) == ClauseOutcome(points=Decimal(4))


def test_the_agenda_keeps_the_order_of_the_table_and_leaves_out_what_is_settled():
    opinions = {
        SCORED.item_id: read(SCORED, 4, 12),
        CONTROL.item_id: read(CONTROL, "agree", "agree"),
        EXCLUDED.item_id: read(EXCLUDED, "differ"),
    }
    found = agenda([EXCLUDED, CONTROL, SCORED], opinions, LIMIT)
    assert [(point.claim, point.spread, point.by_rule) for point in found] == [
        (EXCLUDED, 0, None),
        (SCORED, 8, ClauseOutcome(points=Decimal(4))),
    ]
    assert [point.opinions for point in found] == [tuple(opinions[EXCLUDED.item_id]), tuple(opinions[SCORED.item_id])]


def test_what_the_only_reader_says_stands_unless_in_doubt():
    assert settled([SCORED], {SCORED.item_id: read(SCORED, 4)}, {}, LIMIT) == {SCORED.item_id: ClauseOutcome(points=Decimal(4))}


def test_a_clause_nobody_read_is_open():
    with pytest.raises(KeyError):
        settled([SCORED], {}, {}, LIMIT)


CHAPTERS = ("a", "b", "c", "d", "e")
BUNDLES = [Bundle(key, tuple(f"{key}{number}" for number in range(4 + place)), general=False) for place, key in enumerate(CHAPTERS)]
GENERAL = [Bundle("overall", ("o1", "o2"), general=True), Bundle("bonus", ("x1",), general=True)]


@st.composite
def panels(draw):
    return [PanelReader(seat, draw(st.frozensets(st.sampled_from(CHAPTERS)))) for seat in range(1, draw(st.sampled_from([3, 5, 7, 9])) + 1)]


@given(panels())
def test_every_clause_has_a_lead_and_a_second_and_general_ones_everybody(readers):
    assigned = assign([*BUNDLES, *GENERAL], readers)
    for bundle in BUNDLES:
        for item in bundle.items:
            assert sorted(items[item] for items in assigned.values() if item in items) == [Reading.LEAD, Reading.SECOND]
    for bundle in GENERAL:
        for item in bundle.items:
            assert [items[item] for items in assigned.values()] == [Reading.GENERAL] * len(readers)


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
    leads = [sum(reading == Reading.LEAD for reading in items.values()) for items in assigned.values()]
    assert all(leads)
    loads = [len(items) for items in assigned.values()]
    assert max(loads) - min(loads) <= 4


@pytest.mark.parametrize("seats", [0, 1])
def test_fewer_than_two_readers_are_refused(seats):
    with pytest.raises(ValueError, match="two readers"):
        assign(BUNDLES, [PanelReader(seat, frozenset(CHAPTERS)) for seat in range(seats)])


def test_two_readers_read_everything_between_them():
    assigned = assign(BUNDLES, [PanelReader(1, frozenset()), PanelReader(2, frozenset())])
    assert all(len(items) == sum(len(bundle.items) for bundle in BUNDLES) for items in assigned.values())


def test_the_chapter_fewest_can_judge_is_dealt_first_so_that_its_only_specialist_leads_it_and_the_other_leads_the_rest():
    few, many = Bundle("few", ("f1",), general=False), Bundle("many", ("m1", "m2"), general=False)
    assigned = assign([many, few], [PanelReader(1, frozenset({"few", "many"})), PanelReader(2, frozenset({"many"}))])
    assert assigned[1] == {"f1": Reading.LEAD, "m1": Reading.SECOND, "m2": Reading.SECOND}
    assert assigned[2] == {"f1": Reading.SECOND, "m1": Reading.LEAD, "m2": Reading.LEAD}
