"""The frame in a real browser: no refused resource, no overflow, keys, menu, and the accessibility rules axe knows."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from greendistrict.portal import context

pytestmark = [pytest.mark.slow, pytest.mark.urls("tests.ui.ui_urls")]
CHROMIUM = os.environ.get("GD_CHROMIUM", "/usr/bin/chromium")
SIZES = [(1366, 768), (1920, 1080), (390, 844)]


@pytest.fixture(scope="module")
def browser():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in this thread
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser, live_server):
    contexts = []

    def opened(path, width=1366, height=768, *, care=False, javascript=True):
        here = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=javascript)
        contexts.append(here)
        if care:
            here.add_cookies([{"name": context.CARE_COOKIE, "value": "on", "url": live_server.url}])
        page = here.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(live_server.url + path, wait_until="networkidle")
        return page

    yield opened
    for here in contexts:
        here.close()


@pytest.mark.parametrize("path", ["/_components/", "/"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_refused_and_nothing_overflows(open_page, path, width, height):
    page = open_page(path, width, height)
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_care_mode_is_larger_and_does_not_overflow(open_page):
    page = open_page("/_components/", care=True)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


@pytest.mark.parametrize("care", [False, True])
@pytest.mark.parametrize("path", ["/_components/", "/"])
def test_axe_finds_nothing(open_page, path, care):
    found = Axe().run(open_page(path, care=care), options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert [(entry["id"], [node["html"][:120] for node in entry["nodes"]]) for entry in found.response["violations"]] == []


def test_keys_open_and_close_their_list(open_page):
    page = open_page("/districts/district_list/")
    page.keyboard.press("?")
    assert page.locator("#gd-keys").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#gd-keys").is_hidden()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_menu_of_a_narrow_screen_opens_with_and_without_javascript(open_page):
    page = open_page("/districts/district_list/", 390, 844)
    assert page.locator("#side").is_hidden()
    page.click(".gd-burger")
    page.locator("#side .gd-side-foot").wait_for(state="visible")
    plain = open_page("/districts/district_list/", 390, 844, javascript=False)
    plain.click(".gd-burger")
    assert plain.locator("#side .gd-side-foot").is_visible()


def test_care_switches_at_once_and_stays(open_page):
    page = open_page("/")
    with page.expect_response("**/accounts/care/"):
        page.get_by_role("button", name="关怀版").click()
    assert page.get_attribute("html", "data-care") == "on"
    page.reload()
    assert page.get_attribute("html", "data-care") == "on"


def test_a_blocked_button_does_nothing(open_page):
    page = open_page("/_components/")
    page.locator("button[aria-describedby='why-wx']").click(force=True)
    assert page.url.endswith("/_components/")


def test_leaving_an_unsaved_form_asks_first(open_page):
    page = open_page("/_components/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#id_name", "演示新城")
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert asked == ["beforeunload"]
