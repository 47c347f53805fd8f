"""What many tests of carbon begin with."""

import pytest

from greendistrict.core import clock
from tests.carbon.inventories.world import NOW


@pytest.fixture
def february():
    """It is February of the year after most inventories of these tests."""
    with clock.at(NOW):
        yield


@pytest.fixture
def preparer(client, people):
    """The browser of the person who fills in."""
    client.force_login(people.preparer)
    return client


@pytest.fixture
def officer(client, people):
    """The browser of the city's officer."""
    client.force_login(people.city_officer)
    return client
