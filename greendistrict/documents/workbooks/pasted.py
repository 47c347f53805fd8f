"""A range copied from a spreadsheet, as a workbook: so that it is read, previewed and refused like one."""

import csv
import io
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from django import forms

from greendistrict.core.errors import Refused
from greendistrict.documents.spreadsheets import made
from greendistrict.documents.workbooks.columns import EXACT_DIGITS

MOST_PASTED = 2 * 1024 * 1024  # characters
MOST_COLUMNS, MOST_LINES = 200, 20_000
NAME = "粘贴的表格"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)


class PastedField(forms.CharField):
    """Text area for cells copied from a spreadsheet, heads included."""

    def __init__(self) -> None:
        super().__init__(
            label="或从表格里复制后粘贴",
            required=False,
            strip=False,
            max_length=MOST_PASTED,
            widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
            help_text="连同表头一起复制",
        )


NO_CELLS, TOO_MUCH = "粘贴的内容不是表格里的单元格，请在 Excel 或 WPS 里选中表头和各行，复制后粘贴", "粘贴的内容过多，请改用文件上传"


def pasted_rows(
    text: str, *, lines: int = MOST_LINES, columns: int = MOST_COLUMNS, no_cells: str = NO_CELLS, too_much: str = TOO_MUCH
) -> list[list[str]]:
    """Texts of the copied cells, row by row. Raises ``Refused`` for a text that is no range of cells, or a larger one, in these words."""
    Refused.unless("\t" in text, no_cells)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    except csv.Error as error:
        msg = "粘贴的内容有一格过长，或者引号没有成对，请改用文件上传"
        raise Refused(msg) from error
    Refused.when(len(rows) > lines or max(map(len, rows)) > columns, too_much)
    return rows


def pasted_workbook(text: str) -> bytes:
    """The copied cells as an xlsx of one sheet; plain numbers are numbers. Raises ``Refused`` for a text that is no range of cells."""
    return table_workbook(pasted_rows(text))


def table_workbook(rows: Sequence[Sequence[str]], *, as_text: bool = False) -> bytes:
    """Texts of cells, row by row, as an xlsx of one sheet; plain numbers are numbers that show their decimals, or texts as well."""
    return made(lambda book: _write(book, rows, as_text))


def _write(book: Any, rows: Sequence[Sequence[str]], as_text: bool) -> None:  # noqa: FBT001
    sheet, shown = book.add_worksheet(NAME), cache(lambda decimals: book.add_format({"num_format": f"0.{'0' * decimals}"}))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if not as_text and (number := _NUMBER.fullmatch(text.strip())) and len(re.sub("[.-]", "", number[0])) <= EXACT_DIGITS:
                decimals = len(number[0].partition(".")[2])
                sheet.write_number(at, column, float(text), *([shown(decimals)] if decimals else []))
            elif text.strip():
                sheet.write_string(at, column, text)
