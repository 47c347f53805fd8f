"""Pages of a review by seat: who sees which, blindness before the meeting, autosave, the journey without scripts."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.reviews.enums import Judgement
from assessments.reviews.models import Assignment, ExpertScore
from assessments.reviews.selectors.workspace import desk_of
from assessments.reviews.services import scoring
from assessments.reviews.services.meeting import Agreement
from assessments.reviews.services.scoring import TypedScore
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from tests.assessments.browsing import ALL_PAGES, HTMX, browser, judge, lacking, text_of, url
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, record_agreed
from tests.refusing import refuses
from tests.steps import step, version_of

AREA = pytest.mark.area("assessments/reviews")
SECRET_WORDS = "折算依据缺失甲乙丙"
scored = once(lambda: Scene().to_scoring())
scene = copy_of("scored")


def first(scene):
    """The first member, the member's browser and a clause that earns points."""
    member = scene.members[0]
    return member, browser(member.expert.user), scene.clause(member)


def score_of(member, item):
    return ExpertScore.objects.get(assignment__member=member, assignment__item_id=item)


def conclude(scene, **kw):
    step(scene.review, "conclude", scene.secretary, **{"conclusion": "passed", "star": 3, "star_reason": "", **kw})


def test_nobody_sees_a_judgement_before_the_meeting(scene):
    author, own, lead = first(scene)
    others = scene.members[1:]
    general = author.assignments.filter(reading="general").first().item_id
    assert judge(own, scene, author, general, judgement="doubt", comment=SECRET_WORDS).status_code == 200
    judge(own, scene, author, lead, judgement="differ", points="0", comment=SECRET_WORDS)
    paths = [*(url(name, scene.review) for name in ALL_PAGES), url("review_clause", scene.review, general), url("review_list")]
    people = [scene.people.secretariat, scene.people.city_officer, scene.people.city_director, *(one.expert.user for one in others)]
    for user in people:
        client = browser(user)
        assert [path for path in paths if SECRET_WORDS in text_of(client.get(path, follow=True))] == [], user
        assert client.get(url("review_meeting", scene.review)).status_code == 404
    assert f"2 / {author.assignments.count()}" in text_of(browser(scene.people.secretariat).get(url("review", scene.review)))
    other = scene.clause(others[0])
    foreign = own.get(url("review_clause", scene.review, other))
    assert foreign.status_code == (200 if author.assignments.filter(item_id=other).exists() else 404)


def test_even_the_last_to_hand_in_waits_for_the_meeting(scene):
    for member in scene.members:
        scene.hand_in(member)
    for user in (scene.people.secretariat, scene.people.city_officer, scene.members[0].expert.user):
        for name in ("review_meeting", "review_screen", "review_version", "review_minutes"):
            assert browser(user).get(url(name, scene.review)).status_code == 404, name


def test_autosave_answers_with_version_counts_and_marks(scene):
    member, client, item = first(scene)
    answer = judge(client, scene, member, item)
    assert lacking(answer, "已保存", 'name="version" value="1"', f"1 / {member.assignments.count()}条") == (200, [])
    assert "<html" not in text_of(answer)
    assert judge(client, scene, member, item, htmx=False, version=0).status_code == 302, "the button after its own autosave is no conflict"
    assert score_of(member, item).version == 1


def test_a_stale_save_shows_both_values_and_can_be_insisted_on(scene):
    member, client, item = first(scene)
    judge(client, scene, member, item, judgement="differ", points="0", comment="先来")
    late = {"judgement": "doubt", "comment": "后到", "version": 0}
    for htmx in (True, False):
        assert lacking(judge(client, scene, member, item, htmx=htmx, **late), "先来", "后到") == (409, [])
    assert score_of(member, item).comment == "先来"
    assert client.post(url("review_clause", scene.review, item), {**late, "overwrite": "1"}).status_code == 302
    assert score_of(member, item).comment == "后到"


def test_the_button_goes_on_only_when_the_clause_is_complete_and_within_its_rule(scene):
    member, client, item = first(scene)
    assert lacking(judge(client, scene, member, item, htmx=False, judgement="differ", points="999", comment="过高"), "过高") == (422, [])
    assert score_of(member, item).judgement == ""
    assert lacking(judge(client, scene, member, item, htmx=False, judgement="doubt"), "未写意见") == (422, [])
    answer = judge(client, scene, member, item, htmx=False, judgement="doubt", comment="材料看不清")
    assert (answer.status_code, answer.url == url("review_clause", scene.review, item)) == (302, False)


def test_scores_are_frozen_after_handing_in(scene):
    member, client, item = first(scene)
    count = member.assignments.count()
    asked = text_of(client.get(url("review_rest", scene.review)))
    assert (f"确认{count}条为一致" in asked, f"其中{count}条的材料您尚未打开" in asked) == (True, True)
    client.post(url("review_rest", scene.review), {"count": count})
    assert client.post(url("review_submit", scene.review)).status_code == 302
    assert judge(client, scene, member, item).status_code == 410
    assert client.get(url("review_clause", scene.review, item)).status_code == 200


@AREA
def test_names_are_open_to_the_district_only_after_the_conclusion(scene):
    scene.finish_scoring()
    client, names = browser(scene.people.preparer), [member.expert.user.name for member in scene.members]
    assert client.get(url("review", scene.review)).status_code == 404
    asked = text_of(client.get(reverse("assessments:recusals", args=[scene.review.table_id])))
    assert ("评审有结论以后，申报主体和区专门机构能看到专家姓名" in asked, [name for name in names if name in asked]) == (True, [])
    scene.sign_all()
    conclude(scene)
    for seat in ("preparer", "authority"):
        client = browser(getattr(scene.people, seat))
        page = text_of(client.get(url("review", scene.review)))
        assert (scene.members[0].expert.user.name in page, "种子" in page) == (True, False)
        assert [client.get(url(name, scene.review)).status_code for name in ("review_opinion", "review_meeting")] == [200, 404]
    assert browser(scene.people.outsider_preparer).get(url("review_opinion", scene.review)).status_code == 404


def test_a_signed_out_autosave_is_told_so_and_a_page_leads_to_the_sign_in(client, scene):
    address = url("review_clause", scene.review, scene.clause(scene.members[0]))
    assert client.post(address, {"judgement": "agree", "version": 0}, headers=HTMX).status_code == 401
    page, answer = client.get(address), client.get(address, headers=going_on())
    assert (page.status_code, answer.status_code, answer["HX-Redirect"]) == (302, 200, page.url)


def going_on(part="clause", **more):
    return {**HTMX, "HX-Target": part, **more}


def test_going_on_replaces_the_clause_alone(scene):
    member, client, _ = first(scene)
    other = member.assignments.order_by("pk")[1].item_id
    address = url("review_clause", scene.review, other)
    whole, part = client.get(address), client.get(address, headers=going_on())
    assert {"HX-Request", "HX-Target"} <= set(part["Vary"].split(", "))
    said = text_of(part)
    assert said.lstrip().startswith(f"<title>{other} 专家评审")
    counted = ("<html", 'id="autosave"', 'aria-current="true"', 'id="review-form"')
    assert [said.count(one) for one in counted] == [0, 0, 1, 1]
    desk = text_of(whole).partition('id="clause" hx-history-elt>')[2]
    start = desk.index("<nav")
    assert desk[start : start + 500] in said, "the same desk"
    again = client.get(address, headers=going_on(**{"HX-History-Restore-Request": "true"}))
    assert 'id="autosave"' in text_of(again), "going back asks for the page and takes the clause out of it"


def test_the_button_brings_the_next_clause_into_the_page(scene):
    member, client, item = first(scene)
    address = url("review_clause", scene.review, item)
    refused = client.post(address, {"judgement": "doubt", "version": 0}, headers=going_on())
    assert (refused["HX-Push-Url"], lacking(refused, "未写意见")) == ("false", (422, []))
    assert "<html" not in text_of(refused)
    gone = client.post(address, {"judgement": "agree", "version": 1}, headers=going_on())
    assert (gone.status_code, gone.url == address) == (302, False)
    end = desk_of(member).lines[-1].item_id
    for one in member.assignments.exclude(item_id=item):
        scene.judge(member, one.item_id)
    last = client.post(url("review_clause", scene.review, end), {"judgement": "agree", "version": 1}, headers=going_on())
    assert (last.status_code, last["HX-Redirect"]) == (200, url("review_submit", scene.review))


def test_another_file_of_the_clause_replaces_the_viewer_alone(scene):
    _, client, item = first(scene)
    answer = text_of(client.get(url("review_clause", scene.review, item), {"file": "x"}, headers=going_on("viewer")))
    assert (answer.lstrip()[:8], 'id="viewer"' in answer, "review-form" in answer) == ("<section", True, False)


def test_the_desk_and_a_save_ask_as_often_as_is_kept(scene, kept_queries):
    _, client, item = first(scene)
    address = url("review_clause", scene.review, item)
    client.get(address)
    with kept_queries("desk"):
        client.get(address)
    with kept_queries("save"):  # session, user, posts, seat, the save with its lock and version check, desk
        assert client.post(address, {"judgement": "agree", "version": 0}, headers=HTMX).status_code == 200


def test_every_clause_has_two_readers_and_general_ones_all(scene):
    readers = {}
    for one in Assignment.objects.select_related("member"):
        readers.setdefault(one.item_id, []).append(one.reading)
    assert set(readers) == set(scene.review.claims)
    assert {tuple(sorted(kinds)) for kinds in readers.values()} == {("lead", "second"), ("general",) * 5}


def test_saving_checks_version_seat_points_and_state(scene):
    member, client, item = first(scene)
    assert scene.judge(member, item, Judgement.DIFFER, points="0", comment="折算依据不足").version == 1

    def save(item, version, by=member):
        scoring.save_score(member=member, item_id=item, typed=TypedScore("agree"), version=version, by=by.expert.user)

    with pytest.raises(Stale) as stale:
        save(item, 0)
    assert stale.value.current.judgement == "differ"
    refuses("之一", scene.judge, member, item, Judgement.DIFFER, points="0.37", comment="x")
    refuses(NotAllowed, save, item, 1, by=scene.members[1])
    foreign = next(one for one in scene.review.claims if not member.assignments.filter(item_id=one).exists())
    with pytest.raises(NotAllowed, match="没有分派"):
        save(foreign, 0)
    assert client.post(url("review_clause", scene.review, foreign), {"judgement": "agree", "version": 0}).status_code == 404
    scene.hand_in(member)
    refuses(Closed, scene.judge, member, item, Judgement.AGREE)


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
    refuses(Stale, scoring.confirm_rest, member=member, expected=1, by=member.expert.user)
    assert scoring.confirm_rest(member=member, expected=member.assignments.count(), by=member.expert.user) > 0
    assert not ExpertScore.objects.filter(assignment__member=member, judgement="").exists()


def test_the_meeting_is_called_on_the_page_and_waits_for_everybody(scene):
    scene.hand_in(scene.members[0])
    at = (clock.now() + dt.timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    chair = scene.members[2]
    for name, typed in (("call", {"meeting_at": at, "meeting_place": "演示会议室"}), ("chair", {"member": chair.pk})):
        sent = {"version": version_of(scene.review), **typed}
        assert browser(scene.secretary).post(url(f"review_{name}", scene.review), sent).status_code == 302
    scene.review.refresh_from_db()
    chair.refresh_from_db()
    assert (scene.review.meeting_place, chair.chair) == ("演示会议室", True)
    refuses("全部提交", step, scene.review, "open_meeting", scene.secretary)


def _dispute(scene, judgement=Judgement.DIFFER, **typed):
    member = scene.members[0]
    item = scene.clause(member, reading="lead")
    scene.judge(member, item, judgement, **typed)
    return item


def agreement(points):
    return Agreement(points=points, reason="补充材料后一致认可")


def test_unagreed_clauses_fall_to_the_lower_of_two(scene):
    item = _dispute(scene, points="0", comment="没有佐证")
    scene.finish_scoring().sign_all()
    conclude(scene)
    assert scene.review.result["settled"][item] == {"points": "0.00", "holds": None, "excluded": False, "how": "rule"}


def test_a_doubt_without_a_figure_must_be_agreed(scene):
    item = _dispute(scene, Judgement.DOUBT, comment="材料看不清")
    scene.finish_scoring().sign_all()
    refuses("没有商定", conclude, scene)
    record_agreed(review=scene.review, item_id=item, agreement=agreement("0"), by=scene.secretary)
    scene.sign_all()
    conclude(scene)


def test_an_undisputed_clause_is_not_the_meetings_to_change(scene):
    scene.finish_scoring()
    with pytest.raises(Refused, match="不在议题"):
        record_agreed(review=scene.review, item_id=next(iter(scene.review.claims)), agreement=agreement("0"), by=scene.secretary)


@AREA
@pytest.mark.parametrize(("vote", "star"), [("passed", 3), ("passed_after", 3), ("revise", None), ("failed", None)])
def test_conclusions_follow_their_votes(scene, vote, star):
    scene.finish_scoring()
    scene.sign_all(vote)
    for other in {"passed", "passed_after", "revise", "failed"} - {vote}:
        refuses("表决", conclude, scene, conclusion=other)
    conclude(scene, conclusion=vote)
    assert (scene.review.conclusion, scene.review.star) == (vote, star)


@AREA
def test_another_star_than_asked_needs_its_reason_and_the_next_review_may_begin(scene):
    scene.finish_scoring().sign_all()
    refuses("理由", conclude, scene, star=2)
    conclude(scene, star=2, star_reason="两章分数偏低")
    assert scene.review.star == 2
    assert (scene.open().status, scene.table.reviews.count()) == ("preparing", 2)


def test_the_bar_of_a_review_says_since_when_each_step_stood(scene):
    page = browser(scene.secretary).get(url("review", scene.review))
    steps = page.context["steps"]
    now = next(place for place, one in enumerate(steps) if one["state"] == "now")
    assert steps[now]["note"] == day_in_words(clock.today())
    assert [one["note"] for one in steps[now + 1 :]] == [""] * (len(steps) - now - 1)
