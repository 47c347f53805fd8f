"""The city's workbook over a thousand received tables, beside COPY and XlsxWriter writing as many cells, and how far its memory grows."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import ScoreTable, TableVersion
from districts.file.models.district import District
from reports.annual import figures
from reports.annual.xlsx import CityBook
from tools.bench import server
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.seeding import YEAR, Seeded, multiply

PART = 4  # the memory of a quarter of the districts stands beside that of all
ROWS = """
    COPY (SELECT d.name, r.row ->> 'item_id', r.row ->> 'explanation', r.row ->> 'value', i.item ->> 'points', i.item ->> 'state', d.code
          FROM assessments_selfcheck s JOIN districts_district d ON d.id = s.district_id
          JOIN assessments_tableversion v ON v.table_id = s.table_id AND v.counts
          CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'rows') AS r (row)
          LEFT JOIN LATERAL jsonb_array_elements(v.content -> 'result' -> 'items') AS i (item) ON i.item ->> 'id' = r.row ->> 'item_id'
          WHERE s.year = {year} ORDER BY d.name_pinyin, d.id) TO STDOUT
"""


def city_excel(seeded: Seeded, total: int, effort: Effort) -> BenchRow:
    """All clauses of ``total`` districts out of the database into one styled workbook."""
    received(seeded, YEAR, total)
    received(seeded, YEAR - 1, total // PART)
    timing = by_turns(lambda: partial(_ours, YEAR), lambda: partial(_bare, YEAR), effort)
    with CaptureQueriesContext(connection) as caught:
        clauses = _ours(YEAR)
    part, whole = (_grown(partial(_ours, year)) for year in (YEAR - 1, YEAR))
    notes = {"clauses": clauses, f"MiB more for {total // PART:,}": part, f"for {total:,}": whole}
    # However many districts: most of them ask for the closing of the year and its last day of receipt.
    return cost_of(f"city Excel, {total:,} districts", timing, 1.3, queries=_plain(caught), most_queries=14, notes=notes)


def _plain(caught: CaptureQueriesContext) -> int:
    return len([one for one in caught.captured_queries if one["sql"] not in ("BEGIN", "COMMIT", "ROLLBACK")])


def received(seeded: Seeded, year: int, total: int) -> int:
    """Copies of the received self-check with its frozen table in other districts, until ``total`` of the year; how many there are."""
    have = SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED).count()
    taken = SelfCheck.objects.filter(year=year).values("district")
    districts = list(District.objects.exclude(pk__in=taken).order_by("pk").values_list("pk", flat=True)[: max(total - have, 0)])
    if districts:
        source, count = SelfCheck.objects.get(pk=seeded.check.pk), len(districts)
        before = ScoreTable.objects.order_by("-pk").values_list("pk", flat=True)[0]
        multiply(ScoreTable, source.table_id, {}, first=1, last=count)
        tables = list(ScoreTable.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True))
        version = TableVersion.objects.get(table=source.table_id, counts=True)
        multiply(TableVersion, version.pk, {"table_id": _nth(tables)}, first=1, last=count)
        number = f"'ZC-{year}-' || n.n::text"
        received_at = f"TIMESTAMPTZ '{year + 1}-02-01 09:00+08'"  # in time
        whose = {"table_id": _nth(tables), "district_id": _nth(districts), "year": str(year), "number": number, "received_at": received_at}
        multiply(SelfCheck, source.pk, whose, first=1, last=count)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return have + len(districts)


def _nth(keys: list[int]) -> str:
    return f"(ARRAY[{','.join(map(str, keys))}])[n.n]"


def _ours(year: int) -> int:
    """The clauses in the workbook as the worker makes it. Raises ``BenchError`` where there are none."""
    count = 0

    def add(row: figures.AnnualFigures) -> None:
        nonlocal count
        count += len(row.items)
        book.add(row)

    with CityBook(figures.city_marks(year)) as book:
        book.content(figures.city_rows(year, add))
    if not count:
        msg = "the city's workbook is empty"
        raise BenchError(msg)
    return count


def _bare(year: int) -> bytes:
    """The same number of cells, each with a border, row by row as they come."""
    import xlsxwriter  # noqa: PLC0415 -- heavy; the web workers of the bench import this package too

    stream = BytesIO()
    book: Any = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    form, sheet = book.add_format({"border": 1, "text_wrap": True}), book.add_worksheet()
    with connection.cursor() as cursor, cursor.copy(ROWS.format(year=int(year))) as copy:
        for line, row in enumerate(copy.rows()):
            for column, value in enumerate(row):
                sheet.write_string(line, column, value or "", form)
    book.close()
    return stream.getvalue()


def _grown(act: Callable[[], object]) -> int:
    """Peak memory above the level before, MiB."""
    server.forget_peak()
    before = server.resident("self")
    act()
    return round(server.resident("self", "VmHWM") - before)
