"""The bench of plots: both sides do the work, and the number of queries does not grow with the rows."""

from types import SimpleNamespace

import pytest

from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tools.bench import land
from tools.bench.measuring import Effort

pytestmark = pytest.mark.django_db


def test_an_import_is_measured_and_leaves_nothing_behind():
    cast = make_cast()
    seeded = SimpleNamespace(district=make_district(cast), preparer=cast.preparer)
    rows = [land.importing(seeded, count, Effort(rounds=1, repeats=1)) for count in (5, 25)]
    assert rows[0].queries == rows[1].queries <= 20
    assert all(row.within for row in rows)
    assert not seeded.district.plots.exists()
