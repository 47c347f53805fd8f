"""Adapters that are on: an office by HTTP, a folder, a keeper's hand."""

import pytest

from portal.adapters.catalogue import ADAPTERS
from tests.portal.adapters.office import TOKEN, Office


@pytest.fixture
def office(settings, tmp_path):
    """Every adapter at the stand-in of an office; returns the stand-in."""
    with Office(tmp_path) as found:
        settings.ADAPTER_CA, settings.ADAPTER_SECONDS = str(found.certificate), 5
        settings.ADAPTERS = dict.fromkeys(ADAPTERS, found.url)
        settings.ADAPTER_TOKENS = dict.fromkeys(settings.ADAPTERS, TOKEN)
        yield found


@pytest.fixture
def folder(settings, tmp_path):
    """Every adapter at a folder of its own below this one."""
    settings.ADAPTERS = {}
    for key in ADAPTERS:
        (tmp_path / key / "in").mkdir(parents=True)
        settings.ADAPTERS[key] = str(tmp_path / key)
    return tmp_path
