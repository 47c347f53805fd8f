"""What a column of a workbook takes from a cell, and what it writes into one."""

from decimal import Decimal

import pytest

from greendistrict.documents.workbooks.columns import FLAG, NUMBER, TEXT, Column, WrongCellError, cell_of, read_cell, read_ways
from greendistrict.documents.workbooks.grids import BookCell

SHARE = Column("share", "比例", NUMBER, places=2, unit="%", digits=3)


@pytest.mark.parametrize(("text", "meant"), [("√", True), ("×", False), ("达到", True), ("不满足", False), (True, True), ("否", False)])
def test_words_for_yes_and_no(text, meant):
    assert read_cell(Column("done", "完成", FLAG), BookCell(text)).value is meant


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
