"""Chromium for tests: where it is, and how it is started."""

import contextlib
import os
import re
import shutil
from urllib.parse import urlsplit

from django.apps import apps
from django.urls import Resolver404, resolve
from playwright.sync_api import expect, sync_playwright

# A busy machine may take its time over a page; only a page that never gets there fails.
WAIT_MS = int(os.environ.get("GD_E2E_WAIT_MS", "60000"))
WORK_MS = 4 * WAIT_MS  # what a page shows when another process has done its work
expect.set_options(timeout=WAIT_MS)
# The shell is the same engine without a window around it, at half the processor time; Debian packs it apart.
features_seen: set[str] = set()  # "approvals/cases", … whose pages a browser of this process has opened
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
        running.new_context = _patient(running.new_context)
        yield running
        running.close()


def _patient(new_context):
    def opened(**options):
        context = new_context(**options)
        context.set_default_timeout(WAIT_MS)
        context.on("request", _opening)
        return context

    return opened


def _opening(request) -> None:
    """Remember the feature behind a page, where the portal is loaded: the pictures of the README are taken without it."""
    if apps.ready and request.is_navigation_request():
        with contextlib.suppress(Resolver404):
            found = resolve(urlsplit(request.url).path).func
            features_seen.add("/".join(getattr(found, "view_class", found).__module__.split(".")[:2]))


@contextlib.contextmanager
def saving(page, item: str):
    """What is done in this block saves a clause by itself; ends when the portal has taken it and the page shows the answer."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith(f"/rows/{item}/")) as waiting:
        yield
    assert waiting.value.ok, f"{item}: {waiting.value.status} {waiting.value.text()[:300]}"
    at_rest(page)


def at_rest(page) -> None:
    """The queue of the page sends nothing any more."""
    expect(page.locator("body[data-saving]")).to_have_count(0)


def hears_nobody(context) -> None:
    """Pages of this context are told nothing of what others save: they stay as stale as they were opened, however long it takes."""
    context.route(re.compile("/presence/"), lambda route: route.fulfill(json={"others": [], "changed": []}))


@contextlib.contextmanager
def chromium_beside_the_database():
    """A running browser for pages of Django's live server; the database is used between its calls, in the thread its loop runs in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
