"""A review through its life by its services."""

import pytest

from assessments.common.enums import Judgement
from assessments.reviews.models.review import Assignment, ExpertScore, PanelMember
from assessments.reviews.services import scoring
from assessments.reviews.services.scoring import TypedScore
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.workflow.procedure import procedure_of
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, record_agreed
from tests.steps import step

pytestmark = pytest.mark.django_db
scored = once(lambda: Scene().to_scoring())
scene = copy_of("scored")


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


def test_what_the_steps_say_they_make_is_made(scene):
    steps = procedure_of(scene.review).steps
    made = {key for one in steps.values() for key in one.makes}
    assert made == {"draw", "members", "assignments", "result"}
    review = scene.review
    assert review.draws.get().result
    assert review.members.count() == 5
    assert scene.members[0].assignments.exists()
    scene.finish_scoring().sign_all()
    step(review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    assert review.result["settled"]
