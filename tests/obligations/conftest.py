import pytest

from greendistrict.core.models import CalendarYear
from tests.obligations.world import world


@pytest.fixture
def people(db):
    return world()


@pytest.fixture
def arranged(db):
    """The holidays of these years are known, so that the system keeper owes nothing."""
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source="x", digest="x") for year in range(2026, 2029))
