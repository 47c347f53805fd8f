"""Dealing: every clause read twice, general ones by all, by specialty, the same every time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.common.enums import Reading
from assessments.reviews.reading_assignment import Bundle, PanelReader, assign

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
