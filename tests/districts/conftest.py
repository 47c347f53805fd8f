"""A district of the cast."""

import datetime as dt

import pytest

from greendistrict.core import clock
from tests.factories.districts import make_district


@pytest.fixture
def district(people):
    """A district in the cast's hands."""
    return make_district(people, code="yanshi", name="演示新城（虚构）")


@pytest.fixture
def november():
    """It is ten o'clock of the 20th of November 2026."""
    with clock.at(dt.datetime(2026, 11, 20, 10, tzinfo=clock.SHANGHAI)):
        yield
