"""Without a pointer: an expert judges clauses beside their evidence, asks, hands in; the secretary calls and holds the meeting."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.reviews.enums import MemberState
from assessments.reviews.models import ExpertScore, Review
from greendistrict.core import clock
from tests.e2e.steps.keyboard import Keys
from tests.e2e.steps.seats import desk
from tests.factories.reviews import Scene

pytestmark = [pytest.mark.area("assessments/reviews"), pytest.mark.django_db(transaction=True)]
QUESTION, WHY = "第2页的测算边界是否含现状保留建筑？", "第2页只有一期数据，按低一档计"


@pytest.fixture
def scene():
    """A panel that scores; what it judges has one paper, cited at its second page."""
    return Scene().to_scoring().cite_paper()


def next_clause(keys, *pressed):
    """Go on to another clause, which stands there with its paper at the cited page."""
    heading = keys.page.locator(".gd-case h2[tabindex]")
    left = heading.inner_text()
    keys.press(*pressed)
    expect(heading).not_to_have_text(left)
    expect(heading).to_be_focused()
    expect(keys.page.locator(".gd-viewer [data-paper]")).to_have_attribute("data-state", "open")
    return heading.inner_text().split()[0]


def at_a_clause_with_points(keys, scene, item):
    """Agree by C and Enter until the clause can be given fewer points than claimed."""
    claims = scene.review.claims
    while claims[item]["control"] or claims[item]["excluded"] or claims[item]["points"] in {None, "0"}:
        keys.press("c")
        item = next_clause(keys, "Enter")
    return item


def judge(keys, scene):
    """To the desk, the paper, points and comment, a question; returns the clauses that were disputed and asked about."""
    page = keys.page
    page.goto(reverse("portal:workdesk"))
    keys.follow(page.locator("main a[href$='/score/']").first)
    heading = page.locator(".gd-case h2[tabindex]")
    keys.reach(page.get_by_role("region", name="能源规划内容"))
    expect(page.get_by_label("页码")).to_have_value("2")
    keys.press("ArrowLeft")
    expect(page.get_by_label("页码")).to_have_value("1")
    disputed = at_a_clause_with_points(keys, scene, heading.inner_text().split()[0])
    keys.press("d")
    points = page.locator("#id_points")
    expect(points).to_be_focused()
    if points.evaluate("node => node.matches('select')"):
        keys.press("Home", "ArrowDown")
    else:
        keys.type("0")
    keys.reach(page.locator("#id_comment"))
    keys.type(WHY)
    asked = at_a_clause_with_points(keys, scene, next_clause(keys, "Control+Enter"))
    keys.press("q")
    expect(page.locator("#id_comment")).to_be_focused()
    keys.type(QUESTION)
    next_clause(keys, "Control+Enter")
    assert next_clause(keys, "k") == asked
    expect(page.locator("#id_comment")).to_have_value(QUESTION)
    keys.actor.shoot("asked")
    return disputed, asked


def hand_in(keys):
    """The rest is confirmed, the scores are handed in."""
    page = keys.page
    keys.follow(page.locator(".gd-actionbar").get_by_role("link", name="确认其余为一致"))
    keys.follow(page.locator("main").get_by_role("button", name="条为一致"))
    if not page.url.endswith("/submit/"):
        keys.follow(page.get_by_role("link", name="提交评分").first)
    keys.follow(page.locator("main").get_by_role("button", name="提交评分", exact=True))
    keys.actor.see("评分已提交")


def call_and_open(keys, review):
    """Chair, day and place by keys, then the meeting is opened and everybody signed in."""
    page = keys.page
    page.goto(reverse("assessments:review", args=[review.pk]))
    keys.follow(page.get_by_role("button", name="指定为组长").first)
    keys.type_moment(page.get_by_label("会议时间"), dt.datetime.combine(clock.today() + dt.timedelta(days=4), dt.time(9, 30)))
    keys.reach(page.get_by_label("地点"))
    keys.type("演示会议室")
    with keys.arriving():
        keys.press("Enter")
    keys.actor.see("评审会通知已发出")
    keys.follow(page.get_by_role("button", name="开始评审会"))
    if page.locator("input[name='confirmed']").count():
        keys.follow(page.get_by_role("button", name="开始评审会"))
    if not page.url.endswith("/meeting/"):
        keys.follow(page.locator("main").get_by_role("link", name="评审会", exact=True))
    for box in page.locator("input[name='members']").all():
        keys.reach(box)
        keys.press("Space")
    keys.follow(page.get_by_role("button", name="登记签到"))
    keys.actor.see("5人到会")


def hold(keys, first, last):
    """The screen goes through the agenda by keys and leads to the record of a clause; what was agreed is written down, then the opinion."""
    page = keys.page
    keys.follow(page.get_by_role("link", name="逐条投影"))
    with keys.arriving():
        keys.press("End")
    expect(page.locator("main h1")).to_contain_text(last)
    for key, item in (("ArrowLeft", first), ("j", last), ("Home", first)):
        with keys.arriving():
            keys.press(key)
        expect(page.locator("main h1")).to_contain_text(item)
    keys.actor.shoot("screen")
    keys.follow(page.get_by_role("link", name="记录商定结果"))
    line = page.locator(f"[id='agree-{first}']")
    keys.reach(line.locator("[name='points']"))
    if line.locator("select[name='points']").count():
        keys.press("ArrowDown", "ArrowDown")
    else:
        keys.type("0")
    keys.reach(line.locator("[name='reason']"))
    keys.type("会上核对材料后商定")
    with keys.arriving():
        keys.press("Enter")
    keys.actor.see(f"{first}已记录商定结果")
    opinion = page.get_by_role("textbox", name="评审意见")
    keys.reach(opinion)
    drafted = opinion.input_value()
    keys.press("Control+End")
    keys.type("建议通过。")
    keys.follow(page.get_by_role("button", name="保存评审意见"))
    keys.actor.see("评审意见已保存")
    return drafted


def test_review_and_meeting_by_keyboard_alone(local_browser, live_server, album, scene):
    review = scene.review
    first, *others = scene.members
    with desk(local_browser, live_server, album, scene.people) as seats:
        name = next(seat for seat, user in vars(scene.people).items() if user == first.expert.user)
        expert = Keys(seats[name])
        disputed, asked = judge(expert, scene)
        hand_in(expert)
        given = {row.assignment.item_id: row for row in ExpertScore.objects.filter(assignment__member=first).select_related("assignment")}
        assert (given[disputed].judgement, given[disputed].comment) == ("differ", WHY)
        assert (given[asked].judgement, given[asked].comment) == ("doubt", QUESTION)
        assert given[disputed].points is not None
        for member in others:
            scene.hand_in(member)
        hands = Keys(seats["secretariat"])
        call_and_open(hands, review)
        drafted = hold(hands, *sorted((disputed, asked), key=list(review.claims).index))
    review.refresh_from_db()
    assert review.opinion.split() == f"{drafted}建议通过。".split()
    assert review.agreed.count() == 1
    assert review.members.filter(state=MemberState.ACCEPTED, present_at=None).count() == 0
    assert Review.objects.get(pk=review.pk).status == "meeting"
