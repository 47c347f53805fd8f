"""Pages of a review by seat: who sees which, blindness before the meeting, autosave, the journey without scripts."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import ExpertScore, Review, ScoreTable
from assessments.selectors.review_agenda import opinion_of
from assessments.selectors.reviews import tasks_for
from greendistrict.core import clock
from tests.factories.reviews import Scene, make_table

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECRET_WORDS = "折算依据缺失甲乙丙"


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def url(name, review, *args):
    return reverse(f"assessments:{name}", args=[review.pk, *args])


def own_clause(scene, member):
    return scene.clause(member)


def post(client, scene, member, item, *, htmx=True, **typed):
    score = ExpertScore.objects.get(assignment__member=member, assignment__item_id=item)
    data = {"judgement": "agree", "points": "", "comment": "", "comment_kind": "advice", "version": score.version, **typed}
    return client.post(url("review_clause", scene.review, item), data, headers=HTMX if htmx else {})


ALL_PAGES = (
    "review",
    "review_pool",
    "review_workspace",
    "review_rest",
    "review_submit",
    "review_meeting",
    "review_opinion",
    "review_invitation",
)


@pytest.mark.parametrize("move", ["to_inviting", "to_scoring", "to_meeting"])
def test_outsiders_find_nothing(move):
    scene = Scene()
    getattr(scene, move)()
    drawn = set(scene.review.members.values_list("expert__user", flat=True))
    undrawn = next(expert.user for expert in scene.experts if expert.user_id not in drawn)
    for seat in ("preparer", "reviewer", "consultant", "authority", "bureau", "partner", "verifier", "system_keeper", "outsider_preparer"):
        client = browser(getattr(scene.people, seat))
        assert {name: client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == dict.fromkeys(ALL_PAGES, 404), seat
    client = browser(undrawn)
    assert {client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == {404}
    assert Client().get(url("review", scene.review)).status_code == 302


def test_declined_and_recused_experts_see_nothing_any_more():
    scene = Scene().to_inviting()
    first, second = scene.review.members.select_related("expert__user")[:2]
    answers = {first: {"reply": "decline", "reason": "出差"}, second: {"reply": "recuse", "reason": "曾参与规划"}}
    for member, answer in answers.items():
        client = browser(member.expert.user)
        page = client.get(url("review_invitation", scene.review))
        assert scene.review.subject["title"] in page.content.decode()
        assert client.post(url("review_invitation", scene.review), answer).status_code == 302
        assert {client.get(url(name, scene.review)).status_code for name in ALL_PAGES} == {404}
        assert scene.review.subject["number"] not in client.get(reverse("assessments:review_list")).content.decode()


def test_invited_experts_see_the_invitation_only():
    scene = Scene().to_inviting()
    client = browser(scene.review.members.first().expert.user)
    assert client.get(url("review_invitation", scene.review)).status_code == 200
    others = [name for name in ALL_PAGES if name not in {"review_invitation", "review"}]
    assert {client.get(url(name, scene.review)).status_code for name in others} == {404}
    assert client.get(url("review", scene.review)).url == url("review_invitation", scene.review)


def test_accepting_without_the_declaration_is_answered_beside_the_field():
    scene = Scene().to_inviting()
    member = scene.review.members.first()
    client = browser(member.expert.user)
    page = client.post(url("review_invitation", scene.review), {"reply": "accept"})
    assert page.status_code == 422
    assert "接受邀请须声明无应回避情形" in page.content.decode()
    assert client.post(url("review_invitation", scene.review), {"reply": "accept", "declared": "on"}).status_code == 302
    member.refresh_from_db()
    assert (member.state, member.declared) == ("accepted", True)


def test_nobody_sees_a_judgement_before_the_meeting():
    scene = Scene().to_scoring()
    author, *others = scene.members
    general = author.assignments.filter(reading="general").first().item_id
    assert post(browser(author.expert.user), scene, author, general, judgement="doubt", comment=SECRET_WORDS).status_code == 200
    lead = own_clause(scene, author)
    post(browser(author.expert.user), scene, author, lead, judgement="differ", points="0", comment=SECRET_WORDS)
    people = [scene.people.secretariat, scene.people.city_officer, scene.people.city_director, *(one.expert.user for one in others)]
    for user in people:
        client = browser(user)
        paths = [url(name, scene.review) for name in ALL_PAGES] + [
            url("review_clause", scene.review, general),
            reverse("assessments:review_list"),
        ]
        for path in paths:
            assert SECRET_WORDS not in client.get(path, follow=True).content.decode(), (user, path)
        assert client.get(url("review_meeting", scene.review)).status_code == 404
    page = browser(scene.people.secretariat).get(url("review", scene.review)).content.decode()
    assert f"2 / {author.assignments.count()}" in page
    other = own_clause(scene, others[0])
    foreign = browser(author.expert.user).get(url("review_clause", scene.review, other))
    assert foreign.status_code == (200 if author.assignments.filter(item_id=other).exists() else 404)


def test_even_the_last_to_hand_in_waits_for_the_meeting():
    scene = Scene().to_scoring()
    for member in scene.members:
        scene.hand_in(member)
    for user in (scene.people.secretariat, scene.people.city_officer, scene.members[0].expert.user):
        assert browser(user).get(url("review_meeting", scene.review)).status_code == 404


def test_autosave_answers_with_version_counts_and_marks():
    scene = Scene().to_scoring()
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    answer = post(client, scene, member, item)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "已保存" in said
    assert 'name="version" value="1"' in said
    assert f"1 / {member.assignments.count()}条" in said
    assert "<html" not in said


def test_a_stale_save_shows_both_values_and_can_be_insisted_on():
    scene = Scene().to_scoring()
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    post(client, scene, member, item, judgement="differ", points="0", comment="先来")
    for htmx in (True, False):
        answer = post(client, scene, member, item, htmx=htmx, judgement="doubt", comment="后到", version=0)
        said = answer.content.decode()
        assert answer.status_code == 409
        assert "先来" in said
        assert "后到" in said
    assert ExpertScore.objects.get(assignment__member=member, assignment__item_id=item).comment == "先来"
    data = {"judgement": "doubt", "comment": "后到", "version": "0", "overwrite": "1"}
    assert client.post(url("review_clause", scene.review, item), data).status_code == 302
    assert ExpertScore.objects.get(assignment__member=member, assignment__item_id=item).comment == "后到"


def test_the_button_after_its_own_autosave_is_no_conflict():
    scene = Scene().to_scoring()
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    assert post(client, scene, member, item, judgement="agree", version=0).status_code == 200
    assert post(client, scene, member, item, htmx=False, judgement="agree", version=0).status_code == 302
    assert ExpertScore.objects.get(assignment__member=member, assignment__item_id=item).version == 1


def test_points_outside_the_rule_are_answered_and_kept_on_the_page():
    scene = Scene().to_scoring()
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    answer = post(client, scene, member, item, htmx=False, judgement="differ", points="999", comment="过高")
    assert answer.status_code == 422
    assert "过高" in answer.content.decode()
    assert ExpertScore.objects.get(assignment__member=member, assignment__item_id=item).judgement == ""


def test_the_button_goes_on_only_when_the_clause_is_complete():
    scene = Scene().to_scoring()
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    answer = post(client, scene, member, item, htmx=False, judgement="doubt")
    assert answer.status_code == 422
    assert "未写理由" in answer.content.decode()
    answer = post(client, scene, member, item, htmx=False, judgement="doubt", comment="材料看不清")
    assert answer.status_code == 302
    assert answer.url != url("review_clause", scene.review, item)


def test_scores_are_frozen_after_handing_in():
    scene = Scene().to_scoring()
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    assert "还有" in client.get(url("review_submit", scene.review)).content.decode()
    rest = client.get(url("review_rest", scene.review)).content.decode()
    count = member.assignments.count()
    assert f"确认{count}条为一致" in rest
    client.post(url("review_rest", scene.review), {"count": count})
    assert client.post(url("review_submit", scene.review)).status_code == 302
    assert "评分已提交" in client.get(url("review_submit", scene.review)).content.decode()
    assert post(client, scene, member, item).status_code == 410
    assert client.get(url("review_clause", scene.review, item)).status_code == 200


def test_the_secretariat_walks_the_whole_way_on_pages_without_scripts():
    scene = Scene()
    client, action = browser(scene.people.secretariat), url("review_action", scene.review)
    assert client.get(url("review_pool", scene.review)).status_code == 200
    assert client.post(action, {"action": "commit"}).status_code == 302
    assert "确定抽取专家" in client.post(action, {"action": "draw"}).content.decode()
    assert client.post(action, {"action": "draw", "confirmed": "yes"}).status_code == 302
    data = client.get(url("review_draw_data", scene.review, 1)).json()
    assert len(data["result"]) == 5
    for member in scene.review.members.select_related("expert__user"):
        browser(member.expert.user).post(url("review_invitation", scene.review), {"reply": "accept", "declared": "on"})
    assert client.post(action, {"action": "start_scoring", "score_due": "2000-01-01"}).status_code == 422
    due = (clock.today() + dt.timedelta(days=20)).isoformat()
    assert client.post(action, {"action": "start_scoring", "score_due": due}).status_code == 302
    members = scene.members
    item = own_clause(scene, members[0])
    post(browser(members[0].expert.user), scene, members[0], item, judgement="differ", points="0", comment="没有佐证", comment_kind="must")
    for member in members:
        scene.hand_in(member)
    at = (clock.now() + dt.timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(url("review_call", scene.review), {"meeting_at": at, "meeting_place": "演示会议室"}).status_code == 302
    assert client.post(url("review_chair", scene.review), {"member": members[2].pk}).status_code == 302
    assert client.post(action, {"action": "open_meeting", "confirmed": "yes"}).status_code == 302
    page = client.get(url("review_meeting", scene.review)).content.decode()
    assert "没有佐证" in page
    assert "须修改的内容" in page
    agree = url("review_agree", scene.review, item)
    assert client.post(agree, {"points": "0.01", "verdict": "", "reason": "商定"}).status_code == 422
    assert client.post(agree, {"points": "0", "verdict": "", "reason": "商定"}).status_code == 302
    assert client.post(url("review_opinion_save", scene.review), {"opinion": "同意。", "version": 0}).status_code == 302
    stale = client.post(url("review_opinion_save", scene.review), {"opinion": "另一稿", "version": 0})
    assert stale.status_code == 409
    assert "另一稿" in stale.content.decode()
    for member in members:
        own = browser(member.expert.user)
        assert own.get(url("review_meeting", scene.review)).status_code == 200
        assert own.post(url("review_vote", scene.review), {"member": member.pk, "vote": "passed"}).status_code == 302
        assert own.post(url("review_sign", scene.review), {"member": member.pk}).status_code == 302
    conclude = url("review_conclude", scene.review)
    assert client.post(conclude, {"conclusion": "failed"}).status_code == 422
    assert client.post(conclude, {"conclusion": "passed", "star": 3}).status_code == 302
    assert Review.objects.get().status == "concluded"
    opinion = client.get(url("review_opinion", scene.review)).content.decode()
    assert all(member.expert.user.name in opinion for member in members)
    # Added points are not a share of anything.
    assert [share for _, _, _, share in opinion_of(Review.objects.get())["chapters"]].count(None) == 1


def test_names_are_open_to_the_district_only_after_the_conclusion():
    scene = Scene().to_meeting()
    client = browser(scene.people.preparer)
    assert client.get(url("review", scene.review)).status_code == 404
    scene.sign_all()
    from assessments.services.reviews import conclude

    conclude(review=scene.review, conclusion="passed", star=3, star_reason="", by=scene.secretary)
    for seat in ("preparer", "authority"):
        client = browser(getattr(scene.people, seat))
        page = client.get(url("review", scene.review)).content.decode()
        assert scene.members[0].expert.user.name in page
        assert "种子" not in page
        assert client.get(url("review_opinion", scene.review)).status_code == 200
        assert client.get(url("review_meeting", scene.review)).status_code == 404
    assert browser(scene.people.outsider_preparer).get(url("review_opinion", scene.review)).status_code == 404


def test_only_the_secretariat_acts_and_members_vote_for_themselves_only():
    scene = Scene().to_meeting()
    first, second = scene.members[:2]
    for user in (scene.people.city_officer, first.expert.user, scene.people.preparer):
        client = browser(user)
        assert client.post(url("review_action", scene.review), {"action": "commit"}).status_code == 404
        assert client.post(url("review_conclude", scene.review), {"conclusion": "passed"}).status_code == 404
    client = browser(first.expert.user)
    assert client.post(url("review_vote", scene.review), {"member": second.pk, "vote": "failed"}).status_code == 403
    client = browser(scene.people.city_officer)
    assert client.post(url("review_vote", scene.review), {"member": second.pk, "vote": "failed"}).status_code == 403


def test_tasks_follow_the_review():
    scene = Scene()
    assert [task.title for task in tasks_for(scene.secretary)] == ["抽取评审专家"]
    scene.to_inviting()
    member = scene.review.members.select_related("expert__user").first()
    assert [task.title for task in tasks_for(member.expert.user)] == ["答复评审邀请"]
    assert tasks_for(member.expert.user)[0].due is not None
    assert tasks_for(scene.secretary) == []


def test_a_signed_out_autosave_is_told_so_and_a_page_leads_to_the_sign_in():
    scene = Scene().to_scoring()
    member = scene.members[0]
    address = url("review_clause", scene.review, scene.clause(member))
    assert Client().post(address, {"judgement": "agree", "version": 0}, headers=HTMX).status_code == 401
    assert Client().get(address).status_code == 302


def test_the_desk_asks_seven_questions_and_a_save_nine(django_assert_num_queries):
    scene = Scene().to_scoring()
    member = scene.members[0]
    client, item = browser(member.expert.user), scene.clause(member)
    client.get(url("review_clause", scene.review, item))
    with django_assert_num_queries(7):
        client.get(url("review_clause", scene.review, item))
    with django_assert_num_queries(9):  # session, user, seat, the seat locked, score, update, desk, and the test's two savepoints
        post_known(client, scene, item)


def post_known(client, scene, item):
    data = {"judgement": "agree", "version": 0}
    assert client.post(url("review_clause", scene.review, item), data, headers=HTMX).status_code == 200


def test_the_list_asks_the_same_for_one_row_and_three(django_assert_num_queries):
    scene = Scene().to_scoring()
    client = browser(scene.people.secretariat)
    client.get(reverse("assessments:review_list"))
    with django_assert_num_queries(6):
        client.get(reverse("assessments:review_list"))
    for number in range(2):
        make_table(scene.people, name=f"演示第{number}新区（虚构）")
    for table in ScoreTable.objects.exclude(pk=scene.table.pk):
        scene.table = table
        scene.open()
    with django_assert_num_queries(6):
        client.get(reverse("assessments:review_list"))


def test_saving_a_clause_that_was_not_dealt_is_not_found():
    scene = Scene().to_scoring()
    member = scene.members[0]
    dealt = set(member.assignments.values_list("item_id", flat=True))
    foreign = next(item_id for item_id in scene.review.claims if item_id not in dealt)
    answer = browser(member.expert.user).post(url("review_clause", scene.review, foreign), {"judgement": "agree", "version": 0})
    assert answer.status_code == 404
