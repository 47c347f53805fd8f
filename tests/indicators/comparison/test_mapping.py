"""Which clause of an old edition is which of the new: number and title, title alone, number alone; what goes along."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.comparison.mapping import NOT_SAME, NUMBER, NUMBER_ALONE, OTHER_MEASURE, TITLE, map_clauses
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, edition, item

STEPS = {"kind": "steps", "better": "higher", "steps": [{"at": 50, "points": 4}, {"at": 70, "points": 8}]}


def document(*items):
    return edition([chapter("a", "4", list(items))])


def shares(name, **changes):
    return {**item(name, 8, copy.deepcopy(STEPS), value=dict(PERCENT)), **changes}


def only(old, new, **kw):
    found = map_clauses(document(old), document(new), **kw)
    assert len(found.pairs) == 1
    return found.pairs[0]


def test_an_edition_maps_onto_itself_and_everything_goes_along(reference_document):
    found = map_clauses(reference_document, reference_document)
    assert [pair.old for pair in found.pairs] == [pair.new for pair in found.pairs]
    assert (found.gone, found.come) == ((), ())
    assert all(pair.carries and pair.way == NUMBER for pair in found.pairs)


def test_a_title_found_under_another_number_wins_over_the_bare_number():
    old = document(shares("4.1", title="绿地率"), shares("4.2", title="水面率"))
    new = document(shares("4.1", title="水面率"), shares("4.3", title="绿地率"))
    found = map_clauses(old, new)
    assert [(pair.old.id, pair.new.id, pair.way, pair.carries) for pair in found.pairs] == [
        ("4.2", "4.1", TITLE, True),
        ("4.1", "4.3", TITLE, True),
    ]
    assert (found.gone, found.come) == ((), ())


def test_a_number_alone_is_shown_and_takes_nothing_along():
    pair = only(shares("4.1", title="绿地率"), shares("4.1", title="透水铺装率", may_exclude=True, exclude_when="无铺装"))
    assert (pair.way, pair.lost, pair.lost_exclusion) == (NUMBER_ALONE, NOT_SAME, NOT_SAME)


def test_a_title_that_stands_twice_maps_nothing():
    old = document(shares("4.1", title="绿地率"))
    new = document(shares("4.2", title="绿地率"), shares("4.3", title="绿地率"))
    found = map_clauses(old, new)
    assert found.pairs == ()
    assert [named.id for named in found.gone] == ["4.1"]
    assert [named.id for named in found.come] == ["4.2", "4.3"]


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({}, ""),
        ({"rule": {"kind": "linear", "from": {"at": 0, "points": 0}, "to": {"at": 80, "points": 8}}}, OTHER_MEASURE),
        ({"rule": {"kind": "steps", "better": "higher", "steps": [{"at": 60, "points": 8}]}}, ""),
        ({"rule": {"kind": "steps", "better": "lower", "steps": [{"at": 60, "points": 8}]}}, OTHER_MEASURE),
        ({"value": {"unit": "公顷", "min": 0, "max": 100, "decimals": 2}}, OTHER_MEASURE),
        ({"value": {"unit": "%", "min": 0, "max": 60, "decimals": 0}}, ""),
        ({"inputs": RATIO}, OTHER_MEASURE),
    ],
)
def test_targets_go_along_where_a_value_means_the_same(changes, lost):
    assert only(shares("4.1"), shares("4.1", **changes)).lost == lost


def test_an_exclusion_stands_only_where_the_new_clause_allows_it():
    leaves = {"may_exclude": True, "exclude_when": "无水体"}
    assert only(shares("4.1", **leaves), shares("4.1", **leaves)).carries_exclusion
    assert only(shares("4.1", **leaves), shares("4.1")).lost_exclusion == "新标准不允许不参评"


def test_only_clauses_of_the_districts_type_are_mapped():
    new_only = {"types": ["new"], "stages": ["planning", "operation"]}
    old = document(shares("4.1"), shares("4.2", applies=new_only))
    found = map_clauses(old, document(shares("4.1")), kind="renewal")
    assert [pair.new.id for pair in found.pairs] == ["4.1"]
    assert found.gone == ()
    assert [named.id for named in map_clauses(old, document(shares("4.1")), kind="new").gone] == ["4.2"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("1234567"), st.sampled_from("甲乙丙丁")), min_size=1, max_size=7, unique_by=lambda pair: pair[0]),
    st.lists(st.tuples(st.sampled_from("1234567"), st.sampled_from("甲乙丙丁")), min_size=1, max_size=7, unique_by=lambda pair: pair[0]),
)
def test_every_clause_of_both_editions_is_told_exactly_once(before, after):
    found = map_clauses(*(document(*(shares(f"4.{number}", title=title) for number, title in side)) for side in (before, after)))
    assert sorted([pair.old.id for pair in found.pairs] + [one.id for one in found.gone]) == sorted(f"4.{number}" for number, _ in before)
    assert sorted([pair.new.id for pair in found.pairs] + [one.id for one in found.come]) == sorted(f"4.{number}" for number, _ in after)
