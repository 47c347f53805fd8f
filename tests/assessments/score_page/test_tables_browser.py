"""Autosave in a real browser: what is not acknowledged stays with the person until it is saved."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from assessments.tables.models import ScoreRow
from districts.plots.models import PlotIndicator
from tests.browsers import hears_nobody
from tests.factories.accounts import PASSWORD
from tests.factories.districts import PlotFactory

pytestmark = [
    pytest.mark.slow,
    pytest.mark.area("assessments/score_page", "assessments/tables", "static/js/score-table.js", "static/js/score-paste.js"),
    pytest.mark.django_db(transaction=True),
]
FIELD = 'input[name="7.2.7-value"]'
KEPT = """() => new Promise((done) => {
  indexedDB.open("gd-autosave", 1).onsuccess = ({ target: { result } }) => {
    result.transaction("cells").objectStore("cells").count().onsuccess = (found) => { result.close(); done(found.target.result); };
  };
})"""


def signed_in(browser, live_server, user):
    client = Client()  # signing in ends the session before
    client.force_login(user)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context, context.new_page()


def address(live_server, table):
    return f"{live_server.url}{reverse('assessments:score_table', args=[table.pk])}?item=7.2.7"


def stored(table):
    return ScoreRow.objects.get(table=table, item_id="7.2.7").value


def test_what_was_typed_offline_is_kept_and_saved_later(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
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


def test_a_cell_left_half_typed_survives_a_reload(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
    page.goto(address(live_server, table))
    context.route("**/rows/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.focus(FIELD)
    page.keyboard.type("13.5")  # never left
    page.reload()
    page.wait_for_function(f"() => document.querySelector('{FIELD}').value === '13.5'")
    assert stored(table) is None
    context.unroute("**/rows/**")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert stored(table) == "13.5"
    context.close()


def test_a_cell_outlives_its_page_before_the_store_has_taken_it(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
    page.add_init_script("if (!sessionStorage.slow) IDBObjectStore.prototype.put = function () { this.transaction.abort(); };")
    page.goto(address(live_server, table))
    context.route("**/rows/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.evaluate("sessionStorage.slow = 1")  # the next page stores as it should
    page.focus(FIELD)
    page.keyboard.type("13.5")
    page.reload()
    page.wait_for_function(f"() => document.querySelector('{FIELD}').value === '13.5'")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('gd-spill')).length") == 0
    context.unroute("**/rows/**")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert stored(table) == "13.5"
    context.close()


def test_signing_in_again_in_place_saves_what_waits(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
    page.goto(address(live_server, table))
    context.clear_cookies(name="sessionid")
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
    assert (page.input_value(FIELD), stored(table)) == ("16", "16")
    assert not page.is_visible("#gd-signin")
    page.fill(FIELD, "17")  # the page goes on with the new session and its token
    page.press(FIELD, "Tab")
    page.wait_for_function("() => document.getElementById('ver-7_2_7').value === '2'")
    assert stored(table) == "17"
    context.close()


def test_two_tabs_of_one_person_send_once_and_show_the_same(browser, live_server, table):
    context, first = signed_in(browser, live_server, table.people.preparer)
    second = context.new_page()
    posts = []
    context.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    for page in (first, second):
        page.goto(address(live_server, table))
    context.set_offline(True)
    first.fill(FIELD, "15")
    first.press(FIELD, "Tab")
    first.wait_for_selector("#saved:has-text('未保存1项')")
    posts.clear()
    context.set_offline(False)
    for page in (first, second):
        page.wait_for_function("() => document.getElementById('ver-7_2_7').value === '1'")
    assert second.input_value(FIELD) == "15"
    second.fill(FIELD, "16")  # no conflict with the other tab
    second.press(FIELD, "Tab")
    first.wait_for_function("() => document.getElementById('ver-7_2_7').value === '2'")
    assert (first.input_value(FIELD), stored(table)) == ("16", "16")
    assert ScoreRow.objects.get(table=table, item_id="7.2.7").changes.count() == 2
    context.close()


def test_a_closed_table_gives_the_text_back(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
    page.goto(address(live_server, table))
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
    assert stored(table) is None
    context.close()


def test_two_people_see_each_other_and_what_the_other_saved(browser, live_server, table):
    one, page = signed_in(browser, live_server, table.people.preparer)
    other, beside = signed_in(browser, live_server, table.people.consultant)
    for opened in (page, beside):
        opened.goto(address(live_server, table))
    with beside.expect_response(lambda answer: "/presence/" in answer.url and "item=7.2.7" in answer.url):
        beside.focus(FIELD)
    page.focus('input[name="7.2.23-value-a"]')
    page.wait_for_selector(f"#others:has-text('{table.people.consultant.name}（7.2.7）')")
    assert page.locator("#row-7_2_7 .gd-here").inner_text() == f"{table.people.consultant.name}在此"
    beside.fill(FIELD, "12.5")
    beside.press(FIELD, "Enter")
    page.wait_for_function("() => document.getElementById('ver-7_2_7').value === '1'")
    assert page.input_value(FIELD) == "12.5"
    assert page.evaluate("document.activeElement.name") == "7.2.23-value-a"
    one.close()
    other.close()


def test_full_width_digits_and_separators_are_typed_as_they_come(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
    page.goto(address(live_server, table))
    page.focus(FIELD)
    page.keyboard.insert_text("１４．５")
    page.keyboard.press("Enter")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert stored(table) == "14.5"
    context.close()


def test_two_people_choose_between_both_values(browser, live_server, table):
    from assessments.tables.services.cells import save_cell

    context, page = signed_in(browser, live_server, table.people.preparer)
    hears_nobody(context)
    page.goto(address(live_server, table))
    save_cell(table=table, item_id="7.2.7", field="value", value="18", version=0, token="", by=table.people.consultant)
    page.fill(FIELD, "17")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#msg-7_2_7:has-text('对方的：18%')")
    page.click("[data-resolve]")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert stored(table) == "17"
    context.close()


def test_the_value_of_the_other_may_be_taken(browser, live_server, table):
    from assessments.tables.services.cells import save_cell

    context, page = signed_in(browser, live_server, table.people.preparer)
    hears_nobody(context)
    page.goto(address(live_server, table))
    save_cell(table=table, item_id="7.2.7", field="value", value="18", version=0, token="", by=table.people.consultant)
    page.fill(FIELD, "17")
    page.press(FIELD, "Tab")
    page.wait_for_selector("#msg-7_2_7:has-text('对方的：18%')")
    page.reload()  # the choice is still there
    page.wait_for_selector("#msg-7_2_7:has-text('您填的：17%')")
    page.click("[data-theirs]")
    page.wait_for_function(f"() => document.querySelector('{FIELD}').value === '18'")
    assert stored(table) == "18"
    context.close()


def test_signing_out_clears_what_waits(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
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
    page.wait_for_function("() => indexedDB.databases().then((found) => found.length === 0)")
    context.close()


def test_an_opened_table_fills_the_rows_that_the_land_knows(browser, live_server, table):
    """Where somebody is at work in such a row it is left to them."""
    plot = PlotFactory(district=table.district, floor_area=Decimal(40_000), built_on=dt.date(2026, 3, 1))
    for key, built in (("star", "二星级"), ("renewable", "12")):
        PlotIndicator.objects.create(plot=plot, key=key, built=built)
    context, page = signed_in(browser, live_server, table.people.preparer)
    page.goto(f"{live_server.url}{reverse('assessments:score_table', args=[table.pk])}?chapter=lowcarbon&item=7.2.7")
    page.wait_for_selector("#brought:has-text('平台带入了2条取值')")
    page.wait_for_selector("#drawer:has-text('1个地块的建成值')")  # it stood open before the value came
    page.wait_for_function("() => document.querySelector('input[name=\"7.2.1-value-a\"]').value === '4'")
    page.wait_for_selector("#src-7_2_7:has-text('1个地块的建成值')")
    page.click("tr[data-item='7.2.7'] button:has-text('确认')")
    page.wait_for_selector("text=1条已确认")
    context.close()
