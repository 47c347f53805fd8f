"""Rounding for people: half up, away from zero, the same from a decimal and from a fraction."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from greendistrict.core.rounding import ceiling_to, cut, fixed, floor_to, half_up, percent

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=9)
PLACES = st.integers(0, 6)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("0.125", 2, "0.13"), ("0.135", 2, "0.14"), ("2.5", 0, "3"), ("3.5", 0, "4"), ("-0.125", 2, "-0.13"), ("-0.001", 2, "0.00"),
        ("6.25", 1, "6.3"), ("12.3450", 2, "12.35"), ("12.3449999999999999999999999999999999", 2, "12.34"), ("7", 2, "7.00"),
    ],
)  # fmt: skip
def test_a_half_goes_up_whatever_digit_stands_before_it(value, places, shown):
    assert fixed(Decimal(value), places) == shown
    assert fixed(Fraction(value), places) == shown


def test_words_of_numbers():
    assert (fixed(Decimal("1234.565"), grouped=True), fixed(Decimal("1.005"), signed=True)) == ("1,234.57", "+1.01")
    assert (percent(1, 16), percent(Decimal("0.0625")), percent(2, 3, 0), percent(0, 7)) == ("6.3%", "6.3%", "67%", "0.0%")
    assert (cut(Decimal("79.99"), 1), floor_to(Decimal("-1.01"), 1), ceiling_to(Decimal("1.01"), 1)) == (
        Decimal("79.9"), Decimal("-1.1"), Decimal("1.1"),
    )  # fmt: skip
    assert (
        Template("{% load gd %}{{ value|num:2 }} {{ share|pct }}").render(Context({"value": Decimal("12.345"), "share": Decimal("0.0625")}))
        == "12.35 6.3%"
    )


@given(NUMBERS, PLACES)
def test_a_rounded_number_is_the_nearest_and_a_tie_lies_farther_from_zero(value, places):
    exact, unit = Fraction(value), Fraction(1, 10**places)
    found = half_up(value, places)
    away = abs(Fraction(found) - exact)
    assert found.as_tuple().exponent == -places
    assert away <= unit / 2
    assert away < unit / 2 or abs(Fraction(found)) > abs(exact)
    assert half_up(exact, places) == found == -half_up(-value, places) == half_up(found, places)
    assert floor_to(value, places) <= found <= ceiling_to(value, places)
    assert abs(cut(value, places)) <= abs(found)


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**9), PLACES)
def test_a_fraction_that_no_decimal_can_write_is_rounded_exactly(value, places):
    away = Fraction(half_up(value, places)) - value
    assert abs(away) * 2 * 10**places <= 1


@pytest.mark.parametrize("kind", [Decimal, Fraction])
def test_a_number_of_any_size_keeps_its_places(kind):
    assert fixed(kind(Decimal("7" * 300 + ".125"))) == "7" * 300 + ".13"
    assert fixed(kind(Decimal("-" + "7" * 300 + ".125")), grouped=True) == "-" + ",".join(["777"] * 100) + ".13"
