"""A district that does nothing for a year: reminders, escalation, the list of what is overdue, no award."""

import datetime as dt

import pytest

from greendistrict.processes import until
from tests.e2e.conftest import TODAY, TOLD_ON
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.mailbox import items_about, mails_about
from tests.e2e.steps.setting import accounts, load_demo
from tools.demo.story import KECHUANG

pytestmark = pytest.mark.area("obligations", "reports/awards")
DUTY = f"{KECHUANG.name}2026年度自查"
SECONDS = 300
PREPARER, AUTHORITY, OFFICER = "preparer-kechuang@demo.invalid", "authority-yi@demo.invalid", "city-officer@demo.invalid"
CHIEF = "reviewer-kechuang@demo.invalid"  # who looks after the people of the body, and signs for it
CLIMBED = "已告知本单位负责人。"  # to nobody above
# After the rung of these working days with every arrangement of holidays: day, words of the mail, who has had one by then.
RUNGS = (
    (dt.date(2027, 2, 19), "还有", {PREPARER}), (dt.date(2027, 3, 31), "今日到期", {PREPARER}),
    (dt.date(2027, 4, 1), "已逾期1个工作日", {PREPARER}),
    (dt.date(2027, 4, 23), "已逾期", {PREPARER, CHIEF}), (dt.date(2027, 5, 7), "已逾期", {PREPARER, AUTHORITY}),
    (dt.date(2027, 5, 28), "已逾期", {PREPARER, AUTHORITY, OFFICER}),
)  # fmt: skip
END = dt.date(2027, 12, 31)


@pytest.fixture
def swept(portal):
    """A portal of its own, for the year would be over for the tests that share the demo; daily jobs come every few seconds."""
    portal.move(TOLD_ON)
    load_demo(portal)
    portal.move(TODAY)
    portal.start_web()
    portal.start_background()
    return portal


def test_a_district_that_does_nothing_for_a_year(swept, browser, album):
    heard = set()
    for day, words, receivers in RUNGS:
        before = set(mails_about(swept, DUTY))
        swept.move(day)

        def told(known=before, words=words):
            return {to for to, said in set(mails_about(swept, DUTY)) - known if words in said}

        assert until(lambda wanted=receivers, told=told: wanted <= told(), SECONDS), (day, told())
        heard |= told()
    assert heard >= {PREPARER, CHIEF, AUTHORITY, OFFICER}
    assert {to for to, text in items_about(swept, DUTY) if CLIMBED in text} == {PREPARER, CHIEF}
    swept.move(END)
    officer = Actor(browser, swept.url, album, accounts(swept)["city_officer"])
    officer.open("/obligations/?state=overdue&kind=self_check", KECHUANG.name)
    officer.shoot("overdue", axe=True)
    officer.page.get_by_role("row").filter(has_text=KECHUANG.name).filter(has_text="2026年度自查").get_by_role("link", name="提醒").click()
    officer.see("谁会在哪天收到什么")
    officer.see("已发送")
    officer.shoot("reminders", axe=True)
    officer.open("/reports/awards/", "拟暂不推荐")
    row = officer.page.get_by_role("row").filter(has_text=KECHUANG.name).first
    assert "拟暂不推荐" in row.inner_text()
    officer.shoot("awards", axe=True)
    officer.close()
