"""Numbers of scoring: what is one, and how it is written."""

from decimal import Decimal
from fractions import Fraction

import pytest

from indicators.scoring.numbers import decimal, decimals_of, figure, plain, typed
from indicators.scoring.refusals import ValueProblem

TOO_FAR = "数字过大、过小或不是数"


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("70.50", "70.50"), (70.1, "70.1"), (7, "7"), (Decimal("1.20"), "1.20"), ("-3", "-3"), ("999999999999999", "999999999999999"),
        ("-999999999999999", "-999999999999999"), ("1e-40", "1e-40"), ("0e-60", "0"),
    ],
)  # fmt: skip
def test_a_number_is_taken_as_it_is_written(given, number):
    assert str(decimal(given)) == str(Decimal(number))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (True, "应填数字"), (None, "应填数字"), (Fraction(3), "应填数字"), ([], "应填数字"), ("", "应填数字"), ("七", "应填数字"),
        ("1000000000000000", TOO_FAR), ("-1000000000000000", TOO_FAR), ("1e-41", TOO_FAR), ("NaN", TOO_FAR), (float("inf"), TOO_FAR),
    ],
)  # fmt: skip
def test_what_is_no_number_of_sensible_size_is_refused(given, words):
    with pytest.raises(ValueProblem) as refused:
        decimal(given)
    assert refused.value.message == words


def test_a_typed_number_may_have_what_people_type():
    assert (typed(" 1,200.5 "), typed(7), typed(Decimal("0.10"))) == (Decimal("1200.5"), 7, Decimal("0.1"))
    with pytest.raises(ValueProblem, match="应填数字，如"):
        typed("七")
    with pytest.raises(ValueProblem, match="应填数字"):
        typed(None)


def test_a_number_is_written_without_idle_zeros():
    written = {"70.50": "70.5", "100": "100", "1E+3": "1000", "0.00": "0", "-0": "0", "-0.0": "0", "-0.5": "-0.5", "1E-7": "0.0000001"}
    assert {number: plain(Decimal(number)) for number in written} == written


def test_a_figure_has_two_decimals_or_more():
    assert [figure(Decimal(one)) for one in ("8", "0.1", "0.125", "8.00")] == ["8.00", "0.10", "0.125", "8.00"]
    assert figure(None) is None


def test_decimals_are_counted_without_idle_zeros():
    counted = {"1.50": 1, "100": 0, "1E+3": 0, "0.001": 3, "0": 0, "1.123456789": 9, "NaN": 0}
    assert {number: decimals_of(Decimal(number)) for number in counted} == counted
