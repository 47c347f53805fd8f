"""Everything but live totals works with JavaScript switched off."""

import pytest

from tests.e2e.steps import score
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.selfcheck import REPORT
from tests.e2e.steps.setting import accounts, plausible_values
from tools.demo.story import XINCHENG

pytestmark = pytest.mark.slow


@pytest.fixture
def preparer(demo, browser, album):
    actor = Actor(browser, demo.url, album, accounts(demo)["preparer"], javascript=False)
    yield actor
    actor.close()


def test_a_chapter_is_filled_and_a_self_check_is_handed_up(demo, preparer):
    preparer.open("/assessments/self-checks/")
    with preparer.page.expect_navigation():
        preparer.page.locator("main tr", has_text=XINCHENG.name).filter(has_text="2026").get_by_role("link").first.click()
    check = preparer.page.url.removeprefix(demo.url)
    preparer.follow("自评分表", exact=True)
    assert not score.progress(preparer).startswith("109")
    for address in score.chapters(preparer.page)[-2:]:
        score.fill_without_javascript(preparer, address, plausible_values(demo)["operation"])
    preparer.press("条填为实施中", "的建设情况已填为实施中", exact=False)
    score.declare_unchanged(preparer, score.chapters(preparer.page)[0])
    done, of = score.progress(preparer).removesuffix("项").split(" / ")
    assert done == of
    preparer.shoot("chapter")
    preparer.open(f"{check}report/")
    preparer.fill(REPORT)
    preparer.press("暂存")
    preparer.open(f"{check}check/", "自评分表和自评报告已填齐")
    preparer.press("提交审核", "待签发")
    preparer.shoot("handed-up")
