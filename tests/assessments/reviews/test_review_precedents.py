"""Precedents and spread: only after the own scores are in, without names, and never of a case that a conflict keeps away."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.reviews.models.review import Review
from assessments.reviews.selectors.precedents import afterwards, unlike_precedents
from assessments.reviews.selectors.scores import findings_of
from assessments.tables.models import ScoreTable
from tests.factories.reviews import Scene, make_table

pytestmark = pytest.mark.django_db
SECRET = "演示先例新区（虚构）"


@pytest.fixture
def scene():
    """A review being scored; another one of the same clauses is finished, in which the first clause lost its points."""
    scene = Scene().to_scoring()
    scene.item = scene.clause(scene.members[0])
    scene.finished = finished(scene, scene.item)
    return scene


def finished(scene, item):
    table = make_table(scene.people, name=f"{SECRET}{Review.objects.count()}")
    claims, settled = scene.review.claims, {}
    for key, claim in claims.items():
        settled[key] = {"points": claim["points"], "holds": claim["holds"], "excluded": claim["excluded"], "how": "readers"}
    settled[item] |= {"points": "0", "how": "agreed"}
    ScoreTable.objects.filter(pk=table.pk).update(status="received")
    return Review.objects.create(
        table=table, subject={"title": SECRET, "number": "SQ-2026-0042"}, claims=claims, status="concluded",
        opened_at=scene.review.opened_at, concluded_at=scene.review.opened_at, result={"settled": settled},
    )  # fmt: skip


def page_of(scene, member, item):
    client = Client()
    client.force_login(member.expert.user)
    return client.get(reverse("assessments:review_clause", args=[scene.review.pk, item])).content.decode()


def test_they_show_only_after_the_own_scores_are_in_and_without_a_name(scene):
    member = scene.members[0]
    assert afterwards(member, scene.item) is None
    assert "先例" not in page_of(scene, member, scene.item)
    scene.hand_in(member)
    member.refresh_from_db()
    found = afterwards(member, scene.item)
    assert [(one.settled, one.how) for one in found.precedents] == [("0分", "评审会商定")]
    page = page_of(scene, member, scene.item)
    assert "先例与分差" in page
    assert SECRET not in page
    assert "SQ-2026-0042" not in page


def test_the_spread_is_of_those_who_have_handed_in(scene):
    member = scene.members[0]
    lead = member.assignments.get(item_id=scene.item)
    other = next(one for one in scene.members[1:] if one.assignments.filter(item_id=scene.item).exists())
    scene.judge(other, scene.item, "differ", points="0", comment="没有佐证")
    scene.hand_in(member)
    member.refresh_from_db()
    assert (afterwards(member, lead.item_id).spread.readers, afterwards(member, lead.item_id).spread.words) == (1, "0分")
    scene.hand_in(other)
    found = afterwards(member, lead.item_id).spread
    assert (found.readers, found.wide) == (2, True)
    assert found.words == f"{scene.review.claims[scene.item]['points']}分"


def test_a_case_that_a_conflict_keeps_away_is_no_precedent(scene):
    member = scene.members[0]
    scene.hand_in(member)
    member.refresh_from_db()
    why = {"id": member.expert_id, "reasons": ["任职于申报主体"]}
    draw = scene.finished.draws.create(number=1, secret_digest="d" * 64, committed_at=scene.review.opened_at, pool=[why])
    assert afterwards(member, scene.item).precedents == ()
    draw.pool = [{"id": member.expert_id, "reasons": []}]
    draw.save()
    assert len(afterwards(member, scene.item).precedents) == 1
    scene.finished.members.create(expert=member.expert, number=1, state="recused", invited_at=scene.review.opened_at)
    assert afterwards(member, scene.item).precedents == ()


def test_the_meeting_is_told_what_is_unlike_precedents(scene):
    scene.finish_scoring()
    scene.review.refresh_from_db()
    outcomes = findings_of(scene.review).outcomes
    assert [one.item.id for one in unlike_precedents(scene.review, outcomes, None)] == [scene.item]
    own = scene.members[0]
    scene.finished.members.create(expert=own.expert, number=1, state="recused", invited_at=scene.review.opened_at)
    assert unlike_precedents(scene.review, outcomes, own) == []
    client = Client()
    client.force_login(scene.people.secretariat)
    page = client.get(reverse("assessments:review_meeting", args=[scene.review.pk])).content.decode()
    assert "与先例不一致的条文" in page
    assert SECRET not in page


def test_four_questions_for_one_precedent_and_three(scene, kept_queries):
    member = scene.members[0]
    scene.hand_in(member)
    member.refresh_from_db()
    afterwards(member, scene.item)
    with kept_queries():
        afterwards(member, scene.item)
    for _ in range(2):
        finished(scene, scene.item)
    with kept_queries():
        assert len(afterwards(member, scene.item).precedents) == 3
