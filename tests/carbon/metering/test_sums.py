"""Monthly sums in the database equal those of the intervals, in whatever order readings arrive; partitions are created on demand."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbon.metering.consumption import ReadingPoint, by_month, moved, uses
from carbon.metering.enums import MeterInterval
from carbon.metering.models import MonthlyConsumption, YearlyConsumption
from carbon.metering.services import readings
from carbon.metering.services.readings import store
from carbon.tasks import make_partitions
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from tests.factories.accounts import make_user
from tests.factories.meters import MeterFactory, at, write

pytestmark = pytest.mark.django_db
SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def by():
    return make_user("preparer")


def kept(meter):
    return {row.month: row for row in MonthlyConsumption.objects.filter(meter=meter)}


def years(meter):
    return dict(YearlyConsumption.objects.filter(meter=meter).values_list("year", "amount"))


def compare(meter, points):
    """What is kept is what the pure sums say, each month to six decimals and all together exactly."""
    wanted, rows = by_month(uses(meter.spec, points)), kept(meter)
    assert set(rows) == set(wanted)
    for month, total in wanted.items():
        row = rows[month]
        assert abs(Fraction(row.amount) - total.amount) <= Fraction(len(points) + 1, 10**6)
        assert (row.measured, row.estimated) == (total.measured, total.estimated), month
        assert abs(Fraction(row.estimated_amount) - total.estimated_amount) <= Fraction(len(points) + 1, 10**6)
    assert sum(Fraction(row.amount) for row in rows.values()) == sum(total.amount for total in wanted.values())
    assert years(meter) == {
        year: sum(row.amount for month, row in rows.items() if month.year == year) for year in {month.year for month in rows}
    }


STEPS = st.lists(st.tuples(st.integers(1, 40), st.decimals(0, 99_999, places=3)), min_size=2, max_size=12)
INTERVALS = st.sampled_from([MeterInterval.QUARTER, MeterInterval.HOUR, MeterInterval.DAY, MeterInterval.MONTH])


@SOME
@given(STEPS, INTERVALS, st.booleans(), st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(120)]), st.randoms())
def test_the_sum_of_months_is_the_sum_of_intervals(by, steps, interval, cumulative, multiplier, order):  # noqa: PLR0917 -- hypothesis
    with transaction.atomic():
        meter = MeterFactory(interval=interval, cumulative=cumulative, multiplier=multiplier, digits=5 if cumulative else None)
        moment, value, points = moved(interval, at(2025, 11, 1), 0), Decimal(0), []
        for gap, step in steps:
            moment = moved(interval, moment, gap * (20 if interval == MeterInterval.QUARTER else 1))
            value = (value + step) % 10**5 if cumulative else step
            points.append(ReadingPoint(moment, value))
        shuffled = order.sample(points, len(points))
        half = len(points) // 2
        for part in (shuffled[:half], shuffled[half:], shuffled[:2]):
            store(((meter.pk, point.at, point.value, "") for point in part), by=by)
        compare(meter, points)
        transaction.set_rollback(True)


def test_a_correction_moves_its_months_alone_and_leaves_history(by):
    meter = MeterFactory(cumulative=True, interval=MeterInterval.DAY)
    write(meter, range(0, 900, 10), by=by, first=at(2026, 1, 1), step=dt.timedelta(days=1))
    before = {month: row.pk for month, row in kept(meter).items()}
    with transaction.atomic():
        done = store([(meter.pk, at(2026, 2, 10), Decimal(405), "")], by=by, reason="抄错")
    assert (done.added, done.corrected, done.unchanged) == (0, 1, 0)
    rows = kept(meter)
    assert rows[dt.date(2026, 1, 1)].pk == before[dt.date(2026, 1, 1)]
    assert rows[dt.date(2026, 2, 1)].amount == 280
    (change,) = meter.corrections.all()
    assert (change.before, change.after, change.reason, change.corrected_by) == (400, 405, "抄错", by)


def test_a_correction_moves_its_year_alone(by):
    meter = MeterFactory(cumulative=False, interval=MeterInterval.MONTH)
    monthly = [(meter.pk, moved(MeterInterval.MONTH, at(2024, 1, 1), number), Decimal(10), "") for number in range(30)]
    with transaction.atomic():
        store(monthly, by=by)
    before = dict(YearlyConsumption.objects.filter(meter=meter).values_list("year", "pk"))
    with transaction.atomic():
        store([(meter.pk, at(2025, 3, 1), Decimal(25), "")], by=by, reason="抄错")
    assert years(meter) == {2024: 120, 2025: 135, 2026: 60}
    after = dict(YearlyConsumption.objects.filter(meter=meter).values_list("year", "pk"))
    assert (after[2024], after[2026]) == (before[2024], before[2026])


def test_what_is_missed_over_the_end_of_a_month_is_shared_by_the_intervals_of_each(by):
    meter = MeterFactory(cumulative=True, interval=MeterInterval.DAY)
    with transaction.atomic():
        store([(meter.pk, at(2026, 1, 30), Decimal(0), ""), (meter.pk, at(2026, 2, 2), Decimal(100), "")], by=by)
    rows = kept(meter)
    found = [(month.month, row.amount, row.estimated) for month, row in sorted(rows.items())]
    assert found == [(1, Decimal("66.666667"), 2), (2, Decimal("33.333333"), 1)]
    assert half_up(sum(row.amount for row in rows.values()), 6) == 100


def parts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'carbon_meterreading'::regclass")
        return {name for (name,) in cursor.fetchall()}


def test_partitions_are_made_ahead_once_and_on_demand(by):
    with clock.at(at(2026, 11, 23)):
        made = make_partitions()
        assert (made, make_partitions()) == (4, 0)
    assert {f"carbon_meterreading_{month}" for month in ("2026_11", "2026_12", "2027_01", "2027_02")} <= parts()
    meter = MeterFactory()
    write(meter, [1, 2], by=by, first=at(2021, 5, 31, 23))
    assert {"carbon_meterreading_2021_05", "carbon_meterreading_2021_06"} <= parts()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM carbon_meterreading ORDER BY at")
        assert [name for (name,) in cursor.fetchall()] == ["carbon_meterreading_2021_05", "carbon_meterreading_2021_06"]
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'carbon_meterreading_2021_05'")
        assert any("USING brin" in line for (line,) in cursor.fetchall())


def test_the_maker_of_partitions_makes_nothing_else():
    with pytest.raises(Exception, match="no readings"), transaction.atomic():
        readings.ensure_partitions([dt.date(1901, 1, 1)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'carbon_make_reading_partition'")
        assert cursor.fetchall() == [(True, ["search_path=pg_catalog, public"])]
