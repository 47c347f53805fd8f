"""Workbook of the city's report on a thousand districts, compared with COPY, and XlsxWriter writing the same cells and charts."""

from collections.abc import Iterator
from io import BytesIO
from math import ceil
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from greendistrict.documents.spreadsheets import OPTIONS
from reports.annual.figures.district import TOGETHER
from reports.composition.blocks import Block, Cell, Chart, Composition, Pairs, PaperTable, Wide
from reports.composition.printed import words_of
from reports.composition.xlsx import KINDS, xlsx_of
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.papers import city_paper_composition
from tools.bench.report_world import reporting
from tools.bench.seeding import YEAR, Seeded

QUERIES, OF_TURN = 95, 50  # queries of the report, and per batch of ``TOGETHER`` districts whose lists are read
ROWS = """
    COPY (SELECT d.name, r.row ->> 'item_id', r.row ->> 'explanation', r.row ->> 'value', i.item ->> 'points', i.item ->> 'state', d.code
          FROM assessments_selfcheck s JOIN districts_district d ON d.id = s.district_id
          JOIN assessments_tableversion v ON v.table_id = s.table_id AND v.counts
          CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'rows') AS r (row)
          LEFT JOIN LATERAL jsonb_array_elements(v.content -> 'result' -> 'items') AS i (item) ON i.item ->> 'id' = r.row ->> 'item_id'
          WHERE s.year = {year} ORDER BY d.name_pinyin, d.id) TO STDOUT
"""


def city_excel(seeded: Seeded, total: int, effort: Effort) -> Iterator[BenchRow]:
    """The workbook including its database queries, and the writing of its cells only."""
    reporting(seeded, total)
    composition = city_paper_composition()
    whole = by_turns(lambda: _ours, lambda: lambda: (_clauses(), _bare(composition)), effort)
    with CaptureQueriesContext(connection) as caught:
        composition = city_paper_composition()
    cost = len([one for one in caught.captured_queries if one["sql"] not in ("BEGIN", "COMMIT", "ROLLBACK")])
    name = f"city Excel, {total:,} districts"
    yield cost_of(
        f"{name}, figures and workbook",
        whole,
        1.3,
        queries=cost,
        most_queries=QUERIES + OF_TURN * ceil(total / TOGETHER),
        notes={"clauses": _clauses()},
    )
    cells = by_turns(lambda: lambda: xlsx_of(composition), lambda: lambda: _bare(composition), effort)
    yield cost_of(f"{name}, workbook alone", cells, 1.3)


def _ours() -> bytes:
    return xlsx_of(city_paper_composition())


def _clauses() -> int:
    """Read the clauses of all districts, which the report sums up, with COPY; returns their number."""
    with connection.cursor() as cursor, cursor.copy(ROWS.format(year=YEAR)) as copy:
        return sum(1 for _ in copy.rows())


def _bare(composition: Composition) -> bytes:
    """Write the same cells, each with a border, and the same charts."""
    import xlsxwriter  # noqa: PLC0415 -- heavy; the benchmark's web workers import this package too

    stream = BytesIO()
    book: Any = xlsxwriter.Workbook(stream, {**OPTIONS, "in_memory": True})  # no temporary file per sheet, as in our code
    form = book.add_format({"border": 1, "text_wrap": True})
    pairs = book.add_worksheet()
    line = 0
    for block in _blocks(composition):
        if isinstance(block, Pairs):
            for name, value in block.rows:
                _write(pairs, line, (name, value), form)
                line += 1
        elif isinstance(block, PaperTable):
            sheet = book.add_worksheet()
            for at, row in enumerate((tuple(column.head for column in block.columns), *block.rows)):
                _write(sheet, at, row, form)
        elif isinstance(block, Chart):
            _chart(book, book.add_worksheet(), block, form)
    book.close()
    return stream.getvalue()


def _blocks(composition: Composition) -> Iterator[Block]:
    for block in composition.blocks:
        yield from block.blocks if isinstance(block, Wide) else (block,)


def _write(sheet: Any, line: int, row: tuple[Cell, ...], form: Any) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str) or value is None:
            sheet.write_string(line, column, value or "", form)
        elif hasattr(value, "year"):
            sheet.write_string(line, column, words_of(value), form)
        else:
            sheet.write_number(line, column, float(value), form)


def _chart(book: Any, sheet: Any, block: Chart, form: Any) -> None:
    for at, label in enumerate(block.labels):
        _write(sheet, at, (label, *(series.values[at] for series in block.series)), form)
    if block.kind not in KINDS:  # the schematic map exists in the PDF only
        return
    chart = book.add_chart(KINDS[block.kind])
    for at in range(1, len(block.series) + 1):
        last = len(block.labels) - 1
        chart.add_series({"categories": [sheet.name, 0, 0, last, 0], "values": [sheet.name, 0, at, last, at]})
    sheet.insert_chart(2, len(block.series) + 2, chart)
