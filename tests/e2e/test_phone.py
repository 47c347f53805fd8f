"""At 390 pixels: work desk, a chapter of a score table, the director's decision."""

import pytest

from greendistrict.portal.demo.story import CHANYE, HUPAN
from tests.e2e.steps import score
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.setting import accounts

pytestmark = pytest.mark.slow
PHONE = (390, 844)


@pytest.fixture
def at(demo, browser, album):
    """A seat with a phone in the hand."""
    actors = []

    def opened(seat):
        actors.append(Actor(browser, demo.url, album, accounts(demo)[seat], size=PHONE))
        return actors[-1]

    yield opened
    for actor in actors:
        actor.close()


def fits(actor, title):
    """Nothing is wider than the screen, nothing is unreachable for assistive technology."""
    assert actor.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    actor.shoot(title, axe=True)


def test_the_desk_shows_what_waits(at):
    preparer = at("preparer")
    preparer.open("/desk/")
    preparer.see(HUPAN.name, "待我处理")
    fits(preparer, "desk")


def test_a_clause_is_typed_and_saved(demo, at):
    preparer = at("preparer")
    preparer.open("/assessments/tables/")
    preparer.page.locator("main tr", has_text=HUPAN.name).get_by_role("link").first.click()
    preparer.page.locator("#chapters a").last.wait_for()
    preparer.open(score.chapters(preparer.page)[-1])
    fits(preparer, "chapter")
    before = score.total(preparer)
    preparer.page.locator("#messages").wait_for(state="attached")
    score.fill_clauses(preparer, {"10.2.2": "60"})
    assert score.total(preparer) == before + 2
    preparer.see("已保存")


def test_the_director_decides(demo, at):
    director = at("city_director")
    director.open("/desk/")
    director.see(CHANYE.name)
    fits(director, "desk-of-the-director")
    director.follow("试点申报")
    fits(director, "case")
    director.page.get_by_role("radio", name="审定授予试点").check()
    director.press("办理")
    director.fill({"决定文号": "演示建〔2027〕3号"})
    fits(director, "decision")
    director.press("审定授予试点")
    director.see("已办理：审定授予试点", "已审定")
