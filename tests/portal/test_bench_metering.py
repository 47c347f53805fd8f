"""The bench of meters: both sides do the work, and the number of queries does not grow with the rows."""

from types import SimpleNamespace

import pytest

from carbon.metering.models import MeterReading
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tools.bench import metering
from tools.bench.measuring import Effort

pytestmark = pytest.mark.django_db


def test_writing_is_measured_and_leaves_nothing_behind():
    cast = make_cast()
    seeded = SimpleNamespace(district=make_district(cast), preparer=cast.preparer)
    rows = [metering.writing(seeded, meters, 30, Effort(rounds=1, repeats=1)) for meters in (2, 6)]
    assert rows[0].queries == rows[1].queries
    assert all(row.within for row in rows), [row.queries for row in rows]
    assert not MeterReading.objects.exists()
