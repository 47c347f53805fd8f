"""A browser and a portal of its own per test module; pictures go to ``var/e2e``."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.steps.actor import Album, launch
from tests.processes import Portal


@pytest.fixture(scope="module")
def browser():
    """Chromium."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def portal(tmp_path_factory, request):
    """An empty portal: no process runs yet, no table exists yet."""
    name = request.module.__name__.rsplit(".", 1)[-1]
    with Portal(tmp_path_factory.mktemp(name), f"e2e_{name}_{os.getpid()}") as made:
        yield made


@pytest.fixture(scope="module")
def album(request):
    """Pictures of this module."""
    return Album(request.module.__name__.rsplit(".", 1)[-1])
