"""A review by its services, from its opening to the panel; and its whole life once."""

import datetime as dt

import pytest

from assessments.models import ExpertProfile, Review
from assessments.services import reviews as services
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene

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
    with pytest.raises(Refused, match="承诺"):
        services.draw_panel(review=scene.review, by=scene.secretary)
    made = services.commit_draw(review=scene.review, by=scene.secretary)
    assert made.pool == []
    with pytest.raises(Refused, match="已经登记"):
        services.commit_draw(review=scene.review, by=scene.secretary)


def test_only_the_secretariat_draws(scene):
    for seat in ("city_officer", "preparer", "expert1", "authority"):
        with pytest.raises(NotAllowed):
            services.commit_draw(review=scene.review, by=getattr(scene.people, seat))


def test_invitations_go_out_once_per_seat(scene):
    scene.to_inviting()
    keys = list(OutboxMessage.objects.filter(key__contains=":invite:").values_list("key", flat=True))
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
        services.reply(member=member, accept=True, declared=False, reason="", by=member.expert.user)
    with pytest.raises(NotAllowed):
        services.reply(member=member, accept=True, declared=True, reason="", by=scene.secretary)


def test_a_declined_seat_is_drawn_again_and_scoring_waits_for_it(scene):
    scene.to_inviting()
    first, *others = scene.review.members.select_related("expert__user")
    services.reply(member=first, accept=False, declared=False, reason="出差", by=first.expert.user)
    for member in others:
        scene.accept(member)
    with pytest.raises(Refused, match="人数不足"):
        services.start_scoring(review=scene.review, score_due=dt.date(2099, 1, 1), by=scene.secretary)
    scene.to_inviting()
    replacement = scene.review.members.get(state="invited")
    assert replacement.seat == 6
    assert replacement.expert_id != first.expert_id


def test_without_a_valid_panel_there_is_only_a_recorded_appointment(scene):
    scene.experts, others = scene.experts[:5], scene.experts[5:]
    ExpertProfile.objects.filter(pk__in=[one.pk for one in others]).delete()
    scene.experts[4].specialties = []
    scene.experts[4].available = False
    scene.experts[4].save()
    services.commit_draw(review=scene.review, by=scene.secretary)
    with pytest.raises(Refused, match="组不成"):
        services.draw_panel(review=scene.review, by=scene.secretary)
    scene.experts[4].available = True
    scene.experts[4].save()
    chosen = [expert.pk for expert in scene.experts]
    with pytest.raises(Refused, match="不得指定"):
        services.appoint_panel(review=scene.review, expert_ids=chosen, reason="有人", by=scene.secretary)
    for expert in scene.experts:
        expert.specialties = ["lowcarbon"]
        expert.save()
    with pytest.raises(Refused, match="理由"):
        services.appoint_panel(review=scene.review, expert_ids=chosen, reason=" ", by=scene.secretary)
    with pytest.raises(Refused, match="单数"):
        services.appoint_panel(review=scene.review, expert_ids=chosen[:4], reason="库内不足", by=scene.secretary)
    made = services.appoint_panel(review=scene.review, expert_ids=chosen, reason="库内缺少四个维度的专家", by=scene.secretary)
    assert made.reason
    assert scene.review.members.count() == 5
