"""Workbook of a composition: a sheet of facts, a sheet for each table with typed numbers and filters, and the charts."""

import datetime as dt
from decimal import Decimal
from typing import Any

from reports.common.book import ReportBook, Sheet
from reports.composition.blocks import Cell, Chart, Composition, Pairs, PaperColumn, PaperTable
from reports.composition.enums import ChartKind
from reports.composition.printed import words_of

PER_MM = 0.55  # characters of a column
KINDS = {
    ChartKind.BARS: {"type": "bar"},
    ChartKind.RADAR: {"type": "radar", "subtype": "with_markers"},
    ChartKind.LINES: {"type": "line"},
    ChartKind.BOXES: {"type": "line"},
}
# Excel draws its boxes from the first series of a line chart to the last one, and its thin lines between the least and the most of all.
BOX_ORDER = (1, 0, 2, 4, 3)  # lower quartile, least, median, most, upper quartile
MEDIAN = 2
MEDIAN_MARK = {"type": "long_dash", "size": 12, "border": {"color": "#1a5ca6"}, "fill": {"color": "#1a5ca6"}}
CHART_PIXELS, LABEL_PIXELS = 320, 22
UNKNOWN_NOTE = "空格为未查明。"


def xlsx_of(composition: Composition) -> bytes:
    """The workbook: 概况 first, then a sheet for each table and chart in their order."""
    book, marks = ReportBook(), "　".join(composition.all_marks)
    _facts(book, marks, composition)
    for heading, block in composition.under_headings():
        if isinstance(block, PaperTable):
            _table(book, marks, block, block.caption or heading or composition.title)
        elif isinstance(block, Chart):
            _chart(book, marks, block)
    return book.content()


def _facts(book: ReportBook, marks: str, composition: Composition) -> None:
    """概况: lines of the cover and every pair of the text."""
    sheet = Sheet(book, "概况")
    sheet.begin(composition.title, marks, widths=(30, 70))
    pairs = list(composition.cover)
    for heading, block in composition.under_headings():
        if isinstance(block, Pairs):
            pairs += [(heading, ""), *block.rows]
    for name, value in pairs:
        sheet.add((name, _cell(value)))


def _table(book: ReportBook, marks: str, table: PaperTable, title: str) -> None:
    """One table with a filter over its rows."""
    sheet, columns = Sheet(book, title), table.columns
    widths = [max((column.width or 40) * PER_MM, 8) for column in columns]
    sheet.begin(title, marks, widths=widths, head=[column.head for column in columns])
    first, digits = sheet.line - 1, [column.digits for column in columns]
    for row in table.rows:
        sheet.add([_cell(value, column) for value, column in zip(row, columns, strict=True)], digits)
    if table.rows:
        sheet.page.autofilter(first, 0, sheet.line - 1, len(columns) - 1)
    else:
        sheet.add([table.empty])
    if table.total:
        sheet.add([_cell(value, column) for value, column in zip(table.total, columns, strict=True)], digits)
    if table.note:
        sheet.remark(table.note)


def _cell(value: Cell, column: PaperColumn | None = None) -> Cell:
    """Numbers and days as they are, the rest in words; what is left empty stays so."""
    return value if isinstance(value, Decimal | int | dt.date) or value == "" else words_of(value, column)


def _chart(book: ReportBook, marks: str, block: Chart) -> None:
    """The figures of a chart and the chart drawn from them by the workbook; what is unknown is a gap, which text would not be."""
    sheet = Sheet(book, f"图 {block.caption}")
    sheet.begin(block.caption, marks, widths=(24, *[12] * len(block.series)), head=block.heads)
    first = sheet.line
    for line in block.lines:
        sheet.add(line)
    last = sheet.line - 1
    if any(None in line for line in block.lines):
        sheet.remark(UNKNOWN_NOTE)
    chart = book.book.add_chart(KINDS[block.kind])
    for at in BOX_ORDER if block.kind is ChartKind.BOXES else range(len(block.series)):
        chart.add_series(_series(block, sheet.page.name, at, (first, last)))
    _style(chart, block)
    sheet.page.insert_chart(first, len(block.series) + 2, chart, {"object_position": 1, "description": block.caption})


def _series(block: Chart, name: str, at: int, lines: tuple[int, int]) -> dict[str, Any]:
    first, last = lines
    series: dict[str, Any] = {
        "name": [name, first - 1, at + 1], "categories": [name, first, 0, last, 0], "values": [name, first, at + 1, last, at + 1],
    }  # fmt: skip
    if block.kind is ChartKind.BOXES:
        series |= {"line": {"none": True}, "marker": MEDIAN_MARK if at == MEDIAN else {"type": "none"}}
    return series


def _style(chart: Any, block: Chart) -> None:
    chart.set_title({"name": block.caption})
    if block.kind is ChartKind.BOXES:
        box = {"fill": {"color": "#b9d0e9"}, "border": {"color": "#1a5ca6"}}
        chart.set_up_down_bars({"up": box, "down": box})
        chart.set_high_low_lines({"line": {"color": "#5b6774"}})
        chart.set_legend({"none": True})
    if block.kind is ChartKind.BARS:  # the first one above, as on paper
        chart.set_x_axis({"reverse": True})
        chart.set_y_axis({"label_position": "high"})
        chart.set_size({"width": 2 * CHART_PIXELS, "height": max(CHART_PIXELS, LABEL_PIXELS * (len(block.labels) + 4))})
    elif block.kind is ChartKind.BOXES:
        chart.set_size({"width": max(2 * CHART_PIXELS, 2 * LABEL_PIXELS * len(block.labels)), "height": CHART_PIXELS})
