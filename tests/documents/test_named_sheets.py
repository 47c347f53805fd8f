"""Workbooks with thousands of sheets: a sheet costs the same however many there are, and no two have one name."""

from io import BytesIO

import openpyxl
import pytest
from xlsxwriter.exceptions import DuplicateWorksheetName, InvalidWorksheetName

from greendistrict.documents.spreadsheets import made, opened
from tests.calls import calls


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
