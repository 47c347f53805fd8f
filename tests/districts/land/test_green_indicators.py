"""The nine indicators, each read and compared in its own way; the national land-use classes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.land import land_use
from districts.land.green_indicators import (
    GRADE,
    NUMBER,
    WrongIndicatorValue,
    check_departments,
    design_departments,
    indicators,
    is_worse,
    parse,
    show,
)
from districts.land.green_indicators import shortfalls as find
from greendistrict.policy.loader import all_policies

KNOWN = indicators()


def test_the_nine_are_those_of_the_policy():
    rule = all_policies()[-1].rule("PLOT-INDICATORS")
    named = [(item["name"], item.get("unit", ""), item.get("better", "higher")) for item in rule.details["items"]]
    assert [(known.name, known.unit, known.better) for known in KNOWN.values()] == named
    assert design_departments()[0] == ("交通", "交警", "绿化市容")
    assert "发展改革" in check_departments()


@pytest.mark.parametrize(("key", "typed", "kept"), [
    ("carbon", "36.50", "36.5"), ("carbon", "３６．５", "36.5"), ("carbon", 36, "36"), ("runoff", "75%", "75"), ("runoff", "0", "0"),
    ("star", " 二星级 ", "二星级"), ("star", "无", "无"), ("low_energy", "近零能耗", "近零能耗"), ("open_green", "是", "yes"),
    ("open_green", "No", "no"), ("carbon", None, ""), ("star", "", ""),
])  # fmt: skip
def test_what_is_typed_is_kept_in_one_form(key, typed, kept):
    assert parse(KNOWN[key], typed) == kept


@pytest.mark.parametrize(("key", "typed", "words"), [
    ("carbon", "36kg", "请填数字"), ("carbon", "-1", "应在0到1000之间"), ("carbon", "NaN", "应在"), ("carbon", "36.555", "最多2位小数"),
    ("carbon", "75%", "请填数字"), ("runoff", "100.1", "应在0到100之间"), ("star", "四星级", "之一"),
    ("smart_building", "大概", "请填是或否"),
])  # fmt: skip
def test_what_cannot_be_taken_says_what_to_type(key, typed, words):
    with pytest.raises(WrongIndicatorValue, match=words):
        parse(KNOWN[key], typed)


@pytest.mark.parametrize(("key", "built", "required", "worse"), [
    ("carbon", "36.01", "36", True), ("carbon", "36", "36", False), ("carbon", "9", "36", False), ("runoff", "74.99", "75", True),
    ("runoff", "75", "75", False), ("prefab", "9", "40", True), ("renewable", "10.5", "10", False), ("star", "一星级", "二星级", True),
    ("star", "三星级", "二星级", False), ("star", "无", "一星级", True), ("low_energy", "超低能耗", "近零能耗", True),
    ("low_energy", "零能耗", "近零能耗", False), ("open_green", "no", "yes", True), ("open_green", "yes", "yes", False),
    ("smart_building", "no", "no", False), ("zero_carbon", "", "yes", None), ("carbon", "36", "", None),
])  # fmt: skip
def test_each_is_compared_in_its_own_way(key, built, required, worse):
    assert is_worse(KNOWN[key], built, required) is worse


def values_of(known):
    if known.kind == NUMBER:
        return st.decimals(known.lowest, known.highest, places=known.decimals).map(str)
    return st.sampled_from(known.grades if known.kind == GRADE else ("yes", "no"))


PAIRS = st.sampled_from(list(KNOWN.values())).flatmap(lambda known: st.tuples(st.just(known), values_of(known), values_of(known)))


@given(PAIRS)
def test_of_two_values_at_most_one_falls_short_and_none_of_itself(pair):
    known, one, other = pair
    one, other = parse(known, one), parse(known, other)
    assert not (is_worse(known, one, other) and is_worse(known, other, one))
    assert is_worse(known, one, one) is False
    assert parse(known, show(known, one)) == one
    assert bool(find([(known.key, other, one)])) == is_worse(known, one, other)


@pytest.mark.parametrize(("typed", "code"), [
    ("070102", "070102"), ("城镇住宅用地", "0701"), ("0902 商务金融用地", "0902"), (" 1401", "1401"), ("居住", ""), ("", ""), ("9999", ""),
])  # fmt: skip
def test_a_land_use_is_found_by_code_or_name(typed, code):
    assert land_use.code_of(typed) == code


def test_the_classes_hang_together_and_name_their_source():
    codes = land_use.classes()
    assert all(len(code) in {2, 4, 6} and (len(code) == 2 or code[:2] in codes) for code in codes)
    assert all(code[:4] in codes for code in codes if len(code) == 6)
    assert sum(len(code) == 2 for code in codes) == 24
    assert len(set(codes.values())) == len(codes)
    assert "自然资发〔2023〕234号" in land_use.source()
    assert {code for _, group in land_use.choices() for code, _ in group} == set(codes)
    assert land_use.is_industrial("100101")
    assert not land_use.is_industrial("1002")
