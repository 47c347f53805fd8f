"""The sheet of settings in a real browser: the whole form fits, is accessible and is sent with one press."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from approvals.setting_sheets.models import SettingSheet

pytestmark = [pytest.mark.area("approvals/setting_sheets", "approvals/settings"), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1366, 390])
def test_all_settings_are_confirmed_with_one_press(browser, live_server, width, people):
    client = Client()
    client.force_login(people.city_officer)
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("approvals:setting_sheet_new", args=["settings"]))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert [(entry["id"], entry["nodes"][0]["html"][:120]) for entry in found.response["violations"]] == []
    if folder := os.environ.get("GD_E2E_DIR"):
        page.screenshot(path=f"{folder}/sheet-{width}.png")
        page.screenshot(path=f"{folder}/sheet-{width}-full.png", full_page=True)
    page.get_by_label("形式审查的拟定值").fill("12")
    page.get_by_label("形式审查改动的理由").fill("处务会议定（虚构）")
    page.locator("#id_reason").fill("2027年度参数表（虚构）")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("平台参数表（")
    if folder := os.environ.get("GD_E2E_DIR"):
        page.screenshot(path=f"{folder}/sheet-{width}-made.png")
    changed = [line["key"] for line in SettingSheet.objects.get().lines if line["value"] != line["old"]]
    assert changed == ["form_review_days"]
    context.close()
