"""Paths over meters: a year of hourly readings of many meters compared with a plain COPY, and the monthly board over ten years."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carbon.metering.consumption import midnight
from carbon.metering.enums import MeteredCarrier, MeterInterval
from carbon.metering.models import Meter, MonthlyConsumption
from carbon.metering.services.readings import Row, store
from greendistrict.core import clock
from tools.bench.errors import BenchError
from tools.bench.limits import plain_page
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of, row_of
from tools.bench.paths import Visit, pages, queries_of, seen
from tools.bench.seeding import Seeded

HOUR = dt.timedelta(hours=1)
YEARS, QUERIES = 10, 15
BARE = "CREATE TEMPORARY TABLE bench_readings (meter_id bigint, at timestamptz, value numeric(18, 3), estimated varchar(10)) ON COMMIT DROP"
MONTHS = """
    INSERT INTO carbon_monthlyconsumption (meter_id, month, amount, measured, estimated, estimated_amount)
    SELECT m.id, month::date, 1000 + m.id %% 97, 720, 0, 0
    FROM carbon_meter m, generate_series(%s::timestamp, %s::timestamp, interval '1 month') AS month WHERE m.district_id = %s
    ON CONFLICT DO NOTHING
"""

YEAR_SUMS = """
    INSERT INTO carbon_yearlyconsumption (meter_id, year, amount)
    SELECT meter_id, extract(year FROM month), sum(amount) FROM carbon_monthlyconsumption GROUP BY 1, 2
    ON CONFLICT DO NOTHING
"""


def meters_of(seeded: Seeded, total: int) -> list[int]:
    """Keys of so many hourly registers of the district."""
    have = seeded.district.meters.count()
    common = {"district": seeded.district, "unit": "kWh", "interval": MeterInterval.HOUR, "begins": dt.date(2010, 1, 1), "is_demo": True}
    Meter.objects.bulk_create(
        Meter(code=f"bench-{number}", name=f"bench {number}", carrier=_carrier(number), **common) for number in range(have, total)
    )
    return list(seeded.district.meters.order_by("pk").values_list("pk", flat=True)[:total])


def _carrier(number: int) -> str:
    return (MeteredCarrier.ELECTRICITY, MeteredCarrier.GENERATION)[number % 2]


def _rows(keys: list[int], hours: int) -> Iterator[Row]:
    first = midnight(dt.date(clock.today().year - 1, 1, 1))
    moments = [first + number * HOUR for number in range(hours)]
    values = [Decimal(number * 7) for number in range(hours)]
    for key in keys:
        for moment, value in zip(moments, values, strict=True):
            yield key, moment, value, ""


def writing(seeded: Seeded, meters: int, hours: int, effort: Effort) -> BenchRow:
    """Readings written with locks, partitions, history and monthly sums, compared with a COPY of the same rows into a plain table."""
    keys = meters_of(seeded, meters)
    ours, bare = partial(_stored, seeded, keys, hours), partial(_copied, keys, hours)
    timing = by_turns(lambda: partial(_undone, ours), lambda: partial(_undone, bare), effort)
    with CaptureQueriesContext(connection) as caught:
        _undone(ours)
    cost = len([one for one in caught.captured_queries if "SAVEPOINT" not in one["sql"] and one["sql"] not in ("BEGIN", "ROLLBACK")])
    return cost_of(f"{hours:,} readings × {meters:,} meters", timing, 4, queries=cost, most_queries=QUERIES + 2)


def _undone(act: Callable[[], int]) -> None:
    with transaction.atomic():
        made = act()
        transaction.set_rollback(True)
    if not made:
        msg = "no reading was written"
        raise BenchError(msg)


def _stored(seeded: Seeded, keys: list[int], hours: int) -> int:
    return store(_rows(keys, hours), by=seeded.preparer).added


def _copied(keys: list[int], hours: int) -> int:
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        with cursor.copy("COPY bench_readings FROM STDIN") as copy:
            for count, row in enumerate(_rows(keys, hours), start=1):  # noqa: B007 -- only counted
                copy.write_row(row)
    return count


def years_of_months(seeded: Seeded, meters: int) -> int:
    """Give the district so many meters with ten years of months; returns the last of the years."""
    meters_of(seeded, meters)
    year = clock.today().year - 1
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [dt.date(year - YEARS + 1, 1, 1), dt.date(year, 12, 1), seeded.district.pk])
        cursor.execute(YEAR_SUMS)
        cursor.execute("ANALYZE carbon_meter, carbon_monthlyconsumption, carbon_yearlyconsumption")
    return year


def board_of_years(visit: Visit, meters: int) -> BenchRow:
    """Board of a district whose meters have ten years of months, compared with one query and a plain table of a year."""
    district, user = visit.seeded.district, visit.seeded.preparer
    year = years_of_months(visit.seeded, meters)
    ours = f"{reverse('carbon:metering_board', args=[district.code])}?year={year}"
    cost = queries_of(user, lambda client: client.get(ours, headers={"hx-request": ""}))
    timing = pages(visit, user, ours, f"/limit/metering/{district.pk}/?year={year}")
    name = f"monthly board, {meters:,} meters, {YEARS} years"
    return row_of(name, timing, 0.3, queries=cost, most_queries=QUERIES, **seen(visit, user, ours))


def limit_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Months of a year of a district, summed by one query."""
    rows = MonthlyConsumption.objects.filter(meter__district=pk, month__year=int(request.GET["year"])).order_by("meter__carrier", "month")
    found = list(rows.values_list("meter__carrier", "month").annotate(used=Sum("amount")))
    return plain_page(found, len(found))
