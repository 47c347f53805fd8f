"""Autosave in a real browser: what is not acknowledged stays with the person until it is saved."""

import os

import pytest
from django.urls import reverse

from assessments.models import ScoreRow
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FIELD = 'input[name="7.2.7-value"]'


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread; the ORM is only used between its calls
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=os.environ.get("GD_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def table():
    people = make_cast()
    check = make_self_check(people, filled=False)
    check.table.people = people
    return check.table


def signed_in(browser, live_server, client, user):
    client.force_login(user)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context, context.new_page()


def address(live_server, table):
    return f"{live_server.url}{reverse('assessments:score_table', args=[table.pk])}?item=7.2.7"


def stored(table):
    return ScoreRow.objects.get(table=table, item_id="7.2.7").value


def test_keys_move_and_every_cell_is_saved(browser, live_server, client, table):
    context, page = signed_in(browser, live_server, client, table.people.preparer)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address(live_server, table))
    page.fill(FIELD, "14.3")
    page.press(FIELD, "Enter")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert page.evaluate("document.activeElement.name") == "7.2.23-value-a"
    assert page.inner_text("#pts-7_2_7").split() == ["7", "/", "12"]
    assert page.locator("#drawer .is-hit").inner_text().startswith("不低于12%")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "7.2.7-value"
    assert (stored(table), faults) == ("14.3", [])
    context.close()


def test_what_was_typed_offline_is_kept_and_saved_later(browser, live_server, client, table):
    context, page = signed_in(browser, live_server, client, table.people.preparer)
    page.goto(address(live_server, table))
    context.set_offline(True)
    page.fill(FIELD, "15")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#saved:has-text('未保存1项')")
    assert stored(table) is None
    context.set_offline(False)
    page.wait_for_selector("#saved:has-text('已保存')")
    assert stored(table) == "15"
    context.close()


def test_after_the_session_ended_the_cell_survives_signing_in_again(browser, live_server, client, table):
    context, page = signed_in(browser, live_server, client, table.people.preparer)
    page.goto(address(live_server, table))
    context.clear_cookies(name="sessionid")
    page.fill(FIELD, "16")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#saved:has-text('登录已过期')")
    client.force_login(table.people.preparer)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.goto(address(live_server, table))
    page.wait_for_selector("#saved:has-text('已保存')")
    assert page.input_value(FIELD) == "16"
    assert stored(table) == "16"
    context.close()


def test_two_people_choose_between_both_values(browser, live_server, client, table):
    from assessments.services.cells import save_cell

    context, page = signed_in(browser, live_server, client, table.people.preparer)
    page.goto(address(live_server, table))
    save_cell(table=table, item_id="7.2.7", field="value", value="18", version=0, token="", by=table.people.consultant)
    page.fill(FIELD, "17")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#msg-7_2_7:has-text('对方的：18%')")
    page.click("[data-resolve]")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert stored(table) == "17"
    context.close()


def test_signing_out_clears_what_waits(browser, live_server, client, table):
    context, page = signed_in(browser, live_server, client, table.people.preparer)
    page.goto(address(live_server, table))
    context.route("**/rows/**", lambda route: route.abort())
    page.fill(FIELD, "15")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#saved:has-text('未保存1项')")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.click("text=退出")
    page.wait_for_url(lambda url: "tables" not in url)
    assert asked == ["还有1项未保存，退出后将从本机清除。确定退出吗？"]
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    context.close()
