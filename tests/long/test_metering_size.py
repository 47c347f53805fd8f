"""A month of 1,000 hourly meters is written, and what ten years of them would need is reckoned from it: 87.6 million readings."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction

from carbon.metering.consumption import SECONDS
from carbon.metering.models import Meter, MonthlyConsumption
from carbon.metering.services.readings import store
from tests.factories.accounts import make_user
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory, at

pytestmark = [pytest.mark.long, pytest.mark.django_db]
METERS, HOURS, YEARS = 1_000, 31 * 24, 10
MOST_GIB = 16


def test_ten_years_of_a_thousand_meters_fit_on_a_small_disk():
    by, district = make_user("preparer"), make_district()
    Meter.objects.bulk_create(MeterFactory.build(district=district, cumulative=True) for _ in range(METERS))
    keys = list(Meter.objects.order_by("pk").values_list("pk", flat=True))
    first, hour = at(2026, 3, 1), dt.timedelta(seconds=SECONDS["hour"])
    moments = [first + number * hour for number in range(HOURS)]
    rows = ((key, moment, Decimal(number * 7), "") for key in keys for number, moment in enumerate(moments))
    with transaction.atomic():
        assert store(rows, by=by).added == METERS * HOURS
    assert set(MonthlyConsumption.objects.values_list("amount", flat=True)) == {(HOURS - 1) * 7}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('carbon_meterreading_2026_03')")
        (size,) = cursor.fetchone()
    per_row = size / (METERS * HOURS)
    assert per_row * METERS * 8_760 * YEARS / 2**30 <= MOST_GIB, f"{per_row:.0f} bytes a reading"
