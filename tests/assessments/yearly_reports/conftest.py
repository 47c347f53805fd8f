"""Every test of yearly reports runs in February of the year after the one reported on."""

import pytest

from greendistrict.core import clock
from tests.factories.received import at


@pytest.fixture(autouse=True)
def _february():
    with clock.at(at(2026, 2, 2)):
        yield
