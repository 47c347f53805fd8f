"""Cells as offices write them: days, numbers with units, choices and flags; what is read, asked or refused, and with which words."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.common.enums import Acquisition, ProjectState
from districts.land.green_indicators import indicators
from districts.land.green_indicators import parse as parse_indicator
from districts.land.land_use import code_of, is_unbuilt
from greendistrict.core.number_parsing import NumberError, parse_number
from greendistrict.core.unit_names import NAMES, SCALES, SIZES, named_unit
from greendistrict.documents.workbooks.cells import read_cell
from greendistrict.documents.workbooks.columns import (
    CHOICE,
    CHOICES,
    DAY,
    FLAG,
    NUMBER,
    TEXT,
    Column,
    WrongCellError,
    find_heads,
)  # fmt: skip
from greendistrict.documents.workbooks.grids import BookCell

ON, AREA = Column("on", "日期", DAY), Column("area", "用地面积 公顷", NUMBER, places=4, unit="公顷")
STATE = Column("state", "状态", CHOICE, choices=dict(ProjectState.choices))
WAY = Column("way", "取得方式", CHOICE, choices=dict(Acquisition.choices))
FIRST = dt.date(2027, 3, 1)


@pytest.mark.parametrize(("typed", "note"), [
    ("2027-03-01", ""), ("2027/3/1", ""), ("2027.3.1", ""), ("2027年3月1日", ""), ("２０２７－３－１", ""), (" 2027-3-1 ", ""),
    ("2027年3月1号", ""),
    ("2027-03-01 00:00:00", ""), ("2027-03-01T08:30", ""), ("2027-03-01（周一）", ""), ("2027年3月1日 星期一", ""),
    ("20270301", "“20270301”识别为2027-03-01"), (20270301, "“20270301”识别为2027-03-01"),
    (46447, "46447是 Excel 的日期序号，识别为2027-03-01"),
    ("二〇二七年三月一日", "“二〇二七年三月一日”识别为2027-03-01"), ("二零二七年三月一日", "“二零二七年三月一日”识别为2027-03-01"),
])  # fmt: skip
def test_a_day_is_read_as_offices_write_it(typed, note):
    assert read_cell(ON, BookCell(typed)) == (FIRST, note)


@pytest.mark.parametrize(("typed", "why"), [
    ("27-3-1", "年份只写了两位，是2027-03-01吗？"), ("27.3.1", "年份只写了两位"), ("2027年3月", "只写到月，请补上日，如2027-03-01"),
    (2027.3, "只写到月"), ("2027", "只写了年份"), (2027, "只写了年份"), ("1/3/2027", "分不清日和月"), ("2027-02-30", "没有这一天"),
    ("2027-13-01", "没有这一天"), ("待定", "请填2026-03-01的样子"), ("2027年3月底", "请填2026-03-01的样子"),
    ("0027-03-01", "日期应在1990年至2100年之间"),
    ("9999-12-31", "日期应在1990年至2100年之间"), ("1899-12-31", "日期应在1990年"), (12, "请填2026-03-01的样子"),
    (True, "请填2026-03-01的样子"),
    ("2027-3-1-5", "请填2026-03-01的样子"), ("二〇二七年十三月一日", "没有这一天"),
])  # fmt: skip
def test_a_day_that_can_be_read_in_two_ways_is_asked(typed, why):
    with pytest.raises(WrongCellError, match=why):
        read_cell(ON, BookCell(typed))


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)))
def test_every_day_is_read_from_its_number_and_from_chinese_figures(day):
    assert read_cell(ON, BookCell((day - dt.date(1899, 12, 30)).days)).value == day
    figures = "〇一二三四五六七八九"

    def counted(number):
        tens, ones = divmod(number, 10)
        return f"{figures[tens] if tens > 1 else ''}{'十' if tens else ''}{figures[ones] if ones else ''}"

    text = f"{''.join(figures[int(digit)] for digit in str(day.year))}年{counted(day.month)}月{counted(day.day)}日"
    assert read_cell(ON, BookCell(text)).value == day


@pytest.mark.parametrize(("typed", "value"), [
    ("15亩", "1"), ("1.5 hm²", "1.5"), ("1.5hm2", "1.5"), ("12000㎡", "1.2"), ("1.2万平方米", "1.2"), ("0.01平方公里", "1"),
    ("100 亩", "6.6667"),
    ("1,200 平米", "0.12"), ("1 200㎡", "0.12"), ("1\u00a0234.5 m²", "0.1235"), ("１．８", "1.8"), ("2.1ha", "2.1"), ("2公頃", "2"),
])  # fmt: skip
def test_an_area_is_read_in_the_units_of_an_office(typed, value):
    found = read_cell(AREA, BookCell(typed))
    assert found.value == Decimal(value)
    assert found.note, "what was converted is said"


@pytest.mark.parametrize(("typed", "why"), [
    ("1 2.5", "数字中间有空格"), ("12 34", "数字中间有空格"), ("1.2~1.5", "是一个范围"), ("1.2-1.5", "是一个范围"),
    ("1.2至1.5公顷", "是一个范围"),
    ("无", "是0还是没有填"), ("暂无", "是0还是没有填"), ("1.2kWh", "单位应为“公顷”"), ("3度", "单位应为“公顷”"), (True, "要填数字"),
    ("1E+3", "科学计数法"),
])  # fmt: skip
def test_a_number_that_is_not_plain_is_asked(typed, why):
    with pytest.raises(WrongCellError, match=why):
        read_cell(AREA, BookCell(typed))


@pytest.mark.parametrize("dash", ["—", "-", "——", "－", "/", "--"])
def test_a_dash_is_an_empty_cell_where_one_may_be_empty(dash):
    assert read_cell(AREA, BookCell(dash)) == (None, f"“{dash}”按没有填")
    assert read_cell(ON, BookCell(dash)).value is None
    assert read_cell(STATE, BookCell(dash)).value == ""
    assert read_cell(Column("name", "名称", TEXT), BookCell(dash)).value == dash
    with pytest.raises(WrongCellError, match="是0还是没有填"):
        read_cell(Column("area", "面积", NUMBER, needed=True), BookCell(dash))


@pytest.mark.parametrize(("text", "number"), [
    ("1 200", "1200"), ("1 234 567.5", "1234567.5"), ("1\u00a0234", "1234"), ("1'234", "1234"), ("\u200b12\ufeff", "12"), ("- 5", "-5"),
    (" 7 ", "7"),
])  # fmt: skip
def test_blanks_part_groups_of_three_digits_only(text, number):
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1 2", "1 2.5", "12 34", "1 2345", "1234 567", "1\u30002", "1 234 5"])
def test_other_blanks_between_digits_are_refused(text):
    with pytest.raises(NumberError, match="数字中间有空格"):
        parse_number(text)


@pytest.mark.parametrize(("column", "typed", "value", "note"), [
    (STATE, "在建", "building", ""), (STATE, "building", "building", ""), (STATE, "施工中", "building", "“施工中”按“在建”"),
    (STATE, "已竣工", "completed", "“已竣工”按“竣工”"), (STATE, "建成", "completed", "“建成”按“竣工”"), (STATE, "无", "", "“无”按没有填"),
    (WAY, "协议出让", "grant", "“协议出让”按“出让”"), (WAY, "挂牌", "grant", "“挂牌”按“出让”"), (WAY, "划", "allocation", "“划”按“划拨”"),
])  # fmt: skip
def test_a_choice_is_read_from_the_words_of_an_office_and_said(column, typed, value, note):
    assert read_cell(column, BookCell(typed)) == (value, note)


@pytest.mark.parametrize(("column", "typed", "why"), [
    (WAY, "未出让", "请填出让、划拨或自有$"), (WAY, "拟划拨", "请填出让、划拨或自有"), (STATE, "停工", "请填未开工、在建、竣工或投用"),
    (STATE, "工", "分不清是请填未开工或竣工"), (STATE, "竣公", "是“竣工”吗"),
])  # fmt: skip
def test_a_choice_that_is_none_or_several_is_asked(column, typed, why):
    with pytest.raises(WrongCellError, match=why):
        read_cell(column, BookCell(typed))


def test_each_of_several_choices_is_read_so():
    column = Column("kinds", "类别", CHOICES, choices={"water": "水资源", "carbon": "能源与碳"}, most=99)
    assert read_cell(column, BookCell("水、能源与碳")) == (["carbon", "water"], "“水”按“水资源”")
    with pytest.raises(WrongCellError, match="没有“交通”这个类别，可填：水资源、能源与碳"):
        read_cell(column, BookCell("水、交通"))


@pytest.mark.parametrize(("typed", "value"), [
    ("Y", True), ("n", False), ("√", True), ("✘", False), ("有", True), ("无", False), (1, True), (0, False), (False, False), ("yes", True),
])  # fmt: skip
def test_a_flag_is_read_as_offices_tick(typed, value):
    assert read_cell(Column("done", "完成", FLAG), BookCell(typed)).value is value


@pytest.mark.parametrize("text", ["度", "千瓦时", "KWH", "kWh", "ｋＷｈ", "kW·h", "千瓦 时", "度电"])
def test_a_kilowatt_hour_has_many_names(text):
    assert named_unit(text) == (1, "kWh", True)
    assert named_unit(f"万{text}") == (10_000, "kWh", True)


def test_units_are_one_table():
    words = [word for name, others in NAMES.items() for word in (name, *others)]
    assert {named_unit(word).name for word in words} == set(NAMES)
    assert set(SIZES) == set(NAMES)
    assert len({word.casefold() for word in words}) == len(words), "no word names two units"
    for scale in SCALES:
        assert not any(named_unit(f"{scale}{name}") == named_unit(name) for name in NAMES)
    assert named_unit("千克") == (1, "kg", True)
    assert named_unit("千立方米") == (1000, "m3", True)


@pytest.mark.parametrize(("heads", "found"), [
    (["用地面积\n公顷", "日 期"], {"area": 0, "on": 1}), (["用地面积（公顷）", "*日期"], {"area": 0, "on": 1}),
    (["用地面积", "日期"], {"area": 0, "on": 1}),
    (["用地面积（hm²）", "日期"], {"area": 0, "on": 1}), (["用地面积（亩）", "日期"], {"on": 1}), (["日期", "日期"], {"on": 0}),
])  # fmt: skip
def test_a_head_is_found_with_its_line_end_star_and_unit_but_never_with_another_unit(heads, found):
    columns = (Column("area", "用地面积（公顷）", NUMBER, unit="公顷"), ON) if "（" in heads[0] else (AREA, ON)
    assert find_heads(heads, columns).places == found


def test_an_indicator_of_grades_takes_a_part_of_a_grade_that_no_other_has():
    star = indicators()["star"]
    assert parse_indicator(star, "二星") == "二星级"
    with pytest.raises(ValueError, match="之一"):
        parse_indicator(star, "星")


def test_a_land_use_code_gets_its_zero_back_and_open_land_is_not_built_on():
    assert (code_of("901"), code_of("0901"), code_of("9"), code_of("1401"), code_of("401")) == ("0901", "0901", "09", "1401", "0401")
    assert code_of("90") == ""
    assert [is_unbuilt(code) for code in ("1401", "1207", "1701", "01", "0701", "1203", "1208", "12", "16", "")] == [True] * 4 + [False] * 6
