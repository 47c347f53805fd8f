"""Days of years to which no term can be added are refused wherever somebody gives them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError as WrongField
from rest_framework.exceptions import ValidationError as WrongBody

from districts.plots.columns import PLOT
from greendistrict.columns.api import api_field
from greendistrict.core.widgets import DayField, MomentField
from greendistrict.documents.workbooks.cells import read_cell
from greendistrict.documents.workbooks.columns import DAY, Column, WrongCellError
from greendistrict.documents.workbooks.grids import BookCell

READERS = {
    "form": lambda day: DayField().clean(day),
    "form with a time": lambda day: MomentField().clean(f"{day}T10:00").date(),
    "workbook, as text": lambda day: read_cell(Column("day", "日期", kind=DAY), BookCell(day)).value,
    "workbook, as a date": lambda day: read_cell(Column("day", "日期", kind=DAY), BookCell(dt.datetime.fromisoformat(day))).value,
    "API": lambda day: api_field(PLOT["built_on"]).run_validation(day),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_day_of_a_year_beyond_reckoning_is_refused_in_words(reader):
    for day in ("1990-01-01", "2026-11-20", "2100-12-31"):
        assert READERS[reader](day) == dt.date.fromisoformat(day)
    for day in ("0001-01-01", "0026-11-20", "1899-12-31", "2200-01-01", "9999-12-31"):
        with pytest.raises((WrongField, WrongBody, WrongCellError), match="日期应在1990年至2100年之间"):
            READERS[reader](day)
