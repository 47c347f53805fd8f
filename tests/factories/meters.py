"""Meters of the tests, and readings of theirs."""

import datetime as dt
from decimal import Decimal

import factory
from django.db import transaction

from carbon.metering.enums import MeteredCarrier, MeterInterval
from carbon.metering.models import Meter
from carbon.metering.services.readings import store
from greendistrict.core.clock import SHANGHAI
from tests.factories.districts import DistrictFactory


class MeterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meter

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda number: f"YS-{number:04d}")
    name = factory.Sequence(lambda number: f"演示{number}号表（虚构）")
    carrier = MeteredCarrier.ELECTRICITY
    unit = "kWh"
    interval = MeterInterval.HOUR
    cumulative = False
    begins = dt.date(2020, 1, 1)
    is_demo = True


def at(*parts):
    """Moment in Beijing time."""
    return dt.datetime(*parts, tzinfo=SHANGHAI)


def write(meter, values, *, by, first=None, step=dt.timedelta(hours=1), **more):
    """Store values of a meter one after the other, without checks."""
    first = first or at(2026, 3, 1)
    with transaction.atomic():
        return store(((meter.pk, first + number * step, Decimal(value), "") for number, value in enumerate(values)), by=by, **more)
