"""Chromium for tests: where it is, and how it is started."""

import contextlib
import os
import shutil

from playwright.sync_api import sync_playwright

# The shell is the same engine without a window around it, at half the processor time; Debian packs it apart.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program() -> str:
    """Path of this machine's browser; a machine without one fails with what to do."""
    named = os.environ.get("GD_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    assert found, f"no browser at {named or NAMES}: run make setup-browser, or name one in GD_CHROMIUM"
    return found


@contextlib.contextmanager
def chromium():
    """A running browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield running
        running.close()


@contextlib.contextmanager
def chromium_beside_the_database():
    """A running browser for pages of Django's live server; the database is used between its calls, in the thread its loop runs in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
