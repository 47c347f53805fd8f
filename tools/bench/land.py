"""Paths over a district with thousands of plots: list, board, map, and import of a workbook of 1,000 rows."""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from math import cos, pi, sin
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind, ImportKind
from districts.file.models.district import District
from districts.lists.services import apply_import
from districts.plots.models import Plot, PlotIndicator
from districts.plots.workbook import COLUMNS, plot_book, preview_of
from greendistrict.core import clock
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of, row_of
from tools.bench.paths import Visit, pages, queries_of, seen
from tools.bench.seeding import Seeded
from tools.demo.plots import fill_plots, shape_plots

FILTER = "acquisition=grant&late=any"


def plot_pages(visit: Visit, total: int) -> Iterator[BenchRow]:
    """Filtered list and board of a district with ``total`` plots, each compared with one query and a plain table."""
    district, user = visit.seeded.district, visit.seeded.preparer
    if not district.plots.exists():
        fill_plots(district, total, seed=1)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for name, query, most in (("plot_list", f"?{FILTER}", 8), ("plot_board", "", 15)):
        ours = reverse(f"districts:{name}", kwargs={"code": district.code}) + query
        limit = f"/limit/{name.replace('_', '-')}/{district.pk}/"
        cost = queries_of(user, partial(_get, ours))
        label = "list, 50" if name == "plot_list" else "board"
        timing = pages(visit, user, ours, limit)
        yield row_of(f"plot {label} of {total:,} plots", timing, 0.5, queries=cost, most_queries=most, **seen(visit, user, ours))


def boundary_map(visit: Visit, points: int) -> BenchRow:
    """Page of a boundary with ``points`` corners with its drawing, compared with one query and a plain drawing."""
    district, user = visit.seeded.district, visit.seeded.preparer
    if not district.boundaries.exists():
        circle(district, points)
    ours = reverse("districts:boundary_list", kwargs={"code": district.code})
    cost = queries_of(user, partial(_get, ours))
    timing = pages(visit, user, ours, f"/limit/boundary-map/{district.pk}/")
    return row_of(f"map, boundary of {points:,} points", timing, 0.5, queries=cost, most_queries=10, **seen(visit, user, ours))


def drawn_plots(visit: Visit, total: int) -> Iterator[BenchRow]:
    """Overview and map of a district with ``total`` drawn plots, compared with one query and a plain path per plot."""
    district, user = visit.seeded.district, visit.seeded.preparer
    draw(district, total)
    for name, label, most in (("district_detail", "district page", 60), ("plot_map", "plot map", 15)):
        ours = reverse(f"districts:{name}", kwargs={"code": district.code})
        cost = queries_of(user, partial(_get, ours))
        timing = pages(visit, user, ours, f"/limit/plot-map/{district.pk}/")
        yield row_of(f"{label}, {total:,} plots drawn", timing, 0.3, queries=cost, most_queries=most, **seen(visit, user, ours))


def draw(district: District, total: int) -> None:
    """Give the district ``total`` plots, unless it has some, with their outlines and its own boundary."""
    if not district.plots.exists():
        fill_plots(district, total, seed=1)
    if not district.boundary:
        district.boundary = _ring(200)
        district.save(update_fields=["boundary"])
    if shape_plots(district):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _ring(points: int) -> dict[str, Any]:
    turns = [2 * pi * number / points for number in range(points)]
    ring = [[round(121.5 + 0.02 * cos(turn), 6), round(31.1 + 0.02 * sin(turn), 6)] for turn in turns]
    return {"type": "MultiPolygon", "coordinates": [[[*ring, ring[0]]]]}


def circle(district: District, points: int) -> None:
    """Give the district a stored boundary with so many corners."""
    Boundary.objects.create(
        district=district, kind=BoundaryKind.PLAN, geometry=_ring(points), area_km2=13, points=points, file_name="bench.geojson",
        format="GeoJSON", system="WGS84", sha256="0" * 64, reason="bench", entered_at=clock.now(),
    )  # fmt: skip


def _get(path: str, client: object) -> object:
    return client.get(path, headers={"hx-request": ""})  # type: ignore[attr-defined]  # a test client


QUERIES = 15  # independent of the number of rows
STORED_AT_ONCE, VALUES = 2_000, 5  # values are inserted 2,000 per statement; a plot of the benchmark has about five


def importing(seeded: Seeded, rows: int, effort: Effort) -> BenchRow:
    """Preview and import of a workbook of new plots with their indicators, compared with reading it by openpyxl and two plain inserts."""
    district = seeded.district
    content = _book(district, rows)
    timing = by_turns(
        lambda: partial(_undone, partial(_ours, seeded, content)), lambda: partial(_undone, partial(_bare, district, content)), effort
    )
    with CaptureQueriesContext(connection) as caught:
        _undone(partial(_ours, seeded, content))
    cost = len(
        [query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"] and query["sql"] not in ("BEGIN", "ROLLBACK")]
    )
    most = QUERIES + rows * VALUES // STORED_AT_ONCE
    return cost_of(f"Excel import of {rows:,} plots", timing, 2, queries=cost, most_queries=most, notes={"values": _filled(content)})


def _filled(content: bytes) -> int:
    """Number of filled cells of the list."""
    import openpyxl  # noqa: PLC0415 -- web workers of the benchmark import this package too

    sheet = openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets[0]
    return sum(value not in (None, "") for row in sheet.iter_rows(min_row=4, max_col=len(COLUMNS), values_only=True) for value in row)


def _book(district: District, rows: int) -> bytes:
    """Workbook of plots that are not stored, in the format of the export."""
    with transaction.atomic():
        fill_plots(district, rows, seed=99)
        plots = list(district.plots.filter(number__startswith="Y99-"))
        values: dict[int, dict[str, PlotIndicator]] = {}
        for row in PlotIndicator.objects.filter(plot__in=plots):
            values.setdefault(row.plot_id, {})[row.key] = row
        content = plot_book(district, plots, values)
        transaction.set_rollback(True)
    return content


def _undone(act: Callable[[], int]) -> None:
    """Run in a transaction that is rolled back, so that every round starts with the same data."""
    with transaction.atomic():
        made = act()
        transaction.set_rollback(True)
    if not made:
        msg = "an import made nothing"
        raise BenchError(msg)


def _ours(seeded: Seeded, content: bytes) -> int:
    preview = preview_of(seeded.district, content, clock.today())
    if not preview.applicable:
        msg = f"the workbook is refused: {preview.problems or preview.refused[:1]}"
        raise BenchError(msg)
    works = [vars(work) for work in preview.works]
    return apply_import(kind=ImportKind.PLOTS, district=seeded.district, works=works, file_name="bench.xlsx", by=seeded.preparer).added


def _bare(district: District, content: bytes) -> int:
    """Read every cell and insert as many plots and values, without checks."""
    import openpyxl  # noqa: PLC0415 -- web workers of the benchmark import this package too

    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    rows: list[list[Any]] = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=4, max_col=len(COLUMNS))]
    plots = Plot.objects.bulk_create([Plot(district=district, number=row[0], area_ha=row[3] or 1) for row in rows], batch_size=1000)
    keys = [column.field.partition(".")[0] for column in COLUMNS[15::3]]
    values = [
        PlotIndicator(plot=plot, key=key, required=str(row[15 + 3 * at] or ""))
        for plot, row in zip(plots, rows, strict=True)
        for at, key in enumerate(keys)
        if row[15 + 3 * at] not in (None, "")
    ]
    PlotIndicator.objects.bulk_create(values, batch_size=2000)
    return len(plots)
