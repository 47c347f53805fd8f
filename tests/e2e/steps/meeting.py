"""Five experts score alone, meet, agree, vote, sign; the secretariat records the conclusion."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.e2e.steps.actor import Actor
from tests.e2e.steps.panel import act
from tests.e2e.steps.year import Year

WHY = "材料只证明部分范围，按低一档计"
OPINION = "专业规划内容完整，指标体系覆盖五个方面，评分依据充分。建议落实屋顶光伏并网时序。"


def score_alone(year: Year) -> None:
    """One expert goes through a chapter by keys, the next gives other points to one clause; all confirm the rest and hand in."""
    year.move(year.today + dt.timedelta(days=5))
    first, second, *others = year.facts["panel"]
    _score_a_chapter_by_keys(year.at(first), year.facts["review"])
    year.facts["disputed"] = differ(year.at(second), year.facts["review"])
    for seat in (first, second, *others):
        confirm_the_rest(year.at(seat), year.facts["review"])


def _score_a_chapter_by_keys(expert: Actor, review: str) -> None:
    """C agrees, Enter goes on; other people's scores are nowhere on the page."""
    expert.open(f"{review}score/")
    page = expert.page
    chapter = page.locator("#review-clauses h2").first
    count = int(re.search(r"/ (\d+)", chapter.inner_text()).group(1))
    expert.shoot("workspace", axe=True)
    judge_by_keys(expert, count)
    page.reload()
    expect(chapter).to_contain_text(f"{count} / {count}")


def judge_by_keys(expert: Actor, count: int) -> None:
    """C agrees with a clause, Enter goes on, from the first clause without a judgement; the last of ``count`` is not left."""
    page = expert.page
    for done in range(1, count + 1):
        page.keyboard.press("c")
        expect(page.locator("#review-counts dd").first).to_have_text(re.compile(rf"^{done} / "))
        if done < count:
            with arriving(expert):
                page.keyboard.press("Enter")


@contextmanager
def arriving(expert: Actor) -> Iterator[None]:
    """Wait until another clause stands in the page, which is not loaded again: its heading, with its own address and place in the list."""
    page = expert.page
    title = page.locator(".gd-case h2[tabindex]")
    left = title.inner_text()
    yield
    expect(title).not_to_have_text(left)
    expect(title).to_be_focused()
    item = title.inner_text().split()[0]
    expect(page.locator("#review-clauses [aria-current]")).to_contain_text(item)
    expect(page).to_have_url(re.compile(rf"/{re.escape(item)}/$"))


def differ(expert: Actor, review: str, kind: str = "建议") -> str:
    """Give other points than claimed to the first clause that has points; without a reason the page asks for it."""
    expert.open(f"{review}score/")
    page = expert.page
    links = [link.get_attribute("href") for link in page.locator("#review-clauses a").all()]
    for address in links:
        expert.open(address)
        if page.locator("#id_points").count() and not page.get_by_text("申报0分", exact=False).count():
            break
    points = page.locator("#id_points")
    if points.evaluate("node => node.tagName") == "SELECT":
        points.select_option(index=1)
    else:
        points.fill("0")
    page.get_by_role("radio", name=re.compile("^不同")).check()
    go_on = page.locator(".gd-actionbar").get_by_role("button", name="确认，下一条")
    expert.expected = 422
    go_on.click()
    refused = page.locator(".gd-case .gd-errors")
    expect(refused).to_contain_text("未写意见")
    expect(refused).to_be_focused()
    expect(page).to_have_url(re.compile(f"{re.escape(address)}$"))
    expert.fill({"意见": WHY}, within=".gd-review")
    expert.page.get_by_role("radio", name=kind, exact=True).check()
    expert.shoot("differing-score")
    with arriving(expert):
        go_on.click()
    return address.rstrip("/").rsplit("/", 1)[-1]


def confirm_the_rest(expert: Actor, review: str) -> None:
    expert.open(f"{review}score/rest/")
    expert.page.get_by_role("button", name=re.compile("确认.*条为一致")).wait_for()
    with expert.page.expect_navigation():
        expert.page.get_by_role("button", name=re.compile("确认.*条为一致")).click()
    expert.open(f"{review}score/submit/")
    expert.press("提交评分", "评分已提交")


def call(year: Year) -> None:
    """The secretariat calls the meeting; it opens when all have handed in."""
    secretary, review = year.at("secretariat"), year.facts["review"]
    secretary.open(review)
    day = year.today + dt.timedelta(days=4)
    secretary.fill({"会议时间": f"{day.isoformat()}T09:30", "地点": "演示会议室"})
    secretary.press("发出通知", "评审会通知已发出")
    year.move(day, 9, 31)
    act(secretary, review, "开始评审会")
    secretary.see("人数不足")
    for box in secretary.page.locator("input[name='members']").all():
        box.check()
    secretary.press("登记签到", "5人到会")


def agree(year: Year) -> None:
    """The one clause on which readers differ is settled with a reason."""
    secretary, review, item = year.at("secretariat"), year.facts["review"], year.facts["disputed"]
    secretary.open(f"{review}meeting/", "1条", WHY)
    secretary.shoot("meeting-dispute", axe=True)
    place = secretary.page.locator(f"[id='agree-{item}']")
    points = place.locator("[name='points']")
    claimed = re.search(r"申报([\d.]+)分?", place.inner_text()).group(1)
    if points.evaluate("node => node.tagName") == "SELECT":
        points.select_option(claimed)
    else:
        points.fill(claimed)
    place.locator("[name='reason']").fill("补充材料后一致同意申报分")
    with secretary.page.expect_navigation():
        place.get_by_role("button", name="记录").click()
    secretary.see(f"{item}已记录商定结果", "已商定")


def vote_and_sign(year: Year) -> None:
    """The chair writes the opinion; each expert votes and signs by name."""
    review = year.facts["review"]
    chair = next(year.at(seat) for seat in year.facts["panel"] if _is_chair(year.at(seat), review))
    chair.fill({"评审意见": OPINION})
    chair.press("保存评审意见", "评审意见已保存")
    for seat in year.facts["panel"]:
        expert = year.at(seat)
        expert.open(f"{review}meeting/")
        expert.press("全部确认")
        expert.page.locator("select[name='vote']").select_option(label="通过")
        expert.press("表决")
        expert.page.locator("#sign-password").fill(year.accounts[seat]["password"])
        expert.press("确认并签名", "已确认评审意见")
    chair.shoot("meeting-of-the-chair", axe=True)


def _is_chair(expert: Actor, review: str) -> bool:
    expert.open(f"{review}meeting/")
    return expert.page.locator("textarea[name='opinion']").count() == 1


def conclude(year: Year) -> None:
    """通过 with the star asked; the opinion names who signed, and the case moves on by itself."""
    secretary, review = year.at("secretariat"), year.facts["review"]
    secretary.open(f"{review}meeting/")
    secretary.page.get_by_role("radio", name="通过", exact=True).check()
    secretary.fill({"评定星级": "三星级"})
    secretary.shoot("before-conclusion", axe=True)
    secretary.press("形成评审结论")
    if secretary.page.locator("input[name='confirmed']").count():
        secretary.press("形成评审结论")
    secretary.see("评审结论", "通过")
    secretary.open(f"{review}opinion/", OPINION, year.facts["disputed"], year.facts["planned_total"], "三星级")
    secretary.shoot("opinion", axe=True)
    officer = year.at("city_officer")
    officer.open(year.facts["case"], "审查有结论")
    for seat in year.facts["panel"]:
        year.leave(seat)
