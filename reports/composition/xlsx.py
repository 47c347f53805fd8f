"""Workbook of a composition: a sheet of facts, a sheet for each table with typed numbers and filters, and the charts."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from greendistrict.documents.spreadsheets import made
from reports.composition.blocks import UNKNOWN, Block, Cell, Chart, Composition, Heading, Pairs, PaperColumn, PaperTable, Wide
from reports.composition.enums import ChartKind
from reports.composition.printed import words_of

NAME_LENGTH = 31  # of a sheet, by Excel
PER_MM = 0.55  # characters of a column
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
KINDS = {
    ChartKind.BARS: {"type": "bar"},
    ChartKind.RADAR: {"type": "radar", "subtype": "filled"},
    ChartKind.LINES: {"type": "line"},
    ChartKind.BOXES: {"type": "bar"},
}


def xlsx_of(composition: Composition) -> bytes:
    """The workbook: 概况 first, then a sheet for each table and chart in their order."""
    return made(lambda book: _Book(book, composition).write())


class _Book:
    def __init__(self, book: Any, composition: Composition) -> None:
        self.book, self.composition = book, composition
        self.names: set[str] = set()
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.mark = book.add_format({"font_color": "#774800", "italic": True})
        self.head = book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF5", "text_wrap": True, "valign": "vcenter"})
        self.cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "valign": "top"})
        self.decimals: dict[int, Any] = {}

    def write(self) -> None:
        """All sheets."""
        self.pairs()
        for block, heading in _blocks(self.composition):
            if isinstance(block, PaperTable):
                self.table(block, heading)
            elif isinstance(block, Chart):
                self.chart(block)

    def sheet(self, name: str, title: str) -> Any:
        """A sheet with title and marks, its name made unique."""
        plain = FORBIDDEN.sub("", name)[:NAME_LENGTH] or "表"
        number, unique = 1, plain
        while unique.lower() in self.names:
            number += 1
            unique = f"{plain[: NAME_LENGTH - len(str(number))]}{number}"
        self.names.add(unique.lower())
        sheet = self.book.add_worksheet(unique)
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, "　".join(self.composition.all_marks), self.mark)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def pairs(self) -> None:
        """概况: lines of the cover and every pair of the text."""
        sheet, line = self.sheet("概况", self.composition.title), 2
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 70)
        pairs = list(self.composition.cover)
        for block, heading in _blocks(self.composition):
            if isinstance(block, Pairs):
                pairs += [(heading, ""), *block.rows]
        for name, value in pairs:
            sheet.write_string(line, 0, name, self.cell)
            self.value(sheet, line, 1, value, None)
            line += 1

    def table(self, block: PaperTable, heading: str) -> None:
        """One table from line 3 on, with a filter over its rows."""
        sheet = self.sheet(block.caption or heading, block.caption or heading or self.composition.title)
        for at, column in enumerate(block.columns):
            sheet.set_column(at, at, max((column.width or 40) * PER_MM, 8))
            sheet.write_string(2, at, column.head, self.head)
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        for line, row in enumerate(block.rows, start=3):
            for at, (value, column) in enumerate(zip(row, block.columns, strict=True)):
                self.value(sheet, line, at, value, column)
        if block.rows:
            sheet.autofilter(2, 0, 2 + len(block.rows), len(block.columns) - 1)
        else:
            sheet.write_string(3, 0, block.empty, self.cell)
        for at, value in enumerate(block.total):
            self.value(sheet, 3 + len(block.rows), at, value, block.columns[at])
        if block.note:
            sheet.write_string(5 + len(block.rows), 0, block.note, self.mark)

    def chart(self, block: Chart) -> None:
        """The figures of a chart and the chart drawn from them by the workbook."""
        sheet = self.sheet(f"图 {block.caption}", block.caption)
        sheet.set_column(0, 0, 24)
        for at, series in enumerate(block.series, start=1):
            sheet.write_string(2, at, f"{series.name}（{block.unit}）" if block.unit else series.name, self.head)
        for line, label in enumerate(block.labels, start=3):
            sheet.write_string(line, 0, label, self.cell)
            for at, series in enumerate(block.series, start=1):
                self.value(sheet, line, at, series.values[line - 3], None)
        chart = self.book.add_chart(KINDS[block.kind])
        last = 2 + len(block.labels)
        for at, _ in enumerate(block.series, start=1):
            chart.add_series(
                {"name": [sheet.name, 2, at], "categories": [sheet.name, 3, 0, last, 0], "values": [sheet.name, 3, at, last, at]}
            )
        chart.set_title({"name": block.caption})
        sheet.insert_chart(2, len(block.series) + 2, chart, {"object_position": 1, "description": block.caption})

    def value(self, sheet: Any, line: int, at: int, value: Cell, column: PaperColumn | None) -> None:
        """A cell by its type: numbers as numbers, days as days, everything else as text."""
        if isinstance(value, Decimal):
            sheet.write_number(line, at, float(value), self.figure(column.digits if column else 2))
        elif isinstance(value, int):
            sheet.write_number(line, at, value, self.cell)
        elif isinstance(value, dt.date):
            sheet.write_datetime(line, at, dt.datetime(value.year, value.month, value.day), self.day)  # noqa: DTZ001 -- a day of a sheet has no zone
        else:
            sheet.write_string(
                line, at, UNKNOWN if value is None and column is None else "" if value == "" else words_of(value, column), self.cell
            )

    def figure(self, digits: int) -> Any:
        """Format of numbers with so many decimals."""
        if digits not in self.decimals:
            places = f".{'0' * digits}" if digits else ""
            self.decimals[digits] = self.book.add_format({"border": 1, "num_format": f"#,##0{places}", "valign": "top"})
        return self.decimals[digits]


def _blocks(composition: Composition) -> Iterator[tuple[Block, str]]:
    """Every block with the heading above it."""
    heading = ""
    for block in composition.blocks:
        for one in block.blocks if isinstance(block, Wide) else (block,):
            if isinstance(one, Heading):
                heading = one.text
            yield one, heading
