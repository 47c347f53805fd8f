"""Pages of a review from its opening on: who finds which while experts are invited, and the whole way without scripts."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from assessments.reviews.models.review import Review
from assessments.reviews.rules.reviews import agreed_until, opinion_mark
from assessments.reviews.selectors.agenda import opinion_of
from assessments.reviews.selectors.reviews import tasks_for
from greendistrict.core import clock
from tests.assessments.reviews.review_browsing import ALL_PAGES, browser, own_clause, post, url
from tests.factories.accounts import PASSWORD
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, signing_in
from tests.steps import version_of

pytestmark = pytest.mark.django_db


begun = once(Scene)
scene = copy_of("begun")


@pytest.mark.parametrize("move", ["to_inviting", "to_scoring", "to_meeting"])
def test_outsiders_find_nothing(scene, move):
    getattr(scene, move)()
    drawn = set(scene.review.members.values_list("expert__user", flat=True))
    undrawn = next(expert.user for expert in scene.experts if expert.user_id not in drawn)
    for seat in ("preparer", "reviewer", "consultant", "authority", "bureau", "partner", "verifier", "system_keeper", "outsider_preparer"):
        client = browser(getattr(scene.people, seat))
        assert {name: client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == dict.fromkeys(ALL_PAGES, 404), seat
    client = browser(undrawn)
    assert {client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == {404}
    assert Client().get(url("review", scene.review)).status_code == 302


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


def test_accepting_without_the_declaration_is_answered_beside_the_field(scene):
    scene.to_inviting()
    member = scene.review.members.first()
    client = browser(member.expert.user)
    page = client.post(url("review_invitation", scene.review), {"action": "accept", "version": 0})
    assert page.status_code == 422
    assert "接受邀请须声明无应回避情形" in page.content.decode()
    assert client.post(url("review_invitation", scene.review), {"action": "accept", "declared": "on", "version": 0}).status_code == 302
    member.refresh_from_db()
    assert (member.state, member.declared) == ("accepted", True)


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
        browser(member.expert.user).post(url("review_invitation", scene.review), {"action": "accept", "declared": "on", "version": 0})
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


def test_tasks_follow_the_review(scene):
    assert [task.title for task in tasks_for(scene.secretary)] == ["抽取评审专家"]
    scene.to_inviting()
    member = scene.review.members.select_related("expert__user").first()
    assert [task.title for task in tasks_for(member.expert.user)] == ["答复评审邀请"]
    assert tasks_for(member.expert.user)[0].due is not None
    assert tasks_for(scene.secretary) == []
