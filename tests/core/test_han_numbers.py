"""Numbers written in Chinese, alone and in the cells of a workbook."""

import pytest

from greendistrict.core.han_numbers import written_number
from greendistrict.documents.workbooks.quantities import QuantityError, read_text


@pytest.mark.parametrize(("text", "number"), [
    ("零", "0"), ("三", "3"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("两百", "200"), ("一百零五", "105"), ("一千零二十", "1020"),
    ("一万二千", "12000"), ("一万零二十", "10020"), ("十二万三千四百五十六", "123456"), ("一亿两千万", "120000000"), ("三点一四", "3.14"),
    ("一百二十三点五", "123.5"),
])  # fmt: skip
def test_a_number_in_words_is_the_number(text, number):
    assert written_number(text) == (number, "")
    [found] = read_text(text, "")
    assert (found.value, found.note) == (number, f"“{text}”识别为{number}")


@pytest.mark.parametrize(
    "text", ["两三", "二三", "一万二", "一百五", "万", "百", "点五", "三点", "一千百", "约三", "", "甲", "12", "二〇二七"]
)
def test_what_is_no_number_or_can_be_two_is_left(text):
    assert written_number(text) is None


def test_a_unit_behind_it_counts():
    assert [one.value for one in read_text("一万二千平方米", "公顷")] == ["1.2"]
    assert [one.value for one in read_text("三万人", "人")] == ["30000"]
    with pytest.raises(QuantityError):
        read_text("一万二千元", "公顷")


@pytest.mark.parametrize(("text", "unit", "number"), [
    ("三点五万", "", "35000"), ("三点五万", "人", "35000"), ("三点五万人", "人", "35000"), ("三点五亿", "万元", "35000"),
    ("一点二百万", "元", "1200000"),
])  # fmt: skip
def test_a_decimal_before_a_scale_is_the_number(text, unit, number):
    assert [one.value for one in read_text(text, unit)] == [number]
