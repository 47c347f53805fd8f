"""Cells that the portal fails on or refuses, in a real browser: they stop nothing behind them, and no cell waits twice."""

import pytest

from tests.assessments.browsing import put, row_of, signed_in, url

pytestmark = [
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


def poison(context, item, answer):
    """The portal answers every save of this cell like this."""
    context.route(f"**/rows/{item}/", lambda route: route.fulfill(**answer) if route.request.method == "POST" else route.continue_())


@pytest.fixture
def opened(browser, live_server, table):
    """The table as the preparer has it open at 7.2.7."""
    page = signed_in(browser, live_server, table.people.preparer)
    page.goto(live_server.url + url("score_table", table, item="7.2.7"))
    yield page
    page.net.close()


def another(page):
    """Another clause; base quantities have no row of their own."""
    return page.evaluate("""() => [...document.querySelectorAll("input[name$='-value'].form-control")]
        .map((one) => one.name.slice(0, -6)).find((item) => item !== "7.2.7" && !item.startsWith("base-"))""")


def fill(page, item, value):
    page.fill(f'input[name="{item}-value"]', value)
    page.press(f'input[name="{item}-value"]', "Tab")


def settled(page, expected, fits=lambda: True):
    """Wait until the browser's queue holds this and nothing else."""
    for _ in range(TENTHS):
        if page.evaluate(QUEUE) == expected and fits():
            return True
        page.wait_for_timeout(100)
    return False


def test_a_cell_the_portal_fails_on_is_set_aside_and_the_others_are_saved(opened, table):
    page, context, other = opened, opened.net, another(opened)
    poison(context, "7.2.7", ERROR)
    fill(page, "7.2.7", "15")
    page.wait_for_selector("#saved:has-text('平台处理时出错，将自动再试')")
    fill(page, other, "1")
    assert settled(page, [["7.2.7", "waiting"]], lambda: row_of(table, other).value is not None)
    page.wait_for_selector("#set-aside:has-text('7.2.7')", timeout=90_000)
    assert "待处理" in page.inner_text("#set-aside")
    assert settled(page, [["7.2.7", "aside"]])
    before = row_of(table, other).value
    fill(page, other, "2")  # typed after it: saved at once
    assert settled(page, [["7.2.7", "aside"]], lambda: row_of(table, other).value != before)
    context.unroute("**/rows/7.2.7/")
    page.click("#set-aside button:has-text('重试')")
    assert settled(page, [], lambda: row_of(table, "7.2.7").value == "15")
    assert not page.is_visible("#set-aside")


def test_an_invisible_character_is_refused_with_words_and_may_be_given_up(opened, table):
    page, other = opened, another(opened)
    page.evaluate("""() => { const cell = document.querySelector('input[name="7.2.7-value"]');
        cell.value = "1\\u0000"; cell.dispatchEvent(new Event("change", { bubbles: true })); }""")
    page.wait_for_selector("#set-aside:has-text('U+0000')")
    fill(page, other, "1")
    assert settled(page, [["7.2.7", "aside"]], lambda: row_of(table, other).value is not None)
    page.click("#set-aside button:has-text('不再保留')")
    assert settled(page, [])
    assert row_of(table, "7.2.7").value is None


def test_a_cell_does_not_wait_twice_after_a_reload(opened, table):
    page, context = opened, opened.net
    poison(context, "7.2.7", ERROR)
    fill(page, "7.2.7", "15")
    page.wait_for_selector("#saved:has-text('未保存1项')")
    page.reload()
    page.wait_for_selector("#saved:has-text('未保存1项')")
    fill(page, "7.2.7", "16")
    page.wait_for_timeout(500)
    assert page.evaluate(QUEUE) == [["7.2.7", "waiting"]]
    context.unroute("**/rows/7.2.7/")
    assert settled(page, [], lambda: row_of(table, "7.2.7").value == "16")


def test_what_is_being_typed_when_the_row_is_renewed_stays_one_value(opened, table):
    page, context = opened, opened.net
    put(table, "7.2.7", value=28.7)  # somebody else's
    context.route("**/rows/7.2.7/", lambda route: route.abort())  # it waits, however slow this machine is
    page.click('input[name="7.2.7-value"]')
    page.keyboard.type("8")
    page.evaluate("window.gdQueue.fresh('7.2.7')")
    assert page.evaluate(TEXTS) == ["8"]
    assert page.input_value('input[name="7.2.7-value"]') == "8"
    page.keyboard.type("5")  # the caret stands where it was
    context.unroute("**/rows/7.2.7/")
    page.keyboard.press("Tab")
    assert settled(page, [], lambda: row_of(table, "7.2.7").value == "85")


def test_what_is_typed_before_the_script_has_come_is_saved(opened, table):
    page, context = opened, opened.net
    held = []
    context.route("**/cell-queue*.js", lambda route, _request: held.append(route))
    page.goto(page.url, wait_until="commit")
    fill(page, "7.2.7", "15")
    assert held
    held[0].continue_()
    page.wait_for_selector("#saved:has-text('已保存')")
    assert settled(page, [], lambda: row_of(table, "7.2.7").value == "15")


@pytest.fixture
def page(opened, table):
    put(table, "7.2.7", value="7.6")
    opened.reload()
    return opened


def cell(item, part=""):
    return f'input[name="{item}-value{part}"]'


def test_a_click_selects_the_figure_and_typing_replaces_it(page, table):
    page.click(cell("7.2.7"))
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    page.wait_for_selector("#saved:has-text('已保存')")
    assert (page.input_value(cell("7.2.7")), row_of(table, "7.2.7").value) == ("9", "9")
    page.click(cell("7.2.7"))
    page.click(cell("7.2.7"))  # the second sets the caret
    assert page.evaluate("document.activeElement.selectionStart === document.activeElement.selectionEnd")


def test_full_width_figures_become_what_the_portal_stores_at_once(page, table):
    page.click(cell("7.2.1", "-a"))
    page.keyboard.insert_text("１６９.５")
    assert page.input_value(cell("7.2.1", "-a")) == "169.5"
    page.click(cell("7.2.7"))
    page.keyboard.insert_text("１４。３％")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.getElementById('ver-7_2_7').value === '1'")
    assert (page.input_value(cell("7.2.7")), row_of(table, "7.2.7").value) == ("14.3", "14.3")


BLOCK = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_block_from_a_spreadsheet_is_previewed_and_saved_as_if_typed(page, table):
    rows = page.evaluate("[...document.querySelectorAll('.gd-scores tr[data-item]')].map((row) => row.dataset.item)")
    start = rows.index("7.2.6")
    assert rows[start : start + 2] == ["7.2.6", "7.2.7"]
    page.click(cell("7.2.6"))
    page.evaluate(BLOCK, "１４.３\t多的\r\n9.5\r\n")
    page.wait_for_selector("#gd-paste[open]")
    told = page.inner_text("#gd-paste")
    assert "多出1格没有位置：多的" in told
    assert "改1条，不变0条，不粘贴1条" in told
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.name") == "7.2.6-value"
    page.evaluate(BLOCK, "４.３\r\n9.5\r\n")
    page.wait_for_selector("#gd-paste[open]")
    assert "9.5%" in page.inner_text("#gd-paste")
    assert "7.6%" in page.inner_text("#gd-paste")  # what it is now
    page.keyboard.press("Enter")
    page.wait_for_function("() => ['7_2_6', '7_2_7'].every((key) => document.getElementById(`ver-${key}`).value === '1')")
    assert [row_of(table, item).value for item in ("7.2.6", "7.2.7")] == ["4.3", "9.5"]
    assert page.input_value(cell("7.2.6")) == "4.3"


def test_both_amounts_of_ratios_and_yes_or_no_are_pasted_and_what_is_refused_is_named(page, table):
    page.click(cell("7.2.1", "-a"))
    page.evaluate(BLOCK, "30\t50\n")
    page.wait_for_selector("#gd-paste[open]")
    page.click("#gd-paste [data-paste-yes]")
    page.wait_for_function("() => document.getElementById('ver-7_2_1').value === '1'")
    assert row_of(table, "7.2.1").value == {"a": "30", "b": "50"}
    page.click(cell("7.2.7"))
    page.evaluate(BLOCK, "140\nabc\n")
    page.wait_for_selector("#gd-paste[open]")
    told = page.inner_text("#gd-paste")
    assert "应在0至100%之间" in told
    assert page.is_disabled("#gd-paste [data-paste-yes]")


def test_five_sections_in_one_burst_are_all_stored_when_the_page_is_left_at_once(page, table, live_server):
    """They share one version: what is typed while an answer is on its way must not fall behind it."""
    check = table.self_check
    page.context.route(
        "**/report/",
        lambda route: (page.wait_for_timeout(120), route.continue_())[1] if route.request.method == "POST" else route.continue_(),
    )
    page.goto(f"{live_server.url}{url('selfcheck_report', check)}")
    keys = [area.get_attribute("name") for area in page.locator("textarea[data-report]").all()]
    for key in keys:
        page.click(f"#id_{key}")
        page.keyboard.insert_text(f"{key}已经写好")
    page.click("a[data-after-saving]:text-is('提交前核对')")
    page.wait_for_url("**/check/")
    check.refresh_from_db()
    assert check.report == {key: f"{key}已经写好" for key in keys}
    assert "未填" not in page.inner_text("main").split("自评报告")[-1][:20]


# Typed in the middle of taking the answer to what was typed before: after its head is read, before the page has its version.
BETWEEN = """([first, second]) => {
  const put = (name, text) => {
    const area = document.getElementsByName(name)[0];
    area.focus();
    area.value = text;
    area.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const update = IDBObjectStore.prototype.delete;
  let once = true;
  IDBObjectStore.prototype.delete = function (key) {
    if (once) { once = false; setTimeout(() => put(second, "第二节"), 0); }
    return update.call(this, key);
  };
  put(first, "第一节");
}"""


def test_what_is_typed_while_an_answer_is_taken_starts_from_the_new_version(page, table, live_server):
    check = table.self_check
    page.goto(f"{live_server.url}{url('selfcheck_report', check)}")
    first, second = (area.get_attribute("name") for area in page.locator("textarea[data-report]").all()[:2])
    page.evaluate(BETWEEN, [first, second])
    page.wait_for_function("() => Number(document.getElementById('report-version').value) === 2")
    check.refresh_from_db()
    assert (check.report[first], check.report[second]) == ("第一节", "第二节")


SUCCESSORS = """async () => {
  const store = gdOffline.store({ database: "gd-autosave", table: "cells", prefix: "late:", tab: "1" });
  for (const version of [1, 2]) await store.renumber({ group: "report", version }, version + 1);
  return [["report", 1], ["report", 3], ["7.2.7", 1]].map(([group, version]) => store.versionOf({ group, version }));
}"""


def test_a_keystroke_written_late_with_the_version_before_is_sent_with_that_of_now(page, table, live_server):
    page.goto(f"{live_server.url}{url('selfcheck_report', table.self_check)}")
    assert page.evaluate(SUCCESSORS) == [3, 3, 1]


def test_a_section_typed_before_the_script_has_come_is_saved_and_an_untouched_page_saves_nothing(page, table, live_server):
    check, held = table.self_check, []
    page.context.route("**/cell-queue*.js", lambda route: route.continue_() if held else held.append(route))
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{live_server.url}{url('selfcheck_report', check)}", wait_until="commit")
    name = page.locator("textarea[data-report]").first.get_attribute("name")
    page.fill(f"textarea[name='{name}']", "脚本到达前写的")
    held[0].continue_()
    page.wait_for_function("() => Number(document.getElementById('report-version').value) === 1")
    check.refresh_from_db()
    assert check.report[name] == "脚本到达前写的"
    sent.clear()
    page.reload()
    page.wait_for_function("() => window.gdQueue")
    page.wait_for_timeout(500)
    assert not sent


def test_more_unfolds_within_a_narrow_window_and_folds_by_escape_and_a_click_elsewhere(page, table, live_server):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}{url('score_table', table)}")
    more, items = page.locator("details.gd-more > summary"), page.locator(".gd-more-list")
    more.click()
    box = items.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    assert not items.is_visible()
    assert more.evaluate("node => node === document.activeElement")
    more.click()
    page.locator("h1").click()
    assert not items.is_visible()
