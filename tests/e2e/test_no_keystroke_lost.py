"""Promise 1: three browsers on one table, random edits, networks cut, sessions ended, the server killed and started again.

Whatever the portal acknowledged is in the database; whatever it did not is in the queue of that browser, and arrives later.
"""

import json
import random
import time
from contextlib import suppress
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Error

from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.slow
PEOPLE = ("preparer", "consultant", "second")
STEPS = 36
SEED = 20261120
TRIES = 5
BRIEFLY_MS = 5000  # what is pressed may vanish of itself
SEED_TABLE = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "greendistrict.settings"
import django; django.setup()
import json
from greendistrict.accounts.enums import Role
from indicators.scoring import check_value, ValueProblem
from indicators.editions.selectors import rules_for
from tests.factories.accounts import cast, make_user
from tests.factories.assessments import make_self_check
people = cast()
make_user(Role.PREPARER, people.applicant_body, username="second", name="演示填报乙")
table = make_self_check(people, filled=False).table
def takes(item):
    try:
        return all(check_value(item, text) == text for text in ("10.5", "89.5"))
    except ValueProblem:
        return False
items = rules_for(table.edition).table(table.type, table.stage).items.values()
print(json.dumps({"table": table.pk, "items": [item.id for item in items if not item.ratio and takes(item)]}))
"""
QUEUE = """async () => {
  const answer = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const db = await answer(indexedDB.open("gd-autosave", 1));
  const found = await answer(db.transaction("cells").objectStore("cells").getAll());
  db.close();
  return found.map((one) => [one.item, one.text, one.state]);
}"""
SAVED = """
SELECT r.item_id, c.new #>> '{}' FROM assessments_rowchange c JOIN assessments_scorerow r ON r.id = c.row_id WHERE c.field = 'value'
"""
STANDING = "SELECT item_id, value #>> '{}' FROM assessments_scorerow WHERE table_id = %s AND value IS NOT NULL"
TWICE = "SELECT token FROM assessments_rowchange WHERE token <> '' GROUP BY row_id, token HAVING count(*) > 1"


class Hand:
    """One person at one browser."""

    def __init__(self, browser, url, name, table):
        self.name, self.url = name, url
        self.context = browser.new_context(viewport={"width": 1366, "height": 768})
        self.page = self.context.new_page()
        self.typed, self.acknowledged, self.faults = {}, [], []
        self.offline = False
        self.page.on("response", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"{error}, {error.stack}, {self.page.url}"))
        self.page.goto(f"{url}/accounts/login/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("main [type=submit], [type=submit]:has-text('登录')")
        self.page.goto(f"{url}/assessments/tables/{table}/?chapter=all")

    def _heard(self, answer):
        if answer.request.method == "POST" and "/rows/" in answer.url and answer.status == 200:
            sent = parse_qs(answer.request.post_data)
            item = answer.url.rstrip("/").rsplit("/", 1)[-1]
            self.acknowledged.append((item, sent[f"{item}-value"][0]))

    def type(self, item, value):
        """Put a value into a cell and leave it."""
        cell = self.page.locator(f'input[name="{item}-value"]')
        for _ in range(TRIES):
            if self.page.is_visible("#gd-signin"):
                self.page.click("#gd-signin [data-later]")
            cell.fill(value)
            if cell.input_value() == value:  # else the page asked to sign in at this very moment, and took the keys
                break
        else:
            msg = f"{self.name} could not type {value} into {item}: it shows {cell.input_value()}"
            raise AssertionError(msg)
        cell.blur()
        self.typed[item] = value

    def sign_in(self):
        """Sign in again where the page asks for it."""
        if not self.page.is_visible("#gd-signin"):
            for button in self.page.locator("[data-sign-in]").all():
                with suppress(Error):  # saved meanwhile
                    button.click(timeout=BRIEFLY_MS)
        if self.page.is_visible("#gd-signin"):
            with suppress(Error):  # what was pressed before has signed in meanwhile
                self.page.fill("#gd-signin [name=password]", PASSWORD, timeout=BRIEFLY_MS)
                self.page.click("#gd-signin [type=submit]", timeout=BRIEFLY_MS)

    def cut(self, *, off):
        """Cut the network of this browser, or join it again."""
        self.offline = off
        self.context.set_offline(off)

    def queue(self):
        """What waits in this browser: (clause, text, state)."""
        return [tuple(one) for one in self.page.evaluate(QUEUE)]


@pytest.fixture
def world(portal, browser):
    portal.migrate()
    made = json.loads(portal.run("-c", SEED_TABLE).splitlines()[-1])
    portal.start_web()
    hands = [Hand(browser, portal.url, name, made["table"]) for name in PEOPLE]
    yield portal, hands, made, random.Random(SEED)  # noqa: S311 -- the same troubles every time
    for hand in hands:
        hand.context.close()


def history(portal):
    """Every value that was ever saved: (clause, value)."""
    return set(portal.rows(SAVED))


def lost(portal, hands):
    """What was acknowledged and is not stored; what was typed, is not stored and waits nowhere."""
    # Browsers first: what leaves a queue or is acknowledged meanwhile is stored by the time the database is asked.
    waits = [{(item, text) for item, text, _ in hand.queue()} for hand in hands]
    told = [(hand.name, *one) for hand in hands for one in hand.acknowledged]
    stored = history(portal)
    gone = [(hand.name, *one) for hand, held in zip(hands, waits, strict=True) for one in hand.typed.items() if one not in stored | held]
    return [one for one in told if one[1:] not in stored], gone


def trouble(portal, hands, rng, step):
    """Something goes wrong for somebody, or well again."""
    if step == STEPS // 3:
        portal.kill("web")
    elif step == STEPS * 2 // 3:
        portal.start_web(int(portal.url.rsplit(":", 1)[-1]))
    hand = rng.choice(hands)
    what = rng.random()
    if what < 0.15:
        hand.cut(off=not hand.offline)
    elif what < 0.25:
        keys = [one["value"] for one in hand.context.cookies() if one["name"] == "sessionid"]
        portal.rows("DELETE FROM signin_signedsession WHERE session_key = ANY(%s)", keys)
    elif what < 0.35:
        hand.sign_in()
    elif what < 0.4 and not hand.offline and portal.readiness():
        hand.page.reload()


def test_every_value_is_stored_or_waits_in_its_browser(world):
    portal, hands, made, rng = world
    items = rng.sample(made["items"], 8)
    for step in range(STEPS):
        trouble(portal, hands, rng, step)
        rng.choice(hands).type(rng.choice(items), f"{rng.randint(100, 899) / 10:g}")
        if step % 12 == 11:
            assert lost(portal, hands) == ([], [])
    assert lost(portal, hands) == ([], [])
    settle(hands)
    assert [hand.queue() for hand in hands] == [[], [], []]
    stored = history(portal)
    assert [(hand.name, one) for hand in hands for one in hand.typed.items() if one not in stored] == []
    rows = dict(portal.rows(STANDING, made["table"]))
    assert rows.keys() == {item for hand in hands for item in hand.typed}
    assert all(rows[item] in {hand.typed.get(item) for hand in hands} for item in rows)
    assert (portal.rows(TWICE), [hand.faults for hand in hands]) == ([], [[], [], []])


def settle(hands, seconds=300):
    """Everybody is back: networks on, signed in, each conflict decided for one's own value."""
    for hand in hands:
        hand.cut(off=False)
    until = time.monotonic() + seconds
    while any(hand.queue() for hand in hands) and time.monotonic() < until:
        for hand in hands:
            hand.sign_in()
            for button in hand.page.locator("[data-resolve]").all():
                with suppress(Error):
                    button.click(timeout=BRIEFLY_MS)
            hand.page.wait_for_timeout(300)
