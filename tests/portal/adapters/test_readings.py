"""Energy platform: readings come in through the service of metering, for districts that let the platform write."""

from decimal import Decimal

import pytest

from carbon.metering.models import MeterReading, MeterToken
from carbon.metering.services.meters import make_token
from greendistrict.core import clock
from portal.adapters.readings import PLATFORM
from portal.adapters.services import exchange
from tests.factories.accounts import make_user
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory

pytestmark = pytest.mark.django_db


def item(key, meter, *values, **more):
    readings = [{"time": f"2026-03-01 0{hour}:00", "value": value} for hour, value in enumerate(values)]
    return {"key": key, "district": meter.district.code, "meter": meter.code, "readings": readings, **more}


@pytest.fixture
def meter():
    return MeterFactory(interval="hour", cumulative=False, multiplier=1)


@pytest.fixture
def person(meter):
    found = make_user("preparer")
    meter.district.applicant = found.posts.get().organisation
    meter.district.save()
    return found


def test_only_a_district_that_lets_the_platform_write_is_written_to(office, meter, person):
    office.gives(item("r-1", meter, "5"))
    assert "没有为“市能耗监测平台”生成计量接入令牌" in exchange("readings")[0].error
    make_token(district=meter.district, label="别的系统", by=person)
    assert exchange("readings") == []
    make_token(district=meter.district, label=PLATFORM, by=person)
    office.gives(item("r-1", meter, "5", "6.5"))
    [made] = exchange("readings")
    assert (made.items, made.result) == (1, "done")
    assert list(MeterReading.objects.order_by("at").values_list("value", flat=True)) == [Decimal(5), Decimal("6.5")]
    assert exchange("readings") == [], "the platform shows the same again"
    MeterToken.objects.update(revoked_at=clock.now())
    office.gives(item("r-2", meter, "5", "6.5", "7"))
    assert "没有为" in exchange("readings")[0].error
    assert MeterReading.objects.count() == 2


def test_what_metering_refuses_is_not_written(office, meter, person):
    make_token(district=meter.district, label=PLATFORM, by=person)
    stranger = MeterFactory(district=make_district(name="演示别处（虚构）"))
    office.gives(
        item("r-1", meter, "5"),
        item("r-2", meter, "6"),
        item("r-3", meter, "x"),
        item("r-4", meter),
        item("r-5", stranger, "5"),
        {**item("r-6", meter, "5"), "meter": "none"},
        {**item("r-7", meter), "readings": ["5"]},
        {**item("r-8", meter), "readings": "5"},
    )
    [made] = exchange("readings")
    assert (made.items, made.refused) == (1, 7)
    assert list(MeterReading.objects.values_list("value", flat=True)) == [Decimal(5)], "a measured reading is not changed"


def test_a_reading_is_told_as_a_number_or_as_a_text(office, meter, person):
    make_token(district=meter.district, label=PLATFORM, by=person)
    office.gives(item("r-1", meter, 0, "0", 1.5), item("r-2", meter, True), item("r-3", meter, None))
    [made] = exchange("readings")
    assert (made.items, made.refused) == (1, 2), made.error
    assert list(MeterReading.objects.order_by("at").values_list("value", flat=True)) == [0, 0, Decimal("1.5")]
