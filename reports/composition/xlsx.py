"""Workbook of a composition: a sheet of facts, a sheet per table with typed numbers and filters, and the charts."""

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import Any

from greendistrict.core.charts import FULL_SCORE
from greendistrict.core.papers import PORTAL
from greendistrict.documents.spreadsheets import MOST_LINES, wide
from reports.common.book import ReportBook, Sheet, typed
from reports.composition.blocks import NO_RECORD, Cell, Chart, Composition, Pairs, PaperColumn, PaperTable
from reports.composition.data import HEADLINE, headline
from reports.composition.enums import ChartKind
from reports.composition.printed import words_of

NARROW, BROAD = 10, 60  # characters of a column
PRINTED, PRINTED_LARGE = 150, 212  # characters of a line that are legible on A4 and on A3
FACTS = 30, 70  # characters of name and value in 概况
SAMPLE = 200  # rows whose texts decide how wide a column is
KINDS = {
    ChartKind.BARS: {"type": "bar"},
    ChartKind.RADAR: {"type": "radar", "subtype": "with_markers"},
    ChartKind.LINES: {"type": "line"},
    ChartKind.BOXES: {"type": "column", "subtype": "stacked"},
}
# A box is a column of two parts on an invisible one as high as the lower quartile; its whiskers are error bars.
LOWER, FIGURES = 1, 5  # place of the lower quartile among the figures of a box
PIECES = ("最低至下四分位", "下四分位至中位数", "中位数至上四分位", "上四分位至最高")
LOOKS = {ChartKind.LINES: {"marker": {"type": "automatic"}}}  # a figure between two unknown ones is seen
INVISIBLE = {"fill": {"none": True}, "border": {"none": True}}
PIECE = {"fill": {"color": "#b9d0e9"}, "border": {"color": "#1a5ca6"}, "gap": 120}
CHART_PIXELS, LABEL_PIXELS = 320, 22
UNKNOWN_NOTE = "空格为未查明。"


def xlsx_of(composition: Composition) -> bytes:
    """The workbook: 概况 with the named figures and links first, then a sheet per table and chart in order, 口径说明 last."""
    book, marks = ReportBook(composition.title), "　".join(filter(None, (composition.level_mark, *composition.all_marks)))
    book.book.set_properties({"title": composition.title, "author": composition.author or PORTAL})
    facts = _facts(book, marks, composition)
    captions = Counter(block.caption for _, block in composition.under_headings() if isinstance(block, PaperTable | Chart))
    for heading, block in composition.under_headings():
        if not isinstance(block, PaperTable | Chart):
            continue
        title = block.caption or heading or composition.title
        if captions[block.caption] > 1 and block.caption and heading:  # the same table of several districts
            title = f"{heading}　{block.caption}"
        if isinstance(block, PaperTable):
            _table(book, marks, block, title, large=composition.is_large(block))
        else:
            _chart(book, marks, block, title)
    book.define(composition.definitions, marks)
    if len(book.book.worksheets()) > 1:
        facts.heading("目录")
        facts.links(sheet.name for sheet in book.book.worksheets()[1:])
    facts.end()
    return book.content()


def _facts(book: ReportBook, marks: str, composition: Composition) -> Sheet:
    """Write 概况: lines of the cover, the named figures, and every pair of the text, with their headings; links follow at the end."""
    parts = [(heading, block.rows) for heading, block in composition.under_headings() if isinstance(block, Pairs)]
    longest, (name, value) = _highest(words_of(value) for _, rows in (("", composition.cover), *parts) for _, value in rows), FACTS
    values = _Column(value, max(value, ceil(longest / MOST_LINES)), longest)
    sheet, above = Sheet(book, "概况"), ""
    sheet.begin(composition.title, marks, widths=(name, *_widths([values], PRINTED - name)))
    for heading, rows in (("", composition.cover), *parts):
        if heading != above:
            sheet.heading(heading)
            above = heading
        for pair in rows:
            sheet.add((pair[0], _cell(pair[1])), left=True)
    if figures := headline(composition):
        sheet.heading(HEADLINE)
        for told, found, _before, unit in figures:
            sheet.add((f"{told}（{unit}）" if unit else told, _cell(found)), left=True)
    return sheet


def _table(book: ReportBook, marks: str, table: PaperTable, title: str, *, large: bool) -> None:
    """Write a table with a filter; ``large``: its sheet is printed on A3, as in the PDF."""
    room = PRINTED_LARGE if large else PRINTED
    sheet, columns = Sheet(book, title), table.columns
    least = min(2 * NARROW, max(NARROW, room // (len(columns) + 2)))  # what each leaves to those with long texts
    measured = [_measured(column, [row[place] for row in table.rows[:SAMPLE]], least) for place, column in enumerate(columns)]
    sheet.begin(title, marks, widths=_widths(measured, room), head=[column.head for column in columns], large=large)
    first, digits = sheet.line - 1, [column.digits for column in columns]
    for row in table.rows:
        sheet.add([_cell(value, column) for value, column in zip(row, columns, strict=True)], digits)
    if table.rows:
        sheet.page.autofilter(first, 0, sheet.line - 1, len(columns) - 1)
    else:
        sheet.remark(table.empty or NO_RECORD)
    if table.total:
        sheet.add([_cell(value, column) for value, column in zip(table.total, columns, strict=True)], digits)
    if table.note:
        sheet.remark(table.note)
    sheet.end()


@dataclass(frozen=True)
class _Column:
    """Characters needed by a column: minimum, by number of lines, and for its longest text on one line."""

    least: int
    line: int
    text: int

    def width(self, lines: int) -> int:
        """Width in which no text takes more than ``lines`` lines, at most that needed for one line."""
        return min(max(self.least, ceil(self.text / lines)), max(self.least, self.line))


def _measured(column: PaperColumn, cells: Sequence[Cell], least: int) -> _Column:
    """Measure a column with these cells; texts get at least ``least`` characters, and a header is broken into two lines."""
    texts = [words_of(value, column) for value in cells]
    line = max(wide(column.head) // 2 + 4, NARROW, *(wide(line) + 2 for text in texts for line in text.split("\n")), 0)
    text = _highest(texts)
    most = max(BROAD, ceil(text / MOST_LINES))  # broader where it would be higher than a row may be
    is_typed = any(not isinstance(typed(_cell(value, column)), str) for value in cells)  # a number that has no room is shown as ####
    return _Column(line if is_typed else min(line, least), min(line, most), text)


def _highest(texts: Iterable[str]) -> int:
    """Length of the longest of these texts in characters, with room at the end of lines."""
    return max((sum(wide(line) + 2 for line in text.split("\n")) for text in texts), default=0)


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """Widths that are legible in print together, with rows as low as possible."""
    lines = range(1, max((column.text for column in columns), default=1) + 2)
    fits = bisect_left(lines, True, key=lambda number: sum(column.width(number) for column in columns) <= room)
    return [column.width(lines[min(fits, len(lines) - 1)]) for column in columns]


def _cell(value: Cell, column: PaperColumn | None = None) -> Cell:
    """Numbers and days unchanged, other values as text; empty cells stay empty."""
    if isinstance(value, Decimal | int | dt.date) or value == "":
        return value
    return words_of(value, column)


def _chart(book: ReportBook, marks: str, block: Chart, title: str) -> None:
    """Write the figures of a chart and the chart itself; unknown values stay empty, so that the chart has a gap."""
    sheet, boxes = Sheet(book, f"图 {title}"), block.kind is ChartKind.BOXES
    heads, lines = (*block.heads, *(PIECES if boxes else ())), [(*line, *(_pieces(line) if boxes else ())) for line in block.lines]
    sheet.begin(title, marks, widths=(24, *[18 if boxes else 12] * (len(heads) - 1)), head=heads)
    first = sheet.line
    for line in lines:
        sheet.add(line)
    last = sheet.line - 1
    if any(None in line for line in lines):
        sheet.remark(UNKNOWN_NOTE)
    if block.source:
        sheet.remark(block.source)
    if block.kind not in KINDS:  # a schematic map: no chart of a workbook shows places
        return
    chart = book.book.add_chart(KINDS[block.kind])
    count = len(block.series)
    for at, look in _box_looks(sheet.page.name, (first, last)) if boxes else [(at, LOOKS.get(block.kind, {})) for at in range(count)]:
        column = at + 1
        ranges = {"categories": [sheet.page.name, first, 0, last, 0], "values": [sheet.page.name, first, column, last, column]}
        chart.add_series({"name": [sheet.page.name, first - 1, column], **ranges, **look})
    _style(chart, block)
    beside = (sheet.line + 1, 0) if boxes else (first, len(heads) + 1)  # below its many figures it is legible on paper
    sheet.page.insert_chart(*beside, chart, {"object_position": 1, "description": title})


def _pieces(line: tuple[Any, ...]) -> Iterator[Decimal | None]:
    """Differences between each of the five figures and the next."""
    _label, *five = line
    for below, above in pairwise(five):
        yield None if below is None or above is None else above - below


def _box_looks(name: str, lines: tuple[int, int]) -> list[tuple[int, dict[str, Any]]]:
    """Formats of the invisible column and the two parts of the box, by series index; error bars extend to minimum and maximum."""
    from xlsxwriter.utility import xl_range_formula  # noqa: PLC0415 -- only who makes a workbook pays for it

    first, last = lines

    def thin(direction: str, piece: int) -> dict[str, Any]:
        length = xl_range_formula(name, first, piece + 1, last, piece + 1)
        values = {"plus_values": length, "minus_values": length}
        return {"y_error_bars": {"type": "custom", "direction": direction, "line": {"color": "#5b6774"}, **values}}

    down, lower, upper, up = range(FIGURES, FIGURES + len(PIECES))
    return [(LOWER, INVISIBLE | thin("minus", down)), (lower, PIECE), (upper, PIECE | thin("plus", up))]


def _style(chart: Any, block: Chart) -> None:
    chart.set_title({"name": block.caption})
    if len(block.series) == 1 or block.kind is ChartKind.BOXES:  # the title says it
        chart.set_legend({"none": True})
    if block.kind is ChartKind.BOXES:
        highest = max((value for series in block.series for value in series.values if value is not None), default=0)
        chart.set_y_axis(
            {"name": block.unit, "min": 0, "max": max(FULL_SCORE, highest)}
        )  # a total with extra points is more than the full score
        chart.set_size({"width": max(2 * CHART_PIXELS, 2 * LABEL_PIXELS * len(block.labels)), "height": CHART_PIXELS})
    elif block.kind is ChartKind.LINES:
        chart.set_y_axis({"name": block.unit, **_from_nought(block)})
    elif block.kind is ChartKind.RADAR:
        chart.set_y_axis(_from_nought(block))
    elif block.kind is ChartKind.BARS:  # the first one above, as on paper
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"label_position": "high", "name": block.unit, **_from_nought(block)})
        chart.set_size({"width": 2 * CHART_PIXELS, "height": max(CHART_PIXELS, LABEL_PIXELS * (len(block.labels) + 4))})


def _from_nought(block: Chart) -> dict[str, int]:
    """Axis limits for charts that compare lengths: the axis begins at 0, otherwise 94 next to 100 would look like half."""
    known = [value for series in block.series for value in series.values if value is not None]
    return {} if any(value < 0 for value in known) else {"min": 0}
