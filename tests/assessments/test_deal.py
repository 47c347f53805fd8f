"""Dealing: every clause read twice, general ones by all, by specialty, the same every time."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.deal import Bundle, Reader, deal
from assessments.enums import Reading

CHAPTERS = ("a", "b", "c", "d", "e")
BUNDLES = [Bundle(key, tuple(f"{key}{number}" for number in range(4 + place)), general=False) for place, key in enumerate(CHAPTERS)]
GENERAL = [Bundle("overall", ("o1", "o2"), general=True), Bundle("bonus", ("x1",), general=True)]


@st.composite
def panels(draw):
    return [Reader(seat, draw(st.frozensets(st.sampled_from(CHAPTERS)))) for seat in range(1, draw(st.sampled_from([3, 5, 7, 9])) + 1)]


@given(panels())
def test_every_clause_has_a_lead_and_a_second_and_general_ones_everybody(readers):
    dealt = deal([*BUNDLES, *GENERAL], readers)
    for bundle in BUNDLES:
        for item in bundle.items:
            assert sorted(items[item] for items in dealt.values() if item in items) == [Reading.LEAD, Reading.SECOND]
    for bundle in GENERAL:
        for item in bundle.items:
            assert [items[item] for items in dealt.values()] == [Reading.GENERAL] * len(readers)


@given(panels())
def test_specialists_read_before_others(readers):
    dealt = deal(BUNDLES, readers)
    for bundle in BUNDLES:
        able = {reader.seat for reader in readers if bundle.chapter in reader.specialties}
        got = {seat for seat, items in dealt.items() if bundle.items[0] in items}
        assert len(got & able) == min(2, len(able))
        lead = next(seat for seat, items in dealt.items() if items.get(bundle.items[0]) == Reading.LEAD)
        assert not able or lead in able


@given(panels())
def test_dealing_is_repeatable_whatever_the_order(readers):
    assert deal([*BUNDLES, *GENERAL], readers) == deal([*GENERAL, *reversed(BUNDLES)], list(reversed(readers)))


def test_five_all_rounders_get_one_chapter_each_to_lead():
    dealt = deal(BUNDLES, [Reader(seat, frozenset(CHAPTERS)) for seat in range(1, 6)])
    leads = [sum(reading == Reading.LEAD for reading in items.values()) for items in dealt.values()]
    assert all(leads)
    loads = [len(items) for items in dealt.values()]
    assert max(loads) - min(loads) <= 4
