"""Many who need a month that has no partition yet."""

import datetime as dt
from functools import partial

import pytest
from django.db import connection

from carbon.metering.services import readings
from tests.waiting import race

MONTHS = [dt.date(1995, month, 1) for month in range(1, 7)]


@pytest.mark.django_db(transaction=True)
def test_a_month_that_many_ask_for_at_once_is_made_once_and_nobody_fails():
    try:
        for month in MONTHS:
            assert sum(race(*[partial(readings.ensure_partitions, [month])] * 5)) == 1
    finally:
        with connection.cursor() as cursor:
            for month in MONTHS:
                cursor.execute(f"DROP TABLE IF EXISTS carbon_meterreading_{month:%Y_%m}")
