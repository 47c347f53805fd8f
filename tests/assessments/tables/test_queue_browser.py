"""Cells that the portal fails on or refuses, in a real browser: they stop nothing behind them, and no cell waits twice."""

import pytest

from assessments.tables.models import ScoreRow
from tests.assessments.score_page.test_tables_browser import address, signed_in, stored
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check

pytestmark = [
    pytest.mark.slow,
    pytest.mark.area("assessments/score_page", "assessments/tables", "static/js/cell-queue.js", "static/js/score-table.js"),
    pytest.mark.django_db(transaction=True),
]
QUEUE = """() => new Promise((done) => {
  indexedDB.open("gd-autosave", 1).onsuccess = ({ target: { result } }) => {
    result.transaction("cells").objectStore("cells").getAll().onsuccess = (found) => {
      result.close(); done(found.target.result.map((one) => [one.item, one.state]).sort());
    };
  };
})"""
TEXTS = QUEUE.replace("[one.item, one.state]", "one.text")
TENTHS = 600
ERROR = {"status": 500, "body": "<h1>系统没有完成这一步</h1>"}


@pytest.fixture
def table():
    people = cast()
    made = make_self_check(people, filled=False).table
    made.people = people
    return made


def poison(context, item, answer):
    """The portal answers every save of this cell like this."""
    context.route(f"**/rows/{item}/", lambda route: route.fulfill(**answer) if route.request.method == "POST" else route.continue_())


def opened(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
    page.goto(address(live_server, table))
    # another clause; base quantities have no row of their own
    other = page.evaluate("""() => [...document.querySelectorAll("input[name$='-value'].form-control")]
        .map((one) => one.name.slice(0, -6)).find((item) => item !== "7.2.7" && !item.startsWith("base-"))""")
    return context, page, other


def fill(page, item, value):
    page.fill(f'input[name="{item}-value"]', value)
    page.press(f'input[name="{item}-value"]', "Tab")


def value_of(score_table, item):
    return ScoreRow.objects.get(table=score_table, item_id=item).value


def settled(page, expected, fits=lambda: True):
    """Wait until the browser's queue holds this and nothing else."""
    for _ in range(TENTHS):
        if page.evaluate(QUEUE) == expected and fits():
            return True
        page.wait_for_timeout(100)
    return False


def test_a_cell_the_portal_fails_on_is_set_aside_and_the_others_are_saved(browser, live_server, table):
    context, page, other = opened(browser, live_server, table)
    poison(context, "7.2.7", ERROR)
    fill(page, "7.2.7", "15")
    page.wait_for_selector("#saved:has-text('平台处理时出错，将自动再试')")
    fill(page, other, "1")
    assert settled(page, [["7.2.7", "waiting"]], lambda: value_of(table, other) is not None)
    page.wait_for_selector("#set-aside:has-text('7.2.7')", timeout=90_000)
    assert "待处理" in page.inner_text("#set-aside")
    assert settled(page, [["7.2.7", "aside"]])
    before = value_of(table, other)
    fill(page, other, "2")  # typed after it: saved at once
    assert settled(page, [["7.2.7", "aside"]], lambda: value_of(table, other) != before)
    context.unroute("**/rows/7.2.7/")
    page.click("#set-aside button:has-text('重试')")
    assert settled(page, [], lambda: stored(table) == "15")
    assert not page.is_visible("#set-aside")
    context.close()


def test_an_invisible_character_is_refused_with_words_and_may_be_given_up(browser, live_server, table):
    context, page, other = opened(browser, live_server, table)
    page.evaluate("""() => { const cell = document.querySelector('input[name="7.2.7-value"]');
        cell.value = "1\\u0000"; cell.dispatchEvent(new Event("change", { bubbles: true })); }""")
    page.wait_for_selector("#set-aside:has-text('U+0000')")
    fill(page, other, "1")
    assert settled(page, [["7.2.7", "aside"]], lambda: value_of(table, other) is not None)
    page.click("#set-aside button:has-text('不再保留')")
    assert settled(page, [])
    assert stored(table) is None
    context.close()


def test_a_cell_does_not_wait_twice_after_a_reload(browser, live_server, table):
    context, page, _other = opened(browser, live_server, table)
    poison(context, "7.2.7", ERROR)
    fill(page, "7.2.7", "15")
    page.wait_for_selector("#saved:has-text('未保存1项')")
    page.reload()
    page.wait_for_selector("#saved:has-text('未保存1项')")
    fill(page, "7.2.7", "16")
    page.wait_for_timeout(500)
    assert page.evaluate(QUEUE) == [["7.2.7", "waiting"]]
    context.unroute("**/rows/7.2.7/")
    assert settled(page, [], lambda: stored(table) == "16")
    context.close()


def test_what_is_being_typed_when_the_row_is_renewed_stays_one_value(browser, live_server, table):
    context, page, _other = opened(browser, live_server, table)
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(value=28.7)  # somebody else's
    context.route("**/rows/7.2.7/", lambda route: route.abort())  # it waits, however slow this machine is
    page.click('input[name="7.2.7-value"]')
    page.keyboard.type("8")
    page.evaluate("window.gdQueue.fresh('7.2.7')")
    assert page.evaluate(TEXTS) == ["8"]
    assert page.input_value('input[name="7.2.7-value"]') == "8"
    page.keyboard.type("5")  # the caret stands where it was
    context.unroute("**/rows/7.2.7/")
    page.keyboard.press("Tab")
    assert settled(page, [], lambda: stored(table) == "85")
    context.close()


def test_what_is_typed_before_the_script_has_come_is_saved(browser, live_server, table):
    context, page = signed_in(browser, live_server, table.people.preparer)
    held = []
    context.route("**/cell-queue*.js", lambda route, _request: held.append(route))
    page.goto(address(live_server, table), wait_until="commit")
    fill(page, "7.2.7", "15")
    assert held
    held[0].continue_()
    page.wait_for_selector("#saved:has-text('已保存')")
    assert settled(page, [], lambda: stored(table) == "15")
    context.close()
