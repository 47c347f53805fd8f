"""Pages of a review by seat: who sees which, blindness before the meeting, autosave, the journey without scripts."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.common.enums import Judgement
from assessments.reviews.models.review import Assignment, ExpertScore, PanelMember
from assessments.reviews.selectors.workspace import desk_of
from assessments.reviews.services import scoring
from assessments.reviews.services.scoring import TypedScore
from assessments.tables.models import ScoreTable
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from tests.assessments.reviews.review_browsing import ALL_PAGES, HTMX, browser, own_clause, post, url
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, make_table, record_agreed
from tests.steps import step

pytestmark = pytest.mark.django_db
SECRET_WORDS = "折算依据缺失甲乙丙"
scored = once(lambda: Scene().to_scoring())
scene = copy_of("scored")


def test_nobody_sees_a_judgement_before_the_meeting(scene):
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


def test_even_the_last_to_hand_in_waits_for_the_meeting(scene):
    for member in scene.members:
        scene.hand_in(member)
    for user in (scene.people.secretariat, scene.people.city_officer, scene.members[0].expert.user):
        for name in ("review_meeting", "review_screen", "review_version", "review_minutes"):
            assert browser(user).get(url(name, scene.review)).status_code == 404, name


def test_autosave_answers_with_version_counts_and_marks(scene):
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    answer = post(client, scene, member, item)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "已保存" in said
    assert 'name="version" value="1"' in said
    assert f"1 / {member.assignments.count()}条" in said
    assert "<html" not in said


def test_a_stale_save_shows_both_values_and_can_be_insisted_on(scene):
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


def test_the_button_after_its_own_autosave_is_no_conflict(scene):
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    assert post(client, scene, member, item, judgement="agree", version=0).status_code == 200
    assert post(client, scene, member, item, htmx=False, judgement="agree", version=0).status_code == 302
    assert ExpertScore.objects.get(assignment__member=member, assignment__item_id=item).version == 1


def test_points_outside_the_rule_are_answered_and_kept_on_the_page(scene):
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    answer = post(client, scene, member, item, htmx=False, judgement="differ", points="999", comment="过高")
    assert answer.status_code == 422
    assert "过高" in answer.content.decode()
    assert ExpertScore.objects.get(assignment__member=member, assignment__item_id=item).judgement == ""


def test_the_button_goes_on_only_when_the_clause_is_complete(scene):
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    answer = post(client, scene, member, item, htmx=False, judgement="doubt")
    assert answer.status_code == 422
    assert "未写意见" in answer.content.decode()
    answer = post(client, scene, member, item, htmx=False, judgement="doubt", comment="材料看不清")
    assert answer.status_code == 302
    assert answer.url != url("review_clause", scene.review, item)


def test_scores_are_frozen_after_handing_in(scene):
    member = scene.members[0]
    client, item = browser(member.expert.user), own_clause(scene, member)
    rest = client.get(url("review_rest", scene.review)).content.decode()
    count = member.assignments.count()
    assert f"确认{count}条为一致" in rest
    client.post(url("review_rest", scene.review), {"count": count})
    assert client.post(url("review_submit", scene.review)).status_code == 302
    assert post(client, scene, member, item).status_code == 410
    assert client.get(url("review_clause", scene.review, item)).status_code == 200


def test_names_are_open_to_the_district_only_after_the_conclusion(scene):
    scene.finish_scoring()
    client = browser(scene.people.preparer)
    assert client.get(url("review", scene.review)).status_code == 404
    scene.sign_all()

    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    for seat in ("preparer", "authority"):
        client = browser(getattr(scene.people, seat))
        page = client.get(url("review", scene.review)).content.decode()
        assert scene.members[0].expert.user.name in page
        assert "种子" not in page
        assert client.get(url("review_opinion", scene.review)).status_code == 200
        assert client.get(url("review_meeting", scene.review)).status_code == 404
    assert browser(scene.people.outsider_preparer).get(url("review_opinion", scene.review)).status_code == 404


def test_members_vote_for_themselves_only(scene):
    scene.finish_scoring()
    first, second = scene.members[:2]
    for user in (first.expert.user, scene.people.city_officer):
        assert browser(user).post(url("review_vote", scene.review), {"member": second.pk, "vote": "failed"}).status_code == 403


def test_a_signed_out_autosave_is_told_so_and_a_page_leads_to_the_sign_in(scene):
    member = scene.members[0]
    address = url("review_clause", scene.review, scene.clause(member))
    assert Client().post(address, {"judgement": "agree", "version": 0}, headers=HTMX).status_code == 401
    assert Client().get(address).status_code == 302
    answer = Client().get(address, headers=going_on(scene))
    assert (answer.status_code, answer["HX-Redirect"]) == (200, Client().get(address).url)


def going_on(scene, part="clause", **more):
    return {**HTMX, "HX-Target": part, **more}


def test_going_on_replaces_the_clause_alone(scene):
    member = scene.members[0]
    client, other = browser(member.expert.user), member.assignments.order_by("pk")[1].item_id
    address = url("review_clause", scene.review, other)
    whole, part = client.get(address), client.get(address, headers=going_on(scene))
    assert {"HX-Request", "HX-Target"} <= set(part["Vary"].split(", "))
    said = part.content.decode()
    assert said.lstrip().startswith(f"<title>{other} 专家评审")
    assert "<html" not in said
    assert 'id="autosave"' not in said
    assert said.count('aria-current="true"') == 1
    desk = whole.content.decode().partition('id="clause" hx-history-elt>')[2]
    start = desk.index("<nav")
    assert part.content.decode().count('id="review-form"') == 1
    assert desk[start : start + 500] in said, "the same desk"
    again = client.get(address, headers=going_on(scene, **{"HX-History-Restore-Request": "true"}))
    assert 'id="autosave"' in again.content.decode(), "going back asks for the page and takes the clause out of it"


def test_the_button_brings_the_next_clause_into_the_page(scene):
    member = scene.members[0]
    client, item = browser(member.expert.user), scene.clause(member)
    address = url("review_clause", scene.review, item)
    refused = client.post(address, {"judgement": "doubt", "version": 0}, headers=going_on(scene))
    assert (refused.status_code, refused["HX-Push-Url"]) == (422, "false")
    assert "未写意见" in refused.content.decode()
    assert "<html" not in refused.content.decode()
    gone = client.post(address, {"judgement": "agree", "version": 1}, headers=going_on(scene))
    assert gone.status_code == 302
    assert gone.url != address
    end = desk_of(member).lines[-1].item_id
    for one in member.assignments.exclude(item_id=item):
        scene.judge(member, one.item_id)
    last = client.post(url("review_clause", scene.review, end), {"judgement": "agree", "version": 1}, headers=going_on(scene))
    assert (last.status_code, last["HX-Redirect"]) == (200, url("review_submit", scene.review))


def test_another_file_of_the_clause_replaces_the_viewer_alone(scene):
    member = scene.members[0]
    client, item = browser(member.expert.user), scene.clause(member)
    answer = client.get(url("review_clause", scene.review, item), {"file": "x"}, headers=going_on(scene, "viewer")).content.decode()
    assert answer.lstrip().startswith("<section")
    assert 'id="viewer"' in answer
    assert "review-form" not in answer


def test_the_desk_and_a_save_ask_as_often_as_is_kept(scene, kept_queries):
    member = scene.members[0]
    client, item = browser(member.expert.user), scene.clause(member)
    client.get(url("review_clause", scene.review, item))
    with kept_queries("desk"):
        client.get(url("review_clause", scene.review, item))
    with kept_queries("save"):  # session, user, posts, seat, the save with its lock and version check, desk
        post_known(client, scene, item)


def post_known(client, scene, item):
    data = {"judgement": "agree", "version": 0}
    assert client.post(url("review_clause", scene.review, item), data, headers=HTMX).status_code == 200


def test_the_list_asks_the_same_for_one_row_and_three(scene, kept_queries):
    client = browser(scene.people.secretariat)
    client.get(reverse("assessments:review_list"))
    with kept_queries():
        client.get(reverse("assessments:review_list"))
    for number in range(2):
        make_table(scene.people, name=f"演示第{number}新区（虚构）")
    for table in ScoreTable.objects.exclude(pk=scene.table.pk):
        scene.table = table
        scene.open()
    with kept_queries():
        client.get(reverse("assessments:review_list"))


def test_saving_a_clause_that_was_not_dealt_is_not_found(scene):
    member = scene.members[0]
    assigned = set(member.assignments.values_list("item_id", flat=True))
    foreign = next(item_id for item_id in scene.review.claims if item_id not in assigned)
    answer = browser(member.expert.user).post(url("review_clause", scene.review, foreign), {"judgement": "agree", "version": 0})
    assert answer.status_code == 404


def test_someone_who_steps_back_while_scoring_is_replaced_and_the_replacement_takes_over(scene):
    gone = scene.members[0]
    assigned = {one.item_id: one.reading for one in gone.assignments.all()}
    step(gone, "recuse", gone.expert.user, "发现参与过规划编制")
    scene.review.refresh_from_db()
    scene.to_inviting()
    heir = scene.review.members.get(state="invited")
    scene.accept(heir)
    step(scene.review, "start_scoring", scene.secretary, score_due=scene.review.score_due or gone.invited_at.date())
    assert {one.item_id: one.reading for one in heir.assignments.all()} == assigned
    scene.finish_scoring()
    assert scene.review.status == "meeting"


def test_every_clause_has_two_readers_and_general_ones_all(scene):
    readers = {}
    for one in Assignment.objects.select_related("member"):
        readers.setdefault(one.item_id, []).append(one.reading)
    assert set(readers) == set(scene.review.claims)
    assert {tuple(sorted(kinds)) for kinds in readers.values()} == {("lead", "second"), ("general",) * 5}


def test_saving_checks_version_seat_points_and_state(scene):
    member = scene.members[0]
    item = scene.clause(member)
    saved = scene.judge(member, item, Judgement.DIFFER, points="0", comment="折算依据不足")
    assert saved.version == 1
    with pytest.raises(Stale) as stale:
        scoring.save_score(member=member, item_id=item, typed=TypedScore("agree"), version=0, by=member.expert.user)
    assert stale.value.current.judgement == "differ"
    with pytest.raises(Refused, match="之一"):
        scene.judge(member, item, Judgement.DIFFER, points="0.37", comment="x")
    other = scene.members[1]
    with pytest.raises(NotAllowed):
        scoring.save_score(member=member, item_id=item, typed=TypedScore("agree"), version=1, by=other.expert.user)
    assigned = set(member.assignments.values_list("item_id", flat=True))
    foreign = next(item_id for item_id in scene.review.claims if item_id not in assigned)
    with pytest.raises(NotAllowed, match="没有分派"):
        scoring.save_score(member=member, item_id=foreign, typed=TypedScore("agree"), version=0, by=member.expert.user)
    scene.hand_in(member)
    with pytest.raises(Closed):
        scene.judge(member, item, Judgement.AGREE)


def test_handing_in_names_every_clause_that_is_not_complete(scene):
    member = scene.members[0]
    item = member.assignments.first().item_id
    scene.judge(member, item, Judgement.DOUBT)
    with pytest.raises(Refused) as refused:
        scoring.submit_scores(member=member, by=member.expert.user)
    assert len(refused.value.refusals) == member.assignments.count()
    assert f"{item}：未写意见" in [refusal.text for refusal in refused.value.refusals]


def test_confirming_the_rest_asks_for_the_number_that_was_shown(scene):
    member = scene.members[0]
    with pytest.raises(Stale):
        scoring.confirm_rest(member=member, expected=1, by=member.expert.user)
    assert scoring.confirm_rest(member=member, expected=member.assignments.count(), by=member.expert.user) > 0
    assert not ExpertScore.objects.filter(assignment__member=member, judgement="").exists()


def test_the_meeting_waits_for_everybody(scene):
    scene.hand_in(scene.members[0])
    scene.call()
    with pytest.raises(Refused, match="全部提交"):
        step(scene.review, "open_meeting", scene.secretary)


def _dispute(scene, judgement=Judgement.DIFFER, **typed):
    member = scene.members[0]
    item = scene.clause(member, reading="lead")
    scene.judge(member, item, judgement, **typed)
    return item


def test_unagreed_clauses_fall_to_the_lower_of_two(scene):
    item = _dispute(scene, points="0", comment="没有佐证")
    scene.finish_scoring()
    scene.sign_all()
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    settled = scene.review.result["settled"][item]
    assert settled == {"points": "0.00", "holds": None, "excluded": False, "how": "rule"}


def test_the_meeting_agrees_only_points_of_the_rule_and_signatures_lapse(scene):
    item = _dispute(scene, points="0", comment="没有佐证")
    scene.finish_scoring()
    scene.sign_all()
    most = scene.review.claims[item]["most"]
    with pytest.raises(Refused):
        record_agreed(review=scene.review, item_id=item, agreement=_agree(f"{most}1"), by=scene.secretary)
    with pytest.raises(NotAllowed):
        record_agreed(review=scene.review, item_id=item, agreement=_agree(most), by=scene.people.city_officer)
    record_agreed(review=scene.review, item_id=item, agreement=_agree(most), by=scene.secretary)
    assert not PanelMember.objects.filter(signed_at__isnull=False).exists()
    with pytest.raises(Refused, match="没有确认"):
        step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    scene.sign_all()
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    assert scene.review.result["settled"][item]["how"] == "agreed"


def _agree(points):
    from assessments.reviews.services.meeting import Agreement

    return Agreement(points=points, reason="补充材料后一致认可")


def test_a_doubt_without_a_figure_must_be_agreed(scene):
    item = _dispute(scene, Judgement.DOUBT, comment="材料看不清")
    scene.finish_scoring()
    scene.sign_all()
    with pytest.raises(Refused, match="没有商定"):
        step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    record_agreed(review=scene.review, item_id=item, agreement=_agree("0"), by=scene.secretary)
    scene.sign_all()
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")


def test_an_undisputed_clause_is_not_the_meetings_to_change(scene):
    scene.finish_scoring()
    with pytest.raises(Refused, match="不在议题"):
        record_agreed(review=scene.review, item_id=next(iter(scene.review.claims)), agreement=_agree("0"), by=scene.secretary)


@pytest.mark.parametrize("vote", ["passed", "passed_after", "revise", "failed"])
def test_all_four_conclusions_follow_their_votes(scene, vote):
    scene.finish_scoring()
    scene.sign_all(vote)
    for other in {"passed", "passed_after", "revise", "failed"} - {vote}:
        with pytest.raises(Refused, match="表决"):
            step(scene.review, "conclude", scene.secretary, conclusion=other, star=3, star_reason="")
    step(scene.review, "conclude", scene.secretary, conclusion=vote, star=3, star_reason="")
    assert scene.review.conclusion == vote
    assert scene.review.star == (3 if vote.startswith("passed") else None)


def test_another_star_than_asked_needs_its_reason(scene):
    scene.finish_scoring()
    scene.sign_all()
    with pytest.raises(Refused, match="理由"):
        step(scene.review, "conclude", scene.secretary, conclusion="passed", star=2, star_reason="")
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=2, star_reason="两章分数偏低")
    assert scene.review.star == 2


def test_a_concluded_review_leaves_room_for_the_next_one(scene):
    scene.finish_scoring().sign_all()
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    again = scene.open()
    assert scene.table.reviews.count() == 2
    assert again.status == "preparing"
