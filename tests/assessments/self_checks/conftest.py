"""Every test of the self-check runs in March of the year after the one reported on."""

import pytest

from greendistrict.core import clock
from tests.factories.received import at


@pytest.fixture(autouse=True)
def _filing_time():
    """The year reported on is over."""
    with clock.at(at(2027, 3, 10)):
        yield
