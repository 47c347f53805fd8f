"""Every importer against how offices write numbers, days, units and keys: the table of importers and spellings, all cells equal."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from approvals.bulk.takeover import HEADS as TAKEN_OVER
from assessments.workbook.score_table import ScoreBook, column_of, parts_of
from carbon.factor_library import library
from carbon.inventories.activity_rows import WrongPasteError, rows_of_paste
from carbon.metering.reading_file import HEADS, UnreadableTimeError, parse, reading_of
from carbon.metering.selectors.meters import look_at
from carbon.units import unit_of
from greendistrict.core import clock
from greendistrict.core.number_parsing import NumberError, plain
from greendistrict.documents.workbooks.comparison import read_sealed
from greendistrict.documents.workbooks.pasted import NAME
from greendistrict.documents.workbooks.quantities import QuantityError, read_text
from greendistrict.documents.workbooks.sealed import sealed_book
from indicators.entry.rows import pasted_grid, read_rows
from tests.documents.office_lists import office_lists
from tests.documents.test_importers import as_file
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory
from tests.factories.takeover import taken_over
from tests.factories.workbooks import cell, saved, sheet_in_memory

pytestmark = pytest.mark.django_db
ASKED = "asked"
NUMBERS = {
    "12.5": "12.5", "１２．５": "12.5", " 12.5 ": "12.5", "\u200b12.5\ufeff": "12.5", "1,234.5": "1234.5", "1 234.5": "1234.5",
    "1\u00a0234.5": "1234.5", "1,234,567": "1234567", "012.5": "12.5",
    "1 2.5": ASKED, "12 34": ASKED, "1,5": ASKED, "12,34": ASKED, "约12": ASKED, "≥12": ASKED, "12左右": ASKED, "1.2~1.5": ASKED,
    "12-15": ASKED, "1.2e3": ASKED, "12.5.1": ASKED, "#N/A": ASKED, "NaN": ASKED, "无": ASKED, "∞": ASKED,
}  # fmt: skip
DAYS = {
    "2024-03-01": "2024-03-01", "2024/3/1": "2024-03-01", "2024.3.1": "2024-03-01", "2024年3月1日": "2024-03-01",
    "２０２４－３－１": "2024-03-01", "20240301": "2024-03-01", "2024-03-01 08:30": "2024-03-01", "2024-03-01T00:00:00": "2024-03-01",
    "24-3-1": ASKED, "24年3月1日": ASKED, "1/3/2024": ASKED, "2024-02-30": ASKED, "2024-13-01": ASKED, "0024-03-01": ASKED,
    "待定": ASKED, "长期": ASKED, "至今": ASKED, "2024年春": ASKED, "9999-99-99": ASKED, "True": ASKED,
}  # fmt: skip
KWH = ("度", "千瓦时", "KWH", "ｋＷｈ", "kw·h", "千瓦 时", "度电")
TEN_THOUSAND = ("万度", "万千瓦时", "万KWH", "万ｋＷｈ", "万 kWh")


def of_list(kind, field, *, key=None):
    """How a list reads a text in a column of a new row."""

    def begin(world):
        one = office_lists(world)[kind]
        return lambda text: _of(one, text)

    def _of(one, text):
        row = {**one.new(key or "XIN-9"), field: text}
        found = one.read(row)
        at = {column.field: column.label for column in one.reader.book.columns}
        if any(line.label == at[field] for line in found.refused):
            return ASKED
        value = found.works[0].fields[field]
        return plain(Decimal(value)) if field in {"floor_area", "investment", "length_m", "amount"} else str(value)

    return begin


def of_score_table(_world):
    rows = sheet_in_memory()
    ratio = next(item for name, item in rows.scored.table.items.items() if item.ratio and name in rows.rows)
    sheet = sheet_in_memory(**{f"c{ratio.id}": {"a": "1", "b": "3000"}})
    return lambda text: _of_score_table(sheet, ratio, text)


def _of_score_table(sheet, ratio, text):
    book = openpyxl.load_workbook(BytesIO(sealed_book(ScoreBook(sheet, clock.now()))))
    cell(book, ratio.id, "b").value = text
    found = read_sealed(ScoreBook(sheet, clock.now()), saved(book))
    return ASKED if found.refused else plain(Decimal(found.given[0].readings[0][0]))


def of_readings(name):
    def read(text):
        found = parse(f"a.{name}", as_file(name, [HEADS, ["E-1", "2024-03-01", text, "", ""]]))
        return ASKED if found.faults else plain(found.readings["E-1"][0].value)

    return lambda _world: read


def of_api_readings(text):
    try:
        return plain(reading_of(1, "2024-03-01", text).value)
    except NumberError:
        return ASKED


def of_pasted_inventory(text):
    try:
        found = rows_of_paste(f"建筑\t用电\t{text}\tkWh\telectricity-shanghai-guideline", 2024, library())
    except WrongPasteError:
        return ASKED
    return plain(Decimal(found.rows[0].amount.replace(",", "").replace(" ", "").replace("\u00a0", "").translate(WIDE)))


@pytest.mark.parametrize(("kind", "field", "typed", "words"), [
    ("plots", "floor_area", 3.14159, ["3.14159 按3.14读取（保留2位小数）"]),
    ("works", "length_m", "3.14", ["3.14 按3.1读取（保留1位小数）"]),
    ("projects", "investment", 3.145, ["3.145 按3.15读取（保留2位小数）"]), ("inventory", "amount", 3.14159, []),
    ("plots", "floor_area", "3.1400", []), ("plots", "floor_area", 2.5000000001, []), ("plots", "floor_area", 2.49999999999994, []),
    ("plots", "floor_area", 0.1 + 0.2 - 0.3, []), ("plots", "floor_area", 3.3 - 1.1 - 2.2, []),
    ("plots", "floor_area", 12345678.1234, ["12345678.1234 按12345678.12读取（保留2位小数）"]),
])  # fmt: skip
def test_a_number_that_is_rounded_is_said_but_not_what_a_spreadsheet_leaves(people, kind, field, typed, words):
    one = office_lists(people)[kind]
    found = one.read({**one.new("XIN-9"), field: typed})
    said = [part for line in found.noted for part in line.note.split("；") if "读取" in part]
    assert (said, found.refused) == (words, [])
    if not words:
        value = Decimal(found.works[0].fields[field])
        meant = {3.14159: "3.1416", "3.1400": "3.14"}.get(typed, "2.5" if isinstance(typed, float) and typed > 1 else "0")
        assert round(value, 4) == Decimal(meant)


def test_what_a_spreadsheet_leaves_is_no_decimal_of_a_score_or_reading(people):
    sheet = sheet_in_memory()
    part = next(one for item in sheet.scored.table.items.values() for one in parts_of(item) if one.decimals == 2)
    assert (column_of(part).parse("2.5000000001"), column_of(part).parse("2.5001")) == ("2.5", "2.5001")  # the rule refuses the latter
    assert column_of(part).parse("0.0000000000000000555") == "0"
    assert [reading_of(1, "2024-03-01", one).value for one in (2.5000000001, 60000.3000000012)] == [Decimal("2.5"), Decimal("60000.3")]
    with pytest.raises(NumberError, match="3位小数"):
        reading_of(1, "2024-03-01", 2.5001)


WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")


def of_pasted_clauses(text):
    found = read_rows({NAME: pasted_grid(f"编号\t名称\t类型\t分值\n5.1.1\t甲\t评分项\t{text}")})
    return ASKED if found.faults else plain(Decimal(str(found.rows[0][1]["points"])))


BY_NUMBER = {
    "plots": of_list("plots", "floor_area"), "projects": of_list("projects", "investment"), "works": of_list("works", "length_m"),
    "inventory": of_list("inventory", "amount"), "score table": of_score_table,
    "readings, CSV": of_readings("csv"), "readings, workbook": of_readings("xlsx"), "readings, API": lambda _world: of_api_readings,
    "pasted inventory": lambda _world: of_pasted_inventory, "pasted clauses": lambda _world: of_pasted_clauses,
}  # fmt: skip


@pytest.mark.parametrize("importer", BY_NUMBER)
def test_a_number_is_the_same_in_every_importer(people, importer):
    read = BY_NUMBER[importer](people)
    assert {text: read(text) for text in NUMBERS} == NUMBERS


def of_take_over(name):
    def begin(_world):
        make_district(name="演示甲城（虚构）")
        return read

    def read(text):
        rows = [TAKEN_OVER["checks"], ["演示甲城（虚构）", "2020", text, "公报", "", ""]]
        [row] = taken_over("checks", f"a.{name}", as_file(name, rows))
        return ASKED if any(head == "报送日期" for head, _ in row.wrong) else str(row.value["filed_on"])

    return begin


@pytest.mark.parametrize("typed", ["长期", "至今", "长期有效", "无固定期限", " 长 期 "])
def test_an_end_without_a_day_is_told_to_be_left_empty(people, typed):
    lists = office_lists(people)
    for kind, field, key in (("experts", "valid_to", "xin9"), ("works", "planned_finish", "XIN-9"), ("plots", "built_on", "XIN-9")):
        [line] = lists[kind].read({**lists[kind].new(key), field: typed}).refused
        assert line.note == f"“{typed.strip()}”没有写出是哪一天，没有截止日期的请留空"
    [line] = lists["experts"].read({**lists["experts"].new("xin9"), "valid_from": typed}).refused
    assert line.note == f"“{typed.strip()}”没有写出是哪一天，请填日期"


def of_reading_time(text):
    try:
        return str(reading_of(1, text, "1").at.date())
    except UnreadableTimeError:
        return ASKED


BY_DAY = {
    "plots": of_list("plots", "planned_start"), "projects": of_list("projects", "planned_start"),
    "works": of_list("works", "planned_start"), "experts": of_list("experts", "employed_from", key="xin9"),
    "take-over, CSV": of_take_over("csv"), "take-over, workbook": of_take_over("xlsx"),
    "readings": lambda _world: of_reading_time,
}  # fmt: skip


@pytest.mark.parametrize("importer", BY_DAY)
def test_a_day_is_the_same_in_every_importer(people, importer):
    read = BY_DAY[importer](people)
    assert {text: read(text) for text in DAYS} == DAYS


@pytest.mark.parametrize(("words", "unit"), [(KWH, "kWh"), (TEN_THOUSAND, "万kWh")])
def test_a_unit_has_its_names_in_every_importer(people, words, unit):
    one = office_lists(people)["inventory"]
    for word in words:
        [work] = one.read({**one.new("XIN-9"), "unit": word}).works
        assert work.fields["unit"] == unit
        for text in ("12\t" + word, f"12{word}\t", f"12 {word}\t{word}"):
            [row] = rows_of_paste(f"建筑\t用电\t{text}\telectricity-shanghai-guideline", 2024, library()).rows
            assert (row.amount, str(unit_of(row.unit))) == ("12", unit)
        for value, typed in (("12", word), (f"12{word}", ""), (f"12 {word}", word)):
            read = reading_of(1, "2024-03-01", value, typed)
            assert (read.value, str(unit_of(read.unit))) == (12, unit)
    with pytest.raises(NumberError, match="单位一栏或表头是m3"):
        reading_of(1, "2024-03-01", "12度", "m3")


@pytest.mark.parametrize("word", ["Nm³", "NM3", "标方", "标立方米", "万标方", "万Nm³"])
def test_a_cubic_metre_at_0_degrees_is_told_not_converted(people, word):
    why = "天然气账单按20℃计，两者不直接换算；账单上的量请把单位改为m3"
    one = office_lists(people)["inventory"]
    [line] = one.read({**one.new("XIN-9"), "unit": word}).refused
    assert why in line.note
    for text in (f"12\t{word}", f"12{word}\t"):
        with pytest.raises(WrongPasteError, match=why):
            rows_of_paste(f"建筑\t用气\t{text}\telectricity-shanghai-guideline", 2024, library())
    with pytest.raises(QuantityError, match=why):
        read_text(f"12{word}", "m3")
    MeterFactory(district=(district := make_district(people)), code="G-1", unit="m3", carrier="gas", interval="day", begins="2024-01-01")
    for rows in ((HEADS, ["G-1", "2024-03-01", "1", word, ""]), (["表号", "日期", f"示数（{word}）"], ["G-1", "2024-03-01", "1"])):
        [fault] = look_at(district, parse("a.xlsx", as_file("xlsx", rows)).readings, clock.now()).faults
        assert (fault.refused, why in fault.words) == (True, True)


@pytest.mark.parametrize("typed", ["ys-e-01", "ＹＳ－Ｅ－01", "YS–E–01", "YS\u2011E-01", " YS-E-01 ", "YS-E-01\u200b", "YS -E-01"])
def test_a_meter_is_found_however_its_code_is_written(people, typed):
    district = make_district(people)
    MeterFactory(district=district, code="YS-E-01", interval="day", begins="2024-01-01")
    found = parse("a.csv", f'{",".join(HEADS)}\n"{typed}",2024-03-01,1,,\nYS-E-01,2024-03-02,2,,\n'.encode())
    seen = look_at(district, found.readings, clock.now())
    assert (seen.added, [fault for fault in seen.faults if fault.refused]) == (2, [])
    assert [fault.words for fault in seen.faults if fault.kind == "code"] in ([], [f"编号写作“{typed.strip()}”，按登记的“YS-E-01”读入"])


def test_a_code_that_a_spreadsheet_changed_is_refused_as_such():
    for value, why in ((1e21, "只保留前15位"), (True, "逻辑值TRUE"), (dt.datetime(2026, 3, 1), "日期或时间")):  # noqa: DTZ001
        [fault] = parse("a.xlsx", as_file("xlsx", [HEADS, [value, "2024-03-01", 1, "", ""]])).faults
        assert (why in fault.words, fault.refused) == (True, True)


@pytest.mark.parametrize(("typed", "why"), [
    ("46347", "是 2026-11-21 00:00吗|是2026-11-21 00:00吗"), (46347.25, "是2026-11-21 06:00吗"), ("1795104000", "像是时间戳"),
    ("26-11-21 00:00", "年份只写了两位，是2026年吗"), ("11/21/2026 00:00", "分不清日和月"),
])  # fmt: skip
def test_a_time_that_can_be_guessed_is_asked(typed, why):
    with pytest.raises(UnreadableTimeError, match=why):
        reading_of(1, typed, "1")


@pytest.mark.parametrize(("typed", "hour"), [
    ("2026/11/21 上午 12:00:00", 0), ("2026/11/21 下午 1:30", 13), ("2026-11-21 11:00 PM", 23), ("2026年11月21日 中午12时", 12),
    ("20261121133000", 13),
    ("2026-11-21 AM 9:05", 9), ("２０２６－１１－２１　０８：００", 8), ("202611210800", 8),
])  # fmt: skip
def test_half_days_and_compact_times_are_read(typed, hour):
    assert (reading_of(1, typed, "1").at.hour, reading_of(1, typed, "1").at.day) == (hour, 21)


def test_a_number_in_chinese_words_is_read_with_a_word_or_asked(people):
    """Lists say how they read it; where nothing is said of a cell, it is asked."""
    read = {importer: begin(people) for importer, begin in BY_NUMBER.items() if importer in {"plots", "score table", "readings, API"}}
    assert {importer: one("十二") for importer, one in read.items()} == {"plots": "12", "score table": "12", "readings, API": ASKED}
    assert of_pasted_inventory("十二") == of_pasted_clauses("十二") == ASKED
