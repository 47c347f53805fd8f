"""Beat and two workers sweep every few seconds: one message per rung and receiver, in the inbox and in the mailbox."""

import datetime as dt
from collections import Counter

import pytest

from greendistrict.processes import until
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.mailbox import mails_about
from tests.e2e.steps.setting import accounts
from tests.processes import SELDOM
from tools.demo.story import KECHUANG

pytestmark = pytest.mark.area("obligations", "greendistrict/notifications")
PREPARER = "preparer-kechuang@demo.invalid"
ON_DAY, AFTER_1 = dt.date(2027, 3, 31), dt.date(2027, 4, 1)
SWEEPS = 4
SECONDS = 300


def letters(demo):
    """(receiver, what is said) of every mail about the self-check that is owed, each item of a digest by itself."""
    return mails_about(demo, f"{KECHUANG.name}2026年度自查")


def sweeps(demo):
    """How many sweeps the workers have finished, by which worker."""
    logs = {label: demo.log(label).read_text(encoding="utf-8", errors="replace") for label in ("worker1", "worker2")}
    return Counter({label: text.count("obligations.tasks.sweep") for label, text in logs.items()})


def wait_for_sweeps(demo):
    """Let several more sweeps come and go, and each worker do some."""
    enough = sweeps(demo).total() + 2 * SWEEPS
    assert until(lambda: sweeps(demo).total() >= enough and all(sweeps(demo).values()), SECONDS), sweeps(demo)


@pytest.fixture
def swept(demo):
    """The demo while its daily jobs come every few seconds."""
    demo.end("beat")
    demo.start_beat()
    yield demo
    demo.end("beat")
    demo.start_beat(SELDOM)


@pytest.mark.parametrize(("day", "words"), [(ON_DAY, "今日到期"), (AFTER_1, "已逾期")])
def test_one_message_for_each_rung_however_often_it_is_swept(swept, browser, album, day, words):
    before = Counter(letters(swept))
    swept.move(day)
    assert until(lambda: any(receiver == PREPARER and words in subject for receiver, subject in Counter(letters(swept)) - before), SECONDS)
    wait_for_sweeps(swept)
    new = Counter(letters(swept)) - before
    assert max(new.values()) == 1, new
    assert [subject for receiver, subject in new if receiver == PREPARER and words in subject], new
    preparer = Actor(browser, swept.url, album, accounts(swept)["preparer_kechuang"])
    preparer.open("/messages/")
    said = "\n".join(preparer.page.locator("main .gd-item").all_inner_texts())
    assert said.count(f"{KECHUANG.name}2026年度自查{words}") == 1, preparer.text()
    preparer.shoot(f"messages-{day}", axe=True)
    preparer.open("/obligations/", "2026年度自查")
    preparer.shoot(f"obligations-{day}", axe=True)
    preparer.close()
