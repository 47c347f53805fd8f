"""What a member is told beside the own scores: precedents and spread once they are in, clauses confirmed with their material unopened."""

import pytest

from assessments.reviews.models import ExpertScore, PanelMember, Review
from assessments.reviews.selectors.pool import findings_of
from assessments.reviews.selectors.precedents import afterwards, unlike_precedents
from assessments.reviews.services import scoring
from assessments.tables.models import ScoreTable
from greendistrict.policy.services import set_setting
from tests.assessments.browsing import browser, lacking, text_of, url
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, make_table
from tests.refusing import refuses

SECRET = "演示先例新区（虚构）"


def before_it():
    """A review being scored; another one of the same clauses is finished, in which the first clause lost its points."""
    scene = Scene().to_scoring()
    scene.item = scene.clause(scene.members[0])
    scene.finished = finished(scene, scene.item)
    return scene


made = once(before_it)
scene = copy_of("made")


def finished(scene, item):
    table, opened, claims = make_table(scene.people, name=f"{SECRET}{Review.objects.count()}"), scene.review.opened_at, scene.review.claims
    settled = {key: {name: claim[name] for name in ("points", "holds", "excluded")} | {"how": "readers"} for key, claim in claims.items()}
    settled[item] |= {"points": "0", "how": "agreed"}
    ScoreTable.objects.filter(pk=table.pk).update(status="received")
    return Review.objects.create(
        table=table, subject={"title": SECRET, "number": "SQ-2026-0042"}, claims=claims, status="concluded", opened_at=opened,
        concluded_at=opened, result={"settled": settled},
    )  # fmt: skip


def page_of(scene, member):
    return text_of(browser(member.expert.user).get(url("review_clause", scene.review, scene.item)))


def handed_in(scene):
    member = scene.members[0]
    scene.hand_in(member)
    member.refresh_from_db()
    return member


def test_they_show_only_after_the_own_scores_are_in_and_without_a_name(scene):
    member = scene.members[0]
    assert (afterwards(member, scene.item), "先例" in page_of(scene, member)) == (None, False)
    member = handed_in(scene)
    assert [(one["settled"], one["how"]) for one in afterwards(member, scene.item)["precedents"]] == [("0分", "评审会商定")]
    page = page_of(scene, member)
    assert [words in page for words in ("先例与分差", SECRET, "SQ-2026-0042")] == [True, False, False]


def test_the_spread_is_of_those_who_have_handed_in(scene):
    other = next(one for one in scene.members[1:] if one.assignments.filter(item_id=scene.item).exists())
    scene.judge(other, scene.item, "differ", points="0", comment="没有佐证")
    member = handed_in(scene)
    found = afterwards(member, scene.item)["spread"]
    assert (found.readers, found.words) == (1, "0分")
    scene.hand_in(other)
    found = afterwards(member, scene.item)["spread"]
    assert (found.readers, found.wide, found.words) == (2, True, f"{scene.review.claims[scene.item]['points']}分")


def test_a_case_that_a_conflict_keeps_away_is_no_precedent(scene):
    member, at = handed_in(scene), scene.review.opened_at
    draw = scene.finished.draws.create(number=1, secret_digest="d" * 64, committed_at=at, pool=[])
    for reasons, seen in ((["任职于申报主体"], 0), ([], 1)):
        draw.pool = [{"id": member.expert_id, "reasons": reasons}]
        draw.save()
        assert len(afterwards(member, scene.item)["precedents"]) == seen
    scene.finished.members.create(expert=member.expert, number=1, state="recused", invited_at=at)
    assert afterwards(member, scene.item)["precedents"] == []


def test_the_meeting_is_told_what_is_unlike_precedents(scene):
    scene.finish_scoring()
    scene.review.refresh_from_db()
    outcomes, own = findings_of(scene.review).outcomes, scene.members[0]
    assert [one["item"].id for one in unlike_precedents(scene.review, outcomes, None)] == [scene.item]
    scene.finished.members.create(expert=own.expert, number=1, state="recused", invited_at=scene.review.opened_at)
    assert unlike_precedents(scene.review, outcomes, own) == []
    page = text_of(browser(scene.people.secretariat).get(url("review_meeting", scene.review)))
    assert ("与先例不一致的条文" in page, SECRET in page) == (True, False)


def test_four_questions_for_one_precedent_and_three(scene, kept_queries):
    member = handed_in(scene)
    afterwards(member, scene.item)
    with kept_queries():
        afterwards(member, scene.item)
    for _ in range(2):
        finished(scene, scene.item)
    with kept_queries():
        assert len(afterwards(member, scene.item)["precedents"]) == 3


pytestmark = pytest.mark.django_db


@pytest.fixture
def proved(scene):
    """The district names material for one clause with points and one control item of the first member."""
    claims, member = scene.review.claims, scene.members[0]
    scene.control = next(one for one in member.assignments.values_list("item_id", flat=True) if claims[one]["control"])
    for item in (scene.item, scene.control):
        key = "11111111-1111-4111-8111-111111111111"
        claims[item]["evidence"] = [{"title": "方案", "key": key, "type": "application/pdf", "page": 1}]
    scene.review.save(update_fields=["claims"])
    return scene


def confirmed(scene):
    member = scene.members[0]
    scoring.confirm_rest(member=member, expected=member.assignments.count(), by=member.expert.user)
    return member, browser(member.expert.user)


def test_what_was_confirmed_unseen_is_counted_before_and_when_it_is_handed_in(proved):
    member, client = confirmed(proved)
    submit = url("review_submit", proved.review)
    assert lacking(client.get(submit), "未打开材料即确认2条", "，其中控制项1条") == (200, [])
    client.get(url("review_clause", proved.review, proved.item))
    seen = ExpertScore.objects.get(assignment__member=member, assignment__item_id=proved.item)
    assert (seen.seen_at is not None, seen.version) == (True, 1)
    assert "未打开材料即确认1条" in text_of(client.get(submit))
    client.post(submit)
    assert PanelMember.objects.get(pk=member.pk).unseen == 1


def test_the_secretariat_reads_it_by_setting_only(proved):
    member, own = confirmed(proved)
    scoring.submit_scores(member=member, by=member.expert.user)
    page, secretary = url("review", proved.review), browser(proved.secretary)
    assert "未打开材料即确认" not in text_of(secretary.get(page))
    set_setting(by=proved.people.city_director, key="unseen.told", value=True, reason="试")
    assert "未打开材料即确认2条" in text_of(secretary.get(page))
    assert "未打开材料即确认" not in text_of(own.get(page))


def test_control_items_above_the_limit_are_named_and_not_handed_in(proved):
    member, client = confirmed(proved)
    set_setting(by=proved.people.city_director, key="unseen.control_limited", value=True, reason="试")
    refuses(proved.control, scoring.submit_scores, member=member, by=member.expert.user)
    told = client.get(url("review_submit", proved.review))
    assert lacking(told, "超过0条，请打开材料后再提交", "data-once") == (200, ["data-once"])
    set_setting(by=proved.people.city_director, key="unseen.control_most", value=1, reason="试")
    scoring.submit_scores(member=member, by=member.expert.user)
