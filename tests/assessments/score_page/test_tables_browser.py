"""The score table in a real browser: keys like a spreadsheet's; what is not acknowledged stays with the person until it is saved."""

import datetime as dt
from decimal import Decimal

import pytest

from assessments.tables.services.cells import save_cell
from districts.plots.models import PlotIndicator
from tests.assessments.browsing import row_of, signed_in, url
from tests.browsers import at_rest, hears_nobody
from tests.factories.accounts import PASSWORD
from tests.factories.districts import PlotFactory

pytestmark = [
    pytest.mark.area("assessments/score_page", "assessments/tables", "static/js/score-table.js", "static/js/score-paste.js"),
    pytest.mark.django_db(transaction=True),
]
FIELD = 'input[name="7.2.7-value"]'
KEPT = """() => new Promise((done) => {
  indexedDB.open("gd-autosave", 1).onsuccess = ({ target: { result } }) => {
    result.transaction("cells").objectStore("cells").count().onsuccess = (found) => { result.close(); done(found.target.result); };
  };
})"""


@pytest.fixture
def page(browser, live_server, table):
    """The table as the preparer has it open at 7.2.7."""
    opened = signed_in(browser, live_server, table.people.preparer)
    opened.goto(live_server.url + url("score_table", table, item="7.2.7"))
    yield opened
    opened.net.close()


def test_a_cell_left_half_typed_survives_a_reload(page, table):
    page.net.route("**/rows/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.focus(FIELD)
    page.keyboard.type("13.5")  # never left
    page.reload()
    page.wait_for_function(f"() => document.querySelector('{FIELD}').value === '13.5'")
    assert row_of(table).value is None
    page.net.unroute("**/rows/**")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert row_of(table).value == "13.5"


def test_a_cell_outlives_its_page_before_the_store_has_taken_it(page, table):
    page.add_init_script("if (!sessionStorage.slow) IDBObjectStore.prototype.put = function () { this.transaction.abort(); };")
    page.reload()
    page.net.route("**/rows/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.evaluate("sessionStorage.slow = 1")  # the next page stores as it should
    page.focus(FIELD)
    page.keyboard.type("13.5")
    page.reload()
    page.wait_for_function(f"() => document.querySelector('{FIELD}').value === '13.5'")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('gd-spill')).length") == 0
    page.net.unroute("**/rows/**")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert row_of(table).value == "13.5"


def test_signing_in_again_in_place_saves_what_waits(page, table):
    page.net.clear_cookies(name="sessionid")
    page.fill(FIELD, "16")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#gd-signin[open]")
    assert "登录已过期" in page.inner_text("#saved")
    page.fill("#gd-signin [name=password]", "wrong")
    page.click("#gd-signin [type=submit]")
    page.wait_for_selector("#gd-signin [role=alert]:has-text('不正确')")
    page.fill("#gd-signin [name=password]", PASSWORD)
    page.click("#gd-signin [type=submit]")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert (page.input_value(FIELD), row_of(table).value) == ("16", "16")
    assert not page.is_visible("#gd-signin")
    page.fill(FIELD, "17")  # the page goes on with the new session and its token
    page.press(FIELD, "Tab")
    page.wait_for_function("() => document.getElementById('ver-7_2_7').value === '2'")
    assert row_of(table).value == "17"


def test_two_tabs_of_one_person_send_once_and_show_the_same(page, table):
    second = page.net.new_page()
    second.goto(page.url)
    page.net.set_offline(True)
    page.fill(FIELD, "15")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#saved:has-text('未保存1项')")
    page.net.set_offline(False)
    for tab in (page, second):
        tab.wait_for_function("() => document.getElementById('ver-7_2_7').value === '1'")
    assert second.input_value(FIELD) == "15"
    second.fill(FIELD, "16")  # no conflict with the other tab
    second.press(FIELD, "Tab")
    page.wait_for_function("() => document.getElementById('ver-7_2_7').value === '2'")
    assert (page.input_value(FIELD), row_of(table).value) == ("16", "16")
    assert row_of(table).changes.count() == 2


def test_a_closed_table_gives_the_text_back(page, table):
    type(table).objects.filter(pk=table.pk).update(status="submitted")
    page.fill(FIELD, "15")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#msg-7_2_7:has-text('已经提交')")
    assert "15" in page.inner_text("#msg-7_2_7")
    page.reload()
    page.wait_for_selector("#leftovers:has-text('15')")
    page.click("#leftovers button:has-text('不再保留')")
    page.wait_for_selector("#leftovers li", state="detached")
    assert page.evaluate(KEPT) == 0
    page.reload(wait_until="networkidle")
    assert page.locator("#leftovers").count() == 0
    assert row_of(table).value is None


def test_two_people_see_each_other_and_what_the_other_saved(page, browser, live_server, table):
    colleague = table.people.consultant
    beside = signed_in(browser, live_server, colleague)
    beside.goto(page.url)
    with beside.expect_response(lambda answer: "/presence/" in answer.url and "item=7.2.7" in answer.url):
        beside.focus(FIELD)
    page.focus('input[name="7.2.23-value-a"]')
    page.wait_for_selector(f"#others:has-text('{colleague.name}（7.2.7）')")
    assert page.locator("#row-7_2_7 .gd-here").inner_text() == f"{colleague.name}在此"
    beside.fill(FIELD, "12.5")
    beside.press(FIELD, "Enter")
    page.wait_for_function("() => document.getElementById('ver-7_2_7').value === '1'")
    assert page.input_value(FIELD) == "12.5"
    assert page.evaluate("document.activeElement.name") == "7.2.23-value-a"
    beside.net.close()


@pytest.mark.parametrize(("choice", "value"), [("[data-resolve]", "17"), ("[data-theirs]", "18")])
def test_two_people_choose_between_both_values(page, table, choice, value):
    hears_nobody(page.net)
    page.reload()
    save_cell(table=table, item_id="7.2.7", field="value", value="18", version=0, token="", by=table.people.consultant)
    page.fill(FIELD, "17")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#msg-7_2_7:has-text('对方的：18%')")
    page.reload()  # the choice is still there
    page.wait_for_selector("#msg-7_2_7:has-text('您填的：17%')")
    page.click(choice)
    page.wait_for_function(f"() => document.querySelector('{FIELD}').value === '{value}'")
    page.wait_for_selector("#msg-7_2_7:has-text('对方的')", state="detached")
    assert row_of(table).value == value


def test_signing_out_clears_what_waits(page, table):
    page.net.route("**/rows/**", lambda route: route.abort())
    page.fill(FIELD, "15")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#saved:has-text('未保存1项')")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.click("text=退出")
    page.wait_for_url(lambda url: "tables" not in url)
    assert asked == ["还有1项未保存，退出后将从本机清除。确定退出吗？"]
    page.wait_for_function("() => indexedDB.databases().then((found) => found.length === 0)")


def test_an_opened_table_fills_the_rows_that_the_land_knows(browser, live_server, table):
    """Where somebody is at work in such a row it is left to them."""
    plot = PlotFactory(district=table.district, floor_area=Decimal(40_000), built_on=dt.date(2026, 3, 1))
    for key, built in (("star", "二星级"), ("renewable", "12")):
        PlotIndicator.objects.create(plot=plot, key=key, built=built)
    page = signed_in(browser, live_server, table.people.preparer)
    page.goto(live_server.url + url("score_table", table, chapter="lowcarbon", item="7.2.7"))
    page.wait_for_selector("#brought:has-text('平台带入了2条取值')")
    page.wait_for_selector("#drawer:has-text('1个地块的建成值')")  # it stood open before the value came
    page.wait_for_function("() => document.querySelector('input[name=\"7.2.1-value-a\"]').value === '4'")
    page.wait_for_selector("#src-7_2_7:has-text('1个地块的建成值')")
    page.click("tr[data-item='7.2.7'] button:has-text('确认')")
    page.wait_for_selector("text=1条已确认")
    page.net.close()


@pytest.fixture
def grid(page, live_server, table):
    """A chapter of the table, without a fault in its console."""
    page.table = table
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.goto(live_server.url + url("score_table", table, chapter="lowcarbon"))
    yield page
    assert page.faults == []


def test_at_twice_the_size_the_head_leaves_room_for_the_rows(grid):
    grid.set_viewport_size({"width": 683, "height": 384})
    bottom = "(name) => document.querySelector(name).getBoundingClientRect().bottom"
    assert grid.evaluate(bottom, ".gd-filters") - grid.evaluate(bottom, ".gd-top") <= 160
    assert grid.evaluate("document.documentElement.scrollWidth") <= 683


def at(page):
    return page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_enter_goes_down_the_rows_and_saves(grid):
    grid.focus(FIELD)
    grid.keyboard.type("14.3")
    press(grid, "Enter")
    grid.wait_for_selector("#saved:has-text('已保存')")
    assert at(grid) == "7.2.23-value-a"
    assert grid.inner_text("#pts-7_2_7").split() == ["7", "/", "12"]
    assert row_of(grid.table).value == "14.3"
    press(grid, "Enter")
    assert at(grid) == "7.2.23-value-b"
    press(grid, "Shift+Enter", "Shift+Enter")
    assert at(grid) == "7.2.7-value"


def test_arrows_go_up_and_down_and_sideways(grid):
    grid.focus(FIELD)
    press(grid, "ArrowDown")
    assert at(grid) == "7.2.23-value-a"
    press(grid, "ArrowUp")
    assert at(grid) == "7.2.7-value"
    press(grid, "ArrowRight")
    assert grid.evaluate("document.activeElement.getAttribute('aria-label')") == "7.2.7佐证材料0件"
    press(grid, "ArrowLeft", "ArrowLeft")
    assert at(grid) == "可再生能源替代率"
    grid.focus(FIELD)
    grid.keyboard.type("14.3")
    press(grid, "ArrowLeft")  # moves the caret, not the cell
    assert at(grid) == "7.2.7-value"
    grid.keyboard.type("5")
    assert grid.input_value(FIELD) == "14.53"


def test_tab_goes_from_value_to_value_and_out_at_the_end(grid):
    grid.focus(FIELD)
    press(grid, "Tab", "Tab", "Shift+Tab")
    assert at(grid) == "7.2.23-value-a"
    grid.locator(".gd-scores td.gd-value").last.locator("input:visible, select, summary").last.focus()
    press(grid, "Tab")
    assert grid.evaluate("!document.activeElement.closest('td.gd-value')")


def test_escape_restores_what_was_there(grid):
    grid.focus(FIELD)
    grid.keyboard.type("14.3")
    press(grid, "Enter")
    grid.wait_for_selector("#saved:has-text('已保存')")
    grid.focus(FIELD)
    press(grid, "Control+a")
    grid.keyboard.type("99")
    press(grid, "Escape")
    assert grid.input_value(FIELD) == "14.3"
    press(grid, "Enter")
    at_rest(grid)
    assert row_of(grid.table).value == "14.3"
    assert row_of(grid.table).changes.count() == 1


def test_an_answer_that_comes_after_the_drawer_has_gone_on_is_taken(grid):
    held = []
    grid.route("**/rows/7.2.7/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    grid.focus(FIELD)
    grid.wait_for_selector('#drawer[data-item="7.2.7"]')
    grid.keyboard.type("14.3")
    press(grid, "Enter")
    grid.wait_for_selector('#drawer[data-item="7.2.23"]')
    held[0].continue_()
    grid.wait_for_selector("#saved:has-text('已保存')")
    assert grid.inner_text("#pts-7_2_7").split() == ["7", "/", "12"]
    assert grid.locator("#drawer").get_attribute("data-item") == "7.2.23"


def test_the_drawer_follows_the_row(grid):
    assert grid.locator("#drawer").get_attribute("data-item") == "7.1.1"
    grid.focus(FIELD)
    grid.wait_for_selector('#drawer[data-item="7.2.7"]')
    assert at(grid) == "7.2.7-value"
    grid.wait_for_selector("#row-7_2_7[aria-selected='true']")
    grid.keyboard.type("14.3")
    grid.dispatch_event(FIELD, "change")  # saved without going on: the drawer stays with the row
    grid.wait_for_selector("#drawer .is-hit")
