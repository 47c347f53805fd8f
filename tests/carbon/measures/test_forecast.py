"""Forecast functions: exact sums, order of the cost curve, and the path without measures."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon.measures.forecast import BaseInventory, MeasureFigures, PlannedMeasure, cost_curve, forecast, with_shares

BASE = BaseInventory(2022, Decimal("5756.19"), Decimal("47.968"), Decimal(120000))
YEARS = range(2022, 2036)
amounts = st.decimals(min_value="0.001", max_value=10**8, places=3)
money = st.decimals(min_value=0, max_value=10**8, places=2)
shares = st.decimals(min_value=0, max_value=100, places=2)


@st.composite
def measures(draw):
    first = draw(st.integers(2015, 2035))
    yearly = st.decimals(min_value=-(10**8), max_value=10**8, places=2)
    drawn = [draw(one) for one in (st.integers(1, 10**6), st.text(max_size=5), amounts, money, yearly)]
    return MeasureFigures(*drawn, first, draw(st.integers(first, 2060)))


planned = st.lists(st.builds(PlannedMeasure, measures(), shares), max_size=12)


def measure(key, figures, first, last):
    return MeasureFigures(key, f"措施{key}", *map(Decimal, figures), first, last)


SUN = measure(1, ("600", "300", "-12"), 2024, 2033)  # 30 − 12 = 18 万元 a year over 600 t: 300 元
WALL = measure(2, ("120.5", "482", "0"), 2025, 2044)  # 24.1 万元 over 120.5 t: 2000 元
LAMP = measure(3, ("40", "0", "-2"), 2021, 2023)  # in force in the year of the inventory: −500 元


def test_a_forecast_worked_by_hand():
    found = forecast(BASE, [PlannedMeasure(SUN, Decimal(50)), PlannedMeasure(WALL), PlannedMeasure(LAMP)], range(2022, 2026))
    assert [row.less for row in found] == [0, 0, 300 - 40, Fraction("120.5") + 300 - 40]
    assert found[-1].total == Fraction("5756.19") - Fraction("380.5")
    assert found[-1].per_m2_kg == Fraction("47.968") - Fraction("380.5") * 1000 / 120000


def test_a_curve_worked_by_hand():
    steps = cost_curve(map(PlannedMeasure, (SUN, WALL, LAMP)))
    assert [(one.number, one.planned.figures.key, one.cost) for one in steps] == [(1, 3, -500), (2, 1, 300), (3, 2, 2000)]
    assert [(one.start, one.end) for one in steps] == [(0, 40), (40, 640), (640, Fraction("760.5"))]


@given(planned)
def test_widths_sum_up_to_the_whole_and_costs_rise(given_measures):
    steps = cost_curve(given_measures)
    assert sum((one.width for one in steps), Fraction(0)) == sum((one.tonnes for one in given_measures), Fraction(0))
    assert [one.cost for one in steps] == sorted(one.cost for one in steps)
    assert [one.start for one in steps[1:]] == [one.end for one in steps[:-1]]
    assert [one.number for one in steps] == list(range(1, len(steps) + 1))


@given(planned)
def test_each_year_lacks_exactly_what_changed_since_the_inventory(given_measures):
    for row in forecast(BASE, given_measures, YEARS):
        now = sum((one.tonnes for one in given_measures if one.figures.holds(row.year)), Fraction(0))
        then = sum((one.tonnes for one in given_measures if one.figures.holds(BASE.year)), Fraction(0))
        assert row.less == now - then
        assert row.total + row.less == Fraction(BASE.total)


@given(planned)
def test_a_share_costs_the_same_by_the_tonne(given_measures):
    full = {id(one.figures): PlannedMeasure(one.figures).figures.yuan_per_tonne for one in given_measures}
    assert all(step.cost == full[id(step.planned.figures)] for step in cost_curve(given_measures))


@given(st.lists(measures(), max_size=6, unique_by=lambda one: one.key))
def test_a_scenario_without_a_measure_is_the_frozen_path(known):
    for off in ({}, {one.key: Decimal(0) for one in known}):
        assert with_shares(known, off) == []
        for row in forecast(BASE, with_shares(known, off), YEARS):
            assert (row.less, row.total, row.per_m2_kg) == (0, Fraction("5756.19"), Fraction("47.968"))
        assert cost_curve(with_shares(known, off)) == []
    assert forecast(BASE, with_shares(known, {one.key: Decimal(100) for one in known}), YEARS) == forecast(
        BASE, [PlannedMeasure(one) for one in known], YEARS
    )


@pytest.mark.parametrize(("year", "holds"), [(2023, False), (2024, True), (2033, True), (2034, False)])
def test_first_and_last_year_count(year, holds):
    assert SUN.holds(year) is holds
