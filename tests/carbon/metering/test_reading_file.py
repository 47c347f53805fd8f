"""Parsing of reading files: columns in any order, time formats, and a message for every unreadable line."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest

from carbon.metering.checks import check
from carbon.metering.consumption import MeterSpec
from carbon.metering.reading_file import HEADS, UnreadableTimeError, parse, template, time_of
from greendistrict.core.clock import SHANGHAI
from tests.factories.workbooks import replaced, saved
from tests.refusing import refuses


def text(*lines):
    return "\n".join(lines).encode()


@pytest.mark.parametrize(("written", "moment"), [
    ("2026-03-01 00:15", (2026, 3, 1, 0, 15)), ("2026/3/1 0:15:00", (2026, 3, 1, 0, 15)), ("2026-03-01T00:15:00.000", (2026, 3, 1, 0, 15)),
    ("2026年3月1日 8时30分", (2026, 3, 1, 8, 30)), ("2026-03-01", (2026, 3, 1)), ("2026-03-31 24:00", (2026, 4, 1)),
    ("2026-03", (2026, 3, 1)), ("2026年3月", (2026, 3, 1)),
])  # fmt: skip
def test_a_time_is_beijing_time(written, moment):
    assert time_of(written) == (dt.datetime(*moment, tzinfo=SHANGHAI), None)


def test_a_written_zone_is_converted_and_known():
    at, offset = time_of("2026-03-01T00:15:00Z")
    assert (at, offset) == (dt.datetime(2026, 3, 1, 8, 15, tzinfo=SHANGHAI), dt.timedelta(0))
    assert time_of("2026-03-01 00:15+08:00")[1] == dt.timedelta(hours=8)


@pytest.mark.parametrize("written", [
    "", "昨天", "2026-13-01", "2026-02-30 00:00", "0001-01-01", "1990-01-01", "2026-03-01 25:00", "2026-03-01 24:15", "9999-12-31 24:00",
    "２０２６", None,
])  # fmt: skip
def test_what_is_no_time_is_told(written):
    with pytest.raises(UnreadableTimeError):
        time_of(written)


def test_lines_are_read_by_their_heads_and_faults_are_told_by_line():
    found = parse("a.csv", text("读数,时间,计量器具编号", "1.5,2026-03-01,E-1", "约3,2026-03-01,E-1", "2,明天,E-2", "", "3,2026-03-02,E-2"))
    assert {code: [(row.line, row.value) for row in rows] for code, rows in found.readings.items()} == {
        "E-1": [(2, Decimal("1.5"))],
        "E-2": [(6, Decimal(3))],
    }
    assert (found.lines, [(fault.line, fault.refused) for fault in found.faults]) == (4, [(3, True), (4, True)])
    found = parse("a.csv", text(",".join(HEADS), "E,2026-03-01,1.2345,,", "E,2026-03-02,1234567890123456,,", "E,2026-03-03,1,,瞎猜"))
    assert [fault.line for fault in found.faults] == [2, 3, 4]


def test_a_gbk_file_and_a_workbook_say_the_same():
    lines = "计量器具编号,时间,读数,单位,估算方法\nE-1,2026-03-01 01:00,7.25,kWh,线性内插"
    book = openpyxl.Workbook()
    book.active.append(HEADS)
    book.active.append(("E-1", dt.datetime(2026, 3, 1, 1, tzinfo=SHANGHAI).replace(tzinfo=None), 7.25, "kWh", "线性内插"))
    one, other = parse("a.csv", lines.encode("gbk")), parse("a.xlsx", saved(book))
    assert (one.readings == other.readings, one.readings["E-1"][0].estimated) == (True, "linear")


@pytest.mark.parametrize(("content", "words"), [
    (b"", "缺少"), (text("编号,时间,读数"), "缺少：计量器具编号"), (text(",".join(HEADS)), "没有读数"), (b"\xff\xff\x00", "编码"),
    (text(",".join(HEADS), "E\0,2026-03-01,1,,"), "不能识别的字符"), (text(",".join(HEADS), f'"E{"," * 140_000}'), "第2行不能识别"),
])  # fmt: skip
def test_what_is_no_file_of_readings_is_refused(content, words):
    refuses(words, parse, "a.csv", content)


def test_the_empty_file_can_be_read():
    assert list(parse("a.csv", template()).readings) == ["示例-01"]


@pytest.mark.parametrize(("written", "hour", "minute"), [
    ("2026-03-01 中午11:30", 11, 30), ("2026-03-01 中午12:30", 12, 30), ("2026-03-01 中午1:30", 13, 30), ("2026-03-01 中午0:30", 12, 30),
    ("2026-03-01 下午0:30", 12, 30), ("2026-03-01 0:30 PM", 12, 30), ("2026-03-01 下午12:00", 12, 0), ("2026-03-01 上午0:30", 0, 30),
    ("2026-03-01 凌晨12:30", 0, 30), ("2026-03-01 晚上8:00", 20, 0), ("2026-03-01 晚上20:00", 20, 0), ("2026-03-01 下午13:00", 13, 0),
])  # fmt: skip
def test_half_a_day_says_which_hour_is_meant(written, hour, minute):
    assert time_of(written)[0] == dt.datetime(2026, 3, 1, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize("written", ["2026-03-01 晚上12:00", "2026-03-01 晚上1:00", "2026-03-01 中午5:00", "2026-03-01 上午13:00"])
def test_half_a_day_that_may_mean_another_day_or_nothing_is_asked(written):
    with pytest.raises(UnreadableTimeError, match="分不清是几点，请按24小时写成"):
        time_of(written)


def test_the_unit_behind_the_head_holds_where_the_cell_of_the_unit_is_empty():
    found = parse(
        "a.csv", text("表号,时间,示数（MWh）,单位", "E-1,2026-03-01,1,", "E-1,2026-03-02,2, ", "E-1,2026-03-03,3,kWh", "E-1,2026-03-04,4")
    )
    assert [row.unit for row in found.readings["E-1"]] == ["MWh", "MWh", "kWh", "MWh"]


@pytest.mark.parametrize("heads", ["表号,时间,用量", "表号,时间,用量（kWh）"])
def test_usage_is_no_value_of_a_register(heads):
    found = parse("a.csv", text(heads, "E-1,2026-03-01,5"))
    now = dt.datetime(2026, 7, 1, tzinfo=SHANGHAI)
    seen = {one: check(MeterSpec("day", "kWh", cumulative=one), found.readings["E-1"], now=now) for one in (True, False)}
    assert [len(seen[one].accepted) for one in (False, True)] == [1, 0]
    assert ["累计示数" in fault.words for fault in seen[True].faults if fault.refused] == [True]


def test_the_value_of_the_register_is_read_before_the_usage_beside_it():
    for heads, line in (("表号,时间,用量,本次示数", "E-1,2026-03-01,5,1005"), ("表号,时间,本次示数,用量", "E-1,2026-03-01,1005,5")):
        [row] = parse("a.csv", text(heads, line)).readings["E-1"]
        assert (row.value, row.is_usage) == (1005, False)


def test_a_code_that_is_a_number_keeps_the_decimals_that_it_shows():
    book = openpyxl.Workbook()
    book.active.append(HEADS)
    for value in (1.1, 54321):
        book.active.append((value, dt.datetime(2026, 3, 1), 7.5, "kWh", None))  # noqa: DTZ001 -- as a spreadsheet keeps it
    for row in (2, 3):
        for column in (1, 3):
            book.active.cell(row, column).number_format = "0.00"
    found = parse("a.xlsx", replaced(saved(book), b"54321", b"1E999"))
    assert [("数值过大" in fault.words, fault.line) for fault in found.faults] == [(True, 3)]
    assert {code: [row.value for row in rows] for code, rows in found.readings.items()} == {"1.10": [Decimal("7.50")]}
