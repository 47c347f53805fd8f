"""The score table under the hand: keys like a spreadsheet's, in a real browser."""

import pytest
from django.urls import reverse

from assessments.tables.models import ScoreRow
from tests.assessments.score_page.test_tables_browser import signed_in
from tests.browsers import at_rest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.area("assessments/score_page", "static/js/score-table.js"),
    pytest.mark.django_db(transaction=True),
]
FIELD = 'input[name="7.2.7-value"]'


@pytest.fixture
def page(browser, live_server, table):
    context, opened = signed_in(browser, live_server, table.people.preparer)
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda said: opened.faults.append(said.text) if said.type == "error" else None)
    opened.table = table
    opened.goto(f"{live_server.url}{reverse('assessments:score_table', args=[table.pk])}?chapter=lowcarbon")
    yield opened
    assert opened.faults == []
    context.close()


def at(page):
    return page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")


def stored(page, item_id="7.2.7"):
    return ScoreRow.objects.get(table=page.table, item_id=item_id).value


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_enter_goes_down_the_rows_and_saves(page):
    page.focus(FIELD)
    page.keyboard.type("14.3")
    press(page, "Enter")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert at(page) == "7.2.23-value-a"
    assert page.inner_text("#pts-7_2_7").split() == ["7", "/", "12"]
    assert stored(page) == "14.3"
    press(page, "Enter")
    assert at(page) == "7.2.23-value-b"
    press(page, "Shift+Enter", "Shift+Enter")
    assert at(page) == "7.2.7-value"


def test_arrows_go_up_and_down_and_sideways(page):
    page.focus(FIELD)
    press(page, "ArrowDown")
    assert at(page) == "7.2.23-value-a"
    press(page, "ArrowUp")
    assert at(page) == "7.2.7-value"
    press(page, "ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "7.2.7佐证材料0件"
    press(page, "ArrowLeft", "ArrowLeft")
    assert at(page) == "可再生能源替代率"
    page.focus(FIELD)
    page.keyboard.type("14.3")
    press(page, "ArrowLeft")  # moves the caret, not the cell
    assert at(page) == "7.2.7-value"
    page.keyboard.type("5")
    assert page.input_value(FIELD) == "14.53"


def test_tab_goes_from_value_to_value_and_out_at_the_end(page):
    page.focus(FIELD)
    press(page, "Tab", "Tab", "Shift+Tab")
    assert at(page) == "7.2.23-value-a"
    page.locator(".gd-scores td.gd-value").last.locator("input:visible, select, summary").last.focus()
    press(page, "Tab")
    assert page.evaluate("!document.activeElement.closest('td.gd-value')")


def test_escape_restores_what_was_there(page):
    page.focus(FIELD)
    page.keyboard.type("14.3")
    press(page, "Enter")
    page.wait_for_selector("#saved:has-text('已保存')")
    page.focus(FIELD)
    press(page, "Control+a")
    page.keyboard.type("99")
    press(page, "Escape")
    assert page.input_value(FIELD) == "14.3"
    press(page, "Enter")
    at_rest(page)
    assert stored(page) == "14.3"
    assert ScoreRow.objects.get(table=page.table, item_id="7.2.7").changes.count() == 1


def test_an_answer_that_comes_after_the_drawer_has_gone_on_is_taken(page):
    held = []
    page.route("**/rows/7.2.7/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.focus(FIELD)
    page.wait_for_selector('#drawer[data-item="7.2.7"]')
    page.keyboard.type("14.3")
    press(page, "Enter")
    page.wait_for_selector('#drawer[data-item="7.2.23"]')
    held[0].continue_()
    page.wait_for_selector("#saved:has-text('已保存')")
    assert page.inner_text("#pts-7_2_7").split() == ["7", "/", "12"]
    assert page.locator("#drawer").get_attribute("data-item") == "7.2.23"


def test_the_drawer_follows_the_row(page):
    assert page.locator("#drawer").get_attribute("data-item") == "7.1.1"
    page.focus(FIELD)
    page.wait_for_selector('#drawer[data-item="7.2.7"]')
    assert at(page) == "7.2.7-value"
    page.wait_for_selector("#row-7_2_7[aria-selected='true']")
    page.keyboard.type("14.3")
    page.dispatch_event(FIELD, "change")  # saved without going on: the drawer stays with the row
    page.wait_for_selector("#drawer .is-hit")
