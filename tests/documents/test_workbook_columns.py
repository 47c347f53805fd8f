"""Workbooks: what a column takes from a cell and writes into one; a sheet costs the same however many there are."""

import datetime as dt
import json
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from xlsxwriter.exceptions import DuplicateWorksheetName, InvalidWorksheetName

from greendistrict.documents.spreadsheets import made, opened
from greendistrict.documents.workbooks import columns
from greendistrict.documents.workbooks.book import as_cell
from greendistrict.documents.workbooks.cells import read_cell, read_ways
from greendistrict.documents.workbooks.columns import FLAG, NUMBER, TEXT, Column, WrongCellError, cell_of
from greendistrict.documents.workbooks.grids import BookCell
from tests.calls import calls

SHARE = Column("share", "比例", NUMBER, places=2, unit="%", digits=3)


@pytest.mark.parametrize(("text", "meant"), [("√", True), ("×", False), ("达到", True), ("不满足", False), (True, True), ("否", False)])
def test_words_for_yes_and_no(text, meant):
    assert read_cell(Column("done", "完成", FLAG), BookCell(text)).value is meant


KINDS = (columns.TEXT, NUMBER, columns.DAY, FLAG, columns.CHOICE, columns.CHOICES, columns.NAMES, columns.VALUE)
CELLS = (
    True, False, 0, -1, 1e300, float("inf"), float("nan"), 10**400, "TRUE", "²", "", " ", "\0", "9" * 5000, dt.date(2026, 1, 1),
    dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.time(8), dt.timedelta(hours=8), "=1+1", "0000-00-00", "27-3-1", "1e999", "NaN", "-",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{}, {"needed": True}, {"unit": "公顷"}, {"unit": "%"}, {"numeric": True, "parse": float}])
def test_whatever_a_cell_holds_is_read_or_refused_in_words(kind, more):
    column = Column("field", "列", kind, choices={"a": "甲", "b": "乙"}, **more)
    for value in CELLS:
        for cell in (BookCell(value), BookCell(value, "f"), BookCell(value, "e"), BookCell(value, "b"), BookCell(value, "n", "0%")):
            assert json.dumps(as_cell(value), allow_nan=False), "what is returned with the reasons"
            try:
                read_ways(column, cell)
            except WrongCellError as wrong:
                assert str(wrong)  # noqa: PT017 -- most cells of most kinds are read
    if kind == NUMBER:
        with pytest.raises(WrongCellError, match="要填数字"):
            read_cell(column, BookCell(True))


def test_a_number_with_two_meanings_is_offered_or_refused_with_both():
    ways = read_ways(SHARE, BookCell(0.8))
    assert [way.value for way in ways] == [Decimal("80.00"), Decimal("0.80")]
    with pytest.raises(WrongCellError, match=r"可以是80%，也可以是0\.8%，请带上单位写明"):
        read_cell(SHARE, BookCell(0.8))
    assert read_cell(SHARE, BookCell(0.8), Decimal("0.80")).value == Decimal("0.80")


def test_a_slip_is_named_of_what_is_measured_only():
    length, points = Column("length", "长度", NUMBER, unit="m"), Column("points", "得分", NUMBER, unit="分", measured=False)
    assert read_cell(length, BookCell(500), Decimal(5)).note == "约为现存的100倍，请核对单位和小数点，可能应为5m"
    assert read_cell(points, BookCell(10), Decimal(1)).note == ""


def test_a_number_that_excel_would_round_goes_out_as_text():
    assert cell_of(SHARE, Decimal("12.5")) == 12.5
    assert cell_of(SHARE, Decimal("1234567890123.4567")) == "1234567890123.4567"


def test_line_ends_alone_are_no_change():
    said = Column("said", "说明", TEXT)
    assert read_cell(said, BookCell("甲_x000D_\n乙 "), "甲\r\n乙").value == "甲\r\n乙"
    assert read_cell(said, BookCell("甲\r\n丙"), "甲\r\n乙").value == "甲\n丙"


def test_sheets_stand_in_their_order_with_their_cells():
    def write(book):
        for name in ("概况", "表", None):
            book.add_worksheet(name).write_string(0, 0, f"在{name}")

    book = openpyxl.load_workbook(BytesIO(made(write)))
    assert book.sheetnames == ["概况", "表", "Sheet3"]
    assert [sheet["A1"].value for sheet in book] == ["在概况", "在表", "在None"]


@pytest.mark.parametrize(("name", "error"), [("table", DuplicateWorksheetName), ("a/b", InvalidWorksheetName)])
def test_a_name_is_refused_that_is_taken_or_that_excel_does_not_know(name, error):
    book = opened(BytesIO())
    book.add_worksheet("Table")
    with pytest.raises(error):
        book.add_worksheet(name)
    book.close()


def test_the_hundredth_sheet_costs_no_more_than_the_second():
    book = opened(BytesIO())
    book.add_worksheet("0")
    second = calls(lambda: book.add_worksheet("1"))
    for number in range(2, 99):
        book.add_worksheet(str(number))
    assert calls(lambda: book.add_worksheet("99")) <= second
    book.close()
