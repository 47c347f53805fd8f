"""Two browsers at the same form: the slower one keeps what was typed and sees what changed."""

import pytest

from tests.browsers import hears_nobody
from tests.e2e.steps import score
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.setting import accounts
from tools.demo.story import HUPAN

pytestmark = [
    pytest.mark.area("assessments/score_page", "assessments/tables", "districts/file", "districts/overview", "districts/profile"),
]


@pytest.fixture
def two(demo, browser, album):
    account = accounts(demo)["preparer"]
    pair = [Actor(browser, demo.url, album, account) for _ in range(2)]
    yield pair
    for actor in pair:
        actor.close()


def address_of(actor):
    """Page of the district that is still a draft."""
    actor.open("/districts/?kind=demo")
    with actor.page.expect_navigation():
        actor.page.locator("main").get_by_role("link", name=HUPAN.name).first.click()
    return actor.page.url


def test_a_stale_form_shows_both_and_can_be_saved_again(two):
    fast, slow = two
    page = f"{address_of(fast)}profile/"
    fast.open(page)
    slow.open(page)
    fast.fill({"规划人口": "15000"})
    fast.press("暂存")
    slow.fill({"规划人口": "16000", "待开发用地面积": "0.7"})
    slow.press("暂存", "15000", "16000", expected=409)
    assert slow.page.get_by_label("规划人口").input_value() == "16000"
    assert slow.page.get_by_label("待开发用地面积").input_value() == "0.7"
    slow.shoot("stale-form", axe=True)
    slow.press("暂存")
    fast.open(page)
    assert fast.page.get_by_label("规划人口").input_value() == "16000"


def test_a_stale_cell_offers_both_values(two):
    fast, slow = two
    hears_nobody(slow.context)
    for actor in two:
        actor.open("/assessments/tables/")
        with actor.page.expect_navigation():
            actor.page.locator("main tr", has_text=HUPAN.name).get_by_role("link").first.click()
        actor.open(score.chapters(actor.page)[0])
    score.fill_clauses(fast, {"4.2.3": "8.1"})
    slow.expected = 409
    cell = slow.page.locator("[name='4.2.3-value']")
    with slow.page.expect_response(lambda answer: answer.status == 409):
        cell.fill("7.5")
        cell.blur()
    message = slow.page.locator("#msg-4_2_3")
    message.get_by_text("8.1").first.wait_for()
    assert cell.input_value() == "7.5"
    slow.shoot("stale-cell", axe=True)
    with slow.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        message.get_by_role("button").first.click()
    fast.page.reload()
    assert fast.page.locator("[name='4.2.3-value']").input_value() in {"7.5", "8.1"}
