"""A review by its services, from its opening to the panel; and its whole life once."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from assessments.common.enums import Judgement, MemberState
from assessments.experts.models.experts import ExpertProfile
from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.rules.reviews import agreed_until, opinion_mark
from assessments.reviews.selectors.agenda import opinion_of
from assessments.tables.selectors.tables import score_tables_visible_to
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.documents.services import store_bytes
from greendistrict.notifications.enums import Message
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedure_of, take
from obligations.models import Urging
from tests.assessments.reviews.review_browsing import ALL_PAGES, browser, own_clause, post, url
from tests.factories.accounts import PASSWORD
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, signing_in
from tests.steps import draw_for, step, version_of

pytestmark = pytest.mark.django_db
begun = once(Scene)
scene = copy_of("begun")


def test_the_whole_life_ends_in_a_conclusion_with_settled_points(scene):
    scene.to_concluded()
    review = Review.objects.get()
    assert (review.status, review.conclusion, review.star) == ("concluded", "passed", 3)
    assert set(review.result["settled"]) == set(review.claims)
    assert all(isinstance(row["points"], str) for row in review.result["items"] if row["points"] is not None)
    assert [record.action for record in TransitionRecord.objects.filter(machine="review").order_by("pk")] == [
        "commit",
        "draw",
        "start_scoring",
        "open_meeting",
        "conclude",
    ]
    assert len(review.result["votes"]) == len(scene.members) == 5
    assert {key for one in procedure_of(review).steps.values() for key in one.makes} == {"draw", "members", "assignments", "result"}
    assert review.draws.get().result
    assert scene.members[0].assignments.exists()


def test_the_table_must_be_submitted_and_not_under_review(scene):
    with pytest.raises(Refused, match="已在评审"):
        scene.open()
    scene.table.status = "open"
    scene.table.save()
    Review.objects.all().delete()
    with pytest.raises(Refused, match="提交后"):
        scene.open()


def test_a_draw_needs_its_commitment_first(scene):
    with pytest.raises(Refused, match="种子校验值"):
        draw_for(scene.review, scene.secretary)
    step(scene.review, "commit", scene.secretary)
    assert scene.review.draws.get().pool == []
    with pytest.raises(Refused, match="已经登记"):
        step(scene.review, "commit", scene.secretary)


def test_invitations_go_out_once_per_seat(scene):
    scene.to_inviting()
    keys = list(OutboxMessage.objects.filter(payload__kind=Message.PANEL_INVITATION).values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 5


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
    with pytest.raises(Refused, match="声明"):
        step(member, "accept", member.expert.user, declared=False)
    with pytest.raises(NotAllowed):
        step(member, "accept", scene.secretary, declared=True)


def test_a_declined_seat_is_drawn_again_and_scoring_waits_for_it(scene):
    scene.to_inviting()
    first, *others = scene.review.members.select_related("expert__user")
    step(first, "decline", first.expert.user, "出差")
    for member in others:
        scene.accept(member)
    with pytest.raises(Refused, match="人数不足"):
        step(scene.review, "start_scoring", scene.secretary, score_due=dt.date(2099, 1, 1))
    scene.to_inviting()
    replacement = scene.review.members.get(state="invited")
    assert replacement.number == 6
    assert replacement.expert_id != first.expert_id


def test_without_a_valid_panel_there_is_only_a_recorded_appointment(scene):
    scene.experts, others = scene.experts[:5], scene.experts[5:]
    ExpertProfile.objects.filter(pk__in=[one.pk for one in others]).delete()
    scene.experts[4].specialties = []
    scene.experts[4].available = False
    scene.experts[4].save()
    step(scene.review, "commit", scene.secretary)
    with pytest.raises(Refused, match="组不成"):
        draw_for(scene.review, scene.secretary)
    scene.experts[4].available = True
    scene.experts[4].save()
    chosen = [expert.pk for expert in scene.experts]
    with pytest.raises(Refused, match="不得指定"):
        step(scene.review, "appoint", scene.secretary, "有人", experts=chosen)
    for expert in scene.experts:
        expert.specialties = ["lowcarbon"]
        expert.save()
    with pytest.raises(Refused, match="理由"):
        step(scene.review, "appoint", scene.secretary, " ", experts=chosen)
    with pytest.raises(Refused, match="单数"):
        step(scene.review, "appoint", scene.secretary, "库内不足", experts=chosen[:4])
    step(scene.review, "appoint", scene.secretary, "库内缺少四个方面的专家", experts=chosen)
    assert scene.review.draws.get().reason
    assert scene.review.members.count() == 5


def test_experts_who_were_not_drawn_find_nothing(scene):
    scene.to_meeting()
    drawn = set(scene.review.members.values_list("expert__user", flat=True))
    client = browser(next(expert.user for expert in scene.experts if expert.user_id not in drawn))
    assert {client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == {404}


def test_declined_and_recused_experts_see_nothing_any_more(scene):
    scene.to_inviting()
    first, second = scene.review.members.select_related("expert__user")[:2]
    answers = {first: {"action": "decline", "reason": "出差"}, second: {"action": "recuse", "reason": "曾参与规划", "confirmed": "yes"}}
    for member, answer in answers.items():
        client = browser(member.expert.user)
        page = client.get(url("review_invitation", scene.review))
        assert scene.review.subject["title"] in page.content.decode()
        assert client.post(url("review_invitation", scene.review), {**answer, "version": 0}).status_code == 302
        assert {client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == {404}
        assert scene.review.subject["number"] not in client.get(reverse("assessments:review_list")).content.decode()


def test_invited_experts_see_the_invitation_only(scene):
    scene.to_inviting()
    client = browser(scene.review.members.first().expert.user)
    assert client.get(url("review_invitation", scene.review)).status_code == 200
    others = [name for name in ALL_PAGES if name not in {"review_invitation", "review"}]
    assert {client.get(url(name, scene.review)).status_code for name in others} == {404}
    assert client.get(url("review", scene.review)).url == url("review_invitation", scene.review)


def everybody_votes_and_signs(scene, members):
    """At the meeting, each in a browser of its own."""
    seen = {"seen": agreed_until(scene.review.agreed.all())}
    scene.review.refresh_from_db()
    for member in members:
        own = browser(member.expert.user)
        assert own.get(url("review_meeting", scene.review)).status_code == 200
        assert (
            own.post(url("review_vote", scene.review), {"member": member.pk, "vote": "passed", "version": version_of(member)}).status_code
            == 302
        )
        assert own.post(url("review_confirm", scene.review), {"member": member.pk, "agrees": "yes", **seen}).status_code == 302
        signed = {"member": member.pk, "password": PASSWORD}
        assert own.post(url("review_sign", scene.review), {**signed, "seen": opinion_mark(scene.review)}).status_code == 302


def test_the_secretariat_walks_the_whole_way_on_pages_without_scripts(scene):
    client, action = browser(scene.people.secretariat), url("review_action", scene.review)
    assert client.get(url("review_pool", scene.review)).status_code == 200
    assert client.post(action, {"action": "commit", "version": 0}).status_code == 302
    assert "确定办理“抽取专家”" in client.post(action, {"action": "draw", "version": 1}).content.decode()
    assert client.post(action, {"action": "draw", "version": 1, "confirmed": "yes"}).status_code == 302
    data = client.get(url("review_draw_data", scene.review, 1)).json()
    assert len(data["result"]) == 5
    for member in scene.review.members.select_related("expert__user"):
        own, invitation = browser(member.expert.user), url("review_invitation", scene.review)
        assert own.post(invitation, {"action": "accept", "version": 0}).status_code == 422, "nothing is declared"
        assert own.post(invitation, {"action": "accept", "declared": "on", "version": 0}).status_code == 302
    begin = {"action": "start_scoring", "version": version_of(scene.review)}
    assert client.post(action, {**begin, "score_due": "2000-01-01"}).status_code == 409
    due = (clock.today() + dt.timedelta(days=20)).isoformat()
    assert client.post(action, {**begin, "score_due": due}).status_code == 302
    members = scene.members
    item = own_clause(scene, members[0])
    post(browser(members[0].expert.user), scene, members[0], item, judgement="differ", points="0", comment="没有佐证", comment_kind="must")
    for member in members:
        scene.hand_in(member)
    at = (clock.now() + dt.timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    call = {"meeting_at": at, "meeting_place": "演示会议室"}
    assert client.post(url("review_call", scene.review), {**call, "version": version_of(scene.review)}).status_code == 302
    assert client.post(url("review_chair", scene.review), {"member": members[2].pk, "version": version_of(scene.review)}).status_code == 302
    assert client.post(action, {"action": "open_meeting", "confirmed": "yes", "version": version_of(scene.review)}).status_code == 302
    page = client.get(url("review_meeting", scene.review)).content.decode()
    assert "没有佐证" in page
    assert "须修改的内容" in page
    agree = url("review_agree", scene.review, item)
    assert client.post(agree, {"points": "0.01", "verdict": "", "reason": "商定"}).status_code == 422
    assert client.post(agree, {"points": "0", "verdict": "", "reason": "商定"}).status_code == 302
    assert client.post(url("review_sign_in", scene.review), signing_in(*members)).status_code == 302
    assert (
        client.post(url("review_opinion_save", scene.review), {"opinion": "同意。", "seen": opinion_mark(scene.review)}).status_code == 302
    )
    stale = client.post(url("review_opinion_save", scene.review), {"opinion": "另一稿", "seen": opinion_mark(scene.review)})
    assert stale.status_code == 409
    assert "另一稿" in stale.content.decode()
    everybody_votes_and_signs(scene, members)
    conclude = url("review_conclude", scene.review)
    now = {"version": version_of(scene.review), "confirmed": "yes"}
    assert client.post(conclude, {"conclusion": "failed", **now}).status_code == 409
    assert client.post(conclude, {"conclusion": "passed", "star": 3, **now}).status_code == 302
    assert Review.objects.get().status == "concluded"
    opinion = client.get(url("review_opinion", scene.review)).content.decode()
    assert all(member.expert.user.name in opinion for member in members)
    # Added points are not a share of anything.
    assert [share for _, _, _, share in opinion_of(Review.objects.get())["chapters"]].count(None) == 1


def test_only_who_accepted_opens_table_and_papers(client, scene):
    scene.to_scoring()
    review = scene.review
    paper = store_bytes(
        owner=review.table.district, content=b"%PDF-1.7 x", name="plan.pdf", content_type="application/pdf", kind="x", title="规划方案"
    )
    review.subject["documents"] = [{"title": paper.title, "key": str(paper.key)}]
    review.save()
    first, second = PanelMember.objects.filter(review=review, state=MemberState.ACCEPTED).select_related("expert__user")[:2]
    PanelMember.objects.filter(pk=second.pk).update(state=MemberState.INVITED)
    url = reverse("documents:download", args=[paper.key])
    for member, expected in ((first, 200), (second, 404)):
        client.force_login(member.expert.user)
        response = client.get(url)
        for close in response._resource_closers:  # closing the response itself would close the test's connection
            close()
        assert response.status_code == expected
        assert score_tables_visible_to(member.expert.user).filter(pk=review.table_id).exists() is (expected == 200)


def test_a_plan_of_days_goes_with_the_invitation_and_calls_no_meeting(scene):
    scene.to_inviting()
    client = browser(scene.people.secretariat)
    form = {"planned_due": "2099-05-20", "planned_meeting": "2099-05-10", "version": version_of(scene.review)}
    assert "评审会不早于评分截止" in client.post(url("review_plan", scene.review), form).content.decode()
    assert client.post(url("review_plan", scene.review), form | {"planned_meeting": "2099-06-01"}).status_code == 302
    assert client.post(url("review_plan", scene.review), form | {"planned_meeting": "2099-06-02"}).status_code == 409
    assert browser(scene.people.city_officer).post(url("review_plan", scene.review), form).status_code == 404
    told = OutboxMessage.objects.filter(payload__kind="panel_invitation").first()
    assert f"条文共{len(scene.review.claims)}条，按专业分派。" in told.payload["body"]
    member = scene.review.members.select_related("expert__user").first()
    page = browser(member.expert.user).get(url("review_invitation", scene.review)).content.decode()
    assert f"共{len(scene.review.claims)}条" in page
    assert "2099年5月20日（预定）" in page
    assert "2099年6月1日（预定）" in page
    scene.review.refresh_from_db()
    assert scene.review.meeting_at is None


def test_the_secretary_sees_who_has_done_what_with_the_load_and_urges(scene):
    scene.to_scoring()
    member = scene.members[0]
    scene.judge(member, scene.clause(member), Judgement.AGREE)
    client = browser(scene.people.secretariat)
    assert "开始评分前预定日程" in client.post(url("review_plan", scene.review), {"version": version_of(scene.review)}).content.decode()
    page = client.get(url("review", scene.review)).content.decode()
    assert f"1 / {member.assignments.count()}" in page
    assert page.count("在办1项，本年1次") == 5
    assert f"key=scores:seat-{member.pk}" in page
    [many] = re.findall(r'href="([^"]+)">催办未提交', page)
    urged = client.get(html.unescape(many))
    assert [item.out for item in urged.context["items"]] == [""] * 5
    assert urged.context["back"] == url("review", scene.review)
    for user in (scene.people.city_officer, scene.people.city_director):
        assert "催评分" not in browser(user).get(url("review", scene.review)).content.decode()


@pytest.mark.parametrize(
    ("reach", "words", "kind"),
    [("to_inviting", "催答复", "invitation"), ("to_scoring", "催评分", "scores"), ("to_meeting", "催签名", "signatures")],
)
def test_each_is_urged_to_what_the_panel_waits_for(scene, reach, words, kind):
    getattr(scene, reach)()
    client = browser(scene.people.secretariat)
    page = client.get(url("review", scene.review)).content.decode()
    assert re.findall(r'name="at_once" value="yes">\s*(催[^<\s]+)', page) == [words] * scene.review.members.count()
    link = re.search(r'href="([^"]+)" class="gd-nowrap ms-1">\s*看文字', page)[1]
    [item] = client.get(html.unescape(link)).context["items"]
    assert (item.obligation.kind, item.out) == (kind, "")


def test_one_click_urges_an_expert_on_record_and_not_twice_a_day(scene):
    scene.to_scoring()
    client = browser(scene.people.secretariat)
    member = scene.members[0]
    asked = {"key": f"scores:seat-{member.pk}", "back": url("review", scene.review), "at_once": "yes"}
    answer = client.post(reverse("obligations:obligation_urge"), asked)
    assert (answer.status_code, answer["Location"]) == (302, url("review", scene.review))
    [made] = Urging.objects.all()
    assert (made.obligation, made.by, made.receivers) == (asked["key"], scene.people.secretariat, 1)
    again = client.post(reverse("obligations:obligation_urge"), asked)
    assert again.status_code >= 400
    assert Urging.objects.count() == 1
    browser(scene.people.city_officer).post(reverse("obligations:obligation_urge"), asked)
    assert Urging.objects.count() == 1


def test_nobody_begins_the_scoring_from_a_page_that_shows_another_panel(scene):
    scene.to_inviting()
    for member in scene.review.members.select_related("expert__user"):
        scene.accept(member)
    opened = Review.objects.get(pk=scene.review.pk)
    gone = scene.members[0]
    step(gone, "recuse", gone.expert.user, "近亲属任职（虚构）")
    with pytest.raises(Stale):
        take(obj=opened, action="start_scoring", by=scene.secretary, version=opened.version, values={"score_due": clock.today()})
