from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon.enums import Sector
from carbon.factor_library import library
from carbon.inventories.activity_rows import (
    COLUMNS,
    RowTexts,
    WrongPasteError,
    combined_uncertainty,
    read_boundary,
    read_row,
    rows_of_paste,
)
from carbon.inventories.content import HeadTexts, as_file, digest_of, filled, later_factors
from carbon.inventory import emissions_of
from greendistrict.core.rounding import fixed

GRID = "electricity-shanghai-guideline@2022"
POWER = {"key": "power", "sector": "building", "name": "用电", "amount": "1200", "unit": "万kWh", "factor": GRID}
COAL = {"factor": "", "factor_value": "2.66", "factor_unit": "tCO2e/tce", "factor_source": "国家标准"}


def faults(**given):
    return [(fault.field, fault.text, fault.missing) for fault in read_row(RowTexts(**{**POWER, **given}), library()).faults]


def test_a_row_becomes_an_activity_with_the_version_that_was_chosen():
    old = read_row(RowTexts(**{**POWER, "factor": "electricity-shanghai-guideline@2013"}), library())
    assert (old.activity.amount, old.factor.value) == (1200, Decimal("7.88"))
    assert read_row(RowTexts(**POWER), library()).activity.factor.value == Decimal("4.2")


@pytest.mark.parametrize("name", ["sector", "name", "amount", "unit", "factor"])
def test_what_is_missing_is_named_and_no_fault(name):
    assert [(field, missing) for field, _, missing in faults(**{name: ""})] == [(name, True)]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"sector": "air"}, "sector", "没有部门“air”"),
        ({"amount": "ten"}, "amount", "活动量：应填数字"),
        ({"amount": "-1"}, "amount", "活动量不能是负数"),
        ({"unit": "kVA"}, "unit", "没有单位 kVA"),
        ({"unit": "t"}, "unit", "单位 t 与因子的单位 tCO2e/万kWh 不相配"),
        (
            {"unit": "t", "factor": "natural-gas-ipcc@2006"},
            "unit",
            "单位 t 与因子的单位 kgCO2e/GJ 不相配，按热量计的因子须填热值（单位如 GJ/t）",
        ),
        ({"factor": "wind@2022"}, "factor", "因子库中没有 wind@2022"),
        ({"factor": "electricity-shanghai-guideline@2020"}, "factor", "因子库中没有"),
        ({"factor": "electricity-shanghai-guideline"}, "factor", "因子库中没有"),
        ({**COAL, "unit": "tce", "factor_unit": "tCO2/tce"}, "factor_unit", "没有单位 tCO2/tce"),
        ({**COAL, "unit": "tce", "factor_value": "x"}, "factor_value", "自填因子：应填数字"),
        ({"heating_value": "0", "heating_unit": "MJ/m3"}, "heating_value", "热值应大于 0"),
        ({"heating_value": "1", "heating_unit": "m3/MJ"}, "heating_unit", "不是热值的单位"),
        ({"uncertainty": "5000"}, "uncertainty", "不大于1000%"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given, field, words):
    [(where, text, missing)] = faults(**given)
    assert (where, missing, words in text) == (field, False, True)


def test_a_factor_of_ones_own_needs_value_unit_and_source():
    assert faults(**COAL, unit="tce") == []
    assert faults(**{**COAL, "factor_source": ""}, unit="tce") == [("factor_source", "自填因子出处未填", True)]


def test_the_boundary_is_above_zero():
    assert read_boundary({"area_m2": "120,000", "population": "3500", "gdp_wan": "42000"})[0].area_m2 == 120000
    boundary, faults = read_boundary({"area_m2": "0", "population": "", "gdp_wan": "x"})
    assert boundary is None
    assert [(fault.field, fault.missing) for fault in faults] == [("area_m2", False), ("population", True), ("gdp_wan", False)]


@given(st.lists(st.tuples(st.integers(1, 10**6), st.decimals(0, 100, places=1)), min_size=1, max_size=8))
def test_uncertainties_of_independent_rows_combine_by_their_squares(rows):
    found = combined_uncertainty((Fraction(tonnes), share) for tonnes, share in rows)
    expected = sqrt(sum((tonnes * float(share)) ** 2 for tonnes, share in rows)) / sum(tonnes for tonnes, _ in rows)
    assert float(found) == pytest.approx(expected, abs=0.051)


def test_an_uncertainty_that_is_not_known_leaves_the_whole_unknown():
    some = ([(3, 5), (4, None)], [(3, 5), (0, None)], [(3, 10), (4, 10)], [])
    found = [combined_uncertainty((Fraction(tonnes), share and Decimal(share)) for tonnes, share in rows) for rows in some]
    assert found == ["", "5.0", "7.1", ""]


def test_rows_with_faults_count_nowhere_and_intensities_wait_for_the_boundary():
    told = filled(HeadTexts(), [RowTexts(**POWER), RowTexts(**{**POWER, "key": "b", "amount": ""})], library())
    assert (told.content["total"], told.content["per_m2_kg"]) == ("5040.00", "")
    assert [name for name, _ in told.lines] == ["area_m2", "population", "gdp_wan", "rows-1-amount"]
    assert filled(HeadTexts(), [], library()).lines[-1] == ("rows-0-name", "没有填写任何活动")


def test_the_file_names_the_version_only_where_its_year_would_not_find_it():
    rows = [RowTexts(**POWER), RowTexts(**{**POWER, "key": "old", "factor": "electricity-shanghai-guideline@2013"})]
    content = filled(HeadTexts("1", "1", "1"), rows, library()).content
    factors = [row["factor"] for row in as_file(content, 2022, library())["activities"]]
    assert factors == ["electricity-shanghai-guideline", {"value": "7.88", "unit": "tCO2e/万kWh"}]


def test_the_digest_is_of_the_content_whatever_its_order():
    assert digest_of({"a": 1, "b": "碳"}) == digest_of({"b": "碳", "a": 1}) != digest_of({"a": 1, "b": "煤"})


def test_lines_of_a_spreadsheet_are_rows():
    text = (
        "\t".join(COLUMNS)
        + "\n建筑运行\t用电\t1,200\t万kWh\t电力（上海市温室气体排放核算指南）\n\nwaste\t填埋\t3\tt\t0.5\ttCO2e/t\t某报告\t20%\t台账\n"
    )
    (power, waste), _ = rows_of_paste(text, 2022, library())
    assert (power.sector, power.factor, power.amount) == ("building", GRID, "1,200")
    assert (waste.factor_value, waste.factor_unit, waste.factor_source, waste.uncertainty) == ("0.5", "tCO2e/t", "某报告", "20")
    [gas] = rows_of_paste("建筑运行\t燃气\t35.5\t万m3\t天然气燃烧\t\t\t5\t账单\t38.931\tMJ/m3", 2022, library()).rows
    assert fixed(emissions_of(read_row(gas, library()).activity)) == "775.33"
    assert rows_of_paste("建筑运行\t用电\t1\t万kWh\telectricity-shanghai-guideline", 2021, library()).rows[0].factor.endswith("@2013")


@pytest.mark.parametrize(("text", "words"), [
    ("", "没有可以识别的行"), ("火星\t用电", "第1行：没有部门“火星”"), ("建筑运行\t用电\tten", "第1行：活动量"),
    ("\t" * 12 + "x", "最多11格"),
])  # fmt: skip
def test_a_paste_that_cannot_be_taken_says_why(text, words):
    with pytest.raises(WrongPasteError, match=words):
        rows_of_paste(text, 2022, library())


def test_rows_whose_factor_begins_after_the_year_are_named_with_the_version_that_holds():
    given = ({}, {"name": "", "factor": "electricity-national@2023"}, {**COAL, "unit": "tce"}, {"factor": ""})
    content = filled(HeadTexts(), [RowTexts(**POWER | one) for one in given], library()).content
    assert later_factors(content, 2023, library()) == []
    assert later_factors(content, 2022, library()) == ["第2行：所选“全国电力平均”自2023年起适用，2022年适用的是2022年起的版本"]
    assert later_factors(content, 2015, library()) == [
        "用电：所选“电力（上海市温室气体排放核算指南）”自2022年起适用，2015年适用的是2013年起的版本",
        "第2行：所选“全国电力平均”自2023年起适用，因子库没有2015年适用的版本",
    ]
    assert later_factors(content, 2022, {}) == ["第2行：所选“electricity-national”自2023年起适用，因子库没有2022年适用的版本"]


def test_totals_and_notes_among_pasted_rows_are_left_out_with_a_word_and_near_words_are_read():
    text = "部门\t活动名称\n建筑\t用电\t100\t万度\n小计\t\t100\n合 计：\t\t100\n注：来自账单\n可再生\t光伏\t5\t兆瓦时"
    found = rows_of_paste(text, 2022, library())
    assert rows_of_paste("建筑运行\t用电\t1\t度\nbuilding\t用电\t1\t度", 2022, library()).aside == []
    assert [(row.sector, row.name, row.unit) for row in found.rows] == [("building", "用电", "万度"), ("renewable", "光伏", "兆瓦时")]
    assert found.aside == [
        "第2行的部门“建筑”按“建筑运行”",
        "第3行是合计或平均的行，没有读入",
        "第4行是合计或平均的行，没有读入",
        "第5行是说明的行，没有读入",
        f"第6行的部门“可再生”按“{Sector.RENEWABLE.label}”",
    ]


@pytest.mark.parametrize("blank", ["", "\t" * 10])
def test_an_empty_line_below_the_heads_does_not_silence_their_unit(blank):
    text = f"部门\t活动名称\t活动量（万kWh）\n{blank}\n建筑运行\t用电\t100\tkWh"
    assert rows_of_paste(text, 2022, library()).aside == ["第3行的单位“kWh”不是表头“活动量（万kWh）”的，按这一行的读入"]
