"""Days of years to which no term can be added are refused wherever somebody gives them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError as WrongField
from rest_framework.exceptions import ValidationError as WrongBody

from assessments.experts.columns import EMPLOYMENT
from districts.file.columns import PAPER
from districts.plots.columns import PLOT
from districts.projects.columns import PROJECT, WORK
from greendistrict.columns.api import api_field
from greendistrict.core.widgets import DayField, MomentField
from greendistrict.documents.workbooks.cells import read_cell
from greendistrict.documents.workbooks.columns import DAY, Column, WrongCellError
from greendistrict.documents.workbooks.grids import BookCell
from operation.entries.columns import BODY

OLD_PAPER = PAPER["issued_on"]
READERS = {
    "form": lambda day: DayField().clean(day),
    "form with a time": lambda day: MomentField().clean(f"{day}T10:00").date(),
    "workbook, as text": lambda day: read_cell(Column("day", "日期", kind=DAY), BookCell(day)).value,
    "workbook, as a date": lambda day: read_cell(Column("day", "日期", kind=DAY), BookCell(dt.datetime.fromisoformat(day))).value,
    "API": lambda day: api_field(PLOT["planned_start"]).run_validation(day),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_day_of_a_year_beyond_reckoning_is_refused_in_words(reader):
    for day in ("1990-01-01", "2026-11-20", "2100-12-31"):
        assert READERS[reader](day) == dt.date.fromisoformat(day)
    for day in ("0001-01-01", "0026-11-20", "1899-12-31", "2200-01-01", "9999-12-31"):
        with pytest.raises((WrongField, WrongBody, WrongCellError), match="日期应在1990年至2100年之间"):
            READERS[reader](day)


def test_what_may_be_older_is_taken_by_its_field_only():
    for column in (
        PLOT["built_on"],
        WORK["built_on"],
        PROJECT["in_use_on"],
        BODY["set_up_on"],
        EMPLOYMENT["valid_from"],
        PAPER["issued_on"],
    ):
        for day in ("1800-01-01", "1933-05-02", "1989-12-31"):
            old = dt.date.fromisoformat(day)
            assert column.form_field().clean(day) == old
            assert read_cell(column.book_column(), BookCell(day)).value == old
        for day in ("1799-12-31", "0085-03-01", "2101-01-01"):
            with pytest.raises(WrongField, match="日期应在1800年至2100年之间"):
                column.form_field().clean(day)
            with pytest.raises(WrongCellError, match="日期应在1800年至2100年之间"):
                read_cell(column.book_column(), BookCell(day))
    assert api_field(PLOT["built_on"]).run_validation("1933-05-02") == dt.date(1933, 5, 2)
    assert read_cell(PLOT["built_on"].book_column(), BookCell(12176)).value == dt.date(1933, 5, 2)
    with pytest.raises(WrongCellError, match="是1985-03-01吗"):
        read_cell(PLOT["built_on"].book_column(), BookCell("85-3-1"))
