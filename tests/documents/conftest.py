"""People, a district of theirs, and a folder of files."""

import pytest

from tests.factories.accounts import cast
from tests.factories.districts import make_district


@pytest.fixture
def people(db):
    """The cast."""
    return cast()


@pytest.fixture
def district(people):
    """A district of theirs."""
    return make_district(people)


@pytest.fixture
def media(settings, tmp_path):
    """The folder that files are stored in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
