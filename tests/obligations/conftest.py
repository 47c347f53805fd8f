import pytest

from greendistrict.core.models import CalendarYear
from greendistrict.policy.models import Setting
from tests.factories.accounts import cast
from tests.factories.received import at
from tests.obligations.world import spring_festival, world


@pytest.fixture
def people(db):
    return world()


@pytest.fixture
def arranged(db):
    """The holidays of these years are known, so that the system keeper owes nothing."""
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source="x", digest="x") for year in range(2026, 2029))


@pytest.fixture
def cast_of_2026(db):
    """Every seat, with the portal in use since 5 January 2026 and the spring festival of that year in the calendar."""
    spring_festival()
    people = cast()
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    return people
