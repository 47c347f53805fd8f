"""The palette in a real browser: opened, searched and left by keys alone."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from districts.common.enums import Stage
from portal.search.services import collect_names
from tests.factories.districts import make_district

pytestmark = [pytest.mark.area("portal/search", "static/js/palette.js"), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1366, 390])
def test_a_page_and_a_district_are_reached_by_keys(browser, live_server, width, people):
    district = make_district(people, name="演示抵达城（虚构）", stage=Stage.PILOT)
    collect_names()
    client = Client()
    client.force_login(people.preparer)
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url + reverse("portal:workdesk"))
    page.keyboard.press("Control+k")
    palette = page.locator("#gd-palette")
    expect(palette.get_by_role("link", name="年度自查")).to_be_visible()
    found = Axe().run(page, context="#gd-palette", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert [(entry["id"], entry["nodes"][0]["html"][:120]) for entry in found.response["violations"]] == []
    if folder := os.environ.get("GD_E2E_DIR"):
        page.screenshot(path=f"{folder}/palette-{width}.png")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("yanshidida")
    expect(palette.get_by_role("link").first).to_contain_text("演示抵达城")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(live_server.url + reverse("districts:district_detail", args=[district.code]))
    assert refused == []
    context.close()
