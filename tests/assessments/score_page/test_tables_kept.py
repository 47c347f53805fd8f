"""Rows of the score page are kept by everything that they show."""

from assessments.tables.selectors.scoring import RowData

ROW = RowData(1, "7.2.7", "14", "", "", "", None, "", 3, 0, 9)
OF_NO_PAGE = {"table_id", "pk", "item_id"}  # of the table, or named beside the row


def test_every_column_of_a_row_is_part_of_what_it_is_kept_by():
    parts = {name for name in RowData._fields if ROW._replace(**{name: "x"}).shown != ROW.shown}
    assert parts == set(RowData._fields) - OF_NO_PAGE
