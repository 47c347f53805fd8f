"""A district, and a folder of files."""

import pytest

from tests.factories.districts import make_district


@pytest.fixture
def district(people):
    """A district of the cast."""
    return make_district(people)


@pytest.fixture
def media(settings, tmp_path):
    """The folder that files are stored in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
