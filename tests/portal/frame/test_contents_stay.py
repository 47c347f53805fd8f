"""Contents of long pages stay in sight however far one reads, and lead to each part of their page."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
PAGES = {"/api/docs/": "接口目录", "/public-policy/": "本页目录"}


@pytest.mark.parametrize("path", PAGES)
def test_contents_stay_in_sight_and_lead_to_their_parts(browser, live_server, path):
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(live_server.url + path)
    contents = page.get_by_role("navigation", name=PAGES[path])
    parts = contents.locator("a[href^='#']").evaluate_all("links => links.map((link) => link.hash.slice(1))")
    assert len(parts) > 3
    assert [part for part in parts if not page.evaluate("(name) => !!document.getElementById(name)", part)] == []
    contents.locator(f"a[href='#{parts[-1]}']").click()
    expect(page.locator(f"[id='{parts[-1]}']")).to_be_in_viewport()
    box, part = contents.bounding_box(), page.locator(f"[id='{parts[-1]}']").bounding_box()
    assert 0 <= box["y"] < 100
    assert part["y"] >= (box["y"] if path == "/api/docs/" else box["y"] + box["height"]) - 1
