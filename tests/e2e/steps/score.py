"""Typing a score table through its page: cell by cell with autosave, one chapter by keyboard alone."""

from decimal import Decimal
from functools import partial

from playwright.sync_api import Locator, Page

from tests.browsers import saving
from tests.e2e.steps.actor import Actor

KEY_LIMIT = 400


def chapters(page: Page) -> list[str]:
    """Addresses of the chapters, from the list at the left."""
    return [link.get_attribute("href") for link in page.locator("#chapters a").all()]


def total(actor: Actor) -> Decimal:
    """Total shown at the foot of the page (已实现 or 总分)."""
    return Decimal(actor.page.locator("#totals .gd-big").last.inner_text())


def progress(actor: Actor) -> str:
    """Words like ``12 / 108项``."""
    return actor.page.locator("#totals dd").last.inner_text()


def chapter_score(actor: Actor, place: int) -> Decimal:
    """Score of a chapter in the list at the left."""
    return Decimal(actor.page.locator("#chapters a").nth(place).locator("span").nth(2).inner_text().lstrip("+") or 0)


PUT = """given => { for (const [name, value] of given) for (const control of document.getElementsByName(name)) {
  if (control.type === "radio") control.checked = control.value === String(value);
  else if (control.type === "checkbox") control.checked = value.includes(control.value);
  else control.value = value; } }"""


def fill_at_once(actor: Actor, address: str, values: dict) -> None:
    """Put values into all controls of a chapter and press 暂存, as somebody without autosave would."""
    actor.open(address)
    items = [row.get_attribute("data-item") for row in actor.page.locator("tr[data-item]").all()]
    actor.page.evaluate(PUT, [pair for item in items if item in values for pair in _named(item, values[item])])
    actor.press("暂存", within=".gd-actionbar")


def confirm_brought(actor: Actor, address: str) -> set[str]:
    """Open a table, let the portal bring in what plots and projects say, and confirm each by name. Returns the clauses."""
    actor.open(address)
    actor.page.wait_for_load_state("networkidle")  # rows are brought in by the opened page, where there is anything to bring
    actor.open(f"{address}?chapter=all")
    buttons = actor.page.locator("button.gd-unchanged")
    items = {button.get_attribute("value") for button in buttons.all()}
    for item in items:
        with actor.page.expect_navigation():
            actor.page.locator(f"button.gd-unchanged[value='{item}']").click()
        actor.see("1条已确认")
    return items


def fill_chapter(actor: Actor, address: str, values: dict) -> int:
    """Type every clause of a chapter that has a value; each is saved by itself. Returns how many."""
    actor.open(address)
    rows = [row for row in actor.page.locator("tr[data-item]").all() if row.get_attribute("data-item") in values]
    for row in rows:
        _fill_row(actor.page, row, values[row.get_attribute("data-item")])
    return len(rows)


def fill_clauses(actor: Actor, values: dict) -> None:
    """Type some clauses of the chapter that is open."""
    for item, value in values.items():
        _fill_row(actor.page, actor.page.locator(f"tr[data-item='{item}']"), value)


def _fill_row(page: Page, row: Locator, value) -> None:
    item = row.get_attribute("data-item")
    for name, one in _named(item, value):
        if _is_typed_here(row, name):
            for act in _acts(row, name, one):
                _saved(page, item, act)


def _is_typed_here(row: Locator, name: str) -> bool:
    """A base quantity that the table holds already is shown in the clause, and typed no more."""
    return row.locator(f"[name='{name}']").count() > 0


def fill_without_javascript(actor: Actor, address: str, values: dict) -> None:
    """Fill what is still empty in a chapter with the browser's own controls and press 暂存."""
    actor.open(address)
    empty = actor.page.locator("[id^='tag-']", has_text="未填")
    for row in actor.page.locator("tr[data-item]").filter(has=empty).all():
        item = row.get_attribute("data-item")
        for name, value in _named(item, values[item]):
            for act in _acts(row, name, value) if _is_typed_here(row, name) else ():
                act()
    actor.press("暂存", within=".gd-actionbar")


def _acts(row: Locator, name: str, value) -> list:
    """What a hand does to give a control its value; each of these saves by itself."""
    if isinstance(value, bool):
        return [row.locator(f"input[name='{name}'][value='{str(value).lower()}'] + label").click]
    if isinstance(value, list):
        if row.locator("details.gd-parts[open]").count() == 0:
            row.locator("summary").click()
        return [row.locator(f"input[name='{name}'][value='{key}']").check for key in value]
    return [partial(_type, row.locator(f"[name='{name}']").first, str(value))]


def _named(item: str, value) -> list[tuple[str, object]]:
    """Names of the controls of a clause with what goes into each."""
    if isinstance(value, dict):
        return [(f"{item}-value-{key}", one) for key, one in value.items()]
    return [(f"{item}-value", value)]


def _type(control: Locator, text: str) -> None:
    if control.evaluate("node => node.tagName") == "SELECT":
        control.select_option(text)
    else:
        control.fill(text)
        control.blur()  # now the change is told


def _saved(page: Page, item: str, act) -> None:
    """Do something that saves the row by itself, and wait until the portal has taken it."""
    with saving(page, item):
        act()


def fill_by_keyboard(actor: Actor, address: str, values: dict) -> int:
    """The same with keys alone: Tab into the first value, then what each control takes, Enter to the next. Returns how many."""
    actor.open(address)
    page, done = actor.page, set()
    _tab_to_first_value(page)
    for _ in range(KEY_LIMIT):
        here = page.evaluate(
            "() => { const at = document.activeElement, row = at.closest('tr[data-item]');"
            " return row && {item: row.dataset.item, tag: at.tagName, type: at.type || '', name: at.name || ''}; }"
        )
        if here is None:
            break
        _key_in(page, here, values)
        done.add(here["item"])
        if not _goes_on(page, here):
            break
    return len(done & set(values))


def _tab_to_first_value(page: Page) -> None:
    page.locator("body").press("Home")
    for _ in range(KEY_LIMIT):
        page.keyboard.press("Tab")
        if page.evaluate("() => !!document.activeElement.closest('td.gd-value')"):
            return
    msg = "Tab does not reach a value"
    raise AssertionError(msg)


def _key_in(page: Page, here: dict, values: dict) -> None:
    """What the focused control is given."""
    given = dict(_named(here["item"], values.get(here["item"])))
    if here["tag"] == "SUMMARY":
        _tick(page, values.get(here["item"]) or [])
    elif here["tag"] == "SELECT":
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
    elif here["type"] == "radio":
        page.keyboard.press("Space")
    elif given.get(here["name"]) is not None:
        page.keyboard.press("Control+a")
        page.keyboard.type(str(given[here["name"]]))


def _tick(page: Page, keys: list) -> None:
    """Open the list of parts, tick as many as wanted from the top, come back to its head."""
    page.keyboard.press("Enter")
    for _ in keys:
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    for _ in keys:
        page.keyboard.press("Shift+Tab")


def _goes_on(page: Page, here: dict) -> bool:
    """Enter leads to the next value; the head of a list of parts is left by Tab."""
    before = page.evaluate_handle("() => document.activeElement")
    if here["tag"] == "SUMMARY":
        while page.evaluate("item => document.activeElement.closest('tr[data-item]')?.dataset.item === item", here["item"]):
            page.keyboard.press("Tab")
        while page.evaluate("() => !!document.activeElement.closest('tr') && !document.activeElement.closest('td.gd-value')"):
            page.keyboard.press("Tab")
    else:
        page.keyboard.press("Enter")
    return page.evaluate("was => document.activeElement !== was && !!document.activeElement.closest('td.gd-value')", before)


def declare_unchanged(actor: Actor, address: str) -> None:
    """无变化 for what was brought in and still stands: all that hold at once, the others row by row."""
    while True:
        actor.open(f"{address.partition('?')[0]}?show=todo")
        button = actor.page.locator("button[form=unchanged-form]").first
        if not button.count():
            return
        with actor.page.expect_navigation():
            button.click()
