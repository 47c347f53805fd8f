"""Quartiles and ranks: properties for arbitrary figures."""

from decimal import Decimal
from statistics import quantiles

from hypothesis import given
from hypothesis import strategies as st

from greendistrict.core.rounding import half_up
from portal.comparison.rules import QUARTERS, best_of, place_of, spread_of
from reports.city.sources import five_numbers

NUMBERS = st.lists(st.decimals(-1000, 1000, places=2, allow_nan=False), min_size=1, max_size=40)


@given(NUMBERS)
def test_a_spread_lies_between_its_ends_in_order_and_does_not_hang_on_the_order_given(numbers):
    spread = spread_of(numbers)
    assert min(numbers) == spread.least <= spread.lower <= spread.median <= spread.upper <= spread.most == max(numbers)
    assert spread_of(list(reversed(numbers))) == spread
    if len(numbers) > 1:
        assert [spread.lower, spread.median, spread.upper] == quantiles(numbers, n=4, method="inclusive")


@given(NUMBERS)
def test_the_reports_on_the_city_have_the_same_quartiles(numbers):
    spread = spread_of(numbers)
    five = (spread.least, spread.lower, spread.median, spread.upper, spread.most)
    assert tuple(map(half_up, five)) == five_numbers(numbers)


@given(NUMBERS, st.decimals(1, 9, places=1), st.decimals(-50, 50, places=1))
def test_another_unit_moves_a_spread_along(numbers, factor, shift):
    spread, moved = spread_of(numbers), spread_of([number * factor + shift for number in numbers])
    assert moved.median == spread.median * factor + shift
    assert moved.lower == spread.lower * factor + shift


@given(st.lists(st.decimals(-1000, 1000, places=2, allow_nan=False), min_size=3, max_size=40), st.sampled_from([1, -1]))
def test_places_follow_the_figures(numbers, better):
    spread = spread_of(numbers)
    places = {number: place_of(number, spread, numbers, better) for number in numbers}
    ordered = sorted(places, key=lambda number: -number * better)
    assert [places[number].rank for number in ordered] == sorted(places[number].rank for number in ordered)
    assert places[ordered[0]].rank == 1
    assert ordered[0] == best_of(numbers, better)
    quarters = [QUARTERS.index(places[number].quarter) for number in ordered]
    assert quarters == sorted(quarters)
    assert quarters[0] == 0
    mirrored = [-number for number in numbers]
    assert [place_of(-number, spread_of(mirrored), mirrored, -better) for number in numbers] == [places[number] for number in numbers]


def test_without_figures_or_direction_nothing_is_said():
    assert spread_of([]) is None
    assert best_of([], 1) is None
    assert best_of([Decimal(1)], 0) is None
    assert place_of(Decimal(1), spread_of([Decimal(1)]), [Decimal(1)], 0) is None


def test_one_alone_is_no_example_and_two_have_no_quarters():
    one, two, three = ([Decimal(number) for number in range(1, count + 1)] for count in (1, 2, 3))
    assert (best_of(one, 1), best_of(two, 1)) == (None, 2)
    words = [place_of(Decimal(1), spread_of(numbers), numbers, 1).words for numbers in (one, two, three)]
    assert words == ["第1位（共1个）", "第2位（共2个）", "第3位（共3个），后四分之一"]


def test_the_ends_are_left_out_on_request():
    spread = spread_of(map(Decimal, (1, 2, 3, 4, 9)), ends=False)
    assert (spread.least, spread.lower, spread.median, spread.upper, spread.most) == (None, 2, 3, 4, None)


def test_equal_figures_share_a_place():
    numbers = list(map(Decimal, (90, 80, 80, 70)))
    assert [place_of(number, spread_of(numbers), numbers, 1).rank for number in numbers] == [1, 2, 2, 4]
