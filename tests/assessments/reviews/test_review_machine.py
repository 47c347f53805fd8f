"""State × action × seat of a review and of a seat on its panel; a cell that is not here does not exist."""

import pytest

from assessments.reviews.lifecycle.review import MEMBER, REVIEW
from assessments.reviews.models.review import PanelMember, Review
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.services import available_actions, perform
from tests.factories.reviews import Scene

pytestmark = pytest.mark.django_db
TABLE = {
    "preparing": {"commit", "draw", "appoint"},
    "inviting": {"commit", "redraw", "reappoint", "start_scoring"},
    "scoring": {"commit", "redraw", "reappoint", "open_meeting"},
    "meeting": {"conclude", "adjourn"},
    "concluded": set(),
    "stopped": set(),
}
SEATS = {
    "invited": {"accept", "decline", "recuse"},
    "accepted": {"recuse"},
    "declined": set(),
    "recused": set(),
    "left": set(),
    "lapsed": set(),
}
TAKEN_OFF = {"invited", "accepted"}


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_only_the_secretariat_moves_a_review_and_only_along_the_table():
    scene = Scene()
    assert {state.key for state in REVIEW.states} == set(TABLE)
    actions = {transition.action for transition in REVIEW.transitions}
    for state, allowed in TABLE.items():
        Review.objects.filter(pk=scene.review.pk).update(status=state)
        scene.review.refresh_from_db()
        for seat, user in scene.people.everybody.items():
            offered = {offer.action for offer in available_actions(REVIEW, scene.review, user)}
            assert offered == (allowed if seat == "secretariat" else set()), (state, seat)
        for action in actions - allowed:
            with pytest.raises(Refused):
                perform(machine=REVIEW, obj=scene.review, action=action, by=scene.secretary)
        for action in allowed:
            with pytest.raises(NotAllowed):
                perform(machine=REVIEW, obj=scene.review, action=action, by=scene.people.city_director)


def test_only_the_invited_expert_answers_for_a_seat():
    scene = Scene().to_inviting()
    member = scene.review.members.select_related("expert__user").first()
    for state, allowed in SEATS.items():
        PanelMember.objects.filter(pk=member.pk).update(state=state)
        member.refresh_from_db()
        for user in scene.people.everybody.values():
            offered = {offer.action for offer in available_actions(MEMBER, member, user)}
            dropped = {"drop_out"} if state == "accepted" and user == scene.secretary else set()
            released = {"release"} if user == scene.secretary and state in TAKEN_OFF else set()
            assert offered == (allowed if user == member.expert.user else dropped | released), (state, user)
        for action in {"accept", "decline", "recuse"} - allowed:
            with pytest.raises(Refused):
                perform(machine=MEMBER, obj=member, action=action, by=member.expert.user, reason="理由")
