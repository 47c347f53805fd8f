"""A review by its services, from its opening to the panel; and its whole life once."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from assessments.experts.models import ExpertProfile
from assessments.post_evaluations.draw_verification import faults
from assessments.reviews.enums import Judgement, MemberState
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.selectors.agenda import opinion_of
from assessments.tables.selectors.tables import score_tables_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.documents.services import store_bytes
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedure_of, take
from obligations.models import Urging
from tests.assessments.browsing import ALL_PAGES, browser, lacking, text_of, url
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene
from tests.refusing import refuses
from tests.steps import draw_for, step, version_of

begun = once(Scene)
scene = copy_of("begun")


def test_the_whole_life_ends_in_a_conclusion_with_settled_points(scene):
    scene.to_concluded()
    review = Review.objects.get()
    assert (review.status, review.conclusion, review.star) == ("concluded", "passed", 3)
    assert set(review.result["settled"]) == set(review.claims)
    assert all(isinstance(row["points"], str) for row in review.result["items"] if row["points"] is not None)
    taken = TransitionRecord.objects.filter(machine="review").order_by("pk").values_list("action", flat=True)
    assert list(taken) == ["commit", "draw", "start_scoring", "open_meeting", "conclude"]
    assert len(review.result["votes"]) == len(scene.members) == 5
    assert {key for one in procedure_of(review).steps.values() for key in one.makes} == {"draw", "members", "assignments", "result"}
    assert (bool(review.draws.get().result), scene.members[0].assignments.exists()) == (True, True)
    client, names = browser(scene.secretary), [member.expert.user.name for member in scene.members]
    assert faults(client.get(url("review_draw_data", review, 1)).json()) == []
    assert lacking(client.get(url("review_opinion", review)), *names) == (200, [])
    # Added points are not a share of anything.
    assert [share for _, _, _, share in opinion_of(review)["chapters"]].count(None) == 1


def test_the_table_must_be_submitted_and_not_under_review(scene):
    refuses("已在评审", scene.open)
    scene.table.status = "open"
    scene.table.save()
    Review.objects.all().delete()
    refuses("提交后", scene.open)


def test_a_draw_needs_its_commitment_first(scene):
    refuses("种子校验值", draw_for, scene.review, scene.secretary)
    step(scene.review, "commit", scene.secretary)
    assert scene.review.draws.get().pool == []
    refuses("已经登记", step, scene.review, "commit", scene.secretary)


def test_conflicted_experts_are_listed_with_reasons_and_never_drawn(scene):
    expert = scene.experts[0]
    expert.employments.create(organisation=scene.people.applicant_body, valid_from="2020-01-01")
    scene.to_inviting()
    line = next(one for one in scene.review.draws.get().pool if one["id"] == expert.pk)
    assert any("申报主体" in reason for reason in line["reasons"])
    assert not scene.review.members.filter(expert=expert).exists()


def test_accepting_needs_the_declaration(scene):
    scene.to_inviting()
    member = scene.review.members.first()
    refuses("声明", step, member, "accept", member.expert.user, declared=False)
    refuses(NotAllowed, step, member, "accept", scene.secretary, declared=True)


def test_a_declined_seat_is_drawn_again_and_scoring_waits_for_it(scene):
    scene.to_inviting()
    first, *others = scene.review.members.select_related("expert__user")
    step(first, "decline", first.expert.user, "出差")
    for member in others:
        scene.accept(member)
    for due, words in ((dt.date(2099, 1, 1), "人数不足"), (dt.date(2000, 1, 1), "请填写评分截止日期，不早于今天")):
        refuses(words, step, scene.review, "start_scoring", scene.secretary, score_due=due)
    scene.to_inviting()
    replacement = scene.review.members.get(state="invited")
    assert (replacement.number, replacement.expert_id == first.expert_id) == (6, False)


def test_without_a_valid_panel_there_is_only_a_recorded_appointment(scene):
    five = ExpertProfile.objects.filter(pk__in=[one.pk for one in scene.experts[:5]])
    ExpertProfile.objects.exclude(pk__in=five).delete()
    last = five.filter(pk=scene.experts[4].pk)
    last.update(specialties=[], available=False)
    step(scene.review, "commit", scene.secretary)
    refuses("组不成", draw_for, scene.review, scene.secretary)
    last.update(available=True)
    chosen = [expert.pk for expert in scene.experts[:5]]

    def refused(words, reason="库内不足", experts=chosen):
        refuses(words, step, scene.review, "appoint", scene.secretary, reason, experts=experts)

    refused("不得指定", "有人")
    five.update(specialties=["lowcarbon"])
    refused("理由", " ")
    refused("单数", experts=chosen[:4])
    client, page = browser(scene.secretary), url("review_appoint", scene.review)
    assert "在办0项" in text_of(client.get(page))
    again = client.post(page, {"experts": chosen, "reason": "", "version": version_of(scene.review)})
    assert (again.status_code, text_of(again).count("checked")) == (409, 5)
    step(scene.review, "appoint", scene.secretary, "库内缺少四个方面的专家", experts=chosen)
    assert (scene.review.draws.get().reason, scene.review.members.count()) == ("库内缺少四个方面的专家", 5)


@pytest.mark.parametrize(
    "reach",
    ["to_scoring", *(pytest.param(reach, marks=pytest.mark.area("assessments/reviews")) for reach in ("to_inviting", "to_meeting"))],
)
def test_who_was_not_drawn_and_who_is_outside_finds_nothing(scene, reach):
    getattr(scene, reach)()
    drawn = set(scene.review.members.values_list("expert__user", flat=True))
    outside = ("preparer", "reviewer", "consultant", "authority", "bureau", "partner", "verifier", "system_keeper", "outsider_preparer")
    undrawn = next(expert.user for expert in scene.experts if expert.user_id not in drawn)
    for user in (undrawn, *(scene.people.everybody[seat] for seat in outside)):
        client = browser(user)
        assert {client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == {404}, user


def test_declined_and_recused_experts_see_nothing_any_more(scene):
    scene.to_inviting()
    first, second = scene.review.members.select_related("expert__user")[:2]
    page = url("review_invitation", scene.review)
    answers = {first: {"action": "decline", "reason": "出差"}, second: {"action": "recuse", "reason": "曾参与规划", "confirmed": "yes"}}
    for member, answer in answers.items():
        client = browser(member.expert.user)
        assert lacking(client.get(page), scene.review.subject["title"]) == (200, [])
        assert client.post(page, {**answer, "version": 0}).status_code == 302
        assert {client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == {404}
        assert scene.review.subject["number"] not in text_of(client.get(url("review_list")))


def test_invited_experts_see_the_invitation_only(scene):
    scene.to_inviting()
    client = browser(scene.review.members.first().expert.user)
    assert client.get(url("review_invitation", scene.review)).status_code == 200
    others = [name for name in ALL_PAGES if name not in {"review_invitation", "review"}]
    assert {client.get(url(name, scene.review)).status_code for name in others} == {404}
    assert client.get(url("review", scene.review)).url == url("review_invitation", scene.review)


def test_only_who_accepted_opens_table_and_papers(scene):
    scene.to_scoring()
    review, district = scene.review, scene.review.table.district
    paper = store_bytes(owner=district, content=b"%PDF-1.7 x", name="plan.pdf", content_type="application/pdf", kind="x", title="规划方案")
    review.subject["documents"] = [{"title": paper.title, "key": str(paper.key)}]
    review.save()
    first, second = PanelMember.objects.filter(review=review, state=MemberState.ACCEPTED).select_related("expert__user")[:2]
    PanelMember.objects.filter(pk=second.pk).update(state=MemberState.INVITED)
    for member, opens in ((first, True), (second, False)):
        user = member.expert.user
        assert (evidence_by_key(Viewer(user), paper.key) is not None) is opens
        assert score_tables_visible_to(Viewer(user)).filter(pk=review.table_id).exists() is opens


def test_a_plan_of_days_goes_with_the_invitation_and_calls_no_meeting(scene):
    scene.to_inviting()
    client, plan = browser(scene.people.secretariat), url("review_plan", scene.review)
    form = {"planned_due": "2099-05-20", "planned_meeting": "2099-05-10", "version": version_of(scene.review)}
    assert "评审会不早于评分截止" in text_of(client.post(plan, form))
    assert client.post(plan, form | {"planned_meeting": "2099-06-01"}).status_code == 302
    assert client.post(plan, form | {"planned_meeting": "2099-06-02"}).status_code == 409
    told = OutboxMessage.objects.filter(payload__kind="panel_invitation").first()
    assert f"条文共{len(scene.review.claims)}条，按专业分派。" in told.payload["body"]
    page = browser(scene.review.members.first().expert.user).get(url("review_invitation", scene.review))
    assert lacking(page, f"共{len(scene.review.claims)}条", "2099年5月20日（预定）", "2099年6月1日（预定）") == (200, [])
    scene.review.refresh_from_db()
    assert scene.review.meeting_at is None


def test_the_secretary_sees_who_has_done_what_with_the_load_and_urges(scene):
    scene.to_scoring()
    member = scene.members[0]
    scene.judge(member, scene.clause(member), Judgement.AGREE)
    client, review = browser(scene.people.secretariat), url("review", scene.review)
    assert "开始评分前预定日程" in text_of(client.post(url("review_plan", scene.review), {"version": version_of(scene.review)}))
    page = text_of(client.get(review))
    assert f"1 / {member.assignments.count()}" in page
    assert page.count("在办1项，本年1次") == 5
    [many] = re.findall(r'href="([^"]+)">催办未提交', page)
    urged = client.get(html.unescape(many)).context
    assert ([item.out for item in urged["items"]], urged["back"]) == ([""] * 5, review)
    asked = {"key": f"scores:seat-{member.pk}", "back": review, "at_once": "yes"}
    assert f"key={asked['key']}" in page
    urge = reverse("obligations:obligation_urge")
    answer = client.post(urge, asked)
    assert (answer.status_code, answer["Location"]) == (302, review)
    assert client.post(urge, asked).status_code >= 400
    browser(scene.people.city_officer).post(urge, asked)
    [made] = Urging.objects.all()
    assert (made.obligation, made.by, made.receivers) == (asked["key"], scene.people.secretariat, 1)


@pytest.mark.parametrize(
    ("reach", "words", "kind"),
    [("to_inviting", "催答复", "invitation"), ("to_scoring", "催评分", "scores"), ("to_meeting", "催签名", "signatures")],
)
def test_each_is_urged_to_what_the_panel_waits_for(scene, reach, words, kind):
    getattr(scene, reach)()
    client = browser(scene.people.secretariat)
    page = text_of(client.get(url("review", scene.review)))
    assert re.findall(r'name="at_once" value="yes">\s*(催[^<\s]+)', page) == [words] * scene.review.members.count()
    link = re.search(r'href="([^"]+)" class="gd-nowrap ms-1">\s*看文字', page)[1]
    [item] = client.get(html.unescape(link)).context["items"]
    assert (item.obligation.kind, item.out) == (kind, "")


def test_nobody_begins_the_scoring_from_a_page_that_shows_another_panel(scene):
    scene.to_inviting()
    for member in scene.review.members.select_related("expert__user"):
        scene.accept(member)
    opened = Review.objects.get(pk=scene.review.pk)
    gone = scene.members[0]
    step(gone, "recuse", gone.expert.user, "近亲属任职（虚构）")
    with pytest.raises(Stale):
        take(obj=opened, action="start_scoring", by=scene.secretary, version=opened.version, values={"score_due": clock.today()})


def test_only_who_oversees_a_review_reads_the_days_of_its_steps(scene):
    """As with its timeline, of which these days are a part."""
    people = scene.people
    scene.to_concluded()

    def days(user):
        return {one["note"] for one in browser(user).get(url("review", scene.review)).context["steps"]}

    assert len(days(people.city_officer)) > 1, "the first step has no day of its own"
    assert days(people.preparer) == days(scene.members[0].expert.user) == {""}
