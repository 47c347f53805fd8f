"""A review by its services, from its opening to the panel; and its whole life once."""

import datetime as dt

import pytest

from assessments.experts.models.experts import ExpertProfile
from assessments.reviews.models.review import Review
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.notifications.enums import Message
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene
from tests.steps import draw_for, step

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


def test_only_the_secretariat_draws(scene):
    for seat in ("city_officer", "preparer", "expert1", "authority"):
        with pytest.raises(NotAllowed):
            step(scene.review, "commit", getattr(scene.people, seat))


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
