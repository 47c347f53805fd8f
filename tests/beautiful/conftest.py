"""The moment at which most of the programme is tested."""

import pytest

from greendistrict.core import clock
from tests.beautiful.plans.world import FIRST, spring


@pytest.fixture
def january():
    """A day early in the second year of the plan."""
    with clock.at(spring(FIRST + 1)):
        yield
