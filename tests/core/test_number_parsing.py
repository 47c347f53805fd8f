from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greendistrict.core.number_parsing import BAD_GROUPS, MOST_DIGITS, NOT_A_NUMBER, TOO_LONG, NumberError, parse_number

WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("70", "70"), (" 70.5 ", "70.5"), ("７０．５", "70.5"), ("1,234,567.8", "1234567.8"), ("１，２３４", "1234"), ("1 234", "1234"),
        ("1　２３４", "1234"), ("12'345", "12345"), ("−3", "-3"), ("+4.", "4"), (".5", "0.5"), ("14。3", "14.3"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text, number):
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "七十", "1e5", "NaN", "70%", "1.2.3", "--1", "٣", ".", "²", "14²", "½"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NumberError, match=NOT_A_NUMBER):
        parse_number(text)


@pytest.mark.parametrize("text", ["1,5", "12,34", "1234,567", ",5", "1,234.5,6", "1,,234"])
def test_a_comma_stands_between_groups_of_three_only(text):
    with pytest.raises(NumberError, match=f"{BAD_GROUPS}|{NOT_A_NUMBER}"):
        parse_number(text)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False))
def test_a_written_number_is_read_back(number):
    for text in (f"{number:f}", f"{number:,f}", f"{number:,f}".translate(WIDE)):
        assert parse_number(text) == number


@pytest.mark.parametrize("text", ["12万", "42,5万", "1.2亿"])
def test_a_word_for_many_is_named(text):
    with pytest.raises(NumberError, match="不要写“万”“亿”"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1" * 41, "-" + "1" * 41, "0." + "1" * 41, "." + "1" * 41, "1" + ",000" * 14])
def test_a_number_of_too_many_digits_is_told_so(text):
    with pytest.raises(NumberError, match=TOO_LONG.format(MOST_DIGITS)):
        parse_number(text)
    assert parse_number(text, 50) == Decimal(text.replace(",", ""))


def test_the_most_digits_stand_on_either_side_of_the_point():
    text = f"{'9' * MOST_DIGITS}.{'9' * MOST_DIGITS}"
    assert parse_number(text) == Decimal(text)
