"""What many tests of carbon begin with."""

import pytest

from greendistrict.core import clock
from tests.carbon.inventories.world import NOW


@pytest.fixture
def february():
    """It is February of the year after most inventories of these tests."""
    with clock.at(NOW):
        yield
