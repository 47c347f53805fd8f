import pytest

from tests.obligations.world import world


@pytest.fixture
def people(db):
    return world()
