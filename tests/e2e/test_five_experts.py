"""Five experts in five browsers score one case, meet, vote and sign; one declined, one stepped back late; the opinions are closed."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from assessments.reviews.models import ExpertScore, Review
from assessments.reviews.selectors.pool import opinions_of
from greendistrict.core import clock
from tests.e2e.steps.five import Panel
from tests.e2e.steps.panel import act
from tests.e2e.steps.seats import desk
from tests.factories.approvals import Filing, store_papers
from tests.factories.reviews import make_experts

pytestmark = [
    pytest.mark.area("assessments/reviews", "assessments/opinions", "approvals/opinions"),
    pytest.mark.django_db(transaction=True),
]
OPINION = "专业规划内容完整，评分依据充分。须修改的内容修改后通过。"


@pytest.fixture
def filing():
    made = Filing().to_reviewing()
    store_papers()
    made.pool = {expert.user.username: expert.user for expert in make_experts(made.people)}
    return made


def seats_in(review, *states):
    return list(review.members.filter(state__in=states).order_by("number").values_list("expert__user__username", flat=True))


def seat_the_panel(panel, review):
    """Five are drawn, one declines, a substitute accepts, clauses are assigned."""
    panel.invite()
    away, *stay = seats_in(review, "invited")
    panel.decline(away, "出差")
    for seat in stay:
        panel.accept(seat)
    panel.invite()
    [new] = seats_in(review, "invited")
    assert new != away
    panel.accept(new)
    panel.assign()
    return [*stay, new]


def score_alone(panel, review, seats):
    """One goes clause by clause, one differs, the others confirm the rest; the last steps back after handing in and is replaced."""
    first, second, third, fourth, last = seats
    panel.one_by_one(first)
    disputed = panel.differ(second)
    for seat in (second, third, fourth, last):
        panel.the_rest(seat)
    panel.recuse(last, "查明配偶任职于申报主体")
    gone = review.members.get(expert__user__username=last)
    panel.invite()
    [heir] = seats_in(review, "invited")
    panel.accept(heir)
    panel.assign()
    panel.the_rest(heir)
    kept = ExpertScore.objects.filter(assignment__member=gone).exclude(judgement="")
    assert kept.count() == gone.assignments.count() > 0
    assert gone.number not in {one.number for given in opinions_of(review).values() for one in given}
    return disputed, [first, second, third, fourth, heir]


def open_meeting(panel):
    panel.secretary.open(panel.review)
    if panel.secretary.page.get_by_role("button", name="指定为组长").count() == 5:
        panel.secretary.press("指定为组长")
    day = clock.today() + dt.timedelta(days=4)
    panel.secretary.fill({"会议时间": f"{day.isoformat()}T09:30", "地点": "演示会议室"})
    panel.secretary.press("发出通知")
    act(panel.secretary, panel.review, "开始评审会")


def sit_down(panel, seats):
    """Four sign in themselves; before the fifth nothing can be concluded; the secretariat signs the last one in."""
    for seat in seats[:-1]:
        panel.desk[seat].open(panel.page("meeting/"))
        panel.desk[seat].press("签到")
    secretary = panel.secretary
    secretary.open(panel.page("meeting/"), "人数不足", "到会4人，不足5人")
    secretary.shoot("below-quorum", axe=True)
    secretary.page.locator("input[name='members']").check()
    secretary.press("登记签到", "5人到会")


def agree(panel, seats, item):
    """The disputed clause is agreed; four confirm, one keeps a dissent."""
    secretary = panel.secretary
    place = secretary.page.locator(f"[id='agree-{item}']")
    points = place.locator("[name='points']")
    if points.evaluate("node => node.tagName") == "SELECT":
        points.select_option(index=1)
    else:
        points.fill("0")
    place.locator("[name='reason']").fill("会上核对材料后商定")
    with secretary.page.expect_navigation():
        place.get_by_role("button", name="记录", exact=True).click()
    first, *others = seats
    dissenter = panel.desk[first]
    dissenter.open(panel.page("meeting/"))
    dissenter.page.locator(f"[id='s-{item}']").fill("应给申报分")
    dissenter.press("记录保留意见")
    for seat in others:
        panel.desk[seat].open(panel.page("meeting/"))
        panel.desk[seat].press("全部确认")


def write_and_sign(panel, review, seats):
    chair = panel.desk[review.members.get(chair=True).expert.user.username]
    chair.open(panel.page("meeting/"))
    assert "须修改的内容" in chair.page.locator("textarea[name='opinion']").input_value()  # drafted from the comments
    chair.fill({"评审意见": OPINION})
    chair.press("保存评审意见")
    for seat in seats:
        panel.sign(seat, "修改完善后通过")
    chair.shoot("signed")


def conclude(panel, review, item):
    secretary = panel.secretary
    secretary.open(panel.page("meeting/"))
    secretary.page.get_by_role("radio", name="修改完善后通过", exact=True).check()
    secretary.fill({"评定星级": "二星级"})
    secretary.press("形成评审结论")
    if secretary.page.locator("input[name='confirmed']").count():
        secretary.press("形成评审结论")
    secretary.open(panel.page("opinion/"), OPINION, "应给申报分", item, "二星级")
    secretary.shoot("opinion", axe=True)
    review.refresh_from_db()
    assert review.result["settled"][item]["how"] == "agreed"
    assert len(review.result["votes"]) == 5


def close_the_opinions(seats, case):
    """The district gives it to a bureau, which replies from its own desk; the officer compares and closes; the list says so."""
    own, bureau, officer = seats["preparer"], seats["bureau"], seats["city_officer"]
    own.open(reverse("portal:workdesk"), "评审意见待答复")
    page = reverse("approvals:case_opinions", args=[case.pk])
    own.open(reverse("approvals:case", args=[case.pk]))
    own.follow("评审意见逐条办理")
    own.page.locator("summary", has_text="更改责任单位").click()
    own.fill({"责任单位": case.district.authorities.get().bodies.get().name})
    own.press("保存", "责任单位已保存")
    bureau.open(reverse("portal:workdesk"), "评审意见待答复1条")
    with bureau.page.expect_navigation():
        bureau.page.locator(f"main a[href='{page}']").first.click()
    bureau.press("提交答复", "请写明修改情况", expected=422)
    bureau.fill({"答复": "已补充屋顶光伏并网材料"})
    bureau.press("提交答复")
    bureau.shoot("replied", axe=True)
    officer.open(page, "已补充屋顶光伏并网材料")
    officer.press("复核通过，销号", "已销号", "未销号0条")
    officer.shoot("closed", axe=True)


def test_five_experts_score_meet_vote_and_sign(local_browser, live_server, album, filing):
    review = Review.objects.get(pk=filing.case.review_id)
    people = SimpleNamespace(
        **{seat: user for seat, user in filing.people.everybody.items() if not seat.startswith("expert")}, **filing.pool
    )
    with desk(local_browser, live_server, album, people) as seats:
        panel = Panel(seats, reverse("assessments:review", args=[review.pk]))
        item, sitting = score_alone(panel, review, seat_the_panel(panel, review))
        open_meeting(panel)
        sit_down(panel, sitting)
        agree(panel, sitting, item)
        write_and_sign(panel, review, sitting)
        conclude(panel, review, item)
        assert Case.objects.get(pk=filing.case.pk).status == "reviewed"
        close_the_opinions(seats, filing.case)
    [opinion] = filing.case.review_opinions.all()
    assert (opinion.kind, opinion.status, opinion.item_id) == ("must", "closed", item)
