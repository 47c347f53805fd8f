"""The frame in a real browser: no refused resource, no overflow, keys, menu, and the accessibility rules axe knows."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.frame import context

pytestmark = [pytest.mark.slow, pytest.mark.urls("tests.ui.ui_urls")]
SIZES = [(1366, 768), (1920, 1080), (390, 844)]


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
    page.locator("#gd-keys").wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator("#gd-keys").wait_for(state="hidden")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_menu_of_a_narrow_screen_opens_with_and_without_javascript(open_page):
    page = open_page("/districts/district_list/", 390, 844)
    assert page.locator("#side").is_hidden()
    page.click(".gd-burger")
    page.locator("#side .gd-side-foot").wait_for(state="visible")
    plain = open_page("/districts/district_list/", 390, 844, javascript=False)
    plain.click(".gd-burger")
    plain.locator("#side .gd-side-foot").wait_for(state="visible")


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
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_a_form_can_be_sent_again_after_coming_back(open_page):
    page = open_page("/_components/")
    sent = """() => {
        const form = document.querySelector("form[data-once]");
        const stopped = () => !form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
        window.back = () => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        return [stopped(), stopped(), (window.back(), stopped())];
    }"""
    assert page.evaluate(sent) == [False, True, False]


def test_a_kept_page_is_not_shown_after_signing_out(open_page):
    page = open_page("/_components/")
    page.evaluate("() => { window.kept = true; localStorage.setItem('gd-left', String(Date.now() + 1000)); }")
    with page.expect_navigation():
        page.evaluate("() => { window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); }")
    assert page.evaluate("window.kept") is None


def test_a_list_of_boxes_is_narrowed_and_ticked_by_keys(open_page):
    page = open_page("/_components/")
    listed = page.locator("#id_bodies")
    assert listed.locator("[data-box]").first.inner_text() == "演示己区人民政府（虚构）"
    listed.locator("[data-boxlist-filter]").focus()
    page.keyboard.insert_text("丙区")
    page.wait_for_function("document.querySelectorAll('#id_bodies [data-box]:not([hidden])').length === 1")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('#id_bodies [data-boxlist-chosen]').textContent.startsWith('已选2项：')")
    assert page.url.endswith("/_components/")
    listed.locator("[data-boxlist-filter]").fill("没有这一项")
    listed.locator("[data-boxlist-none]").wait_for(state="visible")
    assert page.evaluate("new FormData(document.querySelector('#id_bodies').closest('form')).getAll('bodies')") == ["己", "丙"]


def test_a_list_of_boxes_works_without_javascript(open_page):
    page = open_page("/_components/", javascript=False)
    listed = page.locator("#id_bodies")
    assert listed.locator("[data-boxlist-filter]").is_hidden()
    assert "已选：演示己区" in listed.inner_text()
    listed.get_by_label("演示癸区").check()
    assert listed.get_by_role("checkbox", checked=True).count() == 2


@pytest.mark.parametrize(("who", "shown"), [("", "演示新城"), ("somebody else", "")])
def test_what_was_typed_before_signing_in_is_put_back_to_the_same_person(open_page, who, shown):
    page = open_page("/_components/")
    page.fill("#id_name", "演示新城")
    page.evaluate("""() => {
        const form = document.querySelector("#id_name").form;
        form.addEventListener("submit", (event) => event.preventDefault());
        form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    }""")
    page.evaluate(
        """(who) => {
        const kept = JSON.parse(sessionStorage.getItem("gd-typed"));
        sessionStorage.setItem("gd-typed", JSON.stringify({ ...kept, away: true, owner: who || kept.owner }));
    }""",
        who,
    )
    page.goto(page.url)
    assert page.input_value("#id_name") == shown
    assert ("登录前填写的内容已经放回" in page.inner_text("main")) is bool(shown)
    assert page.evaluate("sessionStorage.getItem('gd-typed')") is None
