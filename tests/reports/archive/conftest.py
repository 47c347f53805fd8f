"""People of the archive."""

import pytest

from tests.factories.accounts import cast
from tests.reports.archive.world import set_fonds


@pytest.fixture
def people(db):
    """The cast, with the city's 全宗号 set."""
    found = cast()
    set_fonds(found)
    return found
